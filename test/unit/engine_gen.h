/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_gen.h - random eBPF programs: a module of a few functions, of 16 registers now and then.
 *
 * Made from the rows of isa.def: arithmetic on extreme constants, branches forward and back, loops as compilers see
 * through them, accesses to the frame and to the buffer that r1 holds at first (also past its end), calls of functions
 * behind and of helpers 0 to 3; 2 may call the last one. The same seed gives the same program. */
#ifndef ENGINE_GEN_H
#define ENGINE_GEN_H
#include "base/types.h"
#include "ir/module.h"
#include "isa/isa.h"
#include <string.h>

enum { FRAME = 512, BUF = 64, MAX_INSN = 200, MAX_FUNC = 4, REGS = 16 };

struct gen {
    u64 seed;
    bool wide;
    struct insn code[MAX_FUNC][MAX_INSN];
    bool fixed[MAX_INSN]; /* of the function being made: branches that go where they go */
    u64 slot[MAX_FUNC][MAX_INSN];
    struct func func[MAX_FUNC];
    struct prog prog;
    struct module m;
};

static u64 rnd(struct gen *g) {
    g->seed ^= g->seed << 13;
    g->seed ^= g->seed >> 7;
    g->seed ^= g->seed << 17;
    return g->seed * 0x2545f4914f6cdd1d;
}
static u32 below(struct gen *g, u32 n) {
    return (u32)((rnd(g) >> 33) % n);
}

/* clang-format off */
static const u64 extreme[] = {
    0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff,
    0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000,
    0xffffffff80000000, 0xfffffffffffffffe, 0xffffffffffffffff, 0x123456789abcdef0,
};
/* clang-format on */

static u64 constant(struct gen *g) {
    return below(g, 4) ? extreme[below(g, COUNT(extreme))] : rnd(g);
}
static s32 immediate(struct gen *g) {
    return below(g, 3) ? (s32)constant(g) : (s32)below(g, 64);
}

static bool usable_row(const struct gen *g, u16 op) {
    const struct isa_row *r = &isa_info[op];
    u64 z;
    if (r->shape > SHAPE_JCCI || (r->flags & WIDE && !g->wide))
        return false;
    for (u32 i = 0; i < 3; i++)
        if (r->type[i] && r->type[i] != 'L' && r->type[i] != 'I')
            return false;
    return isa_eval(op, 5, 3, &z);
}

static u16 reg(struct gen *g) {
    return (u16)(g->wide && below(g, 3) == 0 ? 11 + below(g, REGS - 11) : below(g, 10));
}

static struct insn arithmetic(struct gen *g) {
    struct insn i = {0};
    do
        i.op = (u16)(1 + below(g, OP_COUNT - 1));
    while (!usable_row(g, i.op) || isa_info[i.op].shape == SHAPE_JCC || isa_info[i.op].shape == SHAPE_JCCI);
    i.a = reg(g);
    i.b = isa_info[i.op].shape == SHAPE_UN && !(isa_info[i.op].flags & SELF) ? reg(g) : i.a;
    if (g->wide && below(g, 2))
        i.b = reg(g);
    if (isa_info[i.op].shape == SHAPE_BIN)
        i.c = reg(g);
    if (isa_info[i.op].shape == SHAPE_BINI)
        i.imm = immediate(g);
    return i;
}

/* Patterns that the interpreter fuses, now and then. */
static u32 idiom(struct gen *g, struct insn *o) {
    u16 a = (u16)below(g, 10), b = (u16)below(g, 10), k = (u16)(1 + below(g, 31));
    bool w = below(g, 2);
    switch (below(g, 6)) {
    case 4: { /* memory that is changed in place */
        static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64},
                         store[] = {OP_st8, OP_st16, OP_st32, OP_st64};
        static const u16 op[] = {OP_add64, OP_sub32, OP_and64, OP_or32, OP_xor64, OP_add32};
        u32 size = below(g, 4), n = 0, at = below(g, 2) ? 9 : REG_FP;
        s32 off = at == 9 ? (s32)below(g, BUF) : -(s32)below(g, FRAME);
        bool number = below(g, 2);
        o[n++] = (struct insn){load[size], a, (u16)at, 0, off, 0};
        if (below(g, 3) == 0) {
            o[n++] = (struct insn){OP_mov64, b, (u16)below(g, 10), 0, 0, 0};
            o[n++] = (struct insn){op[below(g, 6)], b, b, a, 0, 0};
        } else {
            o[n] = (struct insn){op[below(g, 6)], a, a, b, 0, 0};
            if (number)
                o[n] = (struct insn){(u16)(o[n].op + 1), a, a, 0, 0, immediate(g)};
            n++;
        }
        o[n] = (struct insn){store[size], 0, (u16)at, o[n - 1].a, off, 0};
        n++;
        o[n++] = (struct insn){OP_mov64i, a, 0, 0, 0, immediate(g)};
        if (below(g, 2))
            o[n++] = (struct insn){OP_mov64i, b, 0, 0, 0, immediate(g)};
        return n;
    }
    case 0: /* a rotate */
        o[0] = (struct insn){w ? OP_mov64 : OP_mov32, a, b, 0, 0, 0};
        o[1] = (struct insn){w ? OP_lsh64i : OP_lsh32i, a, a, 0, 0, k};
        o[2] = (struct insn){w ? OP_rsh64i : OP_rsh32i, b, b, 0, 0, (w ? 64 : 32) - k};
        o[3] = (struct insn){w ? OP_or64 : OP_xor32, a, a, b, 0, 0};
        return 4;
    case 1: /* shifted operand, address */
        o[0] = (struct insn){OP_lsh64i, a, a, 0, 0, below(g, 3)};
        o[1] = (struct insn){OP_add64, b, b, a, 0, 0};
        return 2;
    case 2: /* extensions */
        o[0] = (struct insn){OP_lsh64i, a, a, 0, 0, 32 + 8 * (s32)below(g, 4)};
        o[1] = (struct insn){below(g, 2) ? OP_rsh64i : OP_arsh64i, a, a, 0, 0, o[0].imm};
        return 2;
    case 3: /* moves that may be made in place */
        o[0] = (struct insn){OP_add64i, a, a, 0, 0, immediate(g)};
        o[1] = (struct insn){OP_mov64, b, a, 0, 0, 0};
        o[2] = (struct insn){OP_mov64i, a, 0, 0, 0, immediate(g)};
        return 3;
    default: /* big-endian word off the buffer, whose address r9 may hold */
        o[0] = (struct insn){OP_ldx32, a, 9, 0, (s32)below(g, BUF), 0};
        o[1] = (struct insn){OP_be32, a, a, 0, 0, 0};
        return 2;
    }
}

/* A loop that copies or sums, at place n; its index goes from 0 or 8 to a bound that may be out of bounds. */
static u32 loop(struct gen *g, struct insn *o, u32 n) {
    static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64};
    u32 size = below(g, 4), k = 0, head;
    bool copy = below(g, 2), one_base = below(g, 2), inverted = below(g, 2), by_register = below(g, 2);
    s32 bound = copy ? (s32)below(g, 70) : (s32)((below(g, 24) << size) + (below(g, 8) == 0));
    if (copy)
        size = 0;
    o[k++] = (struct insn){OP_mov64i, 5, 0, 0, 0, below(g, 3) ? 0 : 8};
    o[k++] = (struct insn){OP_mov64i, 7, 0, 0, 0, bound};
    head = k;
    o[k++] = (struct insn){OP_mov64, 3, 8, 0, 0, 0};
    o[k++] = (struct insn){OP_add64, 3, 3, 5, 0, 0};
    o[k++] = (struct insn){load[size], 4, 3, 0, (s32)below(g, 12), 0};
    if (copy && one_base) {
        o[k++] = (struct insn){OP_st8, 0, 3, 4, (s32)below(g, 24), 0};
    } else if (copy) {
        o[k++] = (struct insn){OP_mov64, 3, 9, 0, 0, 0};
        o[k++] = (struct insn){OP_add64, 3, 3, 5, 0, 0};
        o[k++] = (struct insn){OP_st8, 0, 3, 4, 0, 0};
    } else {
        if (one_base)
            o[k - 1].off = 0;
        o[k++] = (struct insn){below(g, 2) ? OP_add64 : OP_add32, 6, 6, 4, 0, 0};
    }
    o[k++] = (struct insn){OP_add64i, 5, 5, 0, 0, 1 << size};
    g->fixed[n + k] = true;
    o[k] = by_register ? (struct insn){OP_jne64, 0, 5, 7, 0, 0} : (struct insn){OP_jne64i, 0, 5, 0, 0, bound};
    if (inverted) {
        o[k].op += OP_jeq64 - OP_jne64;
        o[k].off = (s32)(n + k + 2);
        k++;
        g->fixed[n + k] = true;
        o[k] = (struct insn){OP_ja, 0, 0, 0, 0, 0};
    }
    o[k].off = (s32)(n + head);
    return k + 1;
}

/* A loop whose rounds are known when it begins, to the compiler or to who runs it; some of them differ in length, or
 * go through the buffer. */
static u32 counted(struct gen *g, struct insn *o, u32 n) {
    u32 k = 0, head, log = below(g, 3), rounds = 1 + below(g, 9);
    bool by_register = below(g, 2), narrow = below(g, 2), inverted = below(g, 2), turns = below(g, 2),
         walks = below(g, 2);
    s32 first = (s32)below(g, 3);
    o[k++] = (struct insn){OP_mov64i, 5, 0, 0, 0, first};
    if (below(g, 2)) { /* not known */
        o[k++] = (struct insn){OP_and64i, 7, 7, 0, 0, 7};
        o[k++] = (struct insn){OP_lsh64i, 7, 7, 0, 0, (s32)log};
        o[k++] = (struct insn){OP_add64i, 7, 7, 0, 0, first + (1 << log)};
        by_register = true;
    } else {
        o[k++] = (struct insn){OP_mov64i, 7, 0, 0, 0, first + (s32)(rounds << log)};
    }
    if (walks)
        o[k++] = (struct insn){OP_mov64, 6, 8, 0, 0, 0};
    head = k;
    o[k++] = (struct insn){OP_add64, 3, 3, 5, 0, 0};
    if (walks) { /* by an index, and by a pointer that moves */
        o[k++] = (struct insn){OP_mov64, 2, 8, 0, 0, 0};
        o[k++] = (struct insn){OP_add64, 2, 2, 5, 0, 0};
        o[k++] = (struct insn){OP_ldx8, 0, 2, 0, (s32)below(g, 16), 0};
        o[k++] = (struct insn){OP_xor64, 3, 3, 0, 0, 0};
        o[k++] = (struct insn){OP_st16, 0, 6, 3, (s32)below(g, 16), 0};
        o[k++] = (struct insn){OP_add64i, 6, 6, 0, 0, (s32)below(g, 4)};
        if (below(g, 2))
            o[k++] = (struct insn){OP_ldx8, 4, 6, 0, (s32)below(g, 16), 0};
    }
    if (turns) {
        g->fixed[n + k] = true;
        o[k] = (struct insn){OP_jset32i, 0, 3, 0, 0, 1};
        o[k].off = (s32)(n + k + 2);
        k++;
        o[k++] = (struct insn){OP_xor64, 4, 4, 3, 0, 0};
    }
    if (below(g, 2))
        o[k++] = (struct insn){OP_st64, 0, REG_FP, 3, -64, 0};
    o[k++] = (struct insn){below(g, 2) ? OP_rsh64i : OP_mul32i, 4, 4, 0, 0, 3};
    o[k++] = (struct insn){narrow && below(g, 2) ? OP_add32i : OP_add64i, 5, 5, 0, 0, 1 << log};
    g->fixed[n + k] = true;
    o[k] = (struct insn){narrow ? OP_jne32 : OP_jne64, 0, 5, 7, 0, 0};
    if (!by_register)
        o[k] = (struct insn){o[k].op + 1, 0, 5, 0, 0, first + (s32)(rounds << log)};
    if (inverted) {
        o[k].op += OP_jeq64 - OP_jne64;
        o[k].off = (s32)(n + k + 2);
        k++;
        g->fixed[n + k] = true;
        o[k] = (struct insn){OP_ja, 0, 0, 0, 0, 0};
    }
    o[k].off = (s32)(n + head);
    return k + 1;
}

static s32 near_edge(struct gen *g) {
    static const s32 edge[] = {0, BUF, -1, 127, INT32_MAX, INT32_MIN};
    return (s32)((u32)edge[below(g, below(g, 3) ? 2 : COUNT(edge))] + below(g, 20) - 8);
}

/* r3 := base + some function of the index r5, which compilers may see as a line or not. */
static u32 place_in_line(struct gen *g, struct insn *o, u16 base) {
    static const u16 on[] = {OP_add64i, OP_add32i, OP_sub64i, OP_sub32i, OP_mul64i, OP_mul32i, OP_lsh64i, OP_lsh32i};
    u32 k = 0, way = below(g, 6);
    o[k++] = (struct insn){way == 0 ? OP_mov32 : way == 1 ? OP_movsx32_64 : OP_mov64, 3, 5, 0, 0, 0};
    if (way == 2) {
        o[k++] = (struct insn){OP_lsh64i, 3, 3, 0, 0, 32};
        o[k++] = (struct insn){below(g, 2) ? OP_rsh64i : OP_arsh64i, 3, 3, 0, 0, 32};
    }
    if (below(g, 2)) {
        o[k] = (struct insn){on[below(g, COUNT(on))], 3, 3, 0, 0, 0};
        o[k].imm = o[k].op < OP_mul64i && below(g, 2) ? near_edge(g) : (s32)below(g, 4);
        k++;
    }
    if (below(g, 6) == 0)
        o[k++] = (struct insn){OP_neg64, 3, 3, 0, 0, 0};
    o[k++] = (struct insn){OP_add64, 3, 3, base, 0, 0};
    return k;
}

/* A loop whose index walks up or down by a constant, to a bound that it may miss or wrap around to, and what it
 * accesses by that and by a pointer that walks along: in the buffer, in the frame, or about their ends. */
static u32 line(struct gen *g, struct insn *o, u32 n) {
    static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64}, store[] = {OP_st8, OP_st16, OP_st32, OP_st64};
    static const u16 test[] = {OP_jne64, OP_jne64,  OP_jlt64,  OP_jle64,  OP_jgt64, OP_jge64,
                               OP_jeq64, OP_jslt64, OP_jsle64, OP_jsgt64, OP_jsge64};
    u32 k = 0, head, skip = 0, leave = 0, size = below(g, 4);
    bool down = below(g, 3) == 0, narrow = below(g, 2), wraps = below(g, 8) == 0, top = below(g, 3) == 0,
         by_register = below(g, 2);
    s32 step = (s32)(below(g, 2) ? 1 : 1 + below(g, 9)) * (down ? -1 : 1),
        first = wraps ? near_edge(g) : (s32)below(g, 6);
    s32 bound = below(g, 4) ? (s32)((u32)first + (u32)step * below(g, 24)) : near_edge(g); /* may wrap */
    u16 op = (u16)(test[below(g, COUNT(test))] + (narrow ? OP_jeq32 - OP_jeq64 : 0) + (by_register ? 0 : 1));
    if (down && !wraps)
        first += bound < first ? 0 : 40;
    o[k++] = (struct insn){below(g, 2) ? OP_mov64i : OP_mov32i, 5, 0, 0, 0, first};
    if (below(g, 2)) { /* of which nothing is known */
        o[k++] = (struct insn){OP_and64i, 6, 6, 0, 0, 7};
        o[k++] = (struct insn){below(g, 2) ? OP_add64 : OP_add32, 5, 5, 6, 0, 0};
    }
    o[k++] = (struct insn){OP_mov64i, 7, 0, 0, 0, bound};
    o[k++] = (struct insn){OP_mov64, 6, 8, 0, 0, 0};
    if (below(g, 3) == 0) {
        o[k++] = (struct insn){OP_mov64, 6, REG_FP, 0, 0, 0};
        o[k++] = (struct insn){OP_add64i, 6, 6, 0, 0, -128};
    }
    head = k;
    if (top) {
        g->fixed[n + k] = true;
        leave = k++;
        o[leave] = (struct insn){op, 0, 5, 7, 0, 0};
        g->fixed[n + k] = true;
        o[k++] = (struct insn){OP_ja, 0, 0, 0, 0, 0};
        o[leave].off = (s32)(n + k);
    }
    k += place_in_line(g, o + k, 8);
    o[k++] = (struct insn){load[size], 4, 3, 0, (s32)below(g, 12), 0};
    if (below(g, 2)) {
        g->fixed[n + k] = true;
        skip = k++;
        o[skip] = (struct insn){OP_jset64i, 0, 4, 0, 0, 1};
    }
    if (below(g, 2))
        o[k++] = (struct insn){store[below(g, 4)], 0, 6, 4, (s32)below(g, 24) - 4, 0};
    if (below(g, 2))
        o[k++] = (struct insn){store[size], 0, 3, 5, (s32)below(g, 24), 0};
    o[k++] = (struct insn){OP_xor64, 2, 2, 4, 0, 0};
    if (skip)
        o[skip].off = (s32)(n + k);
    if (below(g, 2))
        o[k++] = (struct insn){OP_add64i, 6, 6, 0, 0, (s32)below(g, 9) - 4};
    o[k++] = (struct insn){below(g, 3) ? OP_add64i : OP_add32i, 5, 5, 0, 0, step};
    g->fixed[n + k] = true;
    if (top) {
        o[k] = (struct insn){OP_ja, 0, 0, 0, (s32)(n + head), 0};
        o[leave + 1].off = (s32)(n + k + 1);
    } else {
        o[k] = (struct insn){op, 0, 5, 7, (s32)(n + head), 0};
    }
    if (!by_register)
        o[top ? leave : k].c = 0, o[top ? leave : k].imm = bound;
    return k + 1;
}

/* r9 := base (r1 or r10) plus an index register that is mostly small */
static u32 pointer(struct gen *g, struct insn *o) {
    bool frame = below(g, 2);
    u16 x = (u16)below(g, 6);
    o[0] = (struct insn){OP_and64i, x, x, 0, 0, below(g, 8) ? 0x1f : 0x7f};
    o[1] = (struct insn){OP_mov64, 9, frame ? REG_FP : 8, 0, 0, 0};
    if (frame)
        o[2] = (struct insn){OP_add64i, 9, 9, 0, 0, -(s32)(256 + below(g, 64))};
    else
        o[2] = (struct insn){OP_add64i, 9, 9, 0, 0, (s32)below(g, 8)};
    if (below(g, 2)) {
        o[3] = (struct insn){OP_add64, 9, 9, x, 0, 0};
        return 4;
    }
    return 3;
}

static struct insn memory(struct gen *g) {
    static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64, OP_ldsx8, OP_ldsx16, OP_ldsx32};
    static const u16 store[] = {OP_st8, OP_st16, OP_st32, OP_st64};
    static const u16 atom[] = {OP_aadd64,  OP_afadd32, OP_axchg64, OP_acmpxchg32, OP_acmpxchg64,
                               OP_afxor64, OP_aor32,   OP_ldacq32, OP_strel64,    OP_afand32};
    struct insn i = {0};
    bool frame = below(g, 2);
    i.b = frame ? REG_FP : below(g, 2) ? 8 : 9;
    i.off = frame ? -(s32)(1 + below(g, 64)) : (s32)below(g, BUF);
    if (below(g, 2))
        i.off &= ~7;
    switch (below(g, 8)) {
    case 0:
    case 1:
    case 2:
        i.op = load[below(g, COUNT(load))];
        i.a = (u16)below(g, 8);
        break;
    case 3:
    case 4:
        i.op = store[below(g, COUNT(store))];
        i.c = (u16)below(g, 8);
        break;
    case 5:
        i.op = store[below(g, COUNT(store))] + 1;
        i.imm = immediate(g);
        break;
    default:
        i.op = atom[below(g, COUNT(atom))];
        i.a = i.c = (u16)below(g, 8);
        if (isa_info[i.op].atom == ATOM_CMPXCHG)
            i.a = 0;
        if (isa_info[i.op].atom == ATOM_STREL || isa_info[i.op].atom <= ATOM_XOR)
            i.a = 0;
        if (isa_info[i.op].atom == ATOM_LDACQ)
            i.c = 0;
        break;
    }
    return i;
}

static struct insn branch(struct gen *g) {
    struct insn i = {0};
    if (below(g, 6) == 0) {
        i.op = OP_ja;
        return i;
    }
    do
        i.op = (u16)(1 + below(g, OP_COUNT - 1));
    while (!usable_row(g, i.op) || (isa_info[i.op].shape != SHAPE_JCC && isa_info[i.op].shape != SHAPE_JCCI));
    i.b = reg(g);
    if (isa_info[i.op].shape == SHAPE_JCC)
        i.c = reg(g);
    else
        i.imm = immediate(g);
    return i;
}

/* A function that needs no frame: it writes r0 .. r5 only, memory by way of r1. */
static u32 make_leaf(struct gen *g, struct insn *c) {
    u32 n = 0, want = 3 + below(g, 20);
    while (n < want) {
        struct insn i = below(g, 5) ? arithmetic(g) : memory(g);
        u8 shape = isa_info[i.op].shape;
        if (isa_info[i.op].flags & WIDE)
            continue;
        i.a %= 6;
        i.c = below(g, 8) ? i.c % 6 : 6 + i.c % 4; /* or what is 0 in it, and its caller's */
        i.b = shape > SHAPE_JCCI ? 1 : shape == SHAPE_UN && !(isa_info[i.op].flags & SELF) ? i.b % 6 : i.a;
        if (shape > SHAPE_JCCI)
            i.off = (s32)below(g, BUF);
        if (shape == SHAPE_ATOM && isa_info[i.op].atom != ATOM_ADD)
            continue;
        if (i.a == 1 && shape != SHAPE_ATOM)
            i.a = 0, i.b = shape == SHAPE_LD ? 1 : shape == SHAPE_BIN || shape == SHAPE_BINI ? 0 : i.b;
        if (i.a != i.b && isa_info[i.op].flags & SELF)
            i.b = i.a;
        c[n++] = i;
    }
    return n;
}

static void make_function(struct gen *g, u32 f) {
    struct insn *c = g->code[f];
    u32 n = 0, want = 5 + below(g, 90), i;
    memset(g->fixed, 0, sizeof g->fixed);
    c[n++] = (struct insn){OP_mov64, 8, 1, 0, 0, 0}; /* the buffer, when it is handed on */
    c[n++] = (struct insn){OP_mov64, 9, 8, 0, 0, 0};
    if (f && below(g, 3) == 0)
        want = n = make_leaf(g, c);
    while (n < want) {
        switch (below(g, 12)) {
        case 0: {
            u64 v = constant(g);
            c[n++] = (struct insn){OP_const64, reg(g), 0, 0, (s32)(v >> 32), (s32)v};
            c[n++] = (struct insn){OP_pad, 0, 0, 0, 0, 0};
            break;
        }
        case 1: c[n++] = (struct insn){below(g, 2) ? OP_mov64i : OP_mov32i, reg(g), 0, 0, 0, immediate(g)}; break;
        case 2:
        case 3: c[n++] = memory(g); break;
        case 4:
        case 5: c[n++] = branch(g); break;
        case 6: n += pointer(g, c + n); break;
        case 7: n += idiom(g, c + n); break;
        case 9:
            if (below(g, 2) == 0) {
                n += below(g, 3) == 0 ? loop(g, c + n, n) : below(g, 2) ? counted(g, c + n, n) : line(g, c + n, n);
                break;
            } /* fall through */
        case 8:
            if (below(g, 3) == 0) {
                c[n++] = (struct insn){OP_mov64, 1, below(g, 2) ? 8 : REG_FP, 0, 0, 0};
                if (c[n - 1].b == REG_FP)
                    c[n++] = (struct insn){OP_add64i, 1, 1, 0, 0, -128};
                if (f + 1 < MAX_FUNC && below(g, 2))
                    c[n++] = (struct insn){OP_callf, 0, 0, 0, 0, (s32)(f + 1 + below(g, MAX_FUNC - f - 1))};
                else
                    c[n++] = (struct insn){OP_call, 0, 0, 0, 0, (s32)below(g, f + 1 < MAX_FUNC ? 4 : 2)};
                break;
            } /* fall through */
        default: c[n++] = arithmetic(g); break;
        }
    }
    c[n++] = (struct insn){OP_exit, 0, 0, 0, 0, 0};
    for (i = 0; i < n; i++)
        if (!g->fixed[i] &&
            (c[i].op == OP_ja || isa_info[c[i].op].shape == SHAPE_JCC || isa_info[c[i].op].shape == SHAPE_JCCI)) {
            u32 lo = below(g, 4) ? i + 1 : 0;
            do
                c[i].off = (s32)(lo + below(g, n - lo));
            while (c[c[i].off].op == OP_pad);
        }
    g->func[f] =
        (struct func){.name = "f", .nslot = n, .slot = g->slot[f], .nreg = g->wide ? REGS : NREG_EBPF, .wide = g->wide};
}

/* Callees by position in the module: known once all lengths are. */
static void encode(struct gen *g) {
    u32 f, i, base = 0;
    for (f = 0; f < MAX_FUNC; f++) {
        g->func[f].base = base;
        base += g->func[f].nslot;
    }
    g->m.nslot = base;
    for (f = 0; f < MAX_FUNC; f++)
        for (i = 0; i < g->func[f].nslot;) {
            struct insn in = g->code[f][i];
            int n;
            if (in.op == OP_callf)
                in.imm = (s32)g->func[in.imm].base - (s32)g->func[f].base;
            n = isa_encode(&in, i, g->slot[f] + i);
            if (!n) { /* an operand that no encoding holds (a wide form's imm16) */
                g->code[f][i] = (struct insn){OP_mov64i, 0, 0, 0, 0, 1};
                continue;
            }
            i += (u32)n;
        }
}

/* g is all 0. Then more may be drawn, then gen_module makes the functions. */
static void gen_begin(struct gen *g, u64 seed) {
    g->seed = seed * 0x9e3779b97f4a7c15 | 1;
    g->wide = below(g, 3) == 0;
}

static void gen_module(struct gen *g) {
    for (u32 f = 0; f < MAX_FUNC; f++)
        make_function(g, f);
    encode(g);
    g->prog = (struct prog){.name = "f"};
    g->m.func = g->func;
    g->m.nfunc = MAX_FUNC;
    g->m.prog = &g->prog;
    g->m.nprog = 1;
    g->m.name = "random";
}

#endif
