/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_ebpfgen.c - random eBPF programs that a checker has to think about.
 *
 * A function is a list of statements over a rough idea of what each register holds. A statement that has no register to
 * work on does nothing. Where chance says so, a statement leaves out its check or is wrong by a little: most programs
 * are sound, and those that are not are nearly so. */
#include "kit_ebpfgen.h"
#include "abi/ctxtype.h"
#include "isa/slot.h"
#include "kit_packets.h"
#include <string.h>

enum kind { NONE, NUM, CTX, PACKET, END, MEM, KINDS };
struct reg {
    u8 kind;
    bool fixed; /* read-only memory */
    u32 size;   /* MEM: bytes; PACKET: bytes checked */
    u64 max;    /* NUM: at most this; ~0: any */
};
enum { MAX_FUNCS = 4, MAX_OUTS = 64, TOP = 10, KEY = -8, SPILL = -16, AREA = -48, AREA_BYTES = 32 };

/* A function that is called, made when its caller is done. */
struct later {
    u32 at; /* slot of the call, or of the load of its address */
    bool callback;
    struct reg r1, r2;
};
struct gen {
    u64 *seed;
    struct ebpf_code *c;
    struct reg r[11];
    struct reg spilled; /* what lies at SPILL */
    u32 out[MAX_OUTS], nout;
    struct later later[MAX_FUNCS];
    u32 nlater, depth, open; /* open: records that are held: no way out now */
    bool callback, sound;    /* sound: nothing is left out */
};

/* clang-format off */
static u32 below(struct gen *g, u32 n) { return packet_random(g->seed, n); }
static bool wrong(struct gen *g) { return !g->sound && below(g, 12) == 0; }

/* ---- emitting ---- */

enum { ALU32 = 4, ALU64 = 7, JMP = 5, JMP32 = 6, LDX = 1, ST = 2, STX = 3, REG = 8, MEM_MODE = 0x60 };
enum { ADD = 0x00, SUB = 0x10, MUL = 0x20, DIV = 0x30, OR = 0x40, AND = 0x50, LSH = 0x60, RSH = 0x70, NEG = 0x80,
       MOD = 0x90, XOR = 0xa0, MOV = 0xb0, ARSH = 0xc0, BSWAP = 0xd0 };
enum { JEQ = 0x10, JGT = 0x20, JGE = 0x30, JSET = 0x40, JNE = 0x50, JSGT = 0x60, JSGE = 0x70, JLT = 0xa0, JLE = 0xb0,
       JSLT = 0xc0, JSLE = 0xd0 };
static const u8 size_bits[] = {0x10, 0x08, 0x00, 0x18}; /* of 1, 2, 4 and 8 bytes */

static u32 put(struct gen *g, u32 code, u32 dst, u32 src, s32 off, s32 imm) {
    if (g->c->n < EBPF_SLOTS - 8)
        g->c->slot[g->c->n++] = slot_make((u8)code, dst, src, (s16)off, imm);
    return g->c->n - 1;
}
static void movi(struct gen *g, u32 dst, s32 imm) { put(g, ALU64 | MOV, dst, 0, 0, imm); }
static void mov(struct gen *g, u32 dst, u32 src) { put(g, ALU64 | MOV | REG, dst, src, 0, 0); }
static void addi(struct gen *g, u32 dst, s32 imm) { put(g, ALU64 | ADD, dst, 0, 0, imm); }
static void load(struct gen *g, u32 lg, u32 dst, u32 src, s32 off) { put(g, LDX | MEM_MODE | size_bits[lg], dst, src, off, 0); }
static void store(struct gen *g, u32 lg, u32 dst, s32 off, u32 src) { put(g, STX | MEM_MODE | size_bits[lg], dst, src, off, 0); }
static void storei(struct gen *g, u32 lg, u32 dst, s32 off, s32 imm) { put(g, ST | MEM_MODE | size_bits[lg], dst, 0, off, imm); }
static void load_map(struct gen *g, u32 dst, u32 map) {
    put(g, CODE_LDDW, dst, 5, 0, (s32)map);
    put(g, 0, 0, 0, 0, 0);
}
static void frame_at(struct gen *g, u32 dst, s32 off) {
    mov(g, dst, TOP);
    addi(g, dst, off);
}
/* The target of the jump at slot at is what comes next. */
static void here(struct gen *g, u32 at) {
    u64 s = g->c->slot[at];
    g->c->slot[at] = slot_make(slot_code(s), slot_dst(s), slot_src(s), (s16)(g->c->n - at - 1), slot_imm(s));
}
/* A branch to the function's end. */
static bool leave(struct gen *g, u32 code, u32 dst, u32 src, s32 imm) {
    if (g->open || g->nout == MAX_OUTS)
        return false;
    g->out[g->nout++] = put(g, code, dst, src, 0, imm);
    return true;
}

/* ---- registers ---- */

static bool is_free(const struct gen *g, u32 r) { return g->r[r].kind == NONE || g->r[r].kind == NUM; }
/* A register of r0 .. r9 that may be overwritten; keep: one that lives through calls. */
static u32 any_dst(struct gen *g, bool keep) {
    u32 r = keep ? 7 + below(g, 3) : below(g, 10);
    for (u32 k = 0; k < 10 && !is_free(g, r); k++)
        r = keep ? 7 + (r - 6) % 3 : (r + 1) % 10;
    return r == 6 ? 7 : r;
}
/* A register of this kind; TOP: none. */
static u32 find(struct gen *g, u8 kind) {
    u32 r = below(g, 10);
    for (u32 k = 0; k < 10; k++, r = (r + 1) % 10)
        if (g->r[r].kind == kind)
            return r;
    return TOP;
}
static void set_num(struct gen *g, u32 r, u64 max) { g->r[r] = (struct reg){.kind = NUM, .max = max}; }
/* clang-format on */
static void after_call(struct gen *g) {
    for (u32 r = 1; r < 6; r++)
        g->r[r].kind = NONE;
    set_num(g, 0, ~0ull);
}

/* ---- statements ---- */

static void number(struct gen *g) {
    static const s32 some[] = {0, 1, -1, 7, 8, 31, 32, 63, 64, 255, 256, -8, -64, 0x7fffffff, (s32)0x80000000};
    u32 r = any_dst(g, below(g, 2)), s;
    switch (below(g, 6)) {
    case 0:
        movi(g, r, some[below(g, COUNT(some))]);
        set_num(g, r, ~0ull);
        return;
    case 1:
        if (g->r[6].kind != CTX || g->c->kind == PROG_KPROBE)
            break;
        load(g, 2, r, 6, g->c->kind == PROG_XDP ? 12 + 4 * (s32)below(g, 2) : 4 * (s32)below(g, 4));
        set_num(g, r, ~0u);
        return;
    case 2:
        if ((s = find(g, MEM)) != TOP && r != s) {
            u32 lg = below(g, 4), n = g->r[s].size;
            if (n < 8)
                return;
            put(g, LDX | (lg < 3 && below(g, 4) == 0 ? 0x80 : MEM_MODE) | size_bits[lg], r, s,
                (s32)(below(g, n / 8) * 8), 0);
            set_num(g, r, ~0ull);
        }
        return;
    case 3:
        put(g, CODE_CALL, 0, 0, 0, below(g, 2) ? 7 : 5);
        after_call(g);
        return;
    case 4:
        put(g, CODE_LDDW, r, 0, 0, some[below(g, COUNT(some))]);
        put(g, 0, 0, 0, 0, some[below(g, COUNT(some))]);
        set_num(g, r, ~0ull);
        return;
    default:
        if ((s = find(g, NUM)) != TOP) {
            put(g, (below(g, 3) ? ALU64 : ALU32) | MOV | REG, r, s, below(g, 5) ? 0 : 8 << below(g, 2), 0);
            set_num(g, r, ~0ull);
        }
    }
}

static void arithmetic(struct gen *g) {
    static const u8 ops[] = {ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, MOD, XOR, ARSH, AND, RSH, ADD, SUB};
    static const s32 some[] = {1, 2, 3, 4, 7, 8, 15, 16, 31, 63, 64, 100, 255, -1, -2, -8, 0x10000};
    u32 r = find(g, NUM), s = find(g, NUM), op = ops[below(g, COUNT(ops))], wide = below(g, 3) ? ALU64 : ALU32;
    bool shift = op == LSH || op == RSH || op == ARSH, div = op == DIV || op == MOD;
    if (r == TOP)
        return;
    switch (below(g, 8)) {
    case 0: put(g, wide | NEG, r, 0, 0, 0); break;
    case 1: put(g, 0xdc - 8 * below(g, 2), r, 0, 0, 16 << below(g, 3)); break;
    case 2:
    case 3: put(g, wide | op | REG, r, s, div && below(g, 3) == 0 ? 1 : 0, 0); break;
    default: {
        s32 imm = shift ? (s32)below(g, wide == ALU64 ? 64 : 32) : some[below(g, COUNT(some))];
        put(g, wide | op, r, 0, div && below(g, 4) == 0 ? 1 : 0, imm);
        break;
    }
    }
    set_num(g, r, ~0ull);
}

/* A number becomes at most max, by one of the ways that programs have. Its register, or TOP. */
static u32 bounded(struct gen *g, u64 max) {
    u32 r = find(g, NUM), s;
    bool pow = !(max & (max + 1));
    if (r == TOP)
        return TOP;
    if (wrong(g))
        max += 1 + below(g, 3);
    switch (below(g, 8)) {
    case 0:
    case 1:
        if (pow) {
            put(g, (below(g, 2) ? ALU64 : ALU32) | AND, r, 0, 0, (s32)max);
            break;
        } /* fall through */
    case 2:
        if (!leave(g, JMP | JGT, r, 0, (s32)max))
            return TOP;
        break;
    case 3: /* on a copy */
        s = any_dst(g, false);
        if (s == r || !is_free(g, s))
            return TOP;
        mov(g, s, r);
        if (!leave(g, JMP | JGE, s, 0, (s32)max + 1))
            return TOP;
        set_num(g, s, max);
        break;
    case 4: /* as a signed number */
        if (!leave(g, JMP | JSGT, r, 0, (s32)max) || !leave(g, JMP | JSLT, r, 0, 0))
            return TOP;
        break;
    case 5: /* the lower half, and the upper one is cut off */
        if (!leave(g, JMP32 | JGT, r, 0, (s32)max))
            return TOP;
        if (!wrong(g))
            put(g, ALU32 | MOV | REG, r, r, 0, 0);
        break;
    case 6: /* clamped */
        put(g, JMP | JLE, r, 0, 1, (s32)max);
        movi(g, r, (s32)max);
        break;
    default: /* there is less */
        put(g, ALU64 | RSH, r, 0, 0, 60);
        max = max < 15 ? max : 15;
        if (max < 15)
            put(g, ALU64 | AND, r, 0, 0, max >= 7 ? 7 : max >= 3 ? 3 : max >= 1 ? 1 : 0);
    }
    set_num(g, r, max);
    return r;
}

/* A read or write of 2^lg bytes at r + off. */
static void access(struct gen *g, u32 r, s32 off, u32 lg, bool may_write) {
    u32 s = find(g, NUM), d = any_dst(g, false);
    switch (below(g, may_write ? 4 : 1)) {
    case 0:
    case 1:
        if (d == r || !is_free(g, d))
            return;
        load(g, lg, d, r, off);
        set_num(g, d, lg == 3 ? ~0ull : (1ull << (8 << lg)) - 1);
        return;
    case 2: storei(g, lg, r, off, (s32)below(g, 100)); return;
    default:
        if (s != TOP)
            store(g, lg, r, off, s);
    }
}

/* Somewhere in n bytes from r on, at an offset that is constant or bounded. */
static void access_in(struct gen *g, u32 r, u32 n, bool may_write) {
    u32 lg = below(g, 4), size = 1u << lg, t, i;
    if (n < size)
        return;
    if (below(g, 2)) {
        u32 off = below(g, n / size) * size;
        access(g, r, (s32)(wrong(g) ? off + size * (n / size) : off), lg, may_write);
        return;
    }
    u64 max = n / size - 1;
    i = bounded(g, max);
    t = any_dst(g, false);
    if (i == TOP || t == r || t == i || !is_free(g, t))
        return;
    if (lg)
        put(g, ALU64 | LSH, i, 0, 0, (s32)lg);
    mov(g, t, r);
    put(g, ALU64 | ADD | REG, t, i, 0, 0);
    set_num(g, i, g->r[i].max << lg);
    g->r[t] = (struct reg){.kind = CTX}; /* so that nobody takes it */
    access(g, t, 0, lg, may_write);
    g->r[t].kind = NONE;
}

static void memory(struct gen *g) {
    u32 r = find(g, MEM);
    if (r != TOP)
        access_in(g, r, g->r[r].size, !g->r[r].fixed || wrong(g));
}

static void stack(struct gen *g) {
    u32 t = any_dst(g, false), r;
    switch (below(g, 4)) {
    case 0:
        if ((r = find(g, (u8)(1 + below(g, KINDS - 1)))) == TOP)
            return;
        store(g, 3, TOP, SPILL, r);
        g->spilled = g->r[r];
        return;
    case 1:
        if (!is_free(g, t) || g->spilled.kind == NONE)
            return;
        load(g, 3, t, TOP, SPILL);
        g->r[t] = g->spilled;
        return;
    case 2:
        if (g->spilled.kind == NUM && is_free(g, t)) {
            load(g, 2, t, TOP, SPILL);
            set_num(g, t, g->spilled.max);
        }
        return;
    default:
        if (!is_free(g, t))
            return;
        frame_at(g, t, AREA);
        g->r[t] = (struct reg){.kind = MEM, .size = AREA_BYTES};
        access_in(g, t, AREA_BYTES, true);
        if (below(g, 2))
            g->r[t].kind = NONE;
    }
}

static void look_up(struct gen *g) {
    static const u8 maps[] = {EBPF_ARRAY, EBPF_ARRAY, EBPF_HASH, EBPF_PERCPU, EBPF_CONST};
    u32 map = maps[below(g, COUNT(maps))], k = any_dst(g, true), n;
    if (map == EBPF_CONST && below(g, 2)) { /* the address of its one value */
        if (!is_free(g, k))
            return;
        u32 at = below(g, 4) * 8;
        put(g, CODE_LDDW, k, 6, 0, EBPF_CONST);
        put(g, 0, 0, 0, 0, (s32)at);
        g->r[k] = (struct reg){.kind = MEM, .size = 64 - at, .fixed = true};
        return;
    }
    if ((n = find(g, NUM)) != TOP && below(g, 2))
        store(g, 2, TOP, KEY, n);
    else
        storei(g, 2, TOP, KEY, (s32)below(g, 5));
    frame_at(g, 2, KEY);
    load_map(g, 1, map);
    put(g, CODE_CALL, 0, 0, 0, 1);
    after_call(g);
    if (!wrong(g) && !leave(g, JMP | JEQ, 0, 0, 0))
        return;
    g->r[0] = (struct reg){.kind = MEM, .size = ebpf_maps[map].value_size, .fixed = map == EBPF_CONST};
    if (is_free(g, k)) {
        mov(g, k, 0);
        g->r[k] = g->r[0];
    }
}

static void packet(struct gen *g) {
    u32 p = any_dst(g, true), e = any_dst(g, false), t = any_dst(g, false), i, n = 4 + below(g, 40), base;
    if (g->r[6].kind != CTX || p == e || p == t || e == t || !is_free(g, p) || !is_free(g, e) || !is_free(g, t))
        return;
    if (g->c->kind != PROG_XDP && g->c->kind != PROG_TC && g->c->kind != PROG_CGROUP_SKB)
        return;
    base = g->c->kind == PROG_XDP ? 0 : 76;
    load(g, 2, p, 6, (s32)base);
    load(g, 2, e, 6, (s32)base + 4);
    g->r[p] = (struct reg){.kind = PACKET};
    g->r[e] = (struct reg){.kind = END};
    g->r[t] = (struct reg){.kind = END};
    if (below(g, 3) == 0 && (i = bounded(g, below(g, 2) ? 63 : 1500)) != TOP)
        put(g, ALU64 | ADD | REG, p, i, 0, 0);
    mov(g, t, p);
    addi(g, t, (s32)n);
    switch (below(g, 4)) {
    case 0: leave(g, JMP | JLT | REG, e, t, 0); break;
    case 1:
        leave(g, JMP | JGE | REG, t, e, 0); /* one more than it says */
        break;
    default: leave(g, JMP | JGT | REG, t, e, 0);
    }
    g->r[e].kind = g->r[t].kind = NONE;
    g->r[p].size = n;
    for (u32 k = 0; k < 2; k++)
        access_in(g, p, wrong(g) ? n + 1 : n, g->c->kind != PROG_CGROUP_SKB);
    if (below(g, 2))
        g->r[p].kind = NONE;
}

static void packet_again(struct gen *g) {
    u32 r = find(g, PACKET);
    if (r != TOP && g->r[r].size)
        access_in(g, r, g->r[r].size, g->c->kind != PROG_CGROUP_SKB);
}

static void helper(struct gen *g) {
    u32 n;
    switch (below(g, 8)) {
    case 0:
        frame_at(g, 1, AREA);
        movi(g, 2, wrong(g) ? 64 : 1 + (s32)below(g, AREA_BYTES));
        put(g, CODE_CALL, 0, 0, 0, 16);
        break;
    case 1:
        frame_at(g, 2, KEY);
        frame_at(g, 3, AREA);
        movi(g, 4, (s32)below(g, 3));
        load_map(g, 1, EBPF_HASH);
        put(g, CODE_CALL, 0, 0, 0, 2);
        break;
    case 2:
        frame_at(g, 2, KEY);
        load_map(g, 1, EBPF_HASH);
        put(g, CODE_CALL, 0, 0, 0, 3);
        break;
    case 3:
        if ((n = bounded(g, AREA_BYTES)) == TOP || n == 1)
            return;
        mov(g, 2, n);
        frame_at(g, 1, AREA);
        movi(g, 3, 0);
        movi(g, 4, 0);
        movi(g, 5, 0);
        put(g, ALU64 | AND, 2, 0, 0, -4);
        put(g, CODE_CALL, 0, 0, 0, 28);
        break;
    case 4:
        if (g->c->kind != PROG_XDP || g->r[6].kind != CTX || g->callback)
            return;
        mov(g, 1, 6);
        movi(g, 2, (s32)below(g, 9) - 4);
        put(g, CODE_CALL, 0, 0, 0, below(g, 2) ? 44 : 65);
        for (u32 r = 0; r < 10 && !wrong(g); r++)
            if (g->r[r].kind == PACKET)
                g->r[r].kind = NONE;
        if (g->spilled.kind == PACKET)
            g->spilled.kind = NONE;
        break;
    case 5:
        if ((g->c->kind != PROG_TC && g->c->kind != PROG_SOCKET && g->c->kind != PROG_CGROUP_SKB) ||
            g->r[6].kind != CTX)
            return;
        if ((n = bounded(g, AREA_BYTES - 1)) == TOP)
            return;
        mov(g, 7, n);
        addi(g, 7, 1);
        mov(g, 1, 6);
        movi(g, 2, (s32)below(g, 20));
        frame_at(g, 3, AREA);
        mov(g, 4, 7);
        set_num(g, 7, ~0ull);
        put(g, CODE_CALL, 0, 0, 0, 26);
        break;
    case 6:
        if (g->r[6].kind != CTX || g->open || g->callback || g->depth)
            return;
        mov(g, 1, 6);
        load_map(g, 2, EBPF_JUMPS);
        movi(g, 3, (s32)below(g, 5));
        put(g, CODE_CALL, 0, 0, 0, 12);
        break;
    default: put(g, CODE_CALL, 0, 0, 0, below(g, 2) ? 8 : 14);
    }
    after_call(g);
}

static void record(struct gen *g) {
    u32 n = 8 + 8 * below(g, 4), k = any_dst(g, true), skip;
    if (!is_free(g, k) || g->open)
        return;
    load_map(g, 1, EBPF_RING);
    movi(g, 2, (s32)n);
    movi(g, 3, 0);
    put(g, CODE_CALL, 0, 0, 0, 131);
    after_call(g);
    if (wrong(g))
        return;
    skip = put(g, JMP | JEQ, 0, 0, 0, 0);
    mov(g, k, 0);
    g->r[k] = (struct reg){.kind = MEM, .size = n};
    g->r[0].kind = NONE;
    g->open++;
    access_in(g, k, n, true);
    if (below(g, 4) == 0)
        access_in(g, k, n, true);
    g->open--;
    mov(g, 1, k);
    movi(g, 2, 0);
    put(g, CODE_CALL, 0, 0, 0, below(g, 2) ? 132 : 133);
    if (wrong(g))
        storei(g, 3, k, 0, 1);
    g->r[k].kind = NONE;
    here(g, skip);
    after_call(g);
    g->r[0].kind = NONE; /* on one path it is null */
    for (u32 r = 0; r < 10; r++)
        if (r != k && g->r[r].kind == NUM)
            g->r[r].max = ~0ull;
}

static void atomic(struct gen *g) {
    static const s32 ops[] = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1};
    u32 r = find(g, MEM), s = find(g, NUM), lg = 2 + below(g, 2);
    s32 op = ops[below(g, COUNT(ops))], off = 0;
    if (s == TOP)
        return;
    if (r == TOP || g->r[r].fixed || below(g, 3) == 0) {
        r = TOP;
        off = AREA + 8 * (s32)below(g, AREA_BYTES / 8);
    } else if (g->r[r].size >= 16) {
        off = 8 * (s32)below(g, g->r[r].size / 8);
    }
    if (op == 0xf1 && g->r[0].kind != NUM)
        return;
    put(g, STX | 0xc0 | size_bits[lg], r, s, off, op);
    if (op == 0xf1)
        set_num(g, 0, ~0ull);
    else if (op & 1)
        set_num(g, s, ~0ull);
}

static void statements(struct gen *g, u32 n);

/* What both ways agree on. */
static void join(struct gen *g, const struct reg *other, const struct reg *spilled) {
    for (u32 r = 0; r < 10; r++) {
        struct reg *a = &g->r[r];
        const struct reg *b = &other[r];
        if (a->kind != b->kind)
            a->kind = NONE;
        a->size = a->size < b->size ? a->size : b->size;
        a->fixed |= b->fixed;
        a->max = a->max > b->max ? a->max : b->max;
    }
    if (g->spilled.kind != spilled->kind || g->spilled.size != spilled->size)
        g->spilled.kind = NONE;
}

static void branch(struct gen *g) {
    static const u8 ops[] = {JEQ, JGT, JGE, JSET, JNE, JSGT, JSGE, JLT, JLE, JSLT, JSLE};
    static const s32 some[] = {0, 1, -1, 7, 8, 31, 63, 64, 100, 255, 1000, -100};
    u32 r = find(g, NUM), s = find(g, NUM), at, over;
    bool reg = below(g, 3) == 0;
    struct reg before[11], spilled;
    if (r == TOP)
        return;
    reg &= s != r; /* that r >= r the kernel does not know */
    at = put(g, (below(g, 3) ? JMP : JMP32) | ops[below(g, COUNT(ops))] | (reg ? REG : 0), r, reg ? s : 0, 0,
             reg ? 0 : some[below(g, COUNT(some))]);
    memcpy(before, g->r, sizeof before);
    spilled = g->spilled;
    statements(g, 1 + below(g, 3));
    if (below(g, 2)) {
        struct reg then[11], then_spilled = g->spilled;
        over = put(g, CODE_JA, 0, 0, 0, 0);
        here(g, at);
        memcpy(then, g->r, sizeof then);
        memcpy(g->r, before, sizeof before);
        g->spilled = spilled;
        statements(g, 1 + below(g, 3));
        here(g, over);
        join(g, then, &then_spilled);
    } else {
        here(g, at);
        join(g, before, &spilled);
    }
}

static void loop(struct gen *g) {
    u32 c = any_dst(g, true), top, n = 1 + below(g, 12), way = below(g, 4);
    struct reg before[11], spilled;
    if (!is_free(g, c) || g->depth > 1)
        return;
    movi(g, c, way == 1 ? (s32)n : 0);
    g->r[c] = (struct reg){.kind = CTX}; /* nobody takes it */
    for (u32 r = 0; r < 10; r++)
        if (g->r[r].kind == NUM)
            g->r[r].max = ~0ull;
    for (u32 r = 0; r < 6; r++) /* the second turn finds what the first one left */
        g->r[r].kind = NONE;
    memcpy(before, g->r, sizeof before);
    spilled = g->spilled;
    top = g->c->n;
    g->depth++;
    if (below(g, 2)) { /* the counter is an index */
        u32 t = any_dst(g, false);
        if (is_free(g, t)) {
            g->r[t].kind = NUM;
            put(g, ALU64 | MOV | REG, t, c, 0, 0);
            set_num(g, t, n);
        }
    }
    statements(g, 1 + below(g, 3));
    g->depth--;
    addi(g, c, way == 1 ? -1 : way == 2 ? 2 : 1);
    s32 back = (s32)top - (s32)g->c->n - 1;
    switch (way) {
    case 0: put(g, JMP | JLT, c, 0, back, (s32)n); break;
    case 1: put(g, JMP | JNE, c, 0, back, 0); break;
    case 2: put(g, JMP32 | JLE, c, 0, back, (s32)n); break;
    default: put(g, JMP | JSLT, c, 0, back, (s32)n);
    }
    set_num(g, c, ~0ull);
    join(g, before, &spilled);
}

static void call(struct gen *g) {
    struct later *l = &g->later[g->nlater];
    bool callback = below(g, 3) == 0 && !g->callback;
    u32 n = find(g, NUM);
    if (g->nlater == MAX_FUNCS || g->open)
        return;
    if (callback) {
        movi(g, 1, 1 + (s32)below(g, 20));
        l->at = put(g, CODE_LDDW, 2, 4, 0, 0);
        put(g, 0, 0, 0, 0, 0);
        frame_at(g, 3, AREA);
        movi(g, 4, 0);
        put(g, CODE_CALL, 0, 0, 0, 181);
        l->r1 = (struct reg){.kind = NUM, .max = ~0ull};
        l->r2 = (struct reg){.kind = MEM, .size = AREA_BYTES};
    } else {
        u32 m = find(g, MEM);
        if (n == TOP)
            return;
        l->r1 = (struct reg){.kind = NUM, .max = ~0ull};
        mov(g, 1, n);
        if (m != TOP && m != 1) {
            l->r2 = g->r[m];
            mov(g, 2, m);
        } else {
            l->r2 = (struct reg){.kind = MEM, .size = AREA_BYTES};
            frame_at(g, 2, AREA);
        }
        l->at = put(g, CODE_CALL, 0, 1, 0, 0);
    }
    l->callback = callback;
    g->nlater++;
    after_call(g);
    g->spilled.kind = callback ? NONE : g->spilled.kind;
}

static void statements(struct gen *g, u32 n) {
    static void (*const all[])(struct gen *g) = {
        number,  number, arithmetic, arithmetic,   arithmetic, memory, memory, memory, stack,  stack, look_up,
        look_up, packet, packet,     packet_again, helper,     record, atomic, branch, branch, loop,  call};
    for (u32 k = 0; k < n && g->c->n < EBPF_SLOTS / 4; k++) {
        if (wrong(g) && below(g, 8) == 0)
            put(g, below(g, 256), below(g, 11), below(g, 11), (s32)below(g, 9) - 4, (s32)below(g, 65) - 32);
        all[below(g, COUNT(all))](g);
    }
}

/* The frame's words that statements count on. */
static void fill_frame(struct gen *g) {
    storei(g, 3, TOP, KEY, 1);
    for (s32 k = 0; k < AREA_BYTES; k += 8)
        storei(g, 3, TOP, AREA + k, k);
}

static void function(struct gen *g, u32 n) {
    u32 first = g->nout;
    fill_frame(g);
    statements(g, n);
    movi(g, 0, g->callback ? (s32)below(g, 2) : 0);
    if (!g->callback && g->c->kind != PROG_CGROUP_SKB && g->r[9].kind == NUM && below(g, 2))
        mov(g, 0, 9);
    put(g, CODE_EXIT, 0, 0, 0, 0);
    if (g->nout == first)
        return;
    for (u32 k = first; k < g->nout; k++)
        here(g, g->out[k]);
    movi(g, 0, 0);
    put(g, CODE_EXIT, 0, 0, 0, 0);
    g->nout = first;
}

void ebpf_generate(u64 seed, struct ebpf_code *c) {
    static const u8 kinds[] = {PROG_XDP, PROG_XDP, PROG_TC, PROG_TC, PROG_SOCKET, PROG_CGROUP_SKB, PROG_KPROBE};
    struct gen g = {.seed = &seed, .c = c};
    c->n = 0;
    packet_random(&seed, 2);
    c->kind = kinds[below(&g, COUNT(kinds))];
    g.sound = below(&g, 3) != 0;
    mov(&g, 6, 1);
    g.r[6].kind = CTX;
    function(&g, 2 + below(&g, 12));
    for (u32 k = 0; k < g.nlater; k++) {
        const struct later l = g.later[k];
        u64 s = c->slot[l.at];
        c->slot[l.at] = slot_make(slot_code(s), slot_dst(s), slot_src(s), 0, (s32)(c->n - l.at - 1));
        memset(g.r, 0, sizeof g.r);
        g.spilled.kind = NONE;
        g.r[1] = l.r1;
        g.r[2] = l.r2;
        g.callback = l.callback;
        g.depth = 1;
        mov(&g, 7, 1);
        g.r[7] = l.r1;
        mov(&g, 8, 2);
        g.r[8] = l.r2;
        function(&g, 1 + below(&g, 5));
    }
}
