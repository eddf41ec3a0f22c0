/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf.c - eBPF functions: where the pointers of all of them come from, then each from its begin to its end. */
#include "engine/llvm/plugin/inline.h"
#include "abi/ctxtype.h"
#include "opt/callers.h"

static int no_memory(struct lmodule *lm) {
    return fail(lm->e, E_NOMEM, NOWHERE, "out of memory to compile");
}

/* --- what is known of all functions --- */

static int origins(struct lmodule *lm, u32 f, const u32 args[5], const struct origin_calls *calls) {
    struct ebpf_unit *u = &lm->ebpf->unit[f];
    const u64 *live = origins_live(&u->live, &u->g, lm->a);
    if (!live)
        return no_memory(lm);
    return origins_of(&u->o, lm->l, &lm->m->func[f], &u->g, live, args, calls, lm->a, lm->e);
}

static int look(void *arg, u32 f, const u32 args[5], const struct origin_calls *calls) {
    struct lmodule *lm = arg;
    return lm->m->func[f].typed ? 0 : origins(lm, f, args, calls);
}

static int all_origins(struct lmodule *lm) {
    struct callers c;
    struct origin_calls calls;
    if (callers_find(&c, lm->l, CALLERS_ALL, look, lm, lm->a, lm->e))
        return lm->e->code;
    for (u32 f = 0; f < lm->m->nfunc; f++)
        if (!lm->m->func[f].typed && (plan_lookups(lm, f, &calls) || origins(lm, f, c.args[f], &calls)))
            return lm->e->code;
    return 0;
}

static const struct ctxtype *only_context(const struct module *m) {
    for (u32 k = 1; k < m->nprog; k++)
        if (m->prog[k].kind != m->prog[0].kind)
            return NULL;
    return m->nprog ? &ctxtypes[m->prog[0].kind] : NULL;
}

static void count_calls(struct lmodule *lm) {
    for (u32 f = 0; f < lm->m->nfunc; f++) {
        const struct func *x = &lm->m->func[f];
        for (u32 pc = 0; !x->typed && pc < x->nslot; pc++) {
            if (x->code[pc].op == OP_callf)
                lm->ebpf->unit[x->code[pc].imm].ncall++;
            lm->ebpf->unit[f].calls |= x->code[pc].op == OP_callf || x->code[pc].op == OP_callx;
        }
    }
}

int ebpf_declare(struct lmodule *lm) {
    struct ebpf_module *em = lm->ebpf = arena_new(lm->a, struct ebpf_module, 1);
    u32 n = 0;
    if (!em || !(em->unit = arena_new(lm->a, struct ebpf_unit, lm->m->nfunc + 1)))
        return no_memory(lm);
    count_calls(lm);
    for (u32 f = 0; f < lm->m->nfunc; f++) {
        const struct func *x = &lm->m->func[f];
        if (x->typed)
            continue;
        if (cfg_build(&em->unit[f].g, x, lm->a, lm->e) ||
            live_build(&em->unit[f].live, x, &em->unit[f].g, lm->a, lm->e))
            return lm->e->code;
        declare_function(lm, f);
        n++;
    }
    em->ctx = only_context(lm->m);
    em->constants = inline_has_constants(lm);
    if (n && all_origins(lm))
        return lm->e->code;
    find_movers(lm);
    return 0;
}

/* --- one function --- */

bool is_proven(const struct lfunc *f, u32 bit) {
    const struct fact *x = f->ebpf->fact ? &f->ebpf->fact[f->pc] : NULL;
    return x && (x->bits & (FACT_SEEN | bit)) == (FACT_SEEN | bit);
}

static void show_registers(struct lfunc *f) {
    for (u32 r = 0; r < NREG_EBPF; r++)
        ctx_set(f, offsetof(struct ctx, trap_regs) + 8 * r, reg_get(f, r, TYPE_I64));
}

/* The handle of a label of this function: tag | function | instruction, which a jump table of it names. */
static void computed(struct lfunc *f, const struct insn *i) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), bad = block_new(f, "");
    LLVMValueRef v = reg_get(f, i->b, TYPE_I64), s;
    block_on(f, bad);
    trap_now(f, TRAP_BAD_JUMP);
    LLVMBuildUnreachable(f->b);
    block_on(f, here);
    v = LLVMBuildSub(f->b, v, k64(f->lm, handle(TAG_LABEL, (u64)f->index << 24)), "");
    s = LLVMBuildSwitch(f->b, v, bad, 16);
    for (u32 pc = 0; pc < f->f->nslot; pc++)
        if (f->f->jump_ok && f->f->jump_ok[pc / 64] >> pc % 64 & 1)
            LLVMAddCase(s, k64(f->lm, pc), way_to(f, f->g.of[pc]));
}

static void may_goto(struct lfunc *f, const struct insn *i) {
    LLVMValueRef left = LLVMBuildLoad2(f->b, f->lm->i64, f->ebpf->may, ""), spent;
    LLVMBasicBlockRef on = block_new(f, "");
    spent = LLVMBuildICmp(f->b, LLVMIntEQ, left, k64(f->lm, 0), "");
    LLVMBuildCondBr(f->b, spent, way_to(f, f->g.of[i->off]), on);
    block_on(f, on);
    LLVMBuildStore(f->b, LLVMBuildSub(f->b, left, k64(f->lm, 1), ""), f->ebpf->may);
    branch(f, block_below(f));
}

/* An arena pointer is its low half; 0 stays 0. */
static void cast(struct lfunc *f, const struct insn *i) {
    LLVMValueRef v = reg_get(f, i->b, TYPE_I64);
    if (f->l->arena) {
        LLVMValueRef low = LLVMBuildZExt(f->b, LLVMBuildTrunc(f->b, v, f->lm->i32, ""), f->lm->i64, "");
        LLVMValueRef up = LLVMBuildOr(f->b, bound(f, f->lm->i64, BIND_ARENA, 0), low, "");
        v = LLVMBuildSelect(f->b, LLVMBuildICmp(f->b, LLVMIntEQ, low, k64(f->lm, 0), ""), low, up, "");
    }
    reg_set(f, i->a, TYPE_I64, v);
}

static bool odd(struct lfunc *f, const struct insn *i) {
    LLVMValueRef v;
    switch (i->op) {
    case OP_gotox: computed(f, i); return true;
    case OP_may_goto: may_goto(f, i); return true;
    case OP_cast_kern:
    case OP_cast_user: cast(f, i); return true;
    case OP_ldmap: v = k64(f->lm, f->l->map[i->imm].handle); break;
    case OP_ldmapval:
        v = LLVMBuildAdd(f->b, bound(f, f->lm->i64, BIND_MAP_VALUE, (u32)i->imm), k64(f->lm, (u32)i->off), "");
        break;
    case OP_ldsym: v = bound(f, f->lm->i64, BIND_SYMBOL, (u32)i->imm); break;
    case OP_ldfunc: v = k64(f->lm, handle(TAG_FUNC, (u32)i->imm)); break;
    default: return false;
    }
    reg_set(f, i->a, TYPE_I64, v);
    return true;
}

static bool is_last(const struct lfunc *f) {
    return f->next >= f->g.blk[f->block].end;
}

static int row(struct lfunc *f, const struct insn *i) {
    const struct switches *s = &f->ebpf->switches;
    if (s->at && is_last(f) && s->at[f->block])
        lower_switch(f, &s->of[s->at[f->block] - 1]);
    if (lower_int(f, i) || lower_jump(f, i) || lower_host(f, i) || lower_ebpf_call(f, i) || odd(f, i) ||
        lower_fp(f, i) || lower_memory(f, i))
        return f->e->code;
    return fail(f->e, E_UNSUP, NOWHERE, "%s: instruction %u (%s) is not compiled by LLVM", f->f->name, f->pc,
                isa_name(i->op));
}

/* Bytes of the frame that may be read before they are written. */
static void zero_frame(struct lfunc *f) {
    const struct origins *o = &f->ebpf->u->o;
    if (o->zero_len)
        LLVMBuildMemSet(f->b, at_offset(f, f->ebpf->frame, 0 - (u64)o->zero_off), LLVMConstInt(f->lm->i8, 0, false),
                        k64(f->lm, o->zero_len), 8);
}

static void begin(struct lfunc *f) {
    struct lebpf *x = f->ebpf;
    take_arguments(f);
    if (x->own_frame) {
        LLVMValueRef a = alloca_at_entry(f, LLVMArrayType2(f->lm->i8, f->l->frame_size), "frame");
        LLVMSetAlignment(a, 16);
        x->frame = at_offset(f, a, f->l->frame_size);
    } else {
        x->frame = LLVMBuildIntToPtr(f->b, x->r10, f->lm->ptr, "r10");
    }
    zero_frame(f);
    x->rows = alloca_at_entry(f, f->lm->ptr, "rows");
    reload_rows(f);
    for (u32 pc = 0; pc < f->f->nslot; pc++)
        if (f->f->code[pc].op == OP_may_goto && !x->may)
            x->may = alloca_at_entry(f, f->lm->i64, "may");
    if (x->may)
        LLVMBuildStore(f->b, k64(f->lm, MAY_GOTO_LOOPS), x->may);
}

/* What of opt/ helps LLVM: it finds wide values and rotates itself. */
static int optimise(struct lfunc *f) {
    struct opt o = {.f = f->f, .g = &f->g, .live = &f->live};
    if (f->l->exact_regs || f->f->nreg > NREG_EBPF)
        return 0;
    if (opt_run(&o, OPT_SWITCH, f->a, f->e))
        return f->e->code;
    f->ebpf->switches = o.switches;
    return 0;
}

int ebpf_define(struct lmodule *lm, u32 index) {
    struct arena a = {0};
    const struct ebpf_unit *u = &lm->ebpf->unit[index];
    struct lebpf x = {.u = u};
    struct lfunc f = {.lm = lm,
                      .l = lm->l,
                      .f = &lm->m->func[index],
                      .index = index,
                      .a = &a,
                      .e = lm->e,
                      .fn = lm->fn[index],
                      .g = u->g,
                      .live = u->live,
                      .ebpf = &x};
    if (lm->l->facts) {
        x.fact = lm->l->facts[index].of;
        x.ctx = lm->l->facts[index].ctx;
        f.bounded = lm->l->facts[index].bounded;
    }
    if (lm->l->exact_regs)
        f.show = show_registers;
    x.own_frame = lm->l->frame_size && !u->o.escapes && !u->frame_seen && !lm->l->exact_regs;
    if (u->o.escapes)
        lm->flags |= NATIVE_ZERO_STACK;
    if (!lfunc_begin(&f, LLVMGetParam(f.fn, 0))) {
        debug_function(&f);
        begin(&f);
        if (!optimise(&f) && !lfunc_walk(&f, row) && u->own)
            fill_enter(lm, index);
    }
    lfunc_end(&f);
    arena_drop(&a);
    return lm->e->code;
}
