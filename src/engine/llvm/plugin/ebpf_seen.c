/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_seen.c - which bytes an access of a fast block is compared for.
 *
 * in: kinds of blocks (fuel.c), places      out: f->ebpf->sight
 *
 * Who leaves a fast block does so for a slow one, which compares each access by itself and is right from wherever it is
 * entered. So the first access by a register is compared for all that its block does by it; what was found good stays
 * good until a call, whichever ways are gone: a region has no holes, so that of a range its ends are compared. Heads of
 * loops are entered by slow blocks too, and begin with nothing. */
#include "engine/llvm/plugin/inline.h"
#include <string.h>

enum { READS, WRITES, KINDS };
enum {
    FARTHEST = 1 << 20, /* bytes from a value */
    NEAR = 32,          /* bytes together that one look is for, of several blocks, */
    AHEAD = 16,         /* and so many of these */
};

/* What a register holds: value + at; bytes value + lo .. value + hi - 1 are in the region, and may be read, or written.
 */
struct seen {
    u32 value;
    s32 at;
    u32 region;
    s32 lo[KINDS], hi[KINDS]; /* lo == hi: none are known */
    bool or_null;             /* or the value is 0: a lookup gave it, and nobody has asked yet */
};

struct eyes {
    struct lfunc *f;
    struct seen (*in)[NREG_EBPF]; /* of each block */
    u8 *reached;                  /* in[] is filled */
    struct seen now[NREG_EBPF];
    u32 values;
};

static void forget(struct eyes *e, u32 r) {
    if (r < NREG_EBPF)
        e->now[r] = (struct seen){.value = ++e->values};
}

static bool is_far(s64 n) {
    return n > FARTHEST || n < -FARTHEST;
}

/* --- from block to block --- */

/* Relative to the register. */
static struct seen by_register(const struct seen *s) {
    struct seen v = *s;
    for (u32 k = 0; k < KINDS; k++) {
        v.lo[k] -= s->at;
        v.hi[k] -= s->at;
    }
    v.at = 0;
    return v;
}

static void join(struct eyes *e, struct seen *to, const struct seen *from) {
    struct seen x = *from;
    if (to->value != x.value || to->at != x.at) {
        *to = by_register(to);
        x = by_register(&x);
        to->value = ++e->values;
    }
    to->or_null |= x.or_null;
    for (u32 k = 0; k < KINDS; k++) {
        to->lo[k] = to->lo[k] > x.lo[k] ? to->lo[k] : x.lo[k];
        to->hi[k] = to->hi[k] < x.hi[k] ? to->hi[k] : x.hi[k];
        if (to->lo[k] >= to->hi[k] || to->region != x.region)
            to->lo[k] = to->hi[k] = 0;
    }
}

static void lead_to(struct eyes *e, u32 b, bool known) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        if (!known)
            e->in[b][r] = (struct seen){.value = ++e->values};
        else if (e->reached[b])
            join(e, &e->in[b][r], &e->now[r]);
        else
            e->in[b][r] = e->now[r];
    }
    e->reached[b] = 1;
}

/* --- in a block --- */

/* Is the access at pc one that is compared with a region? A frame is one of its own, of a length that is known: it
 * stays with one look for each access, which LLVM knows from loops. */
static bool is_compared(struct lfunc *f, u32 pc) {
    const struct insn *i = &f->f->code[pc];
    const struct place *p = &f->ebpf->u->o.place[pc];
    u8 shape = isa_info[i->op].shape;
    u32 was = f->pc;
    bool yes;
    if ((shape != SHAPE_LD && shape != SHAPE_ST && shape != SHAPE_STI) || i->b >= NREG_EBPF ||
        p->access == ACCESS_CTX || p->region == REGION_STACK)
        return false;
    f->pc = pc;
    yes = may_miss(f) && (shape != SHAPE_LD || !inline_number(f, i));
    f->pc = was;
    return yes;
}

static bool writes(const struct insn *i, u32 reg) {
    struct regs out = isa_writes(i);
    for (u32 k = 0; k < out.n; k++)
        if (out.r[k] == reg)
            return true;
    return false;
}

static bool is_call(u16 op) {
    return op == OP_call || op == OP_callk || op == OP_callf || op == OP_callx;
}

static u32 kind_of(const struct insn *i) {
    return isa_info[i->op].shape == SHAPE_LD ? READS : WRITES;
}

/* Widens *s by what is done with the register of the access at pc from `from` to `end`, of that access's kind. False:
 * the register is another one's then, or what comes may not be looked at ahead. */
static bool widen(struct lfunc *f, u32 pc, u32 from, u32 end, s32 most, struct sight *s) {
    const struct insn *first = &f->f->code[pc];
    const struct place *place = f->ebpf->u->o.place;
    for (u32 at = from; at < end; at += (u32)isa_len(&f->f->code[at])) {
        const struct insn *i = &f->f->code[at];
        if (is_call(i->op))
            return false;
        if (is_compared(f, at) && i->b == first->b && kind_of(i) == kind_of(first) &&
            place[at].region == place[pc].region) {
            s32 lo = i->off < s->lo ? i->off : s->lo, hi = i->off + isa_info[i->op].size;
            hi = hi > s->hi ? hi : s->hi;
            if (hi - lo > most)
                return false;
            s->lo = lo;
            s->hi = hi;
        }
        if (writes(i, first->b))
            return false;
    }
    return true;
}

/* Behind a compare of two registers, which may be with the region's end, nothing is looked at ahead. */
static bool goes_on(const struct lfunc *f, u32 b) {
    const struct block *k = &f->g.blk[b];
    u32 last = k->end - 1;
    if (f->f->code[last].op == OP_pad)
        last--;
    return isa_info[f->f->code[last].op].shape != SHAPE_JCC;
}

/* What is done by the register of the access at pc, in block b; then in blocks that come behind it, where that is near.
 */
static struct sight all_by(struct lfunc *f, u32 pc, u32 b) {
    const struct insn *first = &f->f->code[pc];
    struct sight s = {first->off, first->off + isa_info[first->op].size, true, true};
    u32 queue[AHEAD], n = 0;
    if (!widen(f, pc, pc, f->g.blk[b].end, FARTHEST, &s))
        return s;
    queue[n++] = b;
    for (u32 at = 0; at < n; at++) {
        const struct block *k = &f->g.blk[queue[at]];
        if (at && !widen(f, pc, k->start, k->end, NEAR, &s))
            continue;
        for (u32 j = 0; goes_on(f, queue[at]) && j < block_nsucc(k); j++) {
            u32 next = block_succ(k, j), seen = 0;
            if (next == NBLOCK || !(f->kind[next] & FUEL_FAST) || f->kind[next] & FUEL_HEAD)
                continue;
            while (seen < n && queue[seen] != next)
                seen++;
            if (seen == n && n < AHEAD)
                queue[n++] = next;
        }
    }
    return s;
}

/* What is seen by register reg now, all who hold the same value know. */
static void note(struct eyes *e, u32 reg, u32 kind, u32 region, s32 lo, s32 hi) {
    u32 value = e->now[reg].value;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        struct seen *s = &e->now[r];
        if (s->value != value)
            continue;
        if (s->region != region)
            s->lo[!kind] = s->hi[!kind] = 0;
        if (s->or_null)
            s->lo[!kind] = s->hi[!kind] = 0;
        s->or_null = false;
        s->region = region;
        s->lo[kind] = lo;
        s->hi[kind] = hi;
    }
}

static void look(struct eyes *e, u32 pc, u32 b) {
    struct lfunc *f = e->f;
    const struct insn *i = &f->f->code[pc];
    const struct seen *s = &e->now[i->b];
    u32 kind = kind_of(i), region = f->ebpf->u->o.place[pc].region;
    struct sight *v = &f->ebpf->sight[pc];
    s32 lo, hi;
    if (is_far(s->at)) {
        forget(e, i->b);
        s = &e->now[i->b];
    }
    *v = all_by(f, pc, b);
    lo = v->lo + s->at;
    hi = v->hi + s->at;
    if (!s->or_null && s->region == region && s->lo[kind] < s->hi[kind] && !is_far(s->lo[kind]) &&
        !is_far(s->hi[kind])) {
        v->low = lo < s->lo[kind];
        v->high = hi > s->hi[kind];
        lo = v->low ? lo : s->lo[kind];
        hi = v->high ? hi : s->hi[kind];
    }
    note(e, i->b, kind, region, lo, hi);
}

static void step(struct eyes *e, const struct insn *i) {
    struct regs out = isa_writes(i);
    if (i->op == OP_mov64 && i->a < NREG_EBPF && i->b < NREG_EBPF) {
        e->now[i->a] = e->now[i->b];
    } else if (i->op == OP_add64i && i->a < NREG_EBPF && i->b < NREG_EBPF && !is_far(e->now[i->b].at) &&
               !is_far(i->imm)) {
        e->now[i->a] = e->now[i->b];
        e->now[i->a].at += i->imm;
    } else {
        for (u32 k = 0; k < out.n; k++)
            forget(e, out.r[k]);
    }
}

/* The register that the block's end compares with 0, where it holds what a lookup gave; at[0]: how it leaves if that is
 * not 0 (block_succ). NREG_EBPF: there is none. */
static u32 asked(const struct eyes *e, u32 b, u32 *at) {
    const struct block *k = &e->f->g.blk[b];
    const struct insn *i = &e->f->f->code[k->end - 1];
    const struct seen *s = i->b < NREG_EBPF ? &e->now[i->b] : NULL;
    if ((i->op != OP_jeq64i && i->op != OP_jne64i) || i->imm || !s || !s->or_null || s->at || k->succ[0] == k->succ[1])
        return NREG_EBPF;
    *at = i->op == OP_jne64i ? 1 : 2;
    return i->b;
}

static void set_null(struct eyes *e, u32 reg, bool or_null) {
    u32 value = e->now[reg].value;
    for (u32 r = 0; r < NREG_EBPF; r++)
        if (e->now[r].value == value)
            e->now[r].or_null = or_null;
}

static void walk_block(struct eyes *e, u32 b) {
    struct lfunc *f = e->f;
    const struct block *k = &f->g.blk[b];
    if (f->kind[b] & FUEL_HEAD || !e->reached[b])
        lead_to(e, b, false);
    memcpy(e->now, e->in[b], sizeof e->now);
    for (u32 pc = k->start; pc < k->end; pc += (u32)isa_len(&f->f->code[pc])) {
        const struct insn *i = &f->f->code[pc];
        if (is_compared(f, pc))
            look(e, pc, b);
        step(e, i);
        if (i->op == OP_call && is_in_place(f, pc)) {
            u32 map = f->ebpf->u->of[f->ebpf->u->lookup[pc]].map;
            e->now[0].region = REGION_MAP + map;
            e->now[0].or_null = true;
            for (u32 n = 0; n < KINDS; n++)
                if (lookup_is_good(f->lm, map, n == WRITES))
                    e->now[0].hi[n] = (s32)f->l->m->map[map].value_size;
            continue;
        }
        for (u32 r = 0; is_call(i->op) && moves_regions(f, pc) && r < NREG_EBPF; r++)
            for (u32 n = 0; n < KINDS; n++)
                e->now[r].lo[n] = e->now[r].hi[n] = 0;
    }
}

static int see_all(struct lfunc *f) {
    struct eyes e = {.f = f};
    f->ebpf->sight = arena_new(f->a, struct sight, f->f->nslot);
    e.in = arena_calloc(f->a, f->g.nblk, sizeof *e.in);
    e.reached = arena_new(f->a, u8, f->g.nblk);
    if (!f->ebpf->sight || !e.in || !e.reached)
        return out_of_memory(f);
    for (u32 k = 0; k < f->g.nrpo; k++) {
        u32 b = f->g.rpo[k];
        bool fast = f->kind[b] & FUEL_FAST;
        u32 not_null = 0, reg = NREG_EBPF;
        if (fast) {
            walk_block(&e, b);
            reg = asked(&e, b, &not_null);
        }
        for (u32 n = 0; n < block_nsucc(&f->g.blk[b]); n++) {
            u32 s = block_succ(&f->g.blk[b], n);
            if (s == NBLOCK || f->order[s] <= k)
                continue;
            if (reg < NREG_EBPF)
                set_null(&e, reg, n != not_null);
            lead_to(&e, s, fast);
        }
    }
    return 0;
}

struct sight sight_of(struct lfunc *f, const struct insn *i) {
    struct sight own = {i->off, i->off + isa_info[i->op].size, true, true};
    if (f->making != KIND_FAST || !is_compared(f, f->pc) || (!f->ebpf->sight && see_all(f)))
        return own;
    return f->ebpf->sight[f->pc];
}
