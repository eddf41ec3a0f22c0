/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enc_vec.c - instructions of the xmm registers, in the VEX form where the processor has AVX, else in that of SSE. */
#include "engine/jit/x86_64/enc_raw.h"

enum { MAP_0F = 1, MAP_0F38, MAP_0F3A };

struct vec_row {
    u8 pp, map, code, digit; /* pp as VEX has it: 0, 1: 66, 2: f3, 3: f2 */
    bool w, merge, general;  /* merge: a gives the upper part only; general: b is no xmm register */
    s8 size;
};
#define PP(pp) ((pp) == 0x66 ? 1 : (pp) == 0xf3 ? 2 : (pp) == 0xf2 ? 3 : 0)
#define ROW(name, pp, map, code, w, operands, size)                                                                    \
    [V_##name] = {PP(pp), map, code, 0, w, (operands)[1] == 'm', (operands)[sizeof(operands) - 2] == 'g', size},
static const struct vec_row row[V_COUNT] = {
#define V2(...)                 ROW(__VA_ARGS__)
#define V2I(...)                ROW(__VA_ARGS__)
#define V3(...)                 ROW(__VA_ARGS__)
#define V3I(...)                ROW(__VA_ARGS__)
#define VST(...)                ROW(__VA_ARGS__)
#define VSTI(...)               ROW(__VA_ARGS__)
#define VSHI(name, code, digit) [V_##name] = {1, MAP_0F, code, digit, false, false, false, 0},
#include "engine/jit/x86_64/enc.def"
};

static bool avx(const struct enc *e) {
    return e->cpu & CPU_AVX;
}

/* Everything before ModRM. vvvv: 0 where there is no such operand. */
static void head(struct enc *e, const struct vec_row *r, unsigned reg, unsigned vvvv, unsigned index, unsigned base) {
    static const u8 prefix[] = {0, 0x66, 0xf3, 0xf2};
    room(e);
    if (avx(e)) {
        if (r->map == MAP_0F && !r->w && !hi(index) && !hi(base)) {
            put8(e, 0xc5);
            put8(e, ((hi(reg) ^ 1) << 7) | (~vvvv & 15) << 3 | r->pp);
        } else {
            put8(e, 0xc4);
            put8(e, (hi(reg) << 7 | hi(index) << 6 | hi(base) << 5 | r->map) ^ 0xe0);
            put8(e, (unsigned)r->w << 7 | (~vvvv & 15) << 3 | r->pp);
        }
    } else {
        if (r->pp)
            put8(e, prefix[r->pp]);
        put_rex(e, r->w, reg, index, base, false);
        put8(e, 0x0f);
        if (r->map != MAP_0F)
            put8(e, r->map == MAP_0F38 ? 0x38 : 0x3a);
    }
    put8(e, r->code);
}
static void op_r(struct enc *e, const struct vec_row *r, unsigned reg, unsigned vvvv, unsigned rm) {
    head(e, r, reg, vvvv, 0, rm);
    put_reg(e, reg, rm);
}
static void op_m(struct enc *e, const struct vec_row *r, unsigned reg, unsigned vvvv, struct mem m, unsigned tail) {
    assert(r->size != 0);
    m = mem_short(m);
    head(e, r, reg, vvvv, m.index, m.base);
    put_mem(e, reg, m, tail);
}

void v_rr(struct enc *e, enum vop op, unsigned d, unsigned s) {
    assert(row[op].size >= 0);
    if (op == V_movd_gx || op == V_movq_gx) /* their first operand is r/m */
        op_r(e, &row[op], s, 0, d);
    else
        op_r(e, &row[op], d, 0, s);
}
void v_rm(struct enc *e, enum vop op, unsigned d, struct mem m) {
    op_m(e, &row[op], d, 0, m, 0);
}
void v_mr(struct enc *e, enum vop op, struct mem m, unsigned s) {
    op_m(e, &row[op], s, 0, m, 0);
}
void v_mov(struct enc *e, unsigned d, unsigned s) {
    if (d == s)
        return;
    if (avx(e) && s >= XMM8 && d < XMM8) { /* the store form: r/m is d, and VEX has two bytes */
        head(e, &row[V_movaps_st], s, 0, 0, d);
        put_reg(e, s, d);
    } else {
        v_rr(e, V_movaps, d, s);
    }
}

/* Without AVX the first source is the destination. */
static unsigned first(struct enc *e, enum vop op, unsigned d, unsigned a) {
    if (avx(e))
        return a;
    if (!row[op].merge)
        v_mov(e, d, a);
    return 0;
}

void v_rri(struct enc *e, enum vop op, unsigned d, unsigned s, unsigned imm) {
    const struct vec_row *r = &row[op];
    switch (op) {
#define VSHI(name, ...) case V_##name:
#include "engine/jit/x86_64/enc.def"
        first(e, op, d, s);
        op_r(e, r, r->digit, avx(e) ? d : 0, avx(e) ? s : d);
        break;
    case V_pextrb:
    case V_pextrd:
    case V_pextrq:
    case V_extractps: op_r(e, r, s, 0, d); break;
    case V_pextrw: { /* to a register this older form is shorter */
        static const struct vec_row old = {1, MAP_0F, 0xc5, 0, false, false, false, 0};
        op_r(e, &old, d, 0, s);
        break;
    }
    default: op_r(e, r, d, 0, s); break;
    }
    put8(e, imm);
}
void v_rmi(struct enc *e, enum vop op, unsigned d, struct mem m, unsigned imm) {
    op_m(e, &row[op], d, 0, m, 1);
    put8(e, imm);
}
void v_mri(struct enc *e, enum vop op, struct mem m, unsigned s, unsigned imm) {
    op_m(e, &row[op], s, 0, m, 1);
    put8(e, imm);
}
void v_rrr(struct enc *e, enum vop op, unsigned d, unsigned a, unsigned b) {
    assert(row[op].size >= 0);
    assert(avx(e) || d == a || d != b || row[op].merge || row[op].general);
    a = first(e, op, d, a);
    op_r(e, &row[op], d, a, b);
}
void v_rrm(struct enc *e, enum vop op, unsigned d, unsigned a, struct mem m) {
    a = first(e, op, d, a);
    op_m(e, &row[op], d, a, m, 0);
}
void v_rrri(struct enc *e, enum vop op, unsigned d, unsigned a, unsigned b, unsigned imm) {
    v_rrr(e, op, d, a, b);
    put8(e, imm);
}
void v_rrmi(struct enc *e, enum vop op, unsigned d, unsigned a, struct mem m, unsigned imm) {
    a = first(e, op, d, a);
    op_m(e, &row[op], d, a, m, 1);
    put8(e, imm);
}

void v_blendv(struct enc *e, enum blendv op, unsigned d, unsigned a, unsigned b, unsigned mask) {
    static const struct vec_row sse[] = {
        {1, MAP_0F38, 0x10, 0, false, false, false, 16},
        {1, MAP_0F38, 0x14, 0, false, false, false, 16},
        {1, MAP_0F38, 0x15, 0, false, false, false, 16},
    };
    static const struct vec_row vex[] = {
        {1, MAP_0F3A, 0x4c, 0, false, false, false, 16},
        {1, MAP_0F3A, 0x4a, 0, false, false, false, 16},
        {1, MAP_0F3A, 0x4b, 0, false, false, false, 16},
    };
    if (avx(e)) {
        op_r(e, &vex[op], d, a, b);
        put8(e, mask << 4);
    } else {
        assert(mask == XMM0 && d != XMM0 && (d == a || d != b));
        v_mov(e, d, a);
        op_r(e, &sse[op], d, 0, b);
    }
}
