/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* trail.c - how a value came to where it is at fault: back along the path, the instructions that made it.
 *
 * A register is followed to what wrote it, from there to what that was made of, through the stack and out of the
 * function to its call. A few steps are all that a reader wants. */
#include "check/inner.h"
#include <string.h>

enum { STEPS = 8 };

struct back {
    u32 depth; /* frames below the one that is followed: instructions there do not count */
    bool slot; /* follows bytes of the frame, not a register */
    u16 reg;
    s32 off;
};

static bool writes(const struct insn *i, u16 r) {
    struct regs w = isa_writes(i);
    for (u32 k = 0; k < w.n; k++)
        if (w.r[k] == r)
            return true;
    return false;
}

static bool compares(const struct insn *i, u16 r) {
    u8 shape = isa_info[i->op].shape;
    return (shape == SHAPE_JCC || shape == SHAPE_JCCI) && (i->b == r || (shape == SHAPE_JCC && i->c == r));
}

static void add(struct check_fail *x, u32 func, u32 pc, u8 kind, u16 reg, bool taken) {
    if (x->nstep < STEPS)
        x->step[x->nstep++] = (struct check_step){func, pc, kind, (u8)reg, taken};
}

/* Follows b over instruction i; false: that is where it began. */
static bool follow(struct check_fail *x, struct back *b, const struct insn *i, u32 func, u32 pc) {
    u8 shape = isa_info[i->op].shape;
    if (b->slot) {
        if ((shape == SHAPE_ST || shape == SHAPE_STI) && i->b == REG_FP && i->off == b->off) {
            add(x, func, pc, STEP_SAVE, i->c, false);
            b->slot = false;
            b->reg = i->c;
            return shape == SHAPE_ST;
        }
        return true;
    }
    if (!writes(i, b->reg))
        return true;
    switch (shape) {
    case SHAPE_UN:
    case SHAPE_BINI:
        add(x, func, pc, STEP_FROM, b->reg, false);
        b->reg = i->b;
        return true;
    case SHAPE_BIN:
        add(x, func, pc, STEP_FROM, b->reg, false);
        if (i->b != i->a)
            b->reg = i->b;
        return true;
    case SHAPE_LD:
        if (i->b == REG_FP) {
            add(x, func, pc, STEP_LOAD, b->reg, false);
            b->slot = true;
            b->off = i->off;
            return true;
        }
        break;
    default: break;
    }
    add(x, func, pc, STEP_SET, b->reg, false);
    return false;
}

void trail(struct check *c, struct check_fail *x) {
    struct back b = {.reg = (u16)x->reg};
    u32 at = c->s.path;
    if (x->reg < 0 || !at || !(x->step = arena_new(&c->r->arena, struct check_step, STEPS)))
        return;
    const struct func *here = &c->m->func[c->func];
    if (c->way[at - 1] == here->base + c->pc)
        at--; /* the instruction at fault itself */
    u32 next = here->base + c->pc;
    while (at-- && x->nstep < STEPS) {
        u32 slot = c->way[at];
        const struct func *f = module_func_at(c->m, slot);
        u32 pc, func;
        const struct insn *i;
        if (!f)
            break;
        pc = slot - f->base;
        func = (u32)(f - c->m->func);
        i = &f->code[pc];
        if (i->op == OP_exit) { /* back into a function that was called from here */
            b.depth++;
        } else if (i->op == OP_callf && next == c->m->func[i->imm].base) {
            if (b.depth) {
                b.depth--;
                if (!b.depth && !b.slot && b.reg <= 5) {
                    add(x, func, pc, STEP_SET, b.reg, false);
                    break;
                }
            } else if (b.slot || b.reg > 5 || !b.reg) {
                break;
            } else {
                add(x, func, pc, STEP_CALL, b.reg, false);
            }
        } else if (!b.depth) {
            if (!b.slot && compares(i, b.reg))
                add(x, func, pc, STEP_BRANCH, b.reg, next != slot + (u32)isa_len(i));
            else if (!follow(x, &b, i, func, pc))
                break;
        }
        next = slot;
    }
    for (u32 k = 0; k < x->nstep / 2; k++) { /* oldest first */
        struct check_step t = x->step[k];
        x->step[k] = x->step[x->nstep - 1 - k];
        x->step[x->nstep - 1 - k] = t;
    }
}
