/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_call.c - calls, tail calls and returns of typed functions; exceptions.
 *
 * A function of this module is called as what it is. One of another instance, or the host's, is called by the
 * environment with its window in memory, at cx->slot_sp. Which one a reference stands for is seen when it is called. */
#include "engine/llvm/plugin/typed.h"

static const struct deftype *type_at(const struct lfunc *f, u32 type) {
    return &f->lm->m->type[type];
}

static bool is_direct(u16 op) {
    return op == OP_callt || op == OP_tcallt;
}
static u32 called_type(const struct lfunc *f, const struct insn *i) {
    return is_direct(i->op) ? f->lm->m->func[i->imm].type : (u32)i->imm;
}

static LLVMValueRef *values(struct lfunc *f, u32 n) {
    LLVMValueRef *v = arena_new(f->a, LLVMValueRef, n + 1);
    if (!v)
        fail(f->e, E_NOMEM, NOWHERE, "out of memory for the %u values of a call", n);
    return v;
}

static LLVMValueRef place(const struct lfunc *f) {
    return k64(f->lm, place_of(f));
}

/* --- exceptions --- */

static const struct handler *handler_here(const struct lfunc *f) {
    const struct func *fn = f->f;
    for (u32 k = 0; k < fn->nhandler; k++) /* of nested ones the inner first */
        if (f->pc >= fn->handler[k].start && f->pc < fn->handler[k].end)
            return &fn->handler[k];
    return NULL;
}

/* What the handler reads of the registers that the callee's lay over is 0. */
static void clear_for_handler(struct lfunc *f, const struct insn *i, const struct handler *h) {
    const u64 *live = live_in(&f->live, f->g.of[h->target]);
    u16 from;
    if (!isa_clobbers(i, &from))
        return;
    for (u32 r = from; r < f->f->nreg; r++)
        if (live_has(live, (u16)r) && f->reg[r])
            LLVMBuildStore(f->b, LLVMConstNull(f->reg_type[r]), f->reg[r]);
}

/* The builder is where an exception has come: to the handler of this instruction, or out. noted: its place here is. */
static void exception_came(struct lfunc *f, const struct insn *i, bool noted) {
    const struct handler *h = handler_here(f);
    LLVMValueRef at = place(f);
    if (h) {
        clear_for_handler(f, i, h);
        reg_set(f, h->reg, 'N', env_call(f, offsetof(struct native_env, caught), f->lm->i64, NULL, 0));
        branch(f, f->blk[f->g.of[h->target]]);
        return;
    }
    if (!noted)
        env_call(f, offsetof(struct native_env, pass), f->lm->tvoid, &at, 1);
    return_nothing(f, f->typed->type);
}

/* Behind what may have thrown. */
static void look_for_exception(struct lfunc *f, const struct insn *i, bool noted) {
    LLVMBasicBlockRef came, on;
    LLVMValueRef trap;
    if (!typed_of(f->lm)->throws)
        return;
    came = block_new(f, "exception");
    trap = ctx_get(f, f->lm->i32, offsetof(struct ctx, trap));
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntNE, trap, k32(f->lm, 0), ""), came);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, came);
    exception_came(f, i, noted);
    block_on(f, on);
}

/* --- calls of functions of this module --- */

static void set_place(struct lfunc *f, u64 v) {
    LLVMValueRef s = LLVMBuildStore(f->b, k64(f->lm, v), f->typed->sp);
    LLVMSetVolatile(s, true);
    of_runtime(f, s);
}

static LLVMValueRef call_code(struct lfunc *f, u32 type, LLVMValueRef fn, const LLVMValueRef *v, bool tail) {
    const struct deftype *t = type_at(f, type);
    LLVMTypeRef ft = function_type(f->lm, type);
    LLVMValueRef *arg = values(f, t->nparam + FIRST_PARAM), call;
    u32 n = 0;
    if (!arg || !ft)
        return NULL;
    arg[n++] = f->cx;
    arg[n++] = tail ? f->typed->above : f->typed->sp;
    if (f->fuel)
        arg[n++] = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    if (typed_of(f->lm)->windowed)
        slots_set(f, out_window(f), t->vt, t->nparam, v);
    for (u32 k = 0; k < t->nparam && !typed_of(f->lm)->windowed; k++)
        arg[n++] = v[k];
    call = LLVMBuildCall2(f->b, ft, fn, arg, n, "");
    LLVMSetInstructionCallConv(call, typed_of(f->lm)->convention);
    context_register(f->lm, call, true);
    return call;
}

/* Up to the next call of a function here, which notes its own place, nothing can trap or fault. */
static bool is_quiet_until_call(const struct lfunc *f) {
    for (u32 pc = f->next; pc < f->g.blk[f->block].end; pc++) {
        const struct insn *i = &f->f->code[pc];
        const struct isa_row *r = &isa_info[i->op];
        switch (i->op) {
        case OP_pad:
        case OP_mov64i:
        case OP_mov32i:
        case OP_const64:
        case OP_select:
        case OP_vconst:
        case OP_gget:
        case OP_gset: continue;
        case OP_callt: return !f->lm->m->func[i->imm].imported;
        default: break;
        }
        if ((r->shape != SHAPE_BIN && r->shape != SHAPE_BINI && r->shape != SHAPE_UN) || r->flags & TRAPS)
            return false;
    }
    return false;
}

/* v: arguments, then results. Exceptions are looked for. */
static void call_own(struct lfunc *f, const struct insn *i, u32 type, LLVMValueRef fn, LLVMValueRef *v,
                     bool may_throw) {
    LLVMValueRef call;
    bool looks = may_throw && typed_of(f->lm)->throws;
    set_place(f, place_of(f));
    call = call_code(f, type, fn, v, false);
    if (looks || !is_quiet_until_call(f))
        set_place(f, 0);
    if (!call)
        return;
    if (f->fuel)
        LLVMBuildStore(f->b, fuel_of(f, call), f->fuel);
    f->typed->noted = NULL;
    if (looks)
        look_for_exception(f, i, false);
    results_of(f, type_at(f, type), call, v);
}

static void tail_own(struct lfunc *f, u32 type, LLVMValueRef fn, LLVMValueRef *v) {
    LLVMValueRef call = call_code(f, type, fn, v, true);
    if (!call)
        return;
    LLVMSetTailCallKind(call, LLVMTailCallKindMustTail);
    if (LLVMTypeOf(call) == f->lm->tvoid)
        LLVMBuildRetVoid(f->b);
    else
        LLVMBuildRet(f->b, call);
}

/* --- calls of others --- */

static void call_other(struct lfunc *f, const struct insn *i, const struct deftype *t, LLVMValueRef ref,
                       LLVMValueRef *v, bool tail) {
    LLVMValueRef arg[] = {place(f), f->typed->sp, ref};
    size_t off = tail ? offsetof(struct native_env, tail_ref) : offsetof(struct native_env, call_ref);
    slots_set(f, out_window(f), t->vt, t->nparam, v);
    env_call_out(f, off, f->lm->tvoid, arg, COUNT(arg));
    if (!tail)
        look_for_exception(f, i, true);
    slots_get(f, out_window(f), t->vt + t->nparam, t->nresult, v);
}

/* --- what a reference or an element stands for --- */

/* The slow way gives a function too, or does not come back. */
static LLVMValueRef function_by_index(struct lfunc *f, const struct insn *i, LLVMValueRef at, LLVMBasicBlockRef slow) {
    LLVMValueRef t =
        load_fixed(f, f->lm->ptr, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, table)), 8 * (u64)(u32)i->off);
    LLVMValueRef size = load_runtime(f, f->lm->i64, t, offsetof(struct table, size)), elem;
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntUGE, at, size, ""), slow);
    elem = load_runtime(f, f->lm->ptr, t, offsetof(struct table, elem));
    return load_runtime(f, f->lm->ptr, LLVMBuildGEP2(f->b, f->lm->i64, elem, &at, 1, ""), 0);
}

static LLVMValueRef find_function(struct lfunc *f, const struct insn *i) {
    bool table = i->op == OP_calltab || i->op == OP_tcalltab;
    LLVMBasicBlockRef slow = block_new(f, "slow"), found = block_new(f, "found"), from[2];
    LLVMValueRef at = NULL, ref, type, want, phi, v[2], p = place(f);
    if (table) {
        char letter = f->lm->m->table[i->off].lim.is64 ? 'L' : 'I';
        at = as_letter(f, reg_get(f, i->b, letter), letter, 'L');
        ref = function_by_index(f, i, at, slow);
    } else {
        ref = LLVMBuildIntToPtr(f->b, reg_get(f, i->b, 'R'), f->lm->ptr, "");
    }
    branch_rare(f, LLVMBuildIsNull(f->b, ref, ""), slow);
    type = load_fixed(f, f->lm->ptr, ref, offsetof(struct funcref, type));
    want = load_fixed(f, f->lm->ptr, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, rtype)), 8 * (u64)(u32)i->imm);
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntNE, type, want, ""), slow);
    v[0] = ref;
    from[0] = LLVMGetInsertBlock(f->b);
    branch(f, found);
    block_on(f, slow);
    if (table) {
        LLVMValueRef arg[] = {p, k32(f->lm, (u32)i->off), k32(f->lm, (u32)i->imm), at};
        v[1] = env_call_out(f, offsetof(struct native_env, element), f->lm->ptr, arg, COUNT(arg));
    } else {
        LLVMValueRef arg[] = {p, LLVMBuildIntToPtr(f->b, reg_get(f, i->b, 'R'), f->lm->ptr, ""),
                              k32(f->lm, (u32)i->imm)};
        v[1] = env_call_out(f, offsetof(struct native_env, ref), f->lm->ptr, arg, COUNT(arg));
    }
    from[1] = LLVMGetInsertBlock(f->b);
    branch(f, found);
    block_on(f, found);
    phi = LLVMBuildPhi(f->b, f->lm->ptr, "");
    LLVMAddIncoming(phi, v, from, 2);
    return phi;
}

static LLVMValueRef code_of(struct lfunc *f, LLVMValueRef ref) {
    LLVMValueRef n =
        LLVMBuildZExt(f->b, load_fixed(f, f->lm->i32, ref, offsetof(struct funcref, func)), f->lm->i64, "");
    LLVMValueRef p = LLVMBuildInBoundsGEP2(f->b, f->lm->ptr, code_table(f->lm), &n, 1, "");
    return load_fixed(f, f->lm->ptr, p, 0);
}

/* Goes on where the function is one of this instance; `elsewhere` is where it is not. */
static void own_or(struct lfunc *f, LLVMValueRef ref, LLVMBasicBlockRef elsewhere) {
    LLVMValueRef cx = load_fixed(f, f->lm->ptr, ref, offsetof(struct funcref, cx));
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntNE, cx, f->cx, ""), elsewhere);
}

static LLVMValueRef imported(struct lfunc *f, u32 func) {
    return at_offset(f, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, func)), (u64)func * sizeof(struct funcref));
}

/* --- the rows --- */

static void set_results(struct lfunc *f, const struct insn *i, const struct deftype *t, const LLVMValueRef *v) {
    clear_registers(f);
    window_set(f, i->a + t->result_at, t->vt + t->nparam, t->nresult, v);
}

static void call(struct lfunc *f, const struct insn *i) {
    u32 type = called_type(f, i), most;
    const struct deftype *t = type_at(f, type);
    LLVMBasicBlockRef elsewhere, on;
    LLVMValueRef *v, *w, ref;
    most = t->nparam > t->nresult ? t->nparam : t->nresult;
    if (!(v = values(f, most)) || !(w = values(f, most)))
        return;
    if (i->op == OP_callt) {
        bool other = f->lm->m->func[i->imm].imported;
        window_get(f, i->a, t->vt, t->nparam, v);
        if (other)
            call_other(f, i, t, imported(f, (u32)i->imm), v, false);
        else
            call_own(f, i, type, f->lm->fn[i->imm], v, typed_of(f->lm)->may_throw[i->imm]);
        set_results(f, i, t, v);
        return;
    }
    ref = find_function(f, i);
    window_get(f, i->a, t->vt, t->nparam, v);
    for (u32 k = 0; k < t->nparam; k++)
        w[k] = v[k];
    elsewhere = block_new(f, "elsewhere");
    on = block_new(f, "");
    own_or(f, ref, elsewhere);
    call_own(f, i, type, code_of(f, ref), v, true);
    set_results(f, i, t, v);
    branch(f, on);
    block_on(f, elsewhere);
    call_other(f, i, t, ref, w, false);
    set_results(f, i, t, w);
    branch(f, on);
    block_on(f, on);
}

static void tail_other(struct lfunc *f, const struct insn *i, const struct deftype *t, LLVMValueRef ref,
                       LLVMValueRef *v) {
    call_other(f, i, t, ref, v, true);
    return_values(f, f->typed->type, v);
}

static void tail_call(struct lfunc *f, const struct insn *i) {
    u32 type = called_type(f, i);
    const struct deftype *t = type_at(f, type);
    LLVMBasicBlockRef elsewhere;
    LLVMValueRef *v = values(f, t->nparam > t->nresult ? t->nparam : t->nresult), ref;
    if (!v)
        return;
    if (i->op == OP_tcallt) {
        window_get(f, i->a, t->vt, t->nparam, v);
        if (f->lm->m->func[i->imm].imported)
            tail_other(f, i, t, imported(f, (u32)i->imm), v);
        else
            tail_own(f, type, f->lm->fn[i->imm], v);
        return;
    }
    ref = find_function(f, i);
    window_get(f, i->a, t->vt, t->nparam, v);
    elsewhere = block_new(f, "elsewhere");
    own_or(f, ref, elsewhere);
    tail_own(f, type, code_of(f, ref), v);
    block_on(f, elsewhere);
    tail_other(f, i, t, ref, v);
}

static void leave(struct lfunc *f, const struct insn *i) {
    const struct deftype *t = f->typed->type;
    LLVMValueRef *v = values(f, t->nresult);
    if (!v)
        return;
    window_get(f, i->a, t->vt + t->nparam, t->nresult, v);
    return_values(f, t, v);
}

/* Comes back with the exception where NATIVE_THROWS is set. */
static void thrown(struct lfunc *f, const struct insn *i) {
    if (typed_of(f->lm)->throws)
        exception_came(f, i, true);
    else
        LLVMBuildUnreachable(f->b);
}

static void throw_new(struct lfunc *f, const struct insn *i) {
    const struct deftype *t = type_at(f, f->lm->m->tag[i->imm].type);
    LLVMValueRef *v = values(f, t->nparam), arg[] = {place(f), k32(f->lm, (u32)i->imm), k32(f->lm, t->param_slots)};
    if (!v)
        return;
    window_get(f, i->a, t->vt, t->nparam, v);
    slots_set(f, out_window(f), t->vt, t->nparam, v);
    env_call_out(f, offsetof(struct native_env, throw_tag), f->lm->tvoid, arg, COUNT(arg));
    thrown(f, i);
}

static void throw_again(struct lfunc *f, const struct insn *i) {
    LLVMValueRef arg[] = {place(f), reg_get(f, i->b, 'N')};
    env_call_out(f, offsetof(struct native_env, rethrow), f->lm->tvoid, arg, COUNT(arg));
    thrown(f, i);
}

bool lower_call(struct lfunc *f, const struct insn *i) {
    switch (i->op) {
    case OP_callt:
    case OP_calltab:
    case OP_callref: call(f, i); return true;
    case OP_tcallt:
    case OP_tcalltab:
    case OP_tcallref: tail_call(f, i); return true;
    case OP_ret: leave(f, i); return true;
    case OP_throw: throw_new(f, i); return true;
    case OP_throwref: throw_again(f, i); return true;
    default: return false;
    }
}
