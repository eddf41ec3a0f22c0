/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_random.c - random programs, in the engines of engine_kit.h and in an evaluator of 200 lines.
 *
 * Programs are made from the rows of isa.def: arithmetic on extreme constants, branches forward and
 * back, accesses to the frame and to a buffer (also past its end), calls of functions and
 * helpers. Result, trap, place of the trap, fuel and the buffer must be the same. The evaluator
 * knows nothing of blocks beyond their charges: one instruction after the other, isa_eval for each.
 *
 *   engine_random [PROGRAMS [SEED]] */
#include "engine_kit.h"
#include "ir/cfg.h"
#include <stdio.h>

enum { FRAME = 512, FRAMES = 8, BUF = 64, MAX_INSN = 200, MAX_FUNC = 4, REGS = 16 };

struct test {
    u64 seed;
    bool wide;
    struct insn code[MAX_FUNC][MAX_INSN];
    bool fixed[MAX_INSN]; /* of the function being made: branches that go where they go */
    u64 slot[MAX_FUNC][MAX_INSN];
    struct func func[MAX_FUNC];
    struct cfg cfg[MAX_FUNC];
    struct prog prog;
    struct module m;
    struct link_view view;
    void *image;
    struct arena arena;
};

/* One side's outcome. */
struct outcome {
    u64 ret;
    u32 trap, func, pc;
    s64 fuel;
    u8 buf[BUF];
};

static u64 rnd(struct test *t) {
    t->seed ^= t->seed << 13;
    t->seed ^= t->seed >> 7;
    t->seed ^= t->seed << 17;
    return t->seed * 0x2545f4914f6cdd1d;
}
static u32 below(struct test *t, u32 n) {
    return (u32)((rnd(t) >> 33) % n);
}

static const u64 extreme[] = {0,
                              1,
                              2,
                              7,
                              8,
                              31,
                              32,
                              33,
                              63,
                              64,
                              0x7f,
                              0x80,
                              0xff,
                              0x7fff,
                              0x8000,
                              0xffff,
                              0x7fffffff,
                              0x80000000,
                              0xffffffff,
                              0x100000000,
                              0x7fffffffffffffff,
                              0x8000000000000000,
                              0xffffffff80000000,
                              0xfffffffffffffffe,
                              0xffffffffffffffff,
                              0x123456789abcdef0};
static u64 constant(struct test *t) {
    return below(t, 4) ? extreme[below(t, COUNT(extreme))] : rnd(t);
}
static s32 immediate(struct test *t) {
    return below(t, 3) ? (s32)constant(t) : (s32)below(t, 64);
}

/* --- helpers: a mixture of the arguments; a trap; another run --- */

static u64 mix(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    (void)cx;
    return (r1 ^ r2 * 3) + (r3 ^ r4 * 5) + r5 * 7;
}
static bool traps(u64 r1) {
    return (r1 & 15) == 3;
}
static u64 may_trap(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    if (traps(r1))
        cx->trap = TRAP_BAD_ARGUMENT;
    return r1 + r2 + r3 + r4 + r5;
}
static u64 nested(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    u64 args[5] = {r2, r3, r4, r5, r1}, ret = 0;
    cx->services->call(cx, MAX_FUNC - 1, args, &ret);
    return ret + 1;
}
static const struct helper helpers[] = {
    {.name = "mix", .fn = mix, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 0},
    {.name = "may_trap", .fn = may_trap, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 1},
    {.name = "nested", .fn = nested, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 2},
};
static const struct helper *const table[] = {&helpers[0], &helpers[1], &helpers[2], NULL};

/* --- programs --- */

static bool usable_row(const struct test *t, u16 op) {
    const struct isa_row *r = &isa_info[op];
    u64 z;
    if (r->shape > SHAPE_JCCI || (r->flags & WIDE && !t->wide))
        return false;
    for (u32 i = 0; i < 3; i++)
        if (r->type[i] && r->type[i] != 'L' && r->type[i] != 'I')
            return false;
    return isa_eval(op, 5, 3, &z);
}

static u16 reg(struct test *t) {
    return (u16)(t->wide && below(t, 3) == 0 ? 11 + below(t, REGS - 11) : below(t, 10));
}

static struct insn arithmetic(struct test *t) {
    struct insn i = {0};
    do
        i.op = (u16)(1 + below(t, OP_COUNT - 1));
    while (!usable_row(t, i.op) || isa_info[i.op].shape == SHAPE_JCC || isa_info[i.op].shape == SHAPE_JCCI);
    i.a = reg(t);
    i.b = isa_info[i.op].shape == SHAPE_UN && !(isa_info[i.op].flags & SELF) ? reg(t) : i.a;
    if (t->wide && below(t, 2))
        i.b = reg(t);
    if (isa_info[i.op].shape == SHAPE_BIN)
        i.c = reg(t);
    if (isa_info[i.op].shape == SHAPE_BINI)
        i.imm = immediate(t);
    return i;
}

/* Patterns that the interpreter fuses, now and then. */
static u32 idiom(struct test *t, struct insn *o) {
    u16 a = (u16)below(t, 10), b = (u16)below(t, 10), k = (u16)(1 + below(t, 31));
    bool w = below(t, 2);
    switch (below(t, 6)) {
    case 4: { /* memory that is changed in place */
        static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64},
                         store[] = {OP_st8, OP_st16, OP_st32, OP_st64};
        static const u16 op[] = {OP_add64, OP_sub32, OP_and64, OP_or32, OP_xor64, OP_add32};
        u32 size = below(t, 4), n = 0, at = below(t, 2) ? 9 : REG_FP;
        s32 off = at == 9 ? (s32)below(t, BUF) : -(s32)below(t, FRAME);
        bool number = below(t, 2);
        o[n++] = (struct insn){load[size], a, (u16)at, 0, off, 0};
        if (below(t, 3) == 0) {
            o[n++] = (struct insn){OP_mov64, b, (u16)below(t, 10), 0, 0, 0};
            o[n++] = (struct insn){op[below(t, 6)], b, b, a, 0, 0};
        } else {
            o[n] = (struct insn){op[below(t, 6)], a, a, b, 0, 0};
            if (number)
                o[n] = (struct insn){(u16)(o[n].op + 1), a, a, 0, 0, immediate(t)};
            n++;
        }
        o[n] = (struct insn){store[size], 0, (u16)at, o[n - 1].a, off, 0};
        n++;
        o[n++] = (struct insn){OP_mov64i, a, 0, 0, 0, immediate(t)};
        if (below(t, 2))
            o[n++] = (struct insn){OP_mov64i, b, 0, 0, 0, immediate(t)};
        return n;
    }
    case 0: /* a rotate */
        o[0] = (struct insn){w ? OP_mov64 : OP_mov32, a, b, 0, 0, 0};
        o[1] = (struct insn){w ? OP_lsh64i : OP_lsh32i, a, a, 0, 0, k};
        o[2] = (struct insn){w ? OP_rsh64i : OP_rsh32i, b, b, 0, 0, (w ? 64 : 32) - k};
        o[3] = (struct insn){w ? OP_or64 : OP_xor32, a, a, b, 0, 0};
        return 4;
    case 1: /* shifted operand, address */
        o[0] = (struct insn){OP_lsh64i, a, a, 0, 0, below(t, 3)};
        o[1] = (struct insn){OP_add64, b, b, a, 0, 0};
        return 2;
    case 2: /* extensions */
        o[0] = (struct insn){OP_lsh64i, a, a, 0, 0, 32 + 8 * (s32)below(t, 4)};
        o[1] = (struct insn){below(t, 2) ? OP_rsh64i : OP_arsh64i, a, a, 0, 0, o[0].imm};
        return 2;
    case 3: /* moves that may be made in place */
        o[0] = (struct insn){OP_add64i, a, a, 0, 0, immediate(t)};
        o[1] = (struct insn){OP_mov64, b, a, 0, 0, 0};
        o[2] = (struct insn){OP_mov64i, a, 0, 0, 0, immediate(t)};
        return 3;
    default: /* big-endian word off the buffer, whose address r9 may hold */
        o[0] = (struct insn){OP_ldx32, a, 9, 0, (s32)below(t, BUF), 0};
        o[1] = (struct insn){OP_be32, a, a, 0, 0, 0};
        return 2;
    }
}

/* A loop that copies or sums, at place n; its index goes from 0 or 8 to a bound that may be out of bounds. */
static u32 loop(struct test *t, struct insn *o, u32 n) {
    static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64};
    u32 size = below(t, 4), k = 0, head;
    bool copy = below(t, 2), one_base = below(t, 2), inverted = below(t, 2), by_register = below(t, 2);
    s32 bound = copy ? (s32)below(t, 70) : (s32)((below(t, 24) << size) + (below(t, 8) == 0));
    if (copy)
        size = 0;
    o[k++] = (struct insn){OP_mov64i, 5, 0, 0, 0, below(t, 3) ? 0 : 8};
    o[k++] = (struct insn){OP_mov64i, 7, 0, 0, 0, bound};
    head = k;
    o[k++] = (struct insn){OP_mov64, 3, 8, 0, 0, 0};
    o[k++] = (struct insn){OP_add64, 3, 3, 5, 0, 0};
    o[k++] = (struct insn){load[size], 4, 3, 0, (s32)below(t, 12), 0};
    if (copy && one_base) {
        o[k++] = (struct insn){OP_st8, 0, 3, 4, (s32)below(t, 24), 0};
    } else if (copy) {
        o[k++] = (struct insn){OP_mov64, 3, 9, 0, 0, 0};
        o[k++] = (struct insn){OP_add64, 3, 3, 5, 0, 0};
        o[k++] = (struct insn){OP_st8, 0, 3, 4, 0, 0};
    } else {
        if (one_base)
            o[k - 1].off = 0;
        o[k++] = (struct insn){below(t, 2) ? OP_add64 : OP_add32, 6, 6, 4, 0, 0};
    }
    o[k++] = (struct insn){OP_add64i, 5, 5, 0, 0, 1 << size};
    t->fixed[n + k] = true;
    o[k] = by_register ? (struct insn){OP_jne64, 0, 5, 7, 0, 0} : (struct insn){OP_jne64i, 0, 5, 0, 0, bound};
    if (inverted) {
        o[k].op += OP_jeq64 - OP_jne64;
        o[k].off = (s32)(n + k + 2);
        k++;
        t->fixed[n + k] = true;
        o[k] = (struct insn){OP_ja, 0, 0, 0, 0, 0};
    }
    o[k].off = (s32)(n + head);
    return k + 1;
}

/* A loop whose rounds are known when it begins, to the compiler or to who runs it; some of them differ in length, or
 * go through the buffer. */
static u32 counted(struct test *t, struct insn *o, u32 n) {
    u32 k = 0, head, log = below(t, 3), rounds = 1 + below(t, 9);
    bool by_register = below(t, 2), narrow = below(t, 2), inverted = below(t, 2), turns = below(t, 2),
         walks = below(t, 2);
    s32 first = (s32)below(t, 3);
    o[k++] = (struct insn){OP_mov64i, 5, 0, 0, 0, first};
    if (below(t, 2)) { /* not known */
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
        o[k++] = (struct insn){OP_ldx8, 0, 2, 0, (s32)below(t, 16), 0};
        o[k++] = (struct insn){OP_xor64, 3, 3, 0, 0, 0};
        o[k++] = (struct insn){OP_st16, 0, 6, 3, (s32)below(t, 16), 0};
        o[k++] = (struct insn){OP_add64i, 6, 6, 0, 0, (s32)below(t, 4)};
        if (below(t, 2))
            o[k++] = (struct insn){OP_ldx8, 4, 6, 0, (s32)below(t, 16), 0};
    }
    if (turns) {
        t->fixed[n + k] = true;
        o[k] = (struct insn){OP_jset32i, 0, 3, 0, 0, 1};
        o[k].off = (s32)(n + k + 2);
        k++;
        o[k++] = (struct insn){OP_xor64, 4, 4, 3, 0, 0};
    }
    if (below(t, 2))
        o[k++] = (struct insn){OP_st64, 0, REG_FP, 3, -64, 0};
    o[k++] = (struct insn){below(t, 2) ? OP_rsh64i : OP_mul32i, 4, 4, 0, 0, 3};
    o[k++] = (struct insn){narrow && below(t, 2) ? OP_add32i : OP_add64i, 5, 5, 0, 0, 1 << log};
    t->fixed[n + k] = true;
    o[k] = (struct insn){narrow ? OP_jne32 : OP_jne64, 0, 5, 7, 0, 0};
    if (!by_register)
        o[k] = (struct insn){o[k].op + 1, 0, 5, 0, 0, first + (s32)(rounds << log)};
    if (inverted) {
        o[k].op += OP_jeq64 - OP_jne64;
        o[k].off = (s32)(n + k + 2);
        k++;
        t->fixed[n + k] = true;
        o[k] = (struct insn){OP_ja, 0, 0, 0, 0, 0};
    }
    o[k].off = (s32)(n + head);
    return k + 1;
}

static s32 near_edge(struct test *t) {
    static const s32 edge[] = {0, BUF, -1, 127, INT32_MAX, INT32_MIN};
    return (s32)((u32)edge[below(t, below(t, 3) ? 2 : COUNT(edge))] + below(t, 20) - 8);
}

/* r3 := base + some function of the index r5, which compilers may see as a line or not. */
static u32 place_in_line(struct test *t, struct insn *o, u16 base) {
    static const u16 on[] = {OP_add64i, OP_add32i, OP_sub64i, OP_sub32i, OP_mul64i, OP_mul32i, OP_lsh64i, OP_lsh32i};
    u32 k = 0, way = below(t, 6);
    o[k++] = (struct insn){way == 0 ? OP_mov32 : way == 1 ? OP_movsx32_64 : OP_mov64, 3, 5, 0, 0, 0};
    if (way == 2) {
        o[k++] = (struct insn){OP_lsh64i, 3, 3, 0, 0, 32};
        o[k++] = (struct insn){below(t, 2) ? OP_rsh64i : OP_arsh64i, 3, 3, 0, 0, 32};
    }
    if (below(t, 2)) {
        o[k] = (struct insn){on[below(t, COUNT(on))], 3, 3, 0, 0, 0};
        o[k].imm = o[k].op < OP_mul64i && below(t, 2) ? near_edge(t) : (s32)below(t, 4);
        k++;
    }
    if (below(t, 6) == 0)
        o[k++] = (struct insn){OP_neg64, 3, 3, 0, 0, 0};
    o[k++] = (struct insn){OP_add64, 3, 3, base, 0, 0};
    return k;
}

/* A loop whose index walks up or down by a constant, to a bound that it may miss or wrap around to, and what it
 * accesses by that and by a pointer that walks along: in the buffer, in the frame, or about their ends. */
static u32 line(struct test *t, struct insn *o, u32 n) {
    static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64}, store[] = {OP_st8, OP_st16, OP_st32, OP_st64};
    static const u16 test[] = {OP_jne64, OP_jne64,  OP_jlt64,  OP_jle64,  OP_jgt64, OP_jge64,
                               OP_jeq64, OP_jslt64, OP_jsle64, OP_jsgt64, OP_jsge64};
    u32 k = 0, head, skip = 0, leave = 0, size = below(t, 4);
    bool down = below(t, 3) == 0, narrow = below(t, 2), wraps = below(t, 8) == 0, top = below(t, 3) == 0,
         by_register = below(t, 2);
    s32 step = (s32)(below(t, 2) ? 1 : 1 + below(t, 9)) * (down ? -1 : 1),
        first = wraps ? near_edge(t) : (s32)below(t, 6);
    s32 bound = below(t, 4) ? first + step * (s32)below(t, 24) : near_edge(t);
    u16 op = (u16)(test[below(t, COUNT(test))] + (narrow ? OP_jeq32 - OP_jeq64 : 0) + (by_register ? 0 : 1));
    if (down && !wraps)
        first += bound < first ? 0 : 40;
    o[k++] = (struct insn){below(t, 2) ? OP_mov64i : OP_mov32i, 5, 0, 0, 0, first};
    if (below(t, 2)) { /* of which nothing is known */
        o[k++] = (struct insn){OP_and64i, 6, 6, 0, 0, 7};
        o[k++] = (struct insn){below(t, 2) ? OP_add64 : OP_add32, 5, 5, 6, 0, 0};
    }
    o[k++] = (struct insn){OP_mov64i, 7, 0, 0, 0, bound};
    o[k++] = (struct insn){OP_mov64, 6, 8, 0, 0, 0};
    if (below(t, 3) == 0) {
        o[k++] = (struct insn){OP_mov64, 6, REG_FP, 0, 0, 0};
        o[k++] = (struct insn){OP_add64i, 6, 6, 0, 0, -128};
    }
    head = k;
    if (top) {
        t->fixed[n + k] = true;
        leave = k++;
        o[leave] = (struct insn){op, 0, 5, 7, 0, 0};
        t->fixed[n + k] = true;
        o[k++] = (struct insn){OP_ja, 0, 0, 0, 0, 0};
        o[leave].off = (s32)(n + k);
    }
    k += place_in_line(t, o + k, 8);
    o[k++] = (struct insn){load[size], 4, 3, 0, (s32)below(t, 12), 0};
    if (below(t, 2)) {
        t->fixed[n + k] = true;
        skip = k++;
        o[skip] = (struct insn){OP_jset64i, 0, 4, 0, 0, 1};
    }
    if (below(t, 2))
        o[k++] = (struct insn){store[below(t, 4)], 0, 6, 4, (s32)below(t, 24) - 4, 0};
    if (below(t, 2))
        o[k++] = (struct insn){store[size], 0, 3, 5, (s32)below(t, 24), 0};
    o[k++] = (struct insn){OP_xor64, 2, 2, 4, 0, 0};
    if (skip)
        o[skip].off = (s32)(n + k);
    if (below(t, 2))
        o[k++] = (struct insn){OP_add64i, 6, 6, 0, 0, (s32)below(t, 9) - 4};
    o[k++] = (struct insn){below(t, 3) ? OP_add64i : OP_add32i, 5, 5, 0, 0, step};
    t->fixed[n + k] = true;
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
static u32 pointer(struct test *t, struct insn *o) {
    bool frame = below(t, 2);
    u16 x = (u16)below(t, 6);
    o[0] = (struct insn){OP_and64i, x, x, 0, 0, below(t, 8) ? 0x1f : 0x7f};
    o[1] = (struct insn){OP_mov64, 9, frame ? REG_FP : 8, 0, 0, 0};
    if (frame)
        o[2] = (struct insn){OP_add64i, 9, 9, 0, 0, -(s32)(256 + below(t, 64))};
    else
        o[2] = (struct insn){OP_add64i, 9, 9, 0, 0, (s32)below(t, 8)};
    if (below(t, 2)) {
        o[3] = (struct insn){OP_add64, 9, 9, x, 0, 0};
        return 4;
    }
    return 3;
}

static struct insn memory(struct test *t) {
    static const u16 load[] = {OP_ldx8, OP_ldx16, OP_ldx32, OP_ldx64, OP_ldsx8, OP_ldsx16, OP_ldsx32};
    static const u16 store[] = {OP_st8, OP_st16, OP_st32, OP_st64};
    static const u16 atom[] = {OP_aadd64,  OP_afadd32, OP_axchg64, OP_acmpxchg32, OP_acmpxchg64,
                               OP_afxor64, OP_aor32,   OP_ldacq32, OP_strel64,    OP_afand32};
    struct insn i = {0};
    bool frame = below(t, 2);
    i.b = frame ? REG_FP : below(t, 2) ? 8 : 9;
    i.off = frame ? -(s32)(1 + below(t, 64)) : (s32)below(t, BUF);
    if (below(t, 2))
        i.off &= ~7;
    switch (below(t, 8)) {
    case 0:
    case 1:
    case 2:
        i.op = load[below(t, COUNT(load))];
        i.a = (u16)below(t, 8);
        break;
    case 3:
    case 4:
        i.op = store[below(t, COUNT(store))];
        i.c = (u16)below(t, 8);
        break;
    case 5:
        i.op = store[below(t, COUNT(store))] + 1;
        i.imm = immediate(t);
        break;
    default:
        i.op = atom[below(t, COUNT(atom))];
        i.a = i.c = (u16)below(t, 8);
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

static struct insn branch(struct test *t) {
    struct insn i = {0};
    if (below(t, 6) == 0) {
        i.op = OP_ja;
        return i;
    }
    do
        i.op = (u16)(1 + below(t, OP_COUNT - 1));
    while (!usable_row(t, i.op) || (isa_info[i.op].shape != SHAPE_JCC && isa_info[i.op].shape != SHAPE_JCCI));
    i.b = reg(t);
    if (isa_info[i.op].shape == SHAPE_JCC)
        i.c = reg(t);
    else
        i.imm = immediate(t);
    return i;
}

/* A function that needs no frame: it writes r0 .. r5 only, memory by way of r1. */
static u32 make_leaf(struct test *t, struct insn *c) {
    u32 n = 0, want = 3 + below(t, 20);
    while (n < want) {
        struct insn i = below(t, 5) ? arithmetic(t) : memory(t);
        u8 shape = isa_info[i.op].shape;
        if (isa_info[i.op].flags & WIDE)
            continue;
        i.a %= 6;
        i.c = below(t, 8) ? i.c % 6 : 6 + i.c % 4; /* or what is 0 in it, and its caller's */
        i.b = shape > SHAPE_JCCI ? 1 : shape == SHAPE_UN && !(isa_info[i.op].flags & SELF) ? i.b % 6 : i.a;
        if (shape > SHAPE_JCCI)
            i.off = (s32)below(t, BUF);
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

static void make_function(struct test *t, u32 f) {
    struct insn *c = t->code[f];
    u32 n = 0, want = 5 + below(t, 90), i;
    memset(t->fixed, 0, sizeof t->fixed);
    c[n++] = (struct insn){OP_mov64, 8, 1, 0, 0, 0}; /* the buffer, when it is handed on */
    c[n++] = (struct insn){OP_mov64, 9, 8, 0, 0, 0};
    if (f && below(t, 3) == 0)
        want = n = make_leaf(t, c);
    while (n < want) {
        switch (below(t, 12)) {
        case 0: {
            u64 v = constant(t);
            c[n++] = (struct insn){OP_const64, reg(t), 0, 0, (s32)(v >> 32), (s32)v};
            c[n++] = (struct insn){OP_pad, 0, 0, 0, 0, 0};
            break;
        }
        case 1: c[n++] = (struct insn){below(t, 2) ? OP_mov64i : OP_mov32i, reg(t), 0, 0, 0, immediate(t)}; break;
        case 2:
        case 3: c[n++] = memory(t); break;
        case 4:
        case 5: c[n++] = branch(t); break;
        case 6: n += pointer(t, c + n); break;
        case 7: n += idiom(t, c + n); break;
        case 9:
            if (below(t, 2) == 0) {
                n += below(t, 3) == 0 ? loop(t, c + n, n) : below(t, 2) ? counted(t, c + n, n) : line(t, c + n, n);
                break;
            } /* fall through */
        case 8:
            if (below(t, 3) == 0) {
                c[n++] = (struct insn){OP_mov64, 1, below(t, 2) ? 8 : REG_FP, 0, 0, 0};
                if (c[n - 1].b == REG_FP)
                    c[n++] = (struct insn){OP_add64i, 1, 1, 0, 0, -128};
                if (f + 1 < MAX_FUNC && below(t, 2))
                    c[n++] = (struct insn){OP_callf, 0, 0, 0, 0, (s32)(f + 1 + below(t, MAX_FUNC - f - 1))};
                else
                    c[n++] = (struct insn){OP_call, 0, 0, 0, 0, (s32)below(t, f + 1 < MAX_FUNC ? 4 : 2)};
                break;
            } /* fall through */
        default: c[n++] = arithmetic(t); break;
        }
    }
    c[n++] = (struct insn){OP_exit, 0, 0, 0, 0, 0};
    for (i = 0; i < n; i++)
        if (!t->fixed[i] &&
            (c[i].op == OP_ja || isa_info[c[i].op].shape == SHAPE_JCC || isa_info[c[i].op].shape == SHAPE_JCCI)) {
            u32 lo = below(t, 4) ? i + 1 : 0;
            do
                c[i].off = (s32)(lo + below(t, n - lo));
            while (c[c[i].off].op == OP_pad);
        }
    t->func[f] =
        (struct func){.name = "f", .nslot = n, .slot = t->slot[f], .nreg = t->wide ? REGS : NREG_EBPF, .wide = t->wide};
}

/* Callees by position in the module: known once all lengths are. */
static bool encode(struct test *t) {
    u32 f, i, base = 0;
    for (f = 0; f < MAX_FUNC; f++) {
        t->func[f].base = base;
        base += t->func[f].nslot;
    }
    t->m.nslot = base;
    for (f = 0; f < MAX_FUNC; f++)
        for (i = 0; i < t->func[f].nslot;) {
            struct insn in = t->code[f][i];
            int n;
            if (in.op == OP_callf)
                in.imm = (s32)t->func[in.imm].base - (s32)t->func[f].base;
            n = isa_encode(&in, i, t->slot[f] + i);
            if (!n) { /* an operand that no encoding holds (a wide form's imm16) */
                t->code[f][i] = (struct insn){OP_mov64i, 0, 0, 0, 0, 1};
                continue;
            }
            i += (u32)n;
        }
    return true;
}

/* --- the evaluator --- */

struct eval {
    struct test *t;
    u8 *stack, *buf;
    s64 fuel;
    u32 trap, func, pc, depth;
};

static u8 *at(struct eval *e, u64 addr, u32 size) {
    u64 s = addr - (u64)(uintptr_t)e->stack, b = addr - (u64)(uintptr_t)e->buf;
    if ((s < FRAME * FRAMES && size <= FRAME * FRAMES - s) || (b < BUF && size <= BUF - b))
        return (u8 *)(uintptr_t)addr;
    return NULL;
}

static bool stop(struct eval *e, u32 trap, u32 func, u32 pc) {
    e->trap = trap;
    e->func = func;
    e->pc = pc;
    return false;
}

static bool eval_call(struct eval *e, u32 f, const u64 args[5], u64 *ret, u32 from, u32 pc);

static bool atomic(const struct insn *i, u8 *p, u64 *r) {
    u32 size = isa_info[i->op].size;
    u64 old = 0, v = r[i->c], new;
    memcpy(&old, p, size);
    switch (isa_info[i->op].atom) {
    case ATOM_ADD:
    case ATOM_FADD: new = old + v; break;
    case ATOM_OR:
    case ATOM_FOR: new = old | v; break;
    case ATOM_AND:
    case ATOM_FAND: new = old &v; break;
    case ATOM_XOR:
    case ATOM_FXOR: new = old ^ v; break;
    case ATOM_XCHG:
    case ATOM_STREL: new = v; break;
    case ATOM_CMPXCHG: new = old == (size == 4 ? (u32)r[0] : r[0]) ? v : old; break;
    default: new = old; break;
    }
    memcpy(p, &new, size);
    if (isa_info[i->op].atom == ATOM_CMPXCHG)
        r[0] = old;
    else if (isa_info[i->op].atom == ATOM_LDACQ)
        r[i->a] = old;
    else if (isa_info[i->op].atom >= ATOM_FADD && isa_info[i->op].atom <= ATOM_XCHG)
        r[i->c] = old;
    return true;
}

static bool access_of(struct eval *e, const struct insn *i, u64 *r, u32 f, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    u64 addr = r[i->b] + (u64)(s64)i->off, v = 0;
    u8 *p;
    if (row->shape == SHAPE_ATOM && addr % row->size)
        return stop(e, TRAP_UNALIGNED, f, pc);
    if (!(p = at(e, addr, row->size)))
        return stop(e, TRAP_OUT_OF_BOUNDS, f, pc);
    switch (row->shape) {
    case SHAPE_LD:
        memcpy(&v, p, row->size);
        if (i->op == OP_ldsx8 || i->op == OP_ldsx16 || i->op == OP_ldsx32)
            v = (u64)((s64)(v << (64 - 8 * row->size)) >> (64 - 8 * row->size));
        r[i->a] = v;
        return true;
    case SHAPE_ST: memcpy(p, &r[i->c], row->size); return true;
    case SHAPE_STI:
        v = (u64)(s64)i->imm;
        memcpy(p, &v, row->size);
        return true;
    default: return atomic(i, p, r);
    }
}

static bool helper(struct eval *e, u64 *r, u32 id, u32 f, u32 pc) {
    u64 args[5] = {r[2], r[3], r[4], r[5], r[1]}, ret = 0;
    switch (id) {
    case 0: ret = mix(NULL, r[1], r[2], r[3], r[4], r[5]); break;
    case 1:
        if (traps(r[1]))
            return stop(e, TRAP_BAD_ARGUMENT, f, pc);
        ret = r[1] + r[2] + r[3] + r[4] + r[5];
        break;
    case 2:
        if (!eval_call(e, MAX_FUNC - 1, args, &ret, MAX_FUNC - 1, 0))
            return false;
        ret++;
        break;
    default: return stop(e, TRAP_BAD_HELPER, f, pc);
    }
    r[0] = ret;
    memset(r + 1, 0, 5 * sizeof *r);
    return true;
}

/* Pays for the block at pc. */
static bool enter(struct eval *e, u32 f, u32 pc) {
    const struct cfg *g = &e->t->cfg[f];
    e->fuel -= g->blk[g->of[pc]].charge;
    return e->fuel >= 0 || stop(e, TRAP_FUEL, f, pc);
}

/* from, pc: where it is told when there are no frames left */
static bool eval_call(struct eval *e, u32 f, const u64 args[5], u64 *ret, u32 from, u32 pc) {
    u64 r[REGS] = {0}, z;
    if (e->depth == FRAMES)
        return stop(e, TRAP_CALL_DEPTH, from, pc);
    memcpy(r + 1, args, 5 * sizeof *r);
    r[REG_FP] = (u64)(uintptr_t)(e->stack + FRAME * (FRAMES - e->depth++));
    memset((void *)(uintptr_t)(r[REG_FP] - FRAME), 0, FRAME);
    if (!enter(e, f, 0))
        return false;
    for (pc = 0;; pc++) {
        const struct insn *i = &e->t->code[f][pc];
        const struct isa_row *row = &isa_info[i->op];
        u64 y = row->shape == SHAPE_BIN || row->shape == SHAPE_JCC ? r[i->c] : (u64)(s64)i->imm;
        switch (row->shape) {
        case SHAPE_BIN:
        case SHAPE_BINI:
        case SHAPE_UN:
            if (!isa_eval(i->op, r[i->b], y, &r[i->a]))
                return stop(e,
                            row->type[0] == 'I' ? (u32)y ? TRAP_INT_OVERFLOW : TRAP_DIV_BY_ZERO
                            : y                 ? TRAP_INT_OVERFLOW
                                                : TRAP_DIV_BY_ZERO,
                            f, pc);
            break;
        case SHAPE_JCC:
        case SHAPE_JCCI:
            isa_eval(i->op, r[i->b], y, &z);
            if (!enter(e, f, z ? (u32)i->off : pc + 1))
                return false;
            pc = z ? (u32)i->off - 1 : pc;
            break;
        case SHAPE_LD:
        case SHAPE_ST:
        case SHAPE_STI:
        case SHAPE_ATOM:
            if (!access_of(e, i, r, f, pc))
                return false;
            break;
        default:
            switch (i->op) {
            case OP_mov64i: r[i->a] = (u64)(s64)i->imm; break;
            case OP_mov32i: r[i->a] = (u32)i->imm; break;
            case OP_const64: r[i->a] = insn_imm64(i); break;
            case OP_pad: break;
            case OP_ja:
                if (!enter(e, f, (u32)i->off))
                    return false;
                pc = (u32)i->off - 1;
                break;
            case OP_call:
                if (!helper(e, r, (u32)i->imm, f, pc))
                    return false;
                break;
            case OP_callf:
                if (!eval_call(e, (u32)i->imm, r + 1, &r[0], f, pc))
                    return false;
                memset(r + 1, 0, 5 * sizeof *r);
                break;
            case OP_exit:
                *ret = r[0];
                e->depth--;
                return true;
            default: abort();
            }
        }
    }
}

/* --- both sides --- */

static bool no_fuel(struct ctx *cx) {
    if (cx->fuel_rest <= 0) {
        cx->trap = TRAP_FUEL;
        return false;
    }
    cx->fuel += cx->fuel_rest < 100 ? cx->fuel_rest : 100;
    cx->fuel_rest -= cx->fuel_rest < 100 ? cx->fuel_rest : 100;
    return true;
}
static bool no_access(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done) {
    (void)addr, (void)size, (void)write, (void)val;
    *done = false;
    cx->trap = TRAP_OUT_OF_BOUNDS;
    return false;
}
static const struct engine *tested;
static const void *running; /* the image: the service below has no other way to it */
static bool call_again(struct ctx *cx, u32 func, const u64 args[5], u64 *ret) {
    memcpy(cx->arg, args, sizeof cx->arg);
    tested->run(running, cx, func);
    *ret = cx->ret;
    return !cx->trap;
}
static const struct services services = {.refuel = no_fuel, .access = no_access, .call = call_again};

static void set_arguments(struct ctx *cx, u8 *buf) {
    memset(cx->arg, 0, sizeof cx->arg);
    cx->arg[0] = (u64)(uintptr_t)buf;
    cx->arg[1] = BUF;
}

/* Where a run has ended well, and the engine has a way for runs that begin as it did: two of these, from the same buffer,
 * and whatever the stack holds. */
static void run_again(const void *image, struct ctx *cx, s64 slice, s64 rest, u8 *stack, u8 *buf, const u8 *first) {
    struct engine_entry en = {0};
    set_arguments(cx, buf); /* nested runs have had theirs there */
    if (cx->trap || !tested->entry || !tested->entry(image, cx, 0, &en))
        return;
    en.fuel = slice;
    for (u32 k = 0; k < 2 && !cx->trap; k++) {
        memcpy(buf, first, BUF);
        memset(stack, 0x5a, FRAME * FRAMES);
        set_arguments(cx, buf);
        cx->fuel_rest = rest;
        en.enter(cx, &en);
    }
}

/* slice: of the budget, what the run begins with. */
static void run_engine(const void *image, u64 budget, u64 slice, u8 *stack, u8 *buf, struct outcome *o) {
    struct region region[REGION_MAP] = {0};
    u8 first[BUF];
    s64 begin = (s64)(budget < slice ? budget : slice);
    struct ctx cx = {.fuel = begin, .fuel_rest = (s64)budget - begin, .max_depth = FRAMES, .frame_size = FRAME};
    cx.region = region;
    cx.nregion = REGION_MAP;
    cx.services = &services;
    cx.stack_top = stack + FRAME * FRAMES;
    set_arguments(&cx, buf);
    region_set(&region[REGION_STACK], stack, FRAME * FRAMES, true);
    region_set(&region[REGION_PACKET], buf, BUF, true);
    running = image;
    memcpy(first, buf, BUF);
    tested->run(image, &cx, 0);
    run_again(image, &cx, begin, (s64)budget - begin, stack, buf, first);
    o->trap = cx.trap;
    o->ret = cx.trap ? 0 : cx.ret;
    o->func = cx.trap ? cx.trap_func : 0;
    o->pc = cx.trap ? cx.trap_pc : 0;
    o->fuel = cx.fuel + cx.fuel_rest;
    memcpy(o->buf, buf, BUF);
}

static void run_eval(struct test *t, u64 budget, u8 *stack, u8 *buf, struct outcome *o) {
    struct eval e = {.t = t, .stack = stack, .buf = buf, .fuel = (s64)budget};
    u64 args[5] = {(u64)(uintptr_t)buf, BUF}, ret = 0;
    eval_call(&e, 0, args, &ret, 0, 0);
    *o = (struct outcome){e.trap ? 0 : ret, e.trap, e.trap ? e.func : 0, e.trap ? e.pc : 0, e.fuel, {0}};
    memcpy(o->buf, buf, BUF);
}

static void print_program(const struct test *t) {
    for (u32 f = 0; f < MAX_FUNC; f++)
        for (u32 i = 0; i < t->func[f].nslot; i++) {
            const struct insn *k = &t->code[f][i];
            fprintf(stderr, "  f%u %3u  %s a%u b%u c%u off %d imm %d\n", f, i, isa_name(k->op), k->a, k->b, k->c,
                    k->off, k->imm);
        }
}

static void fill_buffer(u8 *buf, u64 seed) {
    for (u32 i = 0; i < BUF; i++)
        buf[i] = (u8)(i * 37 + seed);
}

static bool differs(const struct test *t, u64 seed, const char *how, const struct outcome *a, const struct outcome *b) {
    if (a->trap == b->trap && a->ret == b->ret && a->func == b->func && a->pc == b->pc && a->fuel == b->fuel &&
        !memcmp(a->buf, b->buf, BUF))
        return false;
    fprintf(stderr,
            "engine_random: seed %llu%s: engine: r0 0x%llx trap %u at %u:%u fuel %lld; evaluator: r0 0x%llx trap %u "
            "at %u:%u fuel %lld%s\n",
            (unsigned long long)seed, how, (unsigned long long)b->ret, b->trap, b->func, b->pc, (long long)b->fuel,
            (unsigned long long)a->ret, a->trap, a->func, a->pc, (long long)a->fuel,
            memcmp(a->buf, b->buf, BUF) ? "; the buffers differ" : "");
    print_program(t);
    return true;
}

/* What ended by itself, once more: begun with all the fuel that it takes (func_facts.bounded), with checks, and
 * without where it needed none. */
static bool differs_bounded(struct test *t, u64 seed, s64 need, u8 *stack, u8 *buf, struct outcome *a) {
    struct func_facts facts[MAX_FUNC] = {0};
    struct link_view v = t->view;
    struct error e = {0};
    bool differ = false;
    a->fuel = 0;
    for (u32 f = 0; f < MAX_FUNC; f++)
        facts[f].bounded = true;
    v.facts = facts;
    for (u32 k = 0; !differ && k < (a->trap ? 1u : 2u); k++) {
        struct outcome b = {0};
        void *image;
        v.checks = !k;
        if (tested->compile(&v, &image, &e))
            abort();
        fill_buffer(buf, seed);
        memset(stack, 0x5a, FRAME * FRAMES);
        run_engine(image, (u64)need, (u64)need, stack, buf, &b);
        differ = differs(t, seed, v.checks ? " bounded" : " bounded, without checks", a, &b);
        tested->free(image);
    }
    return differ;
}

static int one(u64 seed, u64 *ran) {
    static struct test t; /* large, and nothing of it outlives the call */
    const struct engine *g = tested;
    static u8 memory[2 << 20] __attribute__((aligned(64))); /* far apart: nothing strays from one to the other */
    u8 *stack = memory, *buf = memory + (1 << 20);
    struct outcome a = {0}, b = {0};
    struct error e = {0};
    u64 budget;
    int status = 0;
    memset(&t, 0, sizeof t);
    t.seed = seed * 0x9e3779b97f4a7c15 | 1;
    t.wide = below(&t, 3) == 0;
    budget = below(&t, 4) ? 2000 : below(&t, 300);
    for (u32 f = 0; f < MAX_FUNC; f++)
        make_function(&t, f);
    encode(&t);
    t.prog = (struct prog){.name = "f"};
    t.m.func = t.func;
    t.m.nfunc = MAX_FUNC;
    t.m.prog = &t.prog;
    t.m.nprog = 1;
    t.m.name = "random";
    t.view = (struct link_view){
        .m = &t.m, .helper = table, .nhelper = COUNT(table), .checks = true, .fuel = true, .frame_size = FRAME};
    if (validate(&t.m, NULL, &e) || g->compile(&t.view, &t.image, &e)) {
        fprintf(stderr, "engine_random: seed %llu: %s\n", (unsigned long long)seed, e.text);
        print_program(&t);
        arena_drop(&t.m.arena);
        return 1;
    }
    for (u32 f = 0; f < MAX_FUNC; f++) {
        memcpy(t.code[f], t.func[f].code, t.func[f].nslot * sizeof(struct insn)); /* as decoded: callees are indices */
        if (cfg_build(&t.cfg[f], &t.func[f], &t.arena, &e))
            abort();
    }
    /* One after the other in the same memory: programs may compare pointers. What the stack holds
     * before the engine's run must not show. */
    fill_buffer(buf, seed);
    memset(stack, 0, FRAME * FRAMES);
    run_eval(&t, budget, stack, buf, &a);
    fill_buffer(buf, seed);
    memset(stack, 0x5a, FRAME * FRAMES);
    run_engine(t.image, budget, 100, stack, buf, &b);
    status = differs(&t, seed, "", &a, &b) ||
             (a.trap != TRAP_FUEL && differs_bounded(&t, seed, (s64)budget - a.fuel, stack, buf, &a));
    *ran += !a.trap;
    g->free(t.image);
    arena_drop(&t.m.arena);
    arena_drop(&t.arena);
    return status;
}

int main(int argc, char **argv) {
    u64 n = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    const char *only = getenv("SVM_ENGINE");
    int failed = 0;
    for (u32 k = 0; (tested = engine_to_test(k, only)); k++) {
        u64 ran = 0;
        int differ = 0;
        for (u64 i = 0; i < n && differ < 3; i++)
            differ += one(seed + i, &ran);
        printf("engine_random: %s: %llu programs, %llu ran to their end, %d differ\n", tested->name,
               (unsigned long long)n, (unsigned long long)ran, differ);
        failed += differ;
    }
    return failed != 0;
}
