/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_split.c - a function that calls itself, in two.
 *
 * Much of recursion ends at once: at a leaf, an empty range. The blocks in which it may do so, from the begin up to one
 * block, the border, call nothing: they are a function by themselves, its head, which LLVM makes part of who calls it.
 * The rest, from the border on, is another function, which gets the registers that live there. So calls that end at
 * once are none, and registers are saved by what needs them. A frame is counted in the head.
 *
 * Fuel is looked at once in a head. Where it may not suffice the whole function, a third one, goes on from its begin.
 */
#include "engine/llvm/plugin/typed.h"

enum {
    MOST_INSNS = 40,  /* of a head */
    MOST_NUMBERS = 4, /* that pass in registers, */
    MOST_FLOATS = 8,
};

/* Tools that show calls, and listings, have functions in one piece. */
static bool may_split(const struct lfunc *f) {
    const struct lmodule *lm = f->lm;
    if (lm->job->o.level < 2 || lm->job->o.frames || lm->job->o.places || typed_of(lm)->windowed || f->f->nhandler)
        return false;
    for (u32 pc = 0; pc < f->f->nslot; pc++)
        if (f->f->code[pc].op == OP_callt && (u32)f->f->code[pc].imm == f->index)
            return true;
    return false;
}

/* It calls nothing, and ends in no more than two ways. */
static bool is_plain(const struct lfunc *f, const struct block *b) {
    for (u32 pc = b->start; pc < b->end; pc++)
        switch ((enum shape)isa_info[f->f->code[pc].op].shape) {
        case SHAPE_BIN:
        case SHAPE_BINI:
        case SHAPE_UN:
        case SHAPE_JCC:
        case SHAPE_JCCI:
        case SHAPE_MLD:
        case SHAPE_MST: continue;
        default:
            switch (f->f->code[pc].op) {
            case OP_pad:
            case OP_mov64i:
            case OP_mov32i:
            case OP_const64:
            case OP_select:
            case OP_gget:
            case OP_gset:
            case OP_ja:
            case OP_ret: continue;
            default: return false;
            }
        }
    return true;
}

static bool returns(const struct lfunc *f, const struct block *b) {
    return f->f->code[b->end - 1].op == OP_ret || (b->end - b->start > 1 && f->f->code[b->end - 2].op == OP_ret);
}

static bool add(struct split *s, u32 b) {
    for (u32 k = 0; k < s->nhead; k++)
        if (s->head[k] == b)
            return true;
    if (s->nhead == MOST_HEAD)
        return false;
    s->head[s->nhead++] = b;
    return true;
}

/* What the function begins with, up to a block: plain code without a loop, in which it may return, and from which it
 * may go to the border. order: of blocks, in reverse post order. */
static bool find_head(const struct lfunc *f, const u32 *order, u32 border, struct split *s) {
    u32 insns = 0;
    bool ends = false, goes_on = false;
    s->border = border;
    s->nhead = 0;
    add(s, 0);
    for (u32 at = 0; at < s->nhead; at++) {
        const struct block *b = &f->g.blk[s->head[at]];
        insns += b->end - b->start;
        if (insns > MOST_INSNS || !is_plain(f, b))
            return false;
        ends |= returns(f, b);
        for (u32 k = 0; k < block_nsucc(b); k++) {
            u32 to = block_succ(b, k);
            goes_on |= to == border;
            if (to != NBLOCK && to != border && (order[to] <= order[s->head[at]] || !add(s, to)))
                return false;
        }
    }
    return ends && goes_on;
}

static char letter_of(const struct lfunc *f, u32 r) {
    return f->f->reg_type ? (char)f->f->reg_type[r] : TYPE_I64;
}

/* The registers that live at the border: false if there are more than machines have for them. */
static bool find_passed(const struct lfunc *f, struct split *s) {
    const u64 *live = live_in(&f->live, s->border);
    u32 floats = 0;
    s->nreg = 0;
    for (u32 r = 0; r < f->f->nreg; r++) {
        char letter = letter_of(f, r);
        if (!live_has(live, (u16)r))
            continue;
        floats += letter == 'F' || letter == 'D';
        if (letter == TYPE_V128 || letter == TYPE_VHIGH || s->nreg == MOST_PASSED || floats > MOST_FLOATS)
            return false;
        s->reg[s->nreg++] = (u16)r;
    }
    return s->nreg - floats <= MOST_NUMBERS;
}

/* The largest head. */
static bool find_border(struct lfunc *f, struct split *s) {
    u32 *order = arena_new(f->a, u32, f->g.nblk);
    struct split best = {0};
    if (!order)
        return false;
    for (u32 k = 0; k < f->g.nrpo; k++)
        order[f->g.rpo[k]] = k;
    for (u32 k = 1; k < f->g.nrpo; k++)
        if (find_head(f, order, f->g.rpo[k], s) && s->nhead > best.nhead && find_passed(f, s))
            best = *s;
    *s = best;
    return best.nhead > 0;
}

static u32 place_in(const struct split *s, u32 b) {
    u32 k = 0;
    while (k < s->nhead && s->head[k] != b)
        k++;
    return k;
}

/* Of the longest way from the begin. */
static u64 most_fuel(const struct lfunc *f, const struct split *s) {
    u64 from[MOST_HEAD + 1] = {0};
    bool changed = true;
    while (changed) {
        changed = false;
        for (u32 at = 0; at < s->nhead; at++) {
            const struct block *b = &f->g.blk[s->head[at]];
            for (u32 k = 0; k < block_nsucc(b); k++) {
                u32 to = block_succ(b, k);
                u64 cost = to == NBLOCK ? 0 : from[place_in(s, to)] + f->g.blk[to].charge; /* or less: it may be paid */
                changed |= cost > from[at];
                from[at] = cost > from[at] ? cost : from[at];
            }
        }
    }
    return f->g.blk[0].charge + from[0];
}

static void declare_rest(struct lfunc *f, struct split *s) {
    struct lmodule *lm = f->lm;
    LLVMTypeRef p[FIRST_PARAM + MOST_PASSED];
    u32 n = 0;
    p[n++] = lm->ptr;
    p[n++] = lm->ptr;
    if (lm->l->fuel)
        p[n++] = lm->i64;
    for (u32 k = 0; k < s->nreg; k++)
        p[n++] = type_of_letter(lm, letter_of(f, s->reg[k]));
    s->type = LLVMFunctionType(result_type(lm, f->typed->type), p, n, false);
    s->rest = typed_function(lm, f->index, ".rest", s->type);
    fn_attr(lm, s->rest, "noinline", 0); /* into the head again */
    if (!lm->l->fuel)
        return;
    s->most = most_fuel(f, s);
    s->whole = typed_function(lm, f->index, ".whole", function_type(lm, lm->m->func[f->index].type));
    fn_attr(lm, s->whole, "noinline", 0);
    fn_attr(lm, s->whole, "cold", 0);
}

int split(struct lfunc *f, struct split *s) {
    if (!may_split(f))
        return 0;
    if (cfg_build(&f->g, f->f, f->a, f->e) || live_build(&f->live, f->f, &f->g, f->a, f->e))
        return f->e->code;
    if (find_border(f, s))
        declare_rest(f, s);
    return 0;
}

void take_passed(struct lfunc *f, const struct split *s, u32 param) {
    for (u32 k = 0; k < s->nreg; k++)
        LLVMBuildStore(f->b, LLVMGetParam(f->fn, param + k), f->reg[s->reg[k]]);
}

/* In place of the head. */
static void go_to(struct lfunc *f, LLVMValueRef fn, LLVMTypeRef type, LLVMValueRef *arg, u32 n) {
    LLVMValueRef call = LLVMBuildCall2(f->b, type, fn, arg, n, "");
    LLVMSetInstructionCallConv(call, typed_of(f->lm)->convention);
    if (typed_of(f->lm)->convention == LLVMFastCallConv)
        LLVMSetTailCall(call, true);
    else /* a part of the module's tail calls */
        LLVMSetTailCallKind(call, LLVMTailCallKindMustTail);
    context_register(f->lm, call, true);
    if (LLVMTypeOf(call) == f->lm->tvoid)
        LLVMBuildRetVoid(f->b);
    else
        LLVMBuildRet(f->b, call);
}

static int look_at_fuel(struct lfunc *f, const struct split *s) {
    LLVMBasicBlockRef low = block_new(f, "low"), on;
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    u32 n = LLVMCountParams(f->fn);
    LLVMValueRef *arg = arena_new(f->a, LLVMValueRef, n);
    if (!arg)
        return out_of_memory(f);
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntSLT, v, k64(f->lm, s->most), ""), low);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, low);
    LLVMGetParams(f->fn, arg);
    go_to(f, s->whole, LLVMGlobalGetValueType(s->whole), arg, n);
    block_on(f, on);
    return 0;
}

static void go_on(struct lfunc *f, const struct split *s) {
    LLVMValueRef arg[FIRST_PARAM + MOST_PASSED];
    u32 n = 0;
    arg[n++] = f->cx;
    arg[n++] = f->typed->above;
    if (f->fuel)
        arg[n++] = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    for (u32 k = 0; k < s->nreg; k++)
        arg[n++] = LLVMBuildLoad2(f->b, f->reg_type[s->reg[k]], f->reg[s->reg[k]], "");
    go_to(f, s->rest, s->type, arg, n);
}

int walk_head(struct lfunc *f, const struct split *s, int (*row)(struct lfunc *f, const struct insn *i)) {
    if ((s->whole && look_at_fuel(f, s)) || lfunc_walk_some(f, s->head, s->nhead, row))
        return f->e->code;
    f->pc = f->g.blk[s->border].start;
    debug_at(f);
    block_on(f, f->blk[s->border]);
    if (f->fuel)
        fuel_spend(f, f->g.blk[s->border].charge);
    branch(f, f->past[s->border]);
    block_on(f, f->past[s->border]);
    go_on(f, s);
    for (u32 b = 0; b < f->g.nblk; b++) /* nobody comes to those that are the rest's */
        for (u32 k = 0; f->blk[b] && k < 2; k++) {
            LLVMBasicBlockRef to = k ? f->past[b] : f->blk[b];
            if (LLVMGetBasicBlockTerminator(to))
                continue;
            block_on(f, to);
            LLVMBuildUnreachable(f->b);
        }
    return 0;
}
