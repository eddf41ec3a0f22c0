/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_simd.c - vectors. Their operations have the names of the instructions, and the shape of the operation says
 * where operands go. */
#include "front/wasm/lower.h"

static s32 pool_entry(struct lower *l, const u8 *p) {
    s32 n = (s32)(l->pool.len / 16);

    buf_add(&l->pool, p, 16);
    return n;
}

static u16 pop_reg(struct lower *l) {
    struct val v = pop(l);

    return use(l, &v);
}

/* The vector changes in its own home, above the address, and then takes its place. */
static void load_lane(struct lower *l) {
    struct val v = pop(l), b = pop(l);
    u16 from = use(l, &b), reg = home_of(l, v.slot, 'V');

    put(l, &v, reg);
    emit(l, l->arg, reg, from, l->i.n << 12 | l->i.y, (u32)(l->i.imm >> 32), (u32)l->i.imm);
    move(l, push_home(l, 'V'), reg, 'V');
}

static void store_lane(struct lower *l) {
    u16 v = pop_reg(l), to = pop_reg(l);

    emit(l, l->arg, v, to, l->i.n << 12 | l->i.y, (u32)(l->i.imm >> 32), (u32)l->i.imm);
}

void lower_vector(struct lower *l) {
    const struct isa_row *r = &isa_info[l->arg];
    u8 letter = (u8)wasm_op[l->i.op].sig[0];
    bool lane = r->flags & LANE;
    u32 imm = 0, off = 0;
    u16 b = 0, c = 0;

    switch (l->arg) {
    case OP_vconst:
        imm = (u32)pool_entry(l, l->i.ext);
        define(l, OP_vconst, push_home(l, 'V'), 0, 0, 0, imm);
        return;
    case OP_shuffle: imm = (u32)pool_entry(l, l->i.ext); break;
    }
    if (r->shape == SHAPE_MLD || r->shape == SHAPE_MST) {
        if (r->shape == SHAPE_MLD) (lane ? load_lane : lower_load)(l);
        else (lane ? store_lane : lower_store)(l);
        return;
    }
    if (r->shape == SHAPE_TER) imm = pop_reg(l);
    if (r->shape == SHAPE_BINI) imm = l->i.x;
    if (r->shape == SHAPE_LANE) off = l->i.x;
    if (r->shape != SHAPE_UN && r->shape != SHAPE_BINI) c = pop_reg(l);
    b = pop_reg(l);
    define(l, l->arg, push_home(l, letter), b, c, off, imm);
}
