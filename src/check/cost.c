/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cost.c - what a run takes of its fuel beside the instructions that it comes to.
 * in: a call whose arguments were looked at; where a run ends      out: c->pays, where one may take anything; lengths
 *
 * The runtime takes one unit for each 64 bytes that a function is given (rt/mem.h); what takes more, or runs functions,
 * is so marked in its row (abi/helpers.def). Of a host's own functions nothing is known. */
#include "check/inner.h"

enum { UNIT = 64, MAP_UPDATE = 2, UNDER_LOCK = 4 };

/* Fewer bytes than a unit, whatever the number is. */
static bool is_little(struct check *c, u16 r) {
    const struct reg *n = &top(c)->r[r];
    precise(c, n);
    return n->kind == VAL_SCALAR && n->var.umax < UNIT;
}

static bool takes_nothing(struct check *c, const struct callee *k) {
    for (u16 r = 1; r <= 5; r++)
        switch ((enum arg)k->h->arg[r - 1]) {
        case ARG_MEM:
        case ARG_MEM_OUT:
        case ARG_MEM_OR_NULL:
            if (r == 5 || !is_little(c, (u16)(r + 1)))
                return false;
            break;
        case ARG_MAP_VALUE:
        case ARG_MAP_VALUE_OUT:
            if (!k->def || k->def->value_size >= UNIT)
                return false;
            break;
        case ARG_NONE:
        case ARG_ANY:
        case ARG_CTX:
        case ARG_MAP:
        case ARG_MAP_KEY:
        case ARG_SIZE:
        case ARG_SIZE_OR_ZERO:
        case ARG_STR:
        case ARG_FUNC:
        case ARG_RECORD:
        case ARG_LOCK:
        case ARG_OBJECT:
        case ARG_OBJECT_OUT:
        case ARG_MEM8_OUT: break;
        }
    if (k->id == MAP_UPDATE) { /* who waits for a lock pays */
        const struct reg *flags = &top(c)->r[4];
        precise(c, flags);
        return flags->kind == VAL_SCALAR && !((flags->var.bits.value | flags->var.bits.mask) & UNDER_LOCK);
    }
    return true;
}

u64 rest_of_blocks(const struct check *c, const struct state *s, u32 nframe) {
    u64 n = 0;
    for (u32 k = 0; k < nframe; k++) {
        const struct frame *f = s->f[k], *called = k + 1 < s->nframe ? s->f[k + 1] : NULL;
        const struct func *of = &c->m->func[f->func];
        u32 at = !called ? c->pc : called->cb ? called->ret : called->ret - 1;
        const struct cfg *g = &c->fn[f->func].cfg;
        const struct block *b = &g->blk[g->of[at]];
        n += b->charge;
        for (u32 pc = b->start; pc <= at; pc++)
            n -= of->code[pc].op != OP_pad;
    }
    return n;
}

void cut_off(struct check *c) {
    u64 rest = rest_of_blocks(c, &c->s, c->s.nframe);
    c->over = true;
    if (!c->join)
        path_ended(c, rest);
    else if (rest)
        add_length(c, rest);
}

void call_cost(struct check *c, const struct callee *k, bool proven) {
    if (!c->quiet && !c->pays)
        c->pays = !proven || !k->h->unpaid || !takes_nothing(c, k);
}
