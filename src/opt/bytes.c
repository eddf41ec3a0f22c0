/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bytes.c - wide values that a program loads or stores piece by piece, found again.
 *
 * in:  the function, its graph, liveness     out: accesses that may be done at once, what each takes the place of
 *
 *                                 bytes of the result:  7  6  5  4  3  2  1  0
 *     r3 = *(u8 *)(r1 + 1)                              .  .  .  .  .  .  .  m1        m1: the byte at r1 + 1
 *     r4 = *(u8 *)(r1 + 0)                              .  .  .  .  .  .  .  m0
 *     r3 <<= 8                                          .  .  .  .  .  .  m1 .
 *     r3 |= r4                                          .  .  .  .  .  .  m1 m0        = *(u16 *)(r1 + 0)
 *
 * 1. One walk over each block follows where each byte of each register came from: a place in memory, a byte of
 *    what some register once held, or it is zero. Bytes that stand side by side in memory are a load; stores of
 *    neighbouring bytes of what a register holds, one behind the other, are a store (bytes_store.c).
 * 2. Of those that overlap the larger are taken (bytes_take.c). */
#include "opt/bytes_walk.h"
#include <string.h>

/* ---- 1. the walk ---- */

struct held *held_by(struct look *k, u16 reg) {
    struct held *h = &k->reg[reg];
    if (h->block != k->block + 1) {
        h->block = k->block + 1;
        h->def = 0;
        h->base = reg + 1u;
        h->plus = 0;
        h->from = h->base * 2;
        h->at = 0;
        h->n = 8;
        h->step = 1;
        h->spread = false;
    }
    return h;
}

const struct byte *bytes_of(struct held *h) {
    for (s32 n = 0; n < 8 && !h->spread; n++)
        h->b[n] = n < h->n ? (struct byte){h->from, h->at + h->step * n} : (struct byte){0, 0};
    h->spread = true;
    return h->b;
}

/* What nothing is known of: the first, second... that pc writes, bytes 0 .. size - 1; zero above. */
static struct held *fresh(struct look *k, u16 reg, u32 pc, u32 which, u8 size) {
    struct held *h = held_by(k, reg);
    h->def = pc + 1;
    h->base = k->f->nreg + 1u + pc * WRITES + which;
    h->plus = 0;
    h->from = h->base * 2;
    h->at = 0;
    h->n = size;
    h->step = 1;
    h->spread = false;
    return h;
}

/* Memory from an address of definition `base` on, since the last barrier. */
static u32 memory_row(struct look *k, u32 base) {
    enum { BACK = 8 };
    u32 n = k->nrow;
    for (u32 t = 0; n-- && t < BACK; t++)
        if (k->row[n].block == k->block && k->row[n].base == base && k->row[n].barrier == k->barrier)
            return n;
    k->row[k->nrow] = (struct row){k->block, base, k->barrier};
    return k->nrow++;
}

u8 load_size(u16 op) {
    return op == OP_ldx8 || op == OP_ldx16 || op == OP_ldx32 || op == OP_ldx64 ? isa_info[op].size : 0;
}

static void load(struct look *k, u32 pc, u8 size) {
    const struct insn *i = &k->f->code[pc];
    const struct held *base = held_by(k, i->b);
    struct use *u = &k->use[pc];
    struct held *h;
    u->what = LOAD;
    u->at = base->plus + i->off;
    u->row = memory_row(k, base->base);
    h = fresh(k, i->a, pc, 0, size);
    h->from = u->row * 2 + 1;
    h->at = LITTLE ? u->at : u->at + size - 1;
    h->step = LITTLE ? 1 : -1;
}

/* Both where at most one is not zero; false: they mix. */
static bool merge(struct byte *out, const struct byte *x, const struct byte *y) {
    for (u32 n = 0; n < 8; n++) {
        if (x[n].from && y[n].from)
            return false;
        out[n] = x[n].from ? x[n] : y[n];
    }
    return true;
}

/* By n bytes up (n < 0: down). */
static void shift(struct byte *out, const struct byte *x, s32 n) {
    for (s32 t = 0; t < 8; t++)
        out[t] = t - n >= 0 && t - n < 8 ? x[t - n] : (struct byte){0, 0};
}

static bool mask(struct byte *out, const struct byte *x, u64 bits) {
    for (u32 n = 0; n < 8; n++, bits >>= 8) {
        if ((u8)bits && (u8)bits != 0xff)
            return false;
        out[n] = (u8)bits ? x[n] : (struct byte){0, 0};
    }
    return true;
}

static void low(struct byte *b, u32 size) {
    for (u32 n = size; n < 8; n++)
        b[n] = (struct byte){0, 0};
}

static void reverse(struct byte *out, const struct byte *x, u32 size) {
    for (u32 n = 0; n < size; n++)
        out[n] = x[size - 1 - n];
}

/* Where pieces come together. */
static bool joins(u16 op) {
    switch (op) {
    case OP_or64:
    case OP_or32:
    case OP_add64:
    case OP_add32:
    case OP_xor64:
    case OP_xor32:
    case OP_be16:
    case OP_be32:
    case OP_be64:
    case OP_bswap16:
    case OP_bswap32:
    case OP_bswap64: return true;
    default: return false;
    }
}

/* An instruction that moves whole bytes: where they are then. False: it does something else to them. */
static bool moves(struct look *k, const struct insn *i, struct byte *out) {
    struct held *b = held_by(k, i->b), *c = isa_info[i->op].shape == SHAPE_BIN ? held_by(k, i->c) : NULL;
    const struct byte *x;
    struct byte cut[8];
    u32 size;
    if (i->op == OP_mov64i || i->op == OP_mov32i) {
        low(out, 0);
        return !i->imm;
    }
    if (c && !b->spread && !c->spread) /* the lowest bytes of both come from somewhere */
        return false;
    x = bytes_of(b);
    switch (i->op) {
    case OP_mov32:
        memcpy(out, x, 8 * sizeof *out);
        low(out, 4);
        return true;
    case OP_or64:
    case OP_add64:
    case OP_xor64: return merge(out, x, bytes_of(c));
    case OP_or32:
    case OP_add32:
    case OP_xor32: {
        struct byte y[8];
        memcpy(cut, x, sizeof cut);
        memcpy(y, bytes_of(c), sizeof y);
        low(cut, 4);
        low(y, 4);
        return merge(out, cut, y);
    }
    case OP_and64i: return mask(out, x, (u64)(s64)i->imm);
    case OP_and32i: return mask(out, x, (u32)i->imm);
    case OP_lsh64i:
    case OP_rsh64i: shift(out, x, (i->op == OP_lsh64i ? 1 : -1) * (i->imm & 63) / 8); return !(i->imm & 7);
    case OP_lsh32i:
    case OP_rsh32i:
        memcpy(cut, x, sizeof cut);
        low(cut, 4);
        shift(out, cut, (i->op == OP_lsh32i ? 1 : -1) * (i->imm & 31) / 8);
        low(out, 4);
        return !(i->imm & 7);
    case OP_le16:
    case OP_le32:
    case OP_le64:
    case OP_be16:
    case OP_be32:
    case OP_be64:
    case OP_bswap16:
    case OP_bswap32:
    case OP_bswap64:
        size = i->op == OP_le16 || i->op == OP_be16 || i->op == OP_bswap16   ? 2
               : i->op == OP_le32 || i->op == OP_be32 || i->op == OP_bswap32 ? 4
                                                                             : 8;
        memcpy(out, x, 8 * sizeof *out);
        if (i->op == OP_bswap16 || i->op == OP_bswap32 || i->op == OP_bswap64 ||
            (i->op == OP_be16 || i->op == OP_be32 || i->op == OP_be64) == LITTLE)
            reverse(out, x, size);
        low(out, size);
        return true;
    default: return false;
    }
}

/* Bytes 0 .. n - 1 stand side by side in one memory, in one order or the other, and zero above; n is 2, 4 or 8. */
static bool wide_load(const struct byte *b, u32 *size, s32 *at, bool *swap) {
    u32 n = 1;
    s32 step = b[1].at - b[0].at;
    if (!(b[0].from & 1) || (step != 1 && step != -1))
        return false;
    while (n < 8 && b[n].from == b[0].from && b[n].at == b[0].at + step * (s32)n)
        n++;
    for (u32 t = n; t < 8; t++)
        if (b[t].from)
            return false;
    *size = n;
    *at = step > 0 ? b[0].at : b[n - 1].at;
    *swap = (step > 0) != LITTLE;
    return n == 2 || n == 4 || n == 8;
}

void note_cand(struct look *k, const struct cand *c) {
    if (k->ncand < k->cap)
        k->cand[k->ncand++] = *c;
}

static void note_load(struct look *k, u32 pc, const struct held *h) {
    struct cand c = {.last = pc, .row = h->b[0].from / 2, .barrier = k->barrier};
    u32 size;
    if (!wide_load(h->b, &size, &c.at, &c.swap))
        return;
    c.size = (u8)size;
    note_cand(k, &c);
}

static u32 read_once(struct look *k, u16 reg) {
    u32 def = held_by(k, reg)->def;
    if (def)
        k->use[def - 1].n++;
    return def;
}

/* Who wrote the operands; and that they are read once more. */
static void count_uses(struct look *k, u32 pc) {
    const struct insn *i = &k->f->code[pc];
    struct regs r;
    switch (isa_info[i->op].shape) {
    case SHAPE_BIN:
    case SHAPE_ST:
        k->use[pc].b = read_once(k, i->b);
        k->use[pc].c = read_once(k, i->c);
        return;
    case SHAPE_BINI:
    case SHAPE_UN:
    case SHAPE_LD: k->use[pc].b = read_once(k, i->b); return;
    default: break;
    }
    r = isa_reads(i);
    for (u16 n = 0; n < r.n; n++) {
        u32 def = read_once(k, r.r[n]);
        if (n < 2)
            *(n ? &k->use[pc].c : &k->use[pc].b) = def;
    }
}

static u8 what_of(const struct byte *b) {
    for (u32 n = 0; n < 8; n++)
        if (b[n].from && !(b[n].from & 1))
            return MOVES_OTHER;
    return MOVES;
}

/* So that sums of a few do not overflow. */
static bool near(s32 n) {
    return n > -(1 << 28) && n < 1 << 28;
}

static bool may_move(u16 op) {
    switch (op) {
    case OP_mov64i:
    case OP_mov32i:
    case OP_mov32:
    case OP_and64i:
    case OP_and32i:
    case OP_lsh64i:
    case OP_rsh64i:
    case OP_lsh32i:
    case OP_rsh32i:
    case OP_le16:
    case OP_le32:
    case OP_le64: return true;
    default: return joins(op);
    }
}

static void copy(struct look *k, const struct insn *i, u32 pc) {
    struct held *to = &k->reg[i->a];
    *to = *held_by(k, i->b);
    to->def = pc + 1;
    k->use[pc].what = to->spread ? what_of(to->b) : to->from & 1 ? MOVES : MOVES_OTHER;
}

static void compute(struct look *k, u32 pc) {
    const struct insn *i = &k->f->code[pc];
    u32 base = 0;
    s32 plus = 0;
    struct byte b[8];
    struct held *h;
    bool moved;
    if (i->op == OP_mov64) {
        copy(k, i, pc);
        return;
    }
    moved = may_move(i->op) && moves(k, i, b);
    if (i->op == OP_add64i && near(held_by(k, i->b)->plus) && near(i->imm)) {
        base = held_by(k, i->b)->base;
        plus = held_by(k, i->b)->plus + i->imm;
    }
    h = fresh(k, i->a, pc, 0, isa_info[i->op].type[0] == 'I' ? 4 : 8);
    if (base) {
        h->base = base;
        h->plus = plus;
    }
    if (!moved)
        return;
    memcpy(h->b, b, sizeof b);
    h->spread = true;
    k->use[pc].what = what_of(b);
    if (joins(i->op))
        note_load(k, pc, h);
}

/* Neither memory nor a trap nor a jump: it only computes its result. */
static bool pure(const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    return ((shape == SHAPE_BIN || shape == SHAPE_BINI || shape == SHAPE_UN) && !(isa_info[i->op].flags & TRAPS)) ||
           i->op == OP_mov64i || i->op == OP_mov32i || i->op == OP_const64 || i->op == OP_ldmap ||
           i->op == OP_ldmapval || i->op == OP_ldsym || i->op == OP_ldfunc;
}

static void step(struct look *k, u32 pc) {
    const struct insn *i = &k->f->code[pc];
    u8 size = load_size(i->op);
    struct regs w;
    if (i->op == OP_pad)
        return;
    count_uses(k, pc);
    if (pure(i)) {
        compute(k, pc);
        return;
    }
    if (size) {
        store_run_end(k);
        load(k, pc, size);
        return;
    }
    if (isa_info[i->op].shape != SHAPE_LD)
        k->barrier = pc + 1;
    if (isa_info[i->op].shape == SHAPE_ST) {
        store_run_add(k, pc);
        return;
    }
    store_run_end(k);
    w = isa_writes(i);
    for (u16 n = 0; n < w.n; n++)
        fresh(k, w.r[n], pc, n, 8);
}

static void walk_block(struct look *k, u32 block) {
    const struct block *b = &k->g->blk[block];
    const u64 *out = live_out(k->l, block);
    k->block = block;
    k->barrier = 0;
    for (u32 pc = b->start; pc < b->end; pc++)
        step(k, pc);
    store_run_end(k);
    for (u32 pc = b->start; pc < b->end; pc++) {
        u16 a = k->f->code[pc].a;
        if (k->use[pc].what != OTHER && k->reg[a].def == pc + 1 && live_has(out, a))
            k->use[pc].n++;
    }
}

/* Whether in a block there are pieces of a load that come together, or of a store; counts them and all loads. */
static bool worth_it(const struct func *f, const struct block *b, u32 *nload, u32 *npiece) {
    u32 all = 0, load = 0, join = 0, store = 0;
    for (u32 pc = b->start; pc < b->end; pc++) {
        u16 op = f->code[pc].op;
        const struct isa_row *row = &isa_info[op];
        if (row->shape == SHAPE_LD) {
            all++;
            load += row->size < 8;
        } else if (row->shape == SHAPE_ST) {
            store += row->size < 8;
        } else {
            join += joins(op);
        }
    }
    if ((load < 2 || !join) && store < 2)
        return false;
    *nload += all;
    *npiece += load + store;
    return true;
}

static struct look *begin(const struct func *f, const struct cfg *g, const struct live *l, u32 nload, u32 npiece,
                          struct arena *a) {
    struct look *k = arena_new(a, struct look, 1);
    if (!k)
        return NULL;
    k->f = f, k->g = g, k->l = l;
    k->reg = arena_new(a, struct held, f->nreg);
    k->use = arena_new(a, struct use, f->nslot);
    k->row = arena_new(a, struct row, nload + 1);
    k->cand = arena_new(a, struct cand, npiece);
    k->cap = npiece;
    return k->reg && k->use && k->row && k->cand ? k : NULL;
}

int bytes_find(struct bytes *y, const struct func *f, const struct cfg *g, const struct live *l, struct arena *a,
               struct error *e) {
    u32 *block = arena_new(a, u32, g->nblk), nblock = 0, nload = 0, npiece = 0;
    struct look *k;
    *y = (struct bytes){.at = arena_new(a, u32, f->nslot)};
    for (u32 n = 0; block && n < g->nrpo; n++)
        if (worth_it(f, &g->blk[g->rpo[n]], &nload, &npiece))
            block[nblock++] = g->rpo[n];
    if (block && y->at && !nblock)
        return 0;
    if (!block || !y->at || !(k = begin(f, g, l, nload, npiece, a)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the bytes of %s", f->name);
    for (u32 n = 0; n < nblock; n++)
        walk_block(k, block[n]);
    if (!k->ncand)
        return 0;
    if (take_all(k, y, a))
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the bytes of %s", f->name);
    return 0;
}
