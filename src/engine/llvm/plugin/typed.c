/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.c - typed functions: what is known of all of them, how hosts enter them, and each from its begin to its end. */
#include "engine/llvm/plugin/typed.h"
#include <string.h>

static int no_memory(struct lmodule *lm) {
    return fail(lm->e, E_NOMEM, NOWHERE, "out of memory to compile");
}

/* --- what is known of all functions --- */

enum { TAIL_CONVENTION = 18, SWEEPS = 8 }; /* LLVM's tailcc, which llvm-c has no name for */

static bool is_tail(u16 op) {
    return op == OP_tcallt || op == OP_tcalltab || op == OP_tcallref;
}

struct scan {
    u8 *calls; /* it calls functions of this module directly */
    bool tails, throws;
};

static void scan_function(struct lmodule *lm, u32 index, struct scan *s) {
    const struct func *f = &lm->m->func[index];
    u8 *may = &typed_of(lm)->may_throw[index];
    s->throws |= f->nhandler > 0;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        s->tails |= is_tail(i->op);
        if (i->op == OP_rfunc)
            typed_of(lm)->exposed[i->imm] = 1;
        if (i->op == OP_callt || i->op == OP_tcallt) {
            if (lm->m->func[i->imm].imported)
                *may = 1;
            else
                s->calls[index] = 1;
        } else if (isa_throws(i->op) || is_tail(i->op)) {
            *may = 1;
        }
    }
}

/* Does it call one that may throw? */
static bool passes_on(const struct lmodule *lm, u32 index) {
    const struct func *f = &lm->m->func[index];
    for (u32 pc = 0; pc < f->nslot; pc++)
        if ((f->code[pc].op == OP_callt || f->code[pc].op == OP_tcallt) && typed_of(lm)->may_throw[f->code[pc].imm])
            return true;
    return false;
}

/* Callers of what may throw may throw. Long chains, of which the sweeps do not see the end, all do. */
static void spread_throws(struct lmodule *lm, const struct scan *s) {
    u8 *may = typed_of(lm)->may_throw;
    bool changed = true;
    for (u32 n = 0; changed && n < SWEEPS; n++) {
        changed = false;
        for (u32 k = lm->m->nfunc; k-- > 0;)
            if (s->calls[k] && !may[k] && passes_on(lm, k))
                may[k] = 1, changed = true;
    }
    for (u32 k = 0; changed && k < lm->m->nfunc; k++)
        may[k] |= s->calls[k];
}

/* What a host can start, or a reference can stand for; what begins an instance. All others are called by name alone. */
static void find_exposed(struct lmodule *lm) {
    const struct module *m = lm->m;
    u8 *x = typed_of(lm)->exposed;
    for (u32 k = 0; k < m->nexport; k++)
        if (m->export[k].kind == ENTITY_FUNC)
            x[m->export[k].index] = 1;
    for (u32 k = 0; k < m->nelem; k++)
        for (u32 j = 0; j < m->elem[k].n; j++)
            if (m->elem[k].func[j] != NO_INDEX)
                x[m->elem[k].func[j]] = 1;
    if (m->has_init)
        x[m->init] = 1;
}

static bool is_machine(const struct lmodule *lm, const char *name) {
    char *triple = LLVMGetTargetMachineTriple(lm->tm);
    bool yes = !strncmp(triple, name, strlen(name));
    LLVMDisposeMessage(triple);
    return yes;
}

/* Whose faults are caught: base/fault.h. */
static bool leaves_checks(const struct lmodule *lm) {
    char *triple = LLVMGetTargetMachineTriple(lm->tm);
    bool linux_x86 = !strncmp(triple, "x86_64", 6) && strstr(triple, "linux");
    LLVMDisposeMessage(triple);
    return linux_x86 && lm->m->nmemory && !lm->m->memory[0].lim.is64 && !lm->job->o.bounds;
}

/* cx keeps one register from callers to callees, where the machine has one for that: none of them saves it. */
void context_register(const struct lmodule *lm, LLVMValueRef fn, bool call) {
    LLVMAttributeRef a;
    if (!typed_of(lm)->pinned)
        return;
    a = LLVMCreateEnumAttribute(lm->c, LLVMGetEnumAttributeKindForName("swiftself", 9), 0);
    if (call)
        LLVMAddCallSiteAttribute(fn, 1, a);
    else
        LLVMAddAttributeAtIndex(fn, 1, a);
}

/* Of a function and of whatever it may be made part of. */
static LLVMValueRef frame_bounded(struct lmodule *lm, LLVMValueRef fn) {
    _Static_assert(NATIVE_FRAME == 65536, "in text below");
    fn_attr_text(lm, fn, "probe-stack", "inline-asm");
    fn_attr_text(lm, fn, "warn-stack-size", "65536");
    return fn;
}

static void attributes(struct lmodule *lm, LLVMValueRef fn) {
    LLVMAttributeRef a =
        LLVMCreateEnumAttribute(lm->c, LLVMGetEnumAttributeKindForName("dereferenceable", 15), sizeof(struct ctx));
    LLVMAddAttributeAtIndex(fn, 1, a);
    a = LLVMCreateEnumAttribute(lm->c, LLVMGetEnumAttributeKindForName("align", 5), 8);
    LLVMAddAttributeAtIndex(fn, 1, a);
    LLVMAddAttributeAtIndex(fn, 2, a);
    context_register(lm, fn, false);
}

LLVMValueRef typed_function(struct lmodule *lm, u32 index, const char *suffix, LLVMTypeRef t) {
    LLVMValueRef fn = frame_bounded(lm, function_new(lm, index, suffix, t));
    LLVMSetFunctionCallConv(fn, typed_of(lm)->convention);
    attributes(lm, fn);
    return fn;
}

static u32 bits_of(u32 n) {
    return n ? 32 - (u32)__builtin_clz(n) : 0;
}

/* Places of callers as numbers of 31 bits, where these suffice: machines store such a number without a register for it.
 */
static void pack_places(struct lmodule *lm) {
    u32 most = 0, bits;
    for (u32 k = 0; k < lm->m->nfunc; k++)
        most = lm->m->func[k].nslot > most ? lm->m->func[k].nslot : most;
    bits = bits_of(most);
    lm->place_bits = bits + bits_of(lm->m->nfunc) < 31 ? bits : 0;
}

static int declare(struct lmodule *lm, u32 index) {
    const struct func *f = &lm->m->func[index];
    LLVMTypeRef t = function_type(lm, f->type), args[] = {lm->ptr, lm->ptr};
    if (!t)
        return lm->e->code;
    lm->fn[index] = typed_function(lm, index, "", t);
    if (lm->job->o.frames)
        fn_attr(lm, lm->fn[index], "noinline", 0);
    if (typed_of(lm)->exposed[index])
        lm->enter[index] =
            frame_bounded(lm, function_new(lm, index, ".enter", LLVMFunctionType(lm->tvoid, args, 2, false)));
    return 0;
}

int typed_declare(struct lmodule *lm) {
    struct typed_module *tm;
    u32 n = lm->m->nfunc;
    struct scan s = {.calls = arena_new(lm->a, u8, n + 1)};
    if (!lm->typed_module)
        return 0;
    tm = lm->typed = arena_new(lm->a, struct typed_module, 1);
    if (!tm || !s.calls || !(tm->may_throw = arena_new(lm->a, u8, n)) || !(tm->exposed = arena_new(lm->a, u8, n)) ||
        !(tm->type = arena_new(lm->a, LLVMTypeRef, lm->m->ntype)) ||
        !(tm->enter = arena_new(lm->a, LLVMValueRef, lm->m->ntype)))
        return no_memory(lm);
    for (u32 k = 0; k < n; k++) {
        if (!lm->m->func[k].typed || lm->m->func[k].imported)
            continue;
        if (func_ready(lm->m, k, lm->e))
            return lm->e->code;
        scan_function(lm, k, &s);
    }
    spread_throws(lm, &s);
    find_exposed(lm);
    pack_places(lm);
    tm->windowed = s.tails && is_machine(lm, "riscv");
    tm->convention = s.tails && !tm->windowed ? TAIL_CONVENTION : LLVMFastCallConv;
    tm->pinned = is_machine(lm, "x86_64") || is_machine(lm, "aarch64");
    tm->throws = s.throws;
    tm->guarded = leaves_checks(lm);
    lm->flags |= (tm->guarded ? NATIVE_GUARDED : 0) | (tm->throws ? NATIVE_THROWS : 0);
    for (u32 k = 0; k < n; k++)
        if (lm->m->func[k].typed && !lm->m->func[k].imported && declare(lm, k))
            return lm->e->code;
    return 0;
}

/* The addresses of functions that a reference may stand for, by number; none of imported ones. */
LLVMValueRef code_table(struct lmodule *lm) {
    struct typed_module *tm = typed_of(lm);
    u32 n = lm->m->nfunc;
    LLVMValueRef *of;
    if (tm->code)
        return tm->code;
    of = arena_new(lm->a, LLVMValueRef, n);
    for (u32 k = 0; of && k < n; k++)
        of[k] = tm->exposed[k] && lm->fn[k] ? lm->fn[k] : LLVMConstNull(lm->ptr);
    if (!of) {
        no_memory(lm);
        return LLVMConstNull(lm->ptr);
    }
    return tm->code = constant_new(lm, "code", LLVMConstArray2(lm->ptr, of, n));
}

/* --- from a host's slots into a function and back: one for each type, and for each function a jump there --- */

/* void (cx, slot, fn) */
static void fill_enter(struct lmodule *lm, LLVMValueRef fn, u32 type) {
    const struct deftype *t = &lm->m->type[type];
    struct arena a = {0};
    struct lfunc f = {.lm = lm, .l = lm->l, .a = &a, .e = lm->e, .fn = fn, .cx = LLVMGetParam(fn, 0)};
    LLVMValueRef slot = LLVMGetParam(fn, 1), *arg = arena_new(&a, LLVMValueRef, t->nparam + FIRST_PARAM);
    LLVMValueRef *v = arena_new(&a, LLVMValueRef, t->nresult + 1), call;
    u32 n = 0;
    if (!arg || !v) {
        no_memory(lm);
        arena_drop(&a);
        return;
    }
    f.b = LLVMCreateBuilderInContext(lm->c);
    block_on(&f, block_new(&f, "entry"));
    debug_wrapper(lm, fn, f.b);
    arg[n++] = f.cx;
    arg[n++] = at_offset(&f, ctx_get(&f, lm->ptr, offsetof(struct ctx, place)), 8);
    if (lm->l->fuel)
        arg[n++] = ctx_get(&f, lm->i64, offsetof(struct ctx, fuel));
    slots_get(&f, slot, t->vt, t->nparam, arg + n);
    if (typed_of(lm)->windowed)
        slots_set(&f, out_window(&f), t->vt, t->nparam, arg + n);
    else
        n += t->nparam;
    call = LLVMBuildCall2(f.b, function_type(lm, type), LLVMGetParam(fn, 2), arg, n, "");
    LLVMSetInstructionCallConv(call, typed_of(lm)->convention);
    context_register(lm, call, true);
    if (lm->l->fuel)
        ctx_set(&f, offsetof(struct ctx, fuel), fuel_of(&f, call));
    if (lm->job->o.debug) /* tools want code under its function's name */
        call_attr(lm, call, "noinline", 0);
    results_of(&f, t, call, v);
    slots_set(&f, at_offset(&f, slot, 8 * (u64)t->result_at), t->vt + t->nparam, t->nresult, v);
    LLVMBuildRetVoid(f.b);
    LLVMDisposeBuilder(f.b);
    arena_drop(&a);
}

static LLVMValueRef enter_of_type(struct lmodule *lm, u32 index, u32 type) {
    struct typed_module *tm = typed_of(lm);
    LLVMTypeRef args[] = {lm->ptr, lm->ptr, lm->ptr};
    if (tm->enter[type])
        return tm->enter[type];
    tm->enter[type] =
        frame_bounded(lm, function_new(lm, index, ".enter_type", LLVMFunctionType(lm->tvoid, args, 3, false)));
    fn_attr(lm, tm->enter[type], "noinline", 0);
    fill_enter(lm, tm->enter[type], type);
    return tm->enter[type];
}

static void fill_jump(struct lmodule *lm, u32 index) {
    LLVMValueRef fn = lm->enter[index], through = enter_of_type(lm, index, lm->m->func[index].type), call;
    LLVMValueRef arg[] = {LLVMGetParam(fn, 0), LLVMGetParam(fn, 1), lm->fn[index]};
    LLVMBuilderRef b = LLVMCreateBuilderInContext(lm->c);
    LLVMPositionBuilderAtEnd(b, LLVMAppendBasicBlockInContext(lm->c, fn, "entry"));
    debug_wrapper(lm, fn, b);
    call = LLVMBuildCall2(b, LLVMGlobalGetValueType(through), through, arg, 3, "");
    LLVMSetTailCall(call, true);
    LLVMBuildRetVoid(b);
    LLVMDisposeBuilder(b);
}

/* --- what is known of the registers of a block --- */

/* Registers that a call at pc leaves at 0, and somebody reads. */
static void note_zeros(struct lfunc *f, u32 pc, u16 from) {
    struct ltyped *t = f->typed;
    const struct insn *i = &f->f->code[pc];
    const struct deftype *d = &f->lm->m->type[i->op == OP_callt ? f->lm->m->func[i->imm].type : (u32)i->imm];
    u32 result = i->a + d->result_at, end = result + d->result_slots;
    t->zeros[pc].first = t->nclear;
    for (u32 r = from; r < f->f->nreg; r++) {
        if (!t->set[r / 64]) {
            r |= 63;
            continue;
        }
        if (!live_has(t->set, (u16)r) || !f->reg[r] || (r >= result && r < end))
            continue;
        if (t->nclear == t->cclear) {
            u32 cap = t->cclear ? 2 * t->cclear : 64;
            u16 *grown = arena_new(f->a, u16, cap);
            if (!grown) {
                no_memory(f->lm);
                return;
            }
            if (t->nclear)
                memcpy(grown, t->clear, t->nclear * sizeof *grown);
            t->clear = grown;
            t->cclear = cap;
        }
        t->clear[t->nclear++] = (u16)r;
    }
    t->zeros[pc].n = t->nclear - t->zeros[pc].first;
}

/* Walks the block backwards once. */
static void look_at_block(struct lfunc *f) {
    struct ltyped *t = f->typed;
    const struct block *b = &f->g.blk[f->block];
    memcpy(t->set, live_out(&f->live, f->block), f->live.nword * sizeof *t->set);
    for (u32 pc = b->end; pc-- > b->start;) {
        const struct insn *i = &f->f->code[pc];
        u16 from;
        if (isa_clobbers(i, &from))
            note_zeros(f, pc, from);
        if (isa_info[i->op].shape == SHAPE_MLD) {
            bool pair = isa_info[i->op].type[0] == 'V';
            t->dead[pc] = !live_has(t->set, i->a) && !(pair && live_has(t->set, (u16)(i->a + 1)));
        }
        live_step(&f->live, t->set, pc);
    }
    t->at = f->block;
}

void clear_registers(struct lfunc *f) {
    const struct zeros *z = &f->typed->zeros[f->pc];
    for (u32 k = 0; k < z->n; k++) {
        u16 r = f->typed->clear[z->first + k];
        LLVMBuildStore(f->b, LLVMConstNull(f->reg_type[r]), f->reg[r]);
    }
}

/* --- one function --- */

static int row(struct lfunc *f, const struct insn *i) {
    if (f->typed->at != f->block)
        look_at_block(f);
    if (lower_int(f, i) || lower_jump(f, i) || lower_fp(f, i) || lower_memory(f, i) || lower_call(f, i) ||
        lower_object(f, i) || lower_atomic(f, i) || lower_vec(f, i))
        return f->e->code;
    return fail(f->e, E_UNSUP, NOWHERE, "%s: instruction %u (%s) is not compiled by LLVM", f->f->name, f->pc,
                isa_name(i->op));
}

/* A frame too many leaves at once. */
static void check_depth(struct lfunc *f) {
    LLVMBasicBlockRef deep = block_new(f, "deep"), on;
    LLVMValueRef end = ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, place_end));
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntEQ, f->typed->sp, end, ""), deep);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, deep);
    fuel_spill(f);
    env_leave(f, offsetof(struct native_env, deep), NULL, 0);
    block_on(f, on);
}

/* Parameters to registers. */
static int from_window(struct lfunc *f) {
    const struct deftype *t = f->typed->type;
    LLVMValueRef *v = arena_new(f->a, LLVMValueRef, t->nparam + 1);
    if (!v)
        return no_memory(f->lm);
    slots_get(f, out_window(f), t->vt, t->nparam, v);
    window_set(f, 0, t->vt, t->nparam, v);
    return 0;
}

/* All but parameters, which are LLVM's from *p on. */
static int begin(struct lfunc *f, u32 *p) {
    struct ltyped *t = f->typed;
    LLVMValueRef below;
    f->cx = LLVMGetParam(f->fn, (*p)++);
    t->above = LLVMGetParam(f->fn, (*p)++);
    if (lfunc_begin(f, f->cx))
        return f->e->code;
    t->set = arena_new(f->a, u64, f->live.nword);
    t->dead = arena_new(f->a, u8, f->f->nslot);
    t->zeros = arena_new(f->a, struct zeros, f->f->nslot);
    if (!t->set || !t->dead || !t->zeros)
        return no_memory(f->lm);
    t->at = NBLOCK;
    below = k64(f->lm, UINT64_MAX);
    t->sp = LLVMBuildGEP2(f->b, f->lm->i64, t->above, &below, 1, "sp");
    if (f->fuel)
        LLVMBuildStore(f->b, LLVMGetParam(f->fn, (*p)++), f->fuel);
    debug_function(f);
    return 0;
}

static int begin_function(struct lfunc *f) {
    const struct deftype *t = f->typed->type;
    u32 p = 0;
    if (begin(f, &p))
        return f->e->code;
    if (f->fn == f->lm->fn[f->index]) /* where frames are counted */
        check_depth(f);
    if (typed_of(f->lm)->windowed)
        return from_window(f);
    for (u32 k = 0, r = 0; k < t->nparam; r += vt_slots(t->vt[k]), k++)
        reg_set(f, r, (char)vt_letter(t->vt[k]), LLVMGetParam(f->fn, p++));
    return 0;
}

static int define_rest(struct lfunc f, const struct split *s) {
    struct ltyped t = {.type = f.typed->type};
    u32 p = 0;
    f.typed = &t;
    f.fn = s->rest;
    f.first = s->border;
    if (!begin(&f, &p)) {
        take_passed(&f, s, p);
        lfunc_walk(&f, row);
    }
    lfunc_end(&f);
    return f.e->code;
}

static int define_whole(struct lfunc f, const struct split *s) {
    struct ltyped t = {.type = f.typed->type};
    f.typed = &t;
    f.fn = s->whole;
    if (!begin_function(&f))
        lfunc_walk(&f, row);
    lfunc_end(&f);
    return f.e->code;
}

int typed_define(struct lmodule *lm, u32 index) {
    struct arena a = {0};
    const struct func *fn = &lm->m->func[index];
    struct ltyped t = {.type = &lm->m->type[fn->type]};
    struct lfunc f = {
        .lm = lm, .l = lm->l, .f = fn, .index = index, .a = &a, .e = lm->e, .fn = lm->fn[index], .typed = &t};
    struct split s = {0};
    if (!split(&f, &s) && !(s.rest && define_rest(f, &s)) && !(s.whole && define_whole(f, &s)) && !begin_function(&f) &&
        !(s.rest ? walk_head(&f, &s, row) : lfunc_walk(&f, row)) && lm->enter[index])
        fill_jump(lm, index);
    lfunc_end(&f);
    arena_drop(&a);
    return lm->e->code;
}

/* The vectoriser stands in front of indvars, which widens the 32-bit counters of guests and hides their trip counts. */
const char *typed_passes(const struct lmodule *lm) {
    (void)lm;
    return "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa(loop-rotate,licm),"
           "loop-simplify,lcssa,loop-vectorize,loop-simplify,lcssa,loop-versioning),default<O2>";
}
