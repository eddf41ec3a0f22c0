/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt_kit.h - what the tables of src/opt say, held against the instructions themselves: each is run both ways, by a
 * small machine of its own, and must do the same. Every check answers NULL, or what is wrong. */
#ifndef TEST_OPT_KIT_H
#define TEST_OPT_KIT_H
#include "opt/opt.h"
#include <stdlib.h>
#include <string.h>

static inline u64 opt_rnd(u64 *s) {
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return *s >> 29 ^ *s << 35;
}

/* --- memory: everywhere, of bytes that depend on the address, with holes --- */

enum { OPT_WRITES = 4096 };
struct opt_memory {
    u64 seed;
    u64 at[OPT_WRITES];
    u8 byte[OPT_WRITES];
    u32 n;
};

static inline u64 opt_mix(u64 x) {
    x = (x ^ x >> 31) * 0x9e3779b97f4a7c15u;
    return x ^ x >> 29;
}
/* Holes of 16 bytes, one place in eight. */
static inline bool opt_good(const struct opt_memory *m, u64 at, u32 size) {
    return opt_mix(at >> 4 ^ m->seed) % 8 && opt_mix((at + size - 1) >> 4 ^ m->seed) % 8;
}
static inline u8 opt_peek(const struct opt_memory *m, u64 at) {
    for (u32 k = m->n; k--;)
        if (m->at[k] == at)
            return m->byte[k];
    return (u8)opt_mix(at + m->seed * 3);
}
static inline void opt_poke(struct opt_memory *m, u64 at, u8 v) {
    for (u32 k = 0; k < m->n; k++)
        if (m->at[k] == at) {
            m->byte[k] = v;
            return;
        }
    if (m->n < OPT_WRITES) {
        m->at[m->n] = at;
        m->byte[m->n++] = v;
    }
}
static inline u64 opt_load(const struct opt_memory *m, u64 at, u32 size, bool big) {
    u64 v = 0;
    for (u32 k = 0; k < size; k++)
        v |= (u64)opt_peek(m, at + k) << 8 * (big ? size - 1 - k : k);
    return v;
}
static inline void opt_store(struct opt_memory *m, u64 at, u32 size, bool big, u64 v) {
    for (u32 k = 0; k < size; k++)
        opt_poke(m, at + k, (u8)(v >> 8 * (big ? size - 1 - k : k)));
}
static inline bool opt_same_memory(const struct opt_memory *x, const struct opt_memory *y) {
    for (u32 k = 0; k < x->n; k++)
        if (opt_peek(y, x->at[k]) != x->byte[k])
            return false;
    for (u32 k = 0; k < y->n; k++)
        if (opt_peek(x, y->at[k]) != y->byte[k])
            return false;
    return true;
}

/* --- the machine --- */

enum { OPT_BIG = __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ };
struct opt_run {
    u64 r[NREG_EBPF];
    struct opt_memory mem;
    u32 trap; /* the instruction, + 1 */
};

static inline u64 opt_signed(u64 v, u16 op) {
    return op == OP_ldsx8 ? (u64)(s8)v : op == OP_ldsx16 ? (u64)(s16)v : op == OP_ldsx32 ? (u64)(s32)v : v;
}

/* One instruction that does not jump. What the table cannot evaluate does something that depends on where it stands. */
static inline void opt_step(struct opt_run *o, const struct insn *i, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    u64 out;
    switch (row->shape) {
    case SHAPE_BIN:
    case SHAPE_BINI:
    case SHAPE_UN:
        if (isa_eval(i->op, o->r[i->b], row->shape == SHAPE_BIN ? o->r[i->c] : (u64)(s64)i->imm, &out))
            o->r[i->a] = out;
        else
            o->trap = pc + 1;
        return;
    case SHAPE_LD:
        if (opt_good(&o->mem, o->r[i->b] + (u64)(s64)i->off, row->size))
            o->r[i->a] = opt_signed(opt_load(&o->mem, o->r[i->b] + (u64)(s64)i->off, row->size, OPT_BIG), i->op);
        else
            o->trap = pc + 1;
        return;
    case SHAPE_ST:
    case SHAPE_STI:
        if (opt_good(&o->mem, o->r[i->b] + (u64)(s64)i->off, row->size))
            opt_store(&o->mem, o->r[i->b] + (u64)(s64)i->off, row->size, OPT_BIG,
                      row->shape == SHAPE_ST ? o->r[i->c] : (u64)(s64)i->imm);
        else
            o->trap = pc + 1;
        return;
    default: break;
    }
    switch (i->op) {
    case OP_pad: return;
    case OP_mov64i: o->r[i->a] = (u64)(s64)i->imm; return;
    case OP_mov32i: o->r[i->a] = (u32)i->imm; return;
    case OP_const64: o->r[i->a] = insn_imm64(i); return;
    }
    struct regs w = isa_writes(i);
    for (u16 k = 0; k < w.n; k++)
        o->r[w.r[k]] = opt_mix(pc * 16 + k);
    if (row->shape == SHAPE_ATOM) /* not what it does, but somewhere there */
        opt_poke(&o->mem, o->r[i->b] + (u64)(s64)i->off, (u8)opt_mix(o->r[i->c] + pc));
    if (i->op == OP_call || i->op == OP_callf || i->op == OP_callk || i->op == OP_callx)
        for (u32 k = 1; k < 6; k++)
            opt_poke(&o->mem, o->r[k] + k, (u8)opt_mix(o->r[k] + pc));
}

/* --- switches --- */

static inline const char *opt_check_way(const struct func *f, const struct cfg *g, const struct live *l,
                                        const struct recovered *s, const struct way *w, u64 value, u64 *seed) {
    struct opt_run o = {0};
    u64 was[NREG_EBPF];
    u32 pc = s->root, spent = 0;
    for (u32 k = 0; k < NREG_EBPF; k++)
        o.r[k] = opt_rnd(seed);
    o.r[s->reg] = s->wide ? value : opt_rnd(seed) << 32 | (u32)value;
    for (u32 at = g->blk[g->of[pc]].start; at < pc; at++) /* constants that the root is compared with */
        if (f->code[at].op == OP_mov64i || f->code[at].op == OP_mov32i || f->code[at].op == OP_const64)
            opt_step(&o, &f->code[at], at);
    o.r[s->reg] = s->wide ? value : opt_rnd(seed) << 32 | (u32)value;
    memcpy(was, o.r, sizeof was);
    for (u32 n = 0; n == 0 || pc != w->target; n++) {
        const struct insn *i = &f->code[pc];
        u8 shape = isa_info[i->op].shape;
        u64 taken = 1;
        if (n > f->nslot)
            return "the compares never come to the target";
        spent += n && i->op != OP_pad;
        if (i->op == OP_ja || shape == SHAPE_JCC || shape == SHAPE_JCCI) {
            if (i->op != OP_ja &&
                !isa_eval(i->op, o.r[i->b], shape == SHAPE_JCC ? o.r[i->c] : (u64)(s64)i->imm, &taken))
                return "a jump that cannot be evaluated";
            pc = taken ? (u32)i->off : pc + (u32)isa_len(i);
        } else if (i->op == OP_pad || i->op == OP_mov64i || i->op == OP_mov32i || i->op == OP_const64) {
            opt_step(&o, i, pc);
            pc++;
        } else {
            return "something else happens on the way";
        }
    }
    for (u32 k = 0; k < w->nset; k++)
        was[f->code[w->set[k]].a] = f->code[w->set[k]].op == OP_mov32i   ? (u32)f->code[w->set[k]].imm
                                    : f->code[w->set[k]].op == OP_mov64i ? (u64)(s64)f->code[w->set[k]].imm
                                                                         : insn_imm64(&f->code[w->set[k]]);
    for (u16 k = 0; k < NREG_EBPF; k++)
        if (o.r[k] != was[k] && live_has(live_in(l, g->of[w->target]), k))
            return "a register does not hold what it should at the target";
    if (g->blk[g->of[w->target]].start != w->target)
        return "the target starts no block";
    return spent == w->charge ? NULL : "the charge is not what the way costs";
}

static inline const char *opt_check_switch(const struct func *f, const struct cfg *g, const struct live *l,
                                           const struct recovered *s, u64 *seed) {
    u64 next = 0, top = s->wide ? UINT64_MAX : UINT32_MAX;
    const char *bad;
    u64 lo, hi;
    for (u32 k = 0; k < s->nway; k++) {
        const struct way *w = &s->way[k];
        u64 span = w->hi - w->lo;
        u64 tried[] = {w->lo, w->hi, w->lo + span / 2,
                       span == UINT64_MAX ? opt_rnd(seed) : w->lo + opt_rnd(seed) % (span + 1)};
        if (w->lo != next || w->hi < w->lo)
            return "ways do not follow each other";
        next = w->hi + 1;
        for (u32 t = 0; t < COUNT(tried); t++)
            if ((bad = opt_check_way(f, g, l, s, w, tried[t], seed)))
                return bad;
    }
    if (s->way[s->nway - 1].hi != top)
        return "the ways do not cover all values";
    if (s->nway < SWITCH_MIN || s->ncompare < SWITCH_MIN)
        return "too small";
    if (switch_table(s, 256, &lo, &hi) && (hi < lo || hi - lo >= 256 || hi > top))
        return "the table is larger than allowed";
    return NULL;
}

/* --- bytes --- */

/* From pc up to the block's end; with y, its accesses are done at once where their ranges are good. */
static inline void opt_run_block(struct opt_run *o, const struct func *f, const struct block *b, const struct bytes *y,
                                 u64 *seed) {
    const struct span *in = NULL;
    u64 value[64];
    bool late = false;
    for (u32 pc = b->start; pc < b->end && !o->trap; pc++) {
        const struct insn *i = &f->code[pc];
        bool skip = false, good = true;
        if (isa_ends_block(i->op))
            return;
        if (y && y->at[pc]) {
            const struct span *s = &y->span[y->at[pc] - 1];
            for (u32 n = 0; n < s->n; n++)
                good &= opt_good(&o->mem, o->r[s->of[n].base] + (u64)(s64)s->of[n].off, s->of[n].size);
            in = good ? s : NULL;
            late = opt_rnd(seed) & 1;
            for (u32 n = 0; in && n < in->n; n++) {
                const struct joined *j = &in->of[n];
                u64 at = o->r[j->base] + (u64)(s64)j->off;
                if (j->store)
                    opt_store(&o->mem, at, j->size, j->swap != OPT_BIG, o->r[j->value]);
                else
                    value[n] = opt_load(&o->mem, at, j->size, j->swap != OPT_BIG);
            }
        }
        for (u32 n = 0; in && n < in->n; n++) {
            const struct joined *j = &in->of[n];
            for (u32 k = 0; k < j->ndie; k++)
                skip |= j->die[k] == pc;
            if (j->store || pc != j->last)
                continue;
            skip = true;
            if (late && j->base_stays)
                value[n] = opt_load(&o->mem, o->r[j->base] + (u64)(s64)j->off, j->size, j->swap != OPT_BIG);
            o->r[i->a] = value[n];
        }
        if (!skip)
            opt_step(o, i, pc);
        if (in && pc == in->last)
            in = NULL;
    }
}

/* The same with the rotates done at once. */
static inline void opt_run_turned(struct opt_run *o, const struct func *f, const struct block *b, const struct rotates *t) {
    for (u32 pc = b->start; pc < b->end && !o->trap; pc++) {
        const struct insn *i = &f->code[pc];
        bool skip = false;
        if (isa_ends_block(i->op))
            return;
        for (u32 k = 0; k < t->n; k++) {
            const struct rotate *r = &t->of[k];
            u64 v = o->r[r->from];
            for (u32 d = 0; d < r->ndie; d++)
                skip |= r->die[d] == pc;
            if (r->root != pc)
                continue;
            skip = true;
            o->r[i->a] = r->wide ? v << r->n | v >> (64 - r->n) : (u32)v << r->n | (u32)v >> (32 - r->n);
        }
        if (!skip)
            opt_step(o, i, pc);
    }
}

/* A block with something in it (bytes or rotates), with registers that often point to the same places. */
static inline const char *opt_check_block(const struct func *f, const struct live *l, const struct block *b, u32 block,
                                          const struct bytes *y, const struct rotates *t, u64 *seed) {
    static struct opt_run was, is;
    was.mem.seed = opt_rnd(seed);
    was.mem.n = was.trap = 0;
    for (u32 k = 0; k < NREG_EBPF; k++)
        was.r[k] = opt_rnd(seed) % 3 ? 0x10000 + opt_rnd(seed) % 64 : opt_rnd(seed);
    is.mem.seed = was.mem.seed;
    is.mem.n = is.trap = 0;
    memcpy(is.r, was.r, sizeof is.r);
    opt_run_block(&was, f, b, NULL, seed);
    if (t)
        opt_run_turned(&is, f, b, t);
    else
        opt_run_block(&is, f, b, y, seed);
    if (was.trap != is.trap)
        return "one traps, or somewhere else";
    if (!opt_same_memory(&was.mem, &is.mem))
        return "memory differs";
    for (u16 k = 0; !was.trap && k < NREG_EBPF; k++)
        if (was.r[k] != is.r[k] && live_has(live_out(l, block), k))
            return "a register differs";
    return NULL;
}

static inline const char *opt_check_bytes(const struct func *f, const struct cfg *g, const struct live *l,
                                          const struct bytes *y, u32 times, u64 *seed) {
    const char *bad;
    u32 all = 0;
    for (u32 k = 0; k < y->nspan; k++) {
        const struct span *s = &y->span[k];
        u32 block = g->of[s->first];
        if (block != g->of[s->last] || s->first >= s->last || !s->n || s->n > 64)
            return "it does not lie in one block";
        if (k && s->first <= y->span[k - 1].last)
            return "it begins before the one before ends";
        if (y->at[s->first] != k + 1 || s->of != &y->of[all])
            return "it is not where it should be";
        all += s->n;
        for (u32 n = 0; n < s->n; n++)
            if (s->of[n].npiece < 2 || s->of[n].ndie < s->of[n].npiece || s->of[n].first < s->first ||
                s->of[n].last > s->last)
                return "it says less than it must";
        if (k && block == g->of[y->span[k - 1].first])
            continue; /* its block has been run */
        for (u32 t = 0; t < times; t++)
            if ((bad = opt_check_block(f, l, &g->blk[block], block, y, NULL, seed)))
                return bad;
    }
    return all == y->n ? NULL : "some are in no span";
}

/* --- rotates --- */

static inline const char *opt_check_rotates(const struct func *f, const struct cfg *g, const struct live *l,
                                            const struct rotates *t, u32 times, u64 *seed) {
    const char *bad;
    for (u32 k = 0; k < t->n; k++) {
        const struct rotate *r = &t->of[k];
        u32 block = g->of[r->root];
        struct rotates here = {&t->of[k], 0};
        while (k + here.n < t->n && g->of[t->of[k + here.n].root] == block)
            here.n++;
        if (block != g->of[r->first] || r->first >= r->root || !r->ndie || !r->n || r->n >= (r->wide ? 64 : 32))
            return "it says less than it must";
        for (u32 d = 0; d < r->ndie; d++)
            if (r->die[d] < r->first || r->die[d] >= r->root || (d && r->die[d] <= r->die[d - 1]))
                return "what dies is not between first and root, in order";
        if (k && block == g->of[r[-1].root])
            continue; /* its block has been run */
        for (u32 n = 0; n < times; n++)
            if ((bad = opt_check_block(f, l, &g->blk[block], block, NULL, &here, seed)))
                return bad;
    }
    return NULL;
}

#endif
