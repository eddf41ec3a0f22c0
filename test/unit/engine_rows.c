/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_rows.c - rows of numbers and vectors in every engine, against the expressions that isa.def and simd.def have
 * for them.
 *
 * Random straight code over registers of all types, so many that some of them lie in memory; sources and results the
 * same or not, constants known or not, temporaries that change their type. Each function runs on several sets of
 * extreme numbers, and is generated while it is evaluated. A NaN's bits are nobody's promise: where one may have come
 * out of arithmetic, the register is compared as a NaN, and nothing reads it. Compilers are run with less of the
 * processor as well.
 *
 *   engine_rows [FUNCTIONS [SEED]] */
#include "abi/object.h"
#include "engine/engines.h"
#include "ir/module.h"
#include "isa/isa.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 100, SETS = 4, SLOTS = 1 << 15, POOL = 8 };
static const char all_letters[] = "VvVvVvVvVvVvVvVvVvDDDDDDFFFFFFIIIIIIIILLLLLL";
enum { MOST = sizeof all_letters - 1, TEMPS = 6, NREG = MOST + TEMPS };

struct test {
    u64 seed;
    struct insn code[MAX];
    u32 n, nparam, nreg;   /* nparam: slots, which come back as results */
    char letter[NREG + 1]; /* of temporaries X */
    char now[NREG];        /* what they hold; 0: nothing */
    char may_nan[NREG];    /* 'F', 'D': lanes that may be a NaN of any bits */
    u64 v[SETS][NREG], start[SETS][NREG];
    u8 pool[POOL][16];
    u32 vt[2 * NREG];
    u32 trap[SETS];
    struct func func;
    struct deftype type;
    struct module m;
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

static const f64 doubles[] = {0,
                              -0.0,
                              1,
                              -1,
                              0.5,
                              -0.5,
                              1.5,
                              2.5,
                              -2.5,
                              0.9999999999999999,
                              -0.9999999999999999,
                              2147483647,
                              2147483647.5,
                              2147483648,
                              -2147483648,
                              -2147483648.5,
                              -2147483649,
                              4294967295,
                              4294967295.5,
                              4294967296,
                              9223372036854774784.0,
                              9223372036854775808.0,
                              -9223372036854775808.0,
                              -9223372036854777856.0,
                              18446744073709549568.0,
                              18446744073709551616.0,
                              4503599627370496.5,
                              4503599627370497.5,
                              9007199254740993.0,
                              1e300,
                              -1e300,
                              5e-324,
                              2.2250738585072014e-308,
                              3.4028234663852886e38,
                              3.4028235677973366e38,
                              1e-46};
static const u64 numbers[] = {0,
                              1,
                              2,
                              7,
                              8,
                              15,
                              16,
                              31,
                              32,
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
                              INT64_MAX,
                              1ull << 63,
                              UINT64_MAX,
                              0x7ff0000000000000,
                              0xfff0000000000000,
                              0x7ff8000000000000,
                              0xfff8000000000000,
                              0x7ff0000000000001,
                              0x7f8000007fc00000,
                              0xff8000007f800001,
                              0x8000800080008000,
                              0x8080808080808080,
                              0x0706050403020100,
                              0x1f1e1d1c1b1a1918,
                              (1ull << 53) + 1,
                              (1ull << 63) + 1025,
                              0x20000020000001};

static u64 bits64(f64 d) {
    u64 v;
    memcpy(&v, &d, 8);
    return v;
}
static u32 bits32(f32 f) {
    u32 v;
    memcpy(&v, &f, 4);
    return v;
}
static u64 any(struct test *t, char type) {
    u64 v = below(t, 3) ? numbers[below(t, COUNT(numbers))] : rnd(t) >> below(t, 64);
    if (below(t, 3) == 0)
        v = bits64(doubles[below(t, COUNT(doubles))]);
    else if (below(t, 3) == 0)
        v = bits32((f32)doubles[below(t, COUNT(doubles))]) | (u64)bits32((f32)doubles[below(t, COUNT(doubles))]) << 32;
    if (type == 'D' && below(t, 2))
        v = bits64(doubles[below(t, COUNT(doubles))]);
    if (type == 'F' && below(t, 2))
        v = bits32((f32)doubles[below(t, COUNT(doubles))]);
    return type == 'F' || type == 'I' ? (u32)v : v;
}

/* --- registers --- */

static char type_of(const struct test *t, u32 r) {
    return t->letter[r] == 'X' ? t->now[r] : t->letter[r];
}
static bool readable(const struct test *t, u32 r, char type) {
    char has = type_of(t, r);
    return (has == type || (type == 'I' && has == 'L')) && !t->may_nan[r] && (type != 'V' || !t->may_nan[r + 1]);
}
/* A register that holds such a value, any of them; NREG: there is none. */
static u32 source(struct test *t, char type) {
    u32 n = 0, found = NREG;
    for (u32 r = 0; r < t->nreg; r++)
        if (readable(t, r, type) && below(t, ++n) == 0)
            found = r;
    return found;
}
/* A temporary as often as not. */
static u32 target(struct test *t, char type) {
    u32 n = 0, found = NREG;
    bool temp = below(t, 2);
    for (u32 r = 0; r < t->nreg; r++) {
        bool x = t->letter[r] == 'X' && (type != 'V' || (r + 1 < t->nreg && t->letter[r + 1] == 'X'));
        if ((temp ? x : t->letter[r] == type) && below(t, ++n) == 0)
            found = r;
    }
    return found;
}
static void write_one(struct test *t, u32 r, char type, char may_nan) {
    if (t->letter[r] == 'X') {
        if (t->now[r] == 'v')
            t->now[r - 1] = 0;
        if (t->now[r] == 'V')
            t->now[r + 1] = 0;
        t->now[r] = type;
    }
    t->may_nan[r] = may_nan;
}
static void written(struct test *t, u32 r, char type, char may_nan) {
    write_one(t, r, type, may_nan);
    if (type == 'V') {
        write_one(t, r + 1, 'v', may_nan);
        if (t->letter[r] == 'X')
            t->now[r] = 'V';
    }
}

/* --- what a NaN may come out of --- */

static char lanes_of(u16 op) {
    const struct isa_row *row = &isa_info[op];
    const char *name = isa_row_name(row);
    if (strstr(name, "neg") || strstr(name, "abs") || strstr(name, "copysign") || strstr(name, "mov") ||
        strstr(name, "_bits") || strstr(name, "extract") || strstr(name, "replace") || strstr(name, "splat"))
        return 0;
    if (row->type[0] == 'F' || row->type[0] == 'D')
        return row->type[0];
    if (row->type[0] != 'V')
        return 0;
    if (op == OP_f32x4_demote_f64x2_zero)
        return 'F';
    if (op == OP_f64x2_promote_low_f32x4)
        return 'D';
    return !strncmp(name, "f32x4", 5) ? 'F' : !strncmp(name, "f64x2", 5) ? 'D' : 0;
}
static bool is_nan(u64 v, char lanes) {
    if (lanes == 'D')
        return (v & INT64_MAX) > 0x7ff0000000000000;
    return (v & INT32_MAX) > 0x7f800000 || (v >> 32 & INT32_MAX) > 0x7f800000;
}
static bool quiet32(u32 v) {
    return (v & 0x7fc00000) == 0x7fc00000;
}
static bool same_one(u64 want, u64 got, char lanes) {
    if (want == got)
        return true;
    if (lanes == 'D')
        return is_nan(want, 'D') && (got & 0x7ff8000000000000) == 0x7ff8000000000000;
    return lanes == 'F' && ((u32)want == (u32)got || (is_nan((u32)want, 'F') && quiet32((u32)got))) &&
           (want >> 32 == got >> 32 || (is_nan(want >> 32, 'F') && quiet32((u32)(got >> 32))));
}

/* --- instructions --- */

/* Evaluates i on set s into out; false: it traps. */
static bool evaluate(const struct test *t, const struct insn *i, u32 s, u64 out[2]) {
    const u64 *v = t->v[s], *from;
    const struct isa_row *row = &isa_info[i->op];
    u8 two[32];
    out[0] = out[1] = 0;
    switch (i->op) {
    case OP_const64: out[0] = insn_imm64(i); return true;
    case OP_vconst: memcpy(out, t->pool[i->imm], 16); return true;
    case OP_shuffle:
        memcpy(two, &v[i->b], 16);
        memcpy(two + 16, &v[i->c], 16);
        for (u32 k = 0; k < 16; k++)
            ((u8 *)out)[k] = two[t->pool[i->imm][k]];
        return true;
    case OP_select:
    case OP_vselect:
        from = (u32)v[i->imm] ? &v[i->b] : &v[i->c];
        out[0] = from[0];
        out[1] = i->op == OP_vselect ? from[1] : 0;
        return true;
    default: break;
    }
    if (row->type[0] == 'V' || row->type[1] == 'V')
        return isa_eval_vec(i->op, (const u8 *)&v[i->b], (const u8 *)&v[row->shape == SHAPE_BINI ? i->b : i->c],
                            (const u8 *)&v[row->shape == SHAPE_TER ? (u32)i->imm : i->b],
                            (u32)(row->shape == SHAPE_LANE ? i->off : i->imm), (u8 *)out);
    return isa_eval(i->op, v[i->b], row->shape == SHAPE_BINI ? (u64)(s64)i->imm : v[i->c], out);
}

static u32 trap_of(const struct test *t, const struct insn *i, u32 s) {
    u64 x = t->v[s][i->b];
    if (isa_info[i->op].type[1] == 'D' ? is_nan(x, 'D') : is_nan((u32)x, 'F'))
        return TRAP_BAD_CONVERSION;
    return TRAP_INT_OVERFLOW;
}

static void add(struct test *t, struct insn i, u32 len) {
    t->code[t->n++] = i;
    if (len == 2)
        t->code[t->n++] = (struct insn){.op = OP_pad};
}

/* A mask that one instruction of some machine might do, or any. */
static void make_pool(struct test *t) {
    for (u32 k = 0; k < POOL; k++) {
        u32 kind = below(t, 8), n = 1u << below(t, 4), at = below(t, 17), up = below(t, 2) * 8;
        for (u32 j = 0; j < 16; j++)
            switch (kind) {
            case 0: t->pool[k][j] = (u8)(at + j); break;
            case 1: t->pool[k][j] = (u8)(up + j / (2 * n) * n + j % n + (j / n & 1) * 16); break;
            case 2: t->pool[k][j] = (u8)(j + (j / n & 1) * 16); break;
            case 3: t->pool[k][j] = (u8)(below(t, 16)); break;
            case 4: t->pool[k][j] = j % n ? t->pool[k][j - 1] + 1 : (u8)(below(t, 32 / n) * n); break;
            case 5: t->pool[k][j] = j % 4 ? t->pool[k][j - 1] + 1 : (u8)(below(t, 4) * 4 + (j >= 8 ? 16 : 0)); break;
            default: t->pool[k][j] = (u8)below(t, 32); break;
            }
    }
}

static u16 rows[OP_COUNT];
static u32 nrow;

static bool usable(u16 op) {
    const struct isa_row *row = &isa_info[op];
    if (row->flags & EBPF || row->size)
        return false;
    switch (op) {
    case OP_const64:
    case OP_vconst:
    case OP_shuffle:
    case OP_select:
    case OP_vselect: return true;
    default: break;
    }
    for (u32 k = 0; k < 3; k++)
        if (isa_has(row->type[k]) && !strchr("ILFDV", row->type[k]))
            return false;
    return row->shape == SHAPE_BIN || row->shape == SHAPE_BINI || row->shape == SHAPE_UN || row->shape == SHAPE_TER ||
           row->shape == SHAPE_LANE;
}

/* One instruction of row op, if there is what it reads. last: it may trap. */
static bool make_one(struct test *t, u16 op, bool last) {
    const struct isa_row *row = &isa_info[op];
    char type[3] = {row->type[0], row->type[1], isa_has(row->type[2]) ? row->type[2] : 0}, nan = lanes_of(op);
    struct insn i = {.op = op};
    u64 out[SETS][2];
    u32 len = 1;
    bool traps = false;
    if (op == OP_select)
        type[0] = type[1] = type[2] = "LFD"[below(t, 3)];
    if (op == OP_const64)
        type[0] = "LDFI"[below(t, 4)], type[1] = type[2] = 0;
    if (row->shape == SHAPE_BINI)
        type[2] = 0;
    if (isa_has(type[1]) && (i.b = (u16)source(t, type[1])) == NREG)
        return false;
    if (type[2] && (i.c = below(t, 4) || type[2] != type[1] ? (u16)source(t, type[2]) : i.b) == NREG)
        return false;
    i.a = (u16)target(t, type[0]);
    if (below(t, 3) == 0 && isa_has(type[1]) && type[1] == type[0] && t->letter[i.b] != 'L')
        i.a = i.b;
    if (i.a == NREG)
        return false;
    if (row->shape == SHAPE_BINI)
        i.imm = type[1] == 'V' ? (s32)below(t, 16u / (row->size ? row->size : 1)) : (s16)any(t, 'L');
    switch (op) {
    case OP_const64: {
        u64 v = any(t, type[0]);
        i.imm = (s32)v, i.off = (s32)(v >> 32);
        break;
    }
    case OP_vconst:
    case OP_shuffle: i.imm = (s32)below(t, POOL); break;
    case OP_select:
    case OP_vselect: i.imm = (s32)source(t, 'I'); break;
    default:
        if (row->shape == SHAPE_TER)
            i.imm = (s32)source(t, 'V');
        break;
    }
    if ((op == OP_select || op == OP_vselect || row->shape == SHAPE_TER) && i.imm == NREG)
        return false;
    len = (u32)isa_len(&i);
    for (u32 s = 0; s < SETS; s++) {
        bool ok = evaluate(t, &i, s, out[s]);
        t->trap[s] = ok                                                                           ? 0
                     : isa_info[op].flags & TRAPS && (row->type[1] == 'D' || row->type[1] == 'F') ? trap_of(t, &i, s)
                                                                                                  : 1;
        traps |= !ok;
        if (t->trap[s] == 1)
            return false;
    }
    if (traps && !last)
        return false;
    for (u32 s = 0; s < SETS && nan; s++)
        if (is_nan(out[s][0], nan) || is_nan(out[s][1], nan))
            break;
        else if (s + 1 == SETS)
            nan = 0;
    for (u32 s = 0; s < SETS; s++)
        memcpy(&t->v[s][i.a], out[s], type[0] == 'V' ? 16 : 8);
    written(t, i.a, type[0], nan);
    add(t, i, len);
    return true;
}

/* if x < y goto: compares that a branch alone looks at. */
static void make_branch(struct test *t) {
    static const u16 ops[] = {OP_feq64, OP_fne64, OP_flt64,         OP_fle64,          OP_feq32,         OP_fne32,
                              OP_flt32, OP_fle32, OP_v128_any_true, OP_i8x16_all_true, OP_i64x2_all_true};
    u32 x = NREG, l = source(t, 'L'), before = t->n;
    for (u32 r = 0; r < t->nreg; r++)
        if (t->letter[r] == 'X')
            x = r;
    if (x == NREG || l == NREG || t->letter[l] != 'L')
        return;
    for (u32 tries = 0; tries < 20 && t->n == before; tries++)
        make_one(t, ops[below(t, COUNT(ops))], false);
    if (t->n == before || t->n - before != 1)
        return;
    struct insn *i = &t->code[before];
    bool when = below(t, 2);
    add(t, (struct insn){.op = when ? OP_jne32i : OP_jeq32i, .b = i->a, .off = (s32)t->n + 2}, 1);
    add(t, (struct insn){.op = OP_mov64i, .a = (u16)l, .imm = 77}, 1);
    for (u32 s = 0; s < SETS; s++)
        if (((u32)t->v[s][i->a] != 0) != when)
            t->v[s][l] = 77;
    if (t->letter[i->a] == 'X') /* nothing else looks at it */
        t->now[i->a] = 0;
}

static void make(struct test *t, u64 seed) {
    static struct entity called = {.kind = ENTITY_FUNC, .index = 0};
    static const struct {
        char type;
        u16 op;
    } moves[] = {{'V', OP_vmov}, {'D', OP_fmov64}, {'F', OP_fmov32}, {'L', OP_mov64}, {'I', OP_mov32}};
    u32 few = 0, want;
    memset(t, 0, sizeof *t);
    t->seed = seed * 0x9e3779b97f4a7c15 + 1;
    few = below(t, 3);
    for (u32 r = 0; r < MOST; r++) { /* some functions have few registers */
        if (all_letters[r] == 'v' || (few && below(t, few + 1)))
            continue;
        t->letter[t->nparam++] = all_letters[r];
        if (all_letters[r] == 'V')
            t->letter[t->nparam++] = 'v';
    }
    t->nreg = t->nparam;
    for (u32 k = 0; k < TEMPS; k++)
        t->letter[t->nreg++] = 'X';
    for (u32 s = 0; s < SETS; s++)
        for (u32 r = 0; r < t->nparam; r++)
            t->v[s][r] = t->start[s][r] = any(t, t->letter[r]);
    make_pool(t);
    want = 3 + below(t, 25);
    for (u32 tries = 0; t->n < want && tries < 400; tries++) {
        if (below(t, 12) == 0)
            make_branch(t);
        else
            make_one(t, rows[below(t, nrow)], false);
    }
    for (u32 r = t->nparam; r < t->nreg; r++) /* temporaries to where they are seen */
        for (u32 k = 0; k < COUNT(moves); k++) {
            u32 to = NREG;
            for (u32 p = 0, n = 0; p < t->nparam; p++)
                if (t->letter[p] == moves[k].type && below(t, ++n) == 0)
                    to = p;
            if (t->now[r] != moves[k].type || to == NREG)
                continue;
            for (u32 s = 0; s < SETS; s++)
                memcpy(&t->v[s][to], &t->v[s][r], t->now[r] == 'V' ? 16 : 8);
            written(t, to, moves[k].type, t->may_nan[r]);
            add(t, (struct insn){.op = moves[k].op, .a = (u16)to, .b = (u16)r}, 1);
        }
    if (below(t, 3) == 0) /* a trap, maybe, and nothing behind it */
        for (u32 tries = 0, n = t->n; t->n == n && tries < 300; tries++) {
            u16 op = rows[below(t, nrow)];
            if (isa_info[op].flags & TRAPS && isa_info[op].type[1] != 'I' && isa_info[op].type[1] != 'L')
                make_one(t, op, true);
        }
    add(t, (struct insn){.op = OP_ret, .a = 0, .c = (u16)t->nparam}, 2);
    for (u32 r = 0; r < t->nparam; r++)
        if (t->letter[r] != 'v')
            t->vt[t->type.nparam++] = (u8)t->letter[r];
    memcpy(t->vt + t->type.nparam, t->vt, t->type.nparam * sizeof *t->vt);
    t->type = (struct deftype){
        .super = NO_INDEX, .kind = 'f', .vt = t->vt, .nparam = t->type.nparam, .nresult = t->type.nparam};
    deftype_slots(&t->type);
    t->func = (struct func){.name = "rows",
                            .code = t->code,
                            .nslot = t->n,
                            .typed = true,
                            .wide = true,
                            .nreg = (u16)t->nreg,
                            .reg_type = (const u8 *)t->letter,
                            .pool = (const u8(*)[16])t->pool,
                            .npool = POOL};
    t->m = (struct module){.name = "rows",
                           .front = "test",
                           .func = &t->func,
                           .nfunc = 1,
                           .export = &called,
                           .nexport = 1,
                           .type = &t->type,
                           .ntype = 1};
}

/* --- running it --- */

static bool refuel(struct ctx *cx) {
    cx->trap = TRAP_FUEL;
    return false;
}

static void show(const struct test *t, const char *engine, u32 without, u64 seed) {
    struct buf b = {0};
    fprintf(stderr, "engine_rows: seed %llu, engine %s without %x\n", (unsigned long long)seed, engine, without);
    for (u32 i = 0; i < t->n; i++) {
        buf_clear(&b);
        if (t->code[i].op != OP_pad) {
            isa_print(&b, &t->code[i], i, NULL);
            fprintf(stderr, "  %u  %s\n", i, buf_str(&b));
        }
    }
    buf_free(&b);
}

static bool run(const struct test *t, const struct engine *g, const void *image, u32 set) {
    static const struct services services = {.refuel = refuel};
    static u64 slots[SLOTS];
    static struct ctx cx;
    u64 window[NREG];
    bool good = true;
    memset(&cx, 0, sizeof cx);
    memcpy(window, t->start[set], sizeof window);
    cx.services = &services;
    cx.fuel = INT64_MAX / 2;
    cx.slot_base = cx.slot_sp = slots;
    cx.slot_end = slots + SLOTS;
    cx.max_calls = 10;
    g->call(image, &cx, 0, window);
    if (cx.trap || t->trap[set]) {
        if (cx.trap != t->trap[set] || cx.ntrace != 1 || cx.trace[0].pc + 3 != t->n) {
            fprintf(stderr, "  set %u: trap %u at %u, not %u at %u\n", set, cx.trap, cx.trace[0].pc, t->trap[set],
                    t->n - 3);
            good = false;
        }
        return good;
    }
    for (u32 r = 0; r < t->nparam; r++) {
        u64 mask = t->letter[r] == 'F' ? UINT32_MAX : UINT64_MAX; /* what is above an f32 is nothing */
        if (!same_one(t->v[set][r] & mask, window[r] & mask, t->may_nan[r])) {
            fprintf(stderr, "  set %u: r%u (%c) is %016llx, not %016llx\n", set, r, t->letter[r],
                    (unsigned long long)window[r], (unsigned long long)t->v[set][r]);
            good = false;
        }
    }
    return good;
}

static bool one(struct test *t, const struct engine *g, u32 without, u64 seed) {
    struct link_view view = {
        .m = &t->m, .checks = true, .fuel = seed & 1, .jit = {.without = without, .harden = seed % 7 == 0}};
    struct error e = {0};
    void *image = NULL;
    bool good = true;
    if (validate_func(&t->m, &t->func, &e) || g->compile(&view, &image, &e)) {
        fprintf(stderr, "%s\n", e.text);
        show(t, g->name, without, seed);
        return false;
    }
    for (u32 s = 0; s < SETS; s++)
        good &= run(t, g, image, s);
    if (!good)
        show(t, g->name, without, seed);
    g->free(image);
    return good;
}

int main(int argc, char **argv) {
    static const u32 less[] = {0, 0, 4, 6, 6 | 256, 0xfe}; /* x86-64 (enc.h): as it is; no AVX2; no AVX; SSE4.1 alone */
    u64 n = argc > 1 ? strtoull(argv[1], NULL, 0) : 3000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1, passed = 0,
        failed = 0;
    static struct test t;
    const char *only = getenv("SVM_ENGINE");
    const struct engine *g;
    for (u16 op = 1; op < OP_COUNT; op++)
        if (usable(op))
            rows[nrow++] = op;
    for (u64 k = 0; k < n && failed < 5; k++) {
        make(&t, seed + k);
        for (u32 rank = 0; (g = engine_by_rank(rank)); rank++) {
            if (!g->call || !g->usable() || (only ? strcmp(g->name, only) : !strcmp(g->name, "llvm")))
                continue;
            bool good = one(&t, g, g->native ? less[k % COUNT(less)] : 0, seed + k);
            passed += good;
            failed += !good;
        }
    }
    printf("%u rows; %llu passed, %llu failed\n", nrow, (unsigned long long)passed, (unsigned long long)failed);
    return failed != 0;
}
