/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_typed_random.c - random typed functions, in the engines of engine_kit.h and in an evaluator of a hundred lines.
 *
 * As interp_random.c does it for eBPF: rows of isa.def on extreme numbers, accesses of a memory (also past its end),
 * branches, jump tables, calls, and the sequences that the interpreter makes one step of. Results, trap, its
 * place, fuel and memory must be the same, with a memory that the processor checks and with one that code compares.
 * Floats are kept away from what would tell one NaN from another: which operand's comes out is nobody's promise.
 *
 *   engine_typed_random [FUNCTIONS [SEED]] */
#define _GNU_SOURCE
#include "abi/object.h"
#include "engine_kit.h"
#include "ir/cfg.h"
#include <stdio.h>
#include <sys/mman.h>

enum { MAX = 240, MEM = 65536, NREG = 28, NPARAM = 15, SLOTS = 1 << 14, DIRTY = 1 << 12 };
enum { ARITHMETIC = 1000 }; /* isa_eval does not say which trap it is */
static const char letters[NREG + 1] = "IIIIIILLLDDDDFFIIDXXIXXXXXXX";
static const char callee_letters[] = "III";
enum { ZERO = 20, WINDOW = 21, ABOVE = 24 }; /* from ABOVE on: cleared by calls */

struct test {
    u64 seed;
    struct insn code[2][MAX];
    u32 n[2];
    struct func func[2];
    struct deftype type[2];
    u32 vt[2][2 * NPARAM];
    struct memory_def memory;
    struct global_def global;
    struct cfg cfg[2];
    struct module m;
    struct arena arena;
};
struct outcome {
    u64 reg[NPARAM], global;
    u32 trap, func, pc, frames;
    s64 fuel;
    u8 mem[MEM];
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
static u64 number(struct test *t) {
    static const u64 extreme[] = {0,          1,          2,          3,          7,          8,         31,
                                  32,         63,         64,         255,        32767,      32768,     65535,
                                  0x7fffffff, 0x80000000, 0xffffffff, 1ull << 63, INT64_MAX, UINT64_MAX};
    u64 v = extreme[below(t, COUNT(extreme))];
    return below(t, 4) ? v : below(t, 2) ? v + rnd(t) % 5 - 2 : rnd(t);
}
static f64 real_number(struct test *t) {
    static const f64 some[] = {0, -0.0, 1, -1, 0.5, 2, 1e300, -1e300, 1e-300, 3e9, -3e9, 1e19, 0x1p31, 0x1p63, 123.75};
    return some[below(t, COUNT(some))];
}

/* --- making functions --- */

static struct insn *put(struct test *t, u32 f, u16 op, u16 a, u16 b, u16 c, s32 off, s32 imm) {
    struct insn *i = &t->code[f][t->n[f]++];
    *i = (struct insn){op, a, b, c, off, imm};
    if (isa_len(i) == 2)
        t->code[f][t->n[f]++] = (struct insn){.op = OP_pad};
    return i;
}

/* A register of function f that holds what letter t says. */
static u16 reg(struct test *t, u32 f, char want) {
    const char *l = f ? callee_letters : letters;
    u32 n = f ? 3 : NREG;
    if (f && want != 'I')
        return UINT16_MAX;
    for (;;) {
        u16 r = (u16)below(t, n);
        if (!f && r >= ZERO && r < ABOVE)
            continue;
        if (l[r] == want || (l[r] == 'X' && (want == 'I' || want == 'L')) || (l[r] == 'L' && want == 'I' && below(t, 3) == 0))
            return r;
    }
}
/* One that it may be written to: an i32 goes into an i32 or any. */
static u16 target(struct test *t, u32 f, char want) {
    u16 r;
    do
        r = reg(t, f, want);
    while (!f && want == 'I' && letters[r] == 'L');
    return r;
}

static bool usable(u16 op) {
    const struct isa_row *row = &isa_info[op];
    const char *t = row->type;
    bool floats = strpbrk(t, "DF") != NULL;
    if (row->flags & EBPF || strpbrk(t, "VRQXAEN") || !t[0] + !t[1] == 2)
        return false;
    if (row->shape == SHAPE_BINI && floats)
        return false;
    switch (op) { /* these tell NaNs apart */
    case OP_fneg64: case OP_fabs64: case OP_fneg32: case OP_fabs32: case OP_fcopysign64: case OP_fcopysign32:
    case OP_f64_bits: case OP_bits_f64: case OP_f32_bits: case OP_bits_f32: return false;
    default: return row->shape == SHAPE_BIN || row->shape == SHAPE_BINI || row->shape == SHAPE_UN;
    }
}

static u16 rows[OP_COUNT], jumps[OP_COUNT];
static u32 nrow, njump;

static void arithmetic(struct test *t, u32 f) {
    for (;;) {
        u16 op = rows[below(t, nrow)];
        const char *l = isa_info[op].type;
        if (f && (strpbrk(l, "LDF")))
            continue;
        put(t, f, op, target(t, f, l[0]), reg(t, f, l[1]), isa_info[op].shape == SHAPE_BIN ? reg(t, f, l[2]) : 0, 0,
            isa_info[op].shape == SHAPE_BINI ? (s32)(s16)number(t) : 0);
        return;
    }
}

static void constant(struct test *t, u32 f) {
    u64 v = number(t);
    f64 d = real_number(t);
    f32 s = (f32)d;
    u32 w;
    switch (below(t, f ? 1 : 4)) {
    case 0: put(t, f, OP_mov32i, target(t, f, 'I'), 0, 0, 0, (s32)v); break;
    case 1: put(t, f, OP_const64, target(t, f, 'L'), 0, 0, (s32)(v >> 32), (s32)v); break;
    case 2:
        memcpy(&v, &d, 8);
        put(t, f, OP_const64, target(t, f, 'D'), 0, 0, (s32)(v >> 32), (s32)v);
        break;
    default:
        memcpy(&w, &s, 4);
        put(t, f, OP_const64, target(t, f, 'F'), 0, 0, 0, (s32)w);
    }
}

/* A register with an address inside the memory, below 32 KiB for integers, from there on for doubles; mostly. */
static u16 address(struct test *t, bool real, u32 *off) {
    u16 r = target(t, 0, 'I');
    *off = real ? 0x8000 : 0;
    switch (below(t, 7)) {
    case 0: /* constant */
        *off += below(t, 0x2000) & ~7u;
        return ZERO;
    case 1: /* b + constant, which may wrap */
        put(t, 0, OP_and32i, r, reg(t, 0, 'I'), 0, 0, 0x1ff8);
        put(t, 0, OP_add32i, r, r, 0, 0, real ? 0x8008 : (s32)below(t, 3) * 8 - 8);
        *off = 0;
        return r;
    case 2: { /* b + c */
        u16 s = target(t, 0, 'I');
        put(t, 0, OP_and32i, r, reg(t, 0, 'I'), 0, 0, 0x1ff8);
        put(t, 0, OP_and32i, s, reg(t, 0, 'I'), 0, 0, 0x1ff8);
        put(t, 0, OP_add32, r, r, s, 0, 0);
        return r;
    }
    case 3: { /* b + c << k */
        u16 s = target(t, 0, 'I'), p = target(t, 0, 'I');
        put(t, 0, OP_and32i, p, reg(t, 0, 'I'), 0, 0, 0xf8);
        put(t, 0, OP_and32i, r, reg(t, 0, 'I'), 0, 0, 0x1f8);
        put(t, 0, OP_lsh32i, s, p, 0, 0, (s32)below(t, 4));
        put(t, 0, OP_add32, r, r, s, 0, 0);
        return r;
    }
    case 4: /* near the end, and behind it */
        if (real)
            break;
        put(t, 0, OP_mov32i, r, 0, 0, 0, (s32)(MEM - 12 + below(t, 16)));
        return r;
    default: break;
    }
    put(t, 0, OP_and32i, r, reg(t, 0, 'I'), 0, 0, 0x1ff8);
    *off += below(t, 64) * 8;
    return r;
}

static void access_memory(struct test *t) {
    static const u16 loads[] = {OP_mld8, OP_mld16, OP_mld32, OP_mld64, OP_mlds8, OP_mlds16, OP_mlds32, OP_mldi8, OP_mldi16},
                     stores[] = {OP_mst8, OP_mst16, OP_mst32, OP_mst64};
    u32 off, to;
    u16 r, s, x;
    switch (below(t, 9)) {
    case 0:
    case 1:
        r = address(t, false, &off);
        x = loads[below(t, COUNT(loads))];
        put(t, 0, x, target(t, 0, isa_info[x].type[0]), r, 0, 0, (s32)off);
        return;
    case 2:
    case 3:
        r = address(t, false, &off);
        x = stores[below(t, COUNT(stores))];
        if (off < 0x7ff0 - 64)
            put(t, 0, x, reg(t, 0, isa_info[x].type[0]), r, 0, 0, (s32)off);
        return;
    case 4:
        r = address(t, true, &off);
        put(t, 0, OP_mldf64, target(t, 0, 'D'), r, 0, 0, (s32)off);
        return;
    case 5:
        r = address(t, true, &off);
        put(t, 0, OP_mstf64, reg(t, 0, 'D'), r, 0, 0, (s32)off);
        return;
    case 6: /* from one place to another */
        r = address(t, false, &off);
        s = address(t, false, &to);
        x = (u16)below(t, 4);
        put(t, 0, x == 3 ? OP_mld64 : loads[x], 19, r, 0, 0, (s32)off);
        put(t, 0, stores[x], 19, s, 0, 0, (s32)to);
        return;
    case 7: /* memory op= x */
        r = address(t, false, &off);
        put(t, 0, OP_mld32, 18, r, 0, 0, (s32)off);
        if (below(t, 2))
            put(t, 0, OP_add32i, 19, 18, 0, 0, (s32)(s16)number(t));
        else
            put(t, 0, OP_add32, 19, 18, reg(t, 0, 'I'), 0, 0);
        put(t, 0, OP_mst32, 19, r, 0, 0, (s32)off);
        return;
    default: /* y += a * x */
        r = address(t, true, &off);
        s = address(t, true, &to);
        put(t, 0, OP_mldf64, 17, r, 0, 0, (s32)off);
        put(t, 0, OP_mldf64, 12, s, 0, 0, (s32)to);
        put(t, 0, OP_fmul64, 12, reg(t, 0, 'D'), 12, 0, 0);
        put(t, 0, below(t, 2) ? OP_fadd64 : OP_fsub64, 17, 17, 12, 0, 0);
        put(t, 0, OP_mstf64, 17, r, 0, 0, (s32)off);
    }
}

static void choose(struct test *t) {
    static const u16 cmp[] = {OP_ceq32, OP_cne32, OP_clt32, OP_cslt32, OP_cle32, OP_csle32, OP_clt64, OP_cne64, OP_flt64, OP_fne64};
    u16 op = cmp[below(t, COUNT(cmp))], c = target(t, 0, 'I');
    const char *l = isa_info[op].type;
    char of = "ILD"[below(t, 3)];
    put(t, 0, op, c, reg(t, 0, l[1]), reg(t, 0, l[2]), 0, 0);
    put(t, 0, OP_select, target(t, 0, of), target(t, 0, of), target(t, 0, of), 0, c);
}

static void jump(struct test *t, u32 f) {
    u16 op = jumps[below(t, njump)];
    const char *l = isa_info[op].type;
    bool wide = below(t, 4) == 0;
    u16 c;
    u32 n, k;
    switch (below(t, f ? 4 : 10)) {
    case 0: put(t, f, OP_ja, 0, 0, 0, -1, 0); return;
    case 1: /* a compare, then a branch by it */
        c = target(t, f, 'I');
        if (f)
            return;
        op = (u16[]){OP_flt64, OP_feq64, OP_fne32, OP_fle32, OP_ceq32, OP_cslt64, OP_and32}[below(t, 7)];
        put(t, f, op, c, reg(t, f, isa_info[op].type[1]), reg(t, f, isa_info[op].type[2]), 0, 0);
        put(t, f, below(t, 2) ? OP_jne32i : OP_jeq32i, 0, c, 0, -1, 0);
        return;
    case 2: /* a loop's end */
        c = target(t, f, 'I');
        put(t, f, OP_add32i, c, c, 0, 0, (s32)below(t, 3) - 1);
        put(t, f, below(t, 2) ? OP_jne32 : OP_jlt32, 0, c, reg(t, f, 'I'), -1, 0);
        return;
    case 3:
        if (f)
            return;
        n = below(t, 4);
        put(t, f, OP_brtab, 0, reg(t, f, 'I'), 0, 0, (s32)n);
        for (k = 0; k <= n; k++)
            put(t, f, OP_ja, 0, 0, 0, -1, 0);
        return;
    default:
        if (f && l[1] == 'L')
            return;
        put(t, f, op, wide, reg(t, f, l[1]), isa_info[op].shape == SHAPE_JCC ? reg(t, f, l[2]) : 0, -1,
            isa_info[op].shape == SHAPE_JCCI ? (s32)(s16)number(t) : 0);
    }
}

static void make(struct test *t, u32 f) {
    u32 n = f ? 4 + below(t, 10) : 10 + below(t, 90), i;
    while (t->n[f] < n && t->n[f] < MAX - 40)
        switch (below(t, f ? 8 : 24)) {
        case 0: constant(t, f); break;
        case 1: jump(t, f); break;
        case 8:
        case 9:
        case 10:
        case 11:
        case 12: access_memory(t); break;
        case 13: choose(t); break;
        case 14:
            put(t, f, OP_mov64, WINDOW, reg(t, f, 'L'), 0, 0, 0);
            put(t, f, OP_mov32, WINDOW + 1, reg(t, f, 'I'), 0, 0, 0);
            put(t, f, OP_callt, WINDOW, 0, 2, 0, 1);
            put(t, f, OP_add32, target(t, f, 'I'), WINDOW, WINDOW + below(t, 3), 0, 0);
            break;
        case 15: put(t, f, OP_gget, target(t, f, 'L'), 0, 0, 0, 0); break;
        case 16: put(t, f, OP_gset, reg(t, f, 'L'), 0, 0, 0, 0); break;
        case 17: jump(t, f); break;
        case 18: put(t, f, OP_mov64, target(t, f, 'L'), reg(t, f, 'L'), 0, 0, 0); break;
        case 19: put(t, f, OP_fmov64, target(t, f, 'D'), reg(t, f, 'D'), 0, 0, 0); break;
        default: arithmetic(t, f);
        }
    put(t, f, OP_ret, 0, 0, f ? 1 : NPARAM, 0, 0);
    for (i = 0; i < t->n[f]; i++) { /* now that there are places to go to */
        struct insn *p = &t->code[f][i];
        u8 shape = isa_info[p->op].shape;
        if (p->op != OP_ja && shape != SHAPE_JCC && shape != SHAPE_JCCI)
            continue;
        do
            p->off = (s32)(below(t, 3) ? i + 1 + below(t, t->n[f] - i - 1) : below(t, t->n[f]));
        while (t->code[f][p->off].op == OP_pad);
    }
}

/* --- the evaluator --- */

static s32 evaluate_access(struct outcome *o, const struct insn *i, u64 *r) { /* below 0: trap */
    const struct isa_row *row = &isa_info[i->op];
    u64 at = (u64)(u32)r[i->b] + insn_imm64(i), v = 0;
    if (at + row->size > MEM)
        return -1;
    if (row->shape == SHAPE_MST) {
        memcpy(o->mem + at, &r[i->a], row->size);
        return 0;
    }
    memcpy(&v, o->mem + at, row->size);
    switch (i->op) {
    case OP_mlds8: v = (u64)(s8)v; break;
    case OP_mlds16: v = (u64)(s16)v; break;
    case OP_mlds32: v = (u64)(s32)v; break;
    case OP_mldi8: v = (u32)(s8)v; break;
    case OP_mldi16: v = (u32)(s16)v; break;
    default: break;
    }
    r[i->a] = v;
    return 0;
}

static bool evaluate(const struct test *t, u32 f, u64 *r, struct outcome *o) {
    const struct cfg *g = &t->cfg[f];
    u32 pc = 0, k, b = 0;
    for (bool charged = false;; charged = true) {
        const struct insn *i = &t->code[f][pc];
        u32 next = pc + (u32)isa_len(i), jump = UINT32_MAX;
        u64 v = 0;
        if (!charged) {
            o->fuel -= g->blk[0].charge;
            if (o->fuel < 0)
                goto fuel;
        }
        switch (isa_info[i->op].shape) {
        case SHAPE_BIN:
        case SHAPE_BINI:
        case SHAPE_UN:
            if (!isa_eval(i->op, r[i->b], isa_info[i->op].shape == SHAPE_BIN ? r[i->c] : (u64)(s64)i->imm, &v)) {
                o->trap = ARITHMETIC;
                goto trap;
            }
            r[i->a] = v;
            break;
        case SHAPE_JCC:
        case SHAPE_JCCI:
            isa_eval(i->op, r[i->b], isa_info[i->op].shape == SHAPE_JCC ? r[i->c] : (u64)(s64)i->imm, &v);
            jump = v ? (u32)i->off : next;
            break;
        case SHAPE_MLD:
        case SHAPE_MST:
            if (evaluate_access(o, i, r)) {
                o->trap = TRAP_OUT_OF_BOUNDS;
                goto trap;
            }
            break;
        default:
            switch (i->op) {
            case OP_mov32i: r[i->a] = (u32)i->imm; break;
            case OP_const64: r[i->a] = insn_imm64(i); break;
            case OP_ja: jump = (u32)i->off; break;
            case OP_brtab: jump = next + ((u32)r[i->b] < (u32)i->imm ? (u32)r[i->b] : (u32)i->imm); break;
            case OP_select: r[i->a] = (u32)r[i->imm] ? r[i->b] : r[i->c]; break;
            case OP_gget: r[i->a] = o->global; break;
            case OP_gset: o->global = r[i->a]; break;
            case OP_callt:
                r[i->a + 2] = 0;
                if (!evaluate(t, 1, r + i->a, o)) {
                    o->frames++;
                    return false;
                }
                for (k = i->a + 1u; k < NREG; k++)
                    r[k] = 0;
                break;
            case OP_ret: return true;
            default: abort();
            }
        }
        if (jump != UINT32_MAX) {
            next = jump;
            b = g->of[next];
            o->fuel -= g->blk[b].charge;
            if (o->fuel < 0) {
                pc = next;
                goto fuel;
            }
        }
        pc = next;
        continue;
    fuel:
        o->trap = TRAP_FUEL;
    trap:
        o->func = f;
        o->pc = pc;
        o->frames = 1;
        return false;
    }
}

/* --- the engine --- */

static bool refuel(struct ctx *cx) {
    cx->trap = TRAP_FUEL;
    return false;
}

static const struct engine *tested;
static u8 level; /* 1, where LLVM's traps are exact; of "llvm" its own */
static u64 slots[SLOTS];

static void run(const struct test *t, void *image, struct memory *mem, const u64 *args, s64 budget, struct outcome *o) {
    static const struct services services = {.refuel = refuel};
    static struct ctx cx;
    struct memory *mems[] = {mem};
    union cell cell = {.v = 42}, *cells[] = {&cell};
    u64 window[NPARAM];
    (void)t;
    memset(&cx, 0, sizeof cx);
    memset(slots, 0x5a, DIRTY * sizeof *slots); /* where registers and frames are to be */
    memset(slots + SLOTS - DIRTY, 0x5a, DIRTY * sizeof *slots);
    memcpy(window, args, sizeof window);
    cx.services = &services;
    cx.fuel = budget;
    cx.mem = mems;
    cx.mem_base = mem->base;
    cx.global = cells;
    cx.slot_base = cx.slot_sp = slots;
    cx.slot_end = slots + SLOTS;
    cx.max_calls = 100;
    tested->call(image, &cx, 0, window);
    memcpy(o->reg, window, sizeof window);
    o->trap = cx.trap == TRAP_DIV_BY_ZERO || cx.trap == TRAP_INT_OVERFLOW || cx.trap == TRAP_BAD_CONVERSION ? ARITHMETIC
                                                                                                           : cx.trap;
    o->frames = cx.ntrace;
    o->func = cx.trap ? cx.trace[0].func : 0;
    o->pc = cx.trap ? cx.trace[0].pc : 0;
    o->fuel = cx.fuel;
    o->global = cell.v;
    memcpy(o->mem, mem->base, MEM);
    if (cx.slot_end != slots + SLOTS || cx.slot_sp != slots || cx.calls)
        abort();
}

static void fill(struct test *t, u8 *mem) {
    memset(mem, 0, MEM);
    for (u32 k = 0; k < 0x8000; k += 8) {
        u64 v = number(t);
        memcpy(mem + k, &v, 8);
    }
    for (u32 k = 0x8000; k < 0xc000; k += 8) {
        f64 d = real_number(t);
        memcpy(mem + k, &d, 8);
    }
}

static void setup(struct test *t) {
    static struct entity called = {.kind = ENTITY_FUNC, .index = 0};
    for (u32 f = 0; f < 2; f++) {
        struct func *fn = &t->func[f];
        u32 n = f ? 2 : NPARAM, k;
        for (k = 0; k < n; k++)
            t->vt[f][k] = (u8)(f ? callee_letters : letters)[k];
        for (k = 0; k < (f ? 1 : n); k++)
            t->vt[f][n + k] = (u8)(f ? callee_letters : letters)[k];
        t->type[f] = (struct deftype){.super = NO_INDEX, .kind = 'f', .vt = t->vt[f], .nparam = n, .nresult = f ? 1 : n};
        deftype_slots(&t->type[f]);
        make(t, f);
        *fn = (struct func){.name = f ? "callee" : "main", .code = t->code[f], .nslot = t->n[f], .typed = true, .wide = true,
                            .type = f, .nreg = f ? 3 : NREG, .reg_type = (const u8 *)(f ? callee_letters : letters)};
    }
    t->memory.lim = (struct size_limits){1, 1, false, false};
    t->global = (struct global_def){'L', true};
    t->m = (struct module){.name = "random", .front = "test", .func = t->func, .nfunc = 2, .export = &called, .nexport = 1, .type = t->type, .ntype = 2,
                           .memory = &t->memory, .nmemory = 1, .global = &t->global, .nglobal = 1};
}

static bool same(const struct outcome *a, const struct outcome *b) {
    return a->trap == b->trap && a->fuel == b->fuel && a->global == b->global && !memcmp(a->mem, b->mem, MEM) &&
           (a->trap ? a->func == b->func && a->pc == b->pc && a->frames == b->frames
                    : !memcmp(a->reg, b->reg, sizeof a->reg));
}

static void show(const struct test *t, u64 seed, const char *kind, const struct outcome *want, const struct outcome *got) {
    struct buf b = {0};
    fprintf(stderr, "engine_typed_random: seed %llu, %s memory: trap %u at %u:%u fuel %lld, not %u at %u:%u fuel %lld%s\n",
            (unsigned long long)seed, kind, got->trap, got->func, got->pc, (long long)got->fuel, want->trap, want->func,
            want->pc, (long long)want->fuel, memcmp(want->mem, got->mem, MEM) ? "; memory differs" : "");
    for (u32 k = 0; !want->trap && !got->trap && k < NPARAM; k++)
        if (want->reg[k] != got->reg[k])
            fprintf(stderr, "  r%u: 0x%llx, not 0x%llx\n", k, (unsigned long long)got->reg[k], (unsigned long long)want->reg[k]);
    for (u32 f = 0; f < 2; f++)
        for (u32 i = 0; i < t->n[f]; i++) {
            b.len = 0;
            if (t->code[f][i].op != OP_pad) {
                isa_print(&b, &t->code[f][i], i, NULL);
                fprintf(stderr, "  %u:%u  %s\n", f, i, buf_str(&b));
            }
        }
    buf_free(&b);
}

static int one(u64 seed, struct memory *mem, u32 nmem, u64 *ran) {
    static struct test t;
    static struct outcome want, got;
    static u8 start[MEM];
    const struct engine *g = tested;
    struct link_view view = {.m = &t.m, .checks = true, .fuel = true, .jit = {.level = level}};
    struct error e = {0};
    u64 reg[NREG] = {0};
    s64 budget;
    void *image = NULL;
    int status = 0;
    memset(&t, 0, sizeof t);
    t.seed = seed * 0x9e3779b97f4a7c15 + 1;
    setup(&t);
    for (u32 f = 0; f < 2; f++)
        if (validate_func(&t.m, &t.func[f], &e) || cfg_build(&t.cfg[f], &t.func[f], &t.arena, &e)) {
            show(&t, seed, e.text, &want, &got);
            return 1;
        }
    for (u32 k = 0; k < NPARAM; k++) {
        f64 d = real_number(&t);
        f32 s = (f32)d;
        u64 v = number(&t);
        if (letters[k] == 'D')
            memcpy(&reg[k], &d, 8);
        else if (letters[k] == 'F')
            memcpy(&reg[k], &s, 4);
        else
            reg[k] = letters[k] == 'I' ? (u32)v : v;
    }
    fill(&t, start);
    budget = below(&t, 4) ? 2000 : (s64)below(&t, 200);
    if (g->compile(&view, &image, &e)) {
        fprintf(stderr, "engine_typed_random: %s\n", e.text);
        return 1;
    }
    for (u32 k = 0; k < nmem && !status; k++) {
        u64 r[NREG];
        memcpy(mem[k].base, start, MEM);
        memset(&got, 0, sizeof got);
        run(&t, image, &mem[k], reg, budget, &got);
        memset(&want, 0, sizeof want);
        memcpy(want.mem, start, MEM);
        memcpy(r, reg, sizeof r);
        want.fuel = budget;
        want.global = 42;
        if (evaluate(&t, 0, r, &want))
            memcpy(want.reg, r, sizeof want.reg);
        if (!same(&want, &got)) {
            show(&t, seed, mem[k].guarded ? "guarded" : "checked", &want, &got);
            status = 1;
        }
        *ran += k == 0 && !want.trap;
    }
    g->free(image);
    arena_drop(&t.arena);
    return status;
}

int main(int argc, char **argv) {
    u64 n = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    const char *only = getenv("SVM_ENGINE");
    bool fast = only && !strcmp(only, "llvm-fast");
    size_t space = (8ull << 30) + 65536;
    u8 *base = mmap(NULL, space, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), *other = malloc(MEM);
    struct memory mem[2] = {{.base = other, .size = MEM, .max = MEM}, {.base = base, .size = MEM, .max = MEM, .guarded = true}};
    bool guard = base != MAP_FAILED && !fault_range_add(base, space) && !mprotect(base, MEM, PROT_READ | PROT_WRITE);
    int failed = 0;
    level = !only || strcmp(only, "llvm") != 0;
    for (u16 op = 1; op < OP_COUNT; op++) {
        u8 shape = isa_info[op].shape;
        if (usable(op))
            rows[nrow++] = op;
        if (shape == SHAPE_JCC || shape == SHAPE_JCCI)
            jumps[njump++] = op;
    }
    for (u32 k = 0; (tested = engine_to_test(k, fast ? "llvm" : only)); k++) {
        u64 ran = 0;
        int differ = 0;
        if (!tested->call)
            continue;
        for (u64 i = 0; i < n && differ < 3; i++)
            differ += one(seed + i, mem, guard ? 2 : 1, &ran);
        printf("engine_typed_random: %s: %llu functions, %llu ran to their end, %d differ\n", tested->name,
               (unsigned long long)n, (unsigned long long)ran, differ);
        failed += differ;
    }
    free(other);
    return failed != 0;
}
