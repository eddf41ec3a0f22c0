/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_seen.c - which bytes an access of a fast block is compared for.
 *
 * in: kinds of blocks (fuel.c), places      out: f->ebpf->sight
 *
 * Who leaves a fast block does so for a slow one, which compares each access by itself and is right from wherever it is
 * entered. So the first access by a register is compared for all that its block does by it; what was found good stays
 * good until a call, whichever ways are gone: a region has no holes, so that of a range its ends are compared. Nor is
 * anything compared that the program itself has compared with the packet's end, where it is certainly not below its
 * begin.
 *
 * Heads of loops are entered by slow blocks too, and begin with nothing; but those of the copy that runs begin in
 * (fuel.c) are not: there what holds on the way in is taken to hold, and given up where it does not each time round. */
#include "engine/llvm/plugin/inline.h"
#include "engine/llvm/plugin/linear.h"
#include <string.h>

enum { READS, WRITES, KINDS };
enum { NOT_ABOVE, ABOVE_BY_SUMS, ABOVE };
enum {
    FARTHEST = 1 << 20, /* bytes from a value */
    NEAR = 32,          /* bytes together that one look is for, of several blocks, */
    AHEAD = 16,         /* and so many of these */
    MOST_PASSES = 12,
};

/* What a register holds: value + at; bytes value + lo .. value + hi - 1 are in the region, and may be read, or written.
 */
struct seen {
    u32 value;
    s32 at;
    u32 region;
    s32 lo[KINDS], hi[KINDS]; /* lo == hi: none are known */
    bool or_null;             /* or the value is 0: a lookup gave it, and nobody has asked yet */
    bool small;               /* what it holds is below 2^32 */
    bool end;                 /* the value is the packet's end */
    u8 above; /* the value is not below the packet's begin: ABOVE: nor more than 2^48 above; ABOVE_BY_SUMS: small
                 numbers have been added since */
};
typedef struct seen registers[NREG_EBPF];

struct eyes {
    struct lfunc *f;
    bool begins;           /* heads of loops are entered by blocks of this kind alone */
    registers *in;         /* of each block */
    registers *head;       /* what is taken for known at each loop's begin */
    u8 *reached, *guessed; /* in[], head[] are filled */
    registers now;
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

/* Is the register, too, not far above the packet's begin: itself, or since what lies below it is in the packet? */
static bool stays_above(const struct seen *s) {
    return s->above == ABOVE && (!s->at || (s->region == REGION_PACKET && s->lo[READS] < s->hi[READS] &&
                                            s->at >= s->lo[READS] && s->at <= s->hi[READS]));
}

/* Relative to the register. */
static struct seen by_register(const struct seen *s) {
    struct seen v = *s;
    for (u32 k = 0; k < KINDS; k++) {
        v.lo[k] -= s->at;
        v.hi[k] -= s->at;
    }
    if (s->at < 0)
        v.above = NOT_ABOVE;
    else if (v.above && !stays_above(s))
        v.above = ABOVE_BY_SUMS;
    v.end &= !s->at;
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
    to->small &= x.small;
    to->end &= x.end;
    to->above = to->above < x.above ? to->above : x.above;
    for (u32 k = 0; k < KINDS; k++) {
        to->lo[k] = to->lo[k] > x.lo[k] ? to->lo[k] : x.lo[k];
        to->hi[k] = to->hi[k] < x.hi[k] ? to->hi[k] : x.hi[k];
        if (to->lo[k] >= to->hi[k] || to->region != x.region)
            to->lo[k] = to->hi[k] = 0;
    }
}

static void lead_to(struct eyes *e, u32 b, bool known) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        struct seen x = e->now[r];
        if (e->f->kind[b] & FUEL_HEAD) {
            x = by_register(&x);
            x.above = x.above == ABOVE ? ABOVE : NOT_ABOVE; /* sums add up, round by round */
        }
        if (!known)
            e->in[b][r] = (struct seen){.value = ++e->values};
        else if (e->reached[b])
            join(e, &e->in[b][r], &x);
        else
            e->in[b][r] = x;
    }
    e->reached[b] = 1;
}

/* Registers at the begin of a loop. */
static void begin_loop(struct eyes *e, u32 b) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        if (e->begins && !e->guessed[b] && e->reached[b])
            e->head[b][r] = by_register(&e->in[b][r]); /* as if nothing came round */
        else if (!e->guessed[b])
            e->head[b][r] = (struct seen){0};
        e->now[r] = e->head[b][r];
        e->now[r].value = ++e->values;
    }
    e->guessed[b] = 1;
}

/* Takes what comes to the loop, all ways in and round, from what was taken for known; gives up what does not stay as it
 * is. Has anything changed? */
static bool weaken(struct seen *h, const struct seen *in, bool first) {
    struct seen was = *h, x = by_register(in);
    h->or_null |= x.or_null;
    h->small &= x.small;
    h->end &= x.end;
    h->above = h->above < x.above ? h->above : x.above;
    for (u32 k = 0; k < KINDS; k++) {
        bool none = h->lo[k] == h->hi[k], holds = h->region == x.region && x.lo[k] <= h->lo[k] && x.hi[k] >= h->hi[k];
        if (none || holds)
            continue;
        h->lo[k] = h->lo[k] > x.lo[k] ? h->lo[k] : x.lo[k];
        h->hi[k] = h->hi[k] < x.hi[k] ? h->hi[k] : x.hi[k];
        if (!first || h->lo[k] >= h->hi[k] || h->region != x.region)
            h->lo[k] = h->hi[k] = 0;
    }
    return h->or_null != was.or_null || h->small != was.small || h->end != was.end || h->above != was.above ||
           memcmp(h->lo, was.lo, sizeof h->lo) || memcmp(h->hi, was.hi, sizeof h->hi);
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

static struct sight own_sight(const struct insn *i) {
    return (struct sight){i->off, i->off + isa_info[i->op].size, true, true};
}

/* What is done by the register of the access at pc, in block b; then in blocks that come behind it, where that is near.
 */
static struct sight all_by(struct lfunc *f, u32 pc, u32 b) {
    const struct insn *first = &f->f->code[pc];
    struct sight s = own_sight(first);
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
        if (region == REGION_PACKET && lo <= 0 && hi > 0)
            s->above = ABOVE;
    }
}

/* May the access be one of those that are looked at in front of a loop (rounds.c)? Only that itself is known to be good
 * then. */
static bool is_spot(const struct lfunc *f, u32 pc, u32 b) {
    const struct linear_loop *l = f->loop[b] ? f->loop[b]->linear : NULL;
    for (u32 k = 0; l && k < l->nspot; k++)
        if (l->spot[k].pc == pc)
            return true;
    return false;
}

static void look(struct eyes *e, u32 pc, u32 b) {
    struct lfunc *f = e->f;
    const struct insn *i = &f->f->code[pc];
    const struct seen *s = &e->now[i->b];
    u32 kind = kind_of(i), region = f->ebpf->u->o.place[pc].region;
    struct sight *v = &f->ebpf->sight[f->begins][pc];
    s32 lo, hi;
    if (is_far(s->at)) {
        forget(e, i->b);
        s = &e->now[i->b];
    }
    *v = is_spot(f, pc, b) ? own_sight(i) : all_by(f, pc, b);
    lo = v->lo + s->at;
    hi = v->hi + s->at;
    if (region == REGION_PACKET && s->above && lo >= 0)
        v->low = false;
    if (!s->or_null && s->region == region && s->lo[kind] < s->hi[kind] && !is_far(s->lo[kind]) &&
        !is_far(s->hi[kind])) {
        v->low &= lo < s->lo[kind];
        v->high = hi > s->hi[kind];
        lo = lo < s->lo[kind] ? lo : s->lo[kind];
        hi = v->high ? hi : s->hi[kind];
    }
    note(e, i->b, kind, region, lo, hi);
}

/* Is the sum of what registers b and c hold above the packet's begin? */
static bool is_above(const struct seen *b, const struct seen *c) {
    return (b->above && b->at >= 0 && c->small) || (c->above && c->at >= 0 && b->small);
}

/* Is what an instruction leaves in its register below 2^32? */
static bool is_small(struct lfunc *f, u32 pc) {
    const struct insn *i = &f->f->code[pc];
    u8 shape = isa_info[i->op].shape;
    switch (i->op) {
    case OP_mov64i:
    case OP_and64i: return i->imm >= 0;
    case OP_rsh64i: return (i->imm & 63) >= 32;
    case OP_ldx8:
    case OP_ldx16:
    case OP_ldx32: return loaded_field(f, pc) == NO_FIELD;
    default: return (shape == SHAPE_BIN || shape == SHAPE_BINI || shape == SHAPE_UN) && isa_info[i->op].type[0] == 'I';
    }
}

static void step(struct eyes *e, u32 pc) {
    struct lfunc *f = e->f;
    const struct insn *i = &f->f->code[pc];
    struct regs out = isa_writes(i);
    bool ours = i->a < NREG_EBPF && i->b < NREG_EBPF, small = is_small(f, pc), sum;
    enum loaded_field field = loaded_field(f, pc);
    if (i->op == OP_mov64 && ours) {
        e->now[i->a] = e->now[i->b];
    } else if (i->op == OP_add64i && ours && !is_far(e->now[i->b].at) && !is_far(i->imm)) {
        e->now[i->a] = e->now[i->b];
        e->now[i->a].at += i->imm;
        e->now[i->a].small = false;
    } else {
        sum = i->op == OP_add64 && ours && i->c < NREG_EBPF && is_above(&e->now[i->b], &e->now[i->c]);
        for (u32 k = 0; k < out.n; k++)
            forget(e, out.r[k]);
        if (out.n != 1 || i->a >= NREG_EBPF || out.r[0] != i->a)
            return;
        e->now[i->a].small = small;
        e->now[i->a].end = field == PACKET_END;
        e->now[i->a].above = field == PACKET_BEGIN ? ABOVE : sum ? ABOVE_BY_SUMS : NOT_ABOVE;
    }
}

/* --- what a branch says --- */

static void set_not_null(struct eyes *e, u32 reg) {
    u32 value = e->now[reg].value;
    for (u32 r = 0; r < NREG_EBPF; r++)
        if (e->now[r].value == value)
            e->now[r].or_null = false;
}

/* Register low is at most register high there, or below it: as far as low is from its value, the packet goes. */
static void note_order(struct eyes *e, u32 low, u32 high, bool below) {
    struct seen x = e->now[low];
    s32 n = x.at + below;
    if (!e->now[high].end || e->now[high].at || !x.above || x.at < 0)
        return;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        struct seen *s = &e->now[r];
        if (s->value != x.value)
            continue;
        if (s->region != REGION_PACKET)
            s->lo[WRITES] = s->hi[WRITES] = s->lo[READS] = s->hi[READS] = 0;
        s->region = REGION_PACKET;
        s->above = ABOVE;
        if (!n)
            continue;
        s->lo[READS] = s->lo[READS] == s->hi[READS] || s->lo[READS] > 0 ? 0 : s->lo[READS];
        s->hi[READS] = s->hi[READS] > n ? s->hi[READS] : n;
    }
}

/* On the way from block b to its successor k (block_succ). */
static void note_way(struct eyes *e, u32 b, u32 k) {
    const struct block *x = &e->f->g.blk[b];
    const struct insn *i = &e->f->f->code[x->end - 1];
    bool jumps = k == 1;
    if (x->succ[0] == x->succ[1] || k > 2 || i->b >= NREG_EBPF)
        return;
    switch (i->op) {
    case OP_jeq64i:
    case OP_jne64i:
        if (!i->imm && !e->now[i->b].at && jumps == (i->op == OP_jne64i))
            set_not_null(e, i->b);
        return;
    case OP_jgt64:
    case OP_jle64:
    case OP_jge64:
    case OP_jlt64:
        if (i->c >= NREG_EBPF)
            return;
        break;
    default: return;
    }
    if (jumps ? i->op == OP_jle64 || i->op == OP_jlt64 : i->op == OP_jgt64 || i->op == OP_jge64)
        note_order(e, i->b, i->c, i->op == OP_jlt64 || i->op == OP_jge64);
    else
        note_order(e, i->c, i->b, i->op == OP_jgt64 || i->op == OP_jle64);
}

static void walk_block(struct eyes *e, u32 b) {
    struct lfunc *f = e->f;
    const struct block *k = &f->g.blk[b];
    if (f->kind[b] & FUEL_HEAD)
        begin_loop(e, b);
    else
        memcpy(e->now, e->in[b], sizeof e->now);
    for (u32 pc = k->start; pc < k->end; pc += (u32)isa_len(&f->f->code[pc])) {
        const struct insn *i = &f->f->code[pc];
        if (is_compared(f, pc))
            look(e, pc, b);
        step(e, pc);
        if (i->op == OP_call && is_in_place(f, pc)) {
            u32 map = f->ebpf->u->of[f->ebpf->u->lookup[pc]].map;
            e->now[0].region = REGION_MAP + map;
            e->now[0].or_null = true;
            for (u32 n = 0; n < KINDS; n++)
                if (lookup_is_good(f->lm, map, n == WRITES))
                    e->now[0].hi[n] = (s32)f->l->m->map[map].value_size;
            continue;
        }
        for (u32 r = 0; is_call(i->op) && moves_regions(f, pc) && r < NREG_EBPF; r++) {
            struct seen *s = &e->now[r];
            s->lo[READS] = s->hi[READS] = s->lo[WRITES] = s->hi[WRITES] = 0;
            s->end = false;
            s->above = NOT_ABOVE;
        }
    }
}

static void walk(struct eyes *e) {
    struct lfunc *f = e->f;
    registers now;
    memset(e->reached, 0, f->g.nblk);
    for (u32 k = 0; k < f->g.nrpo; k++) {
        u32 b = f->g.rpo[k];
        bool fast = f->kind[b] & FUEL_FAST;
        if (!e->reached[b])
            lead_to(e, b, false); /* the function's begin */
        if (fast)
            walk_block(e, b);
        memcpy(now, e->now, sizeof now);
        for (u32 n = 0; n < block_nsucc(&f->g.blk[b]); n++) {
            u32 s = block_succ(&f->g.blk[b], n);
            if (s == NBLOCK)
                continue;
            if (fast)
                note_way(e, b, n);
            lead_to(e, s, fast);
            memcpy(e->now, now, sizeof now);
        }
    }
}

/* Has what was taken for known at heads of loops been so? */
static bool is_confirmed(struct eyes *e, u32 pass) {
    bool yes = true;
    for (u32 b = 0; b < e->f->g.nblk; b++)
        for (u32 r = 0; e->guessed[b] && r < NREG_EBPF; r++)
            if (weaken(&e->head[b][r], &e->in[b][r], !pass))
                yes = false;
    return yes;
}

static int see_all(struct lfunc *f) {
    struct eyes e = {.f = f, .begins = f->begins};
    bool done = !f->begins;
    f->ebpf->sight[f->begins] = arena_new(f->a, struct sight, f->f->nslot);
    e.in = arena_calloc(f->a, f->g.nblk, sizeof *e.in);
    e.head = arena_calloc(f->a, f->g.nblk, sizeof *e.head);
    e.reached = arena_new(f->a, u8, f->g.nblk);
    e.guessed = arena_new(f->a, u8, f->g.nblk);
    if (!f->ebpf->sight[f->begins] || !e.in || !e.head || !e.reached || !e.guessed)
        return out_of_memory(f);
    for (u32 pass = 0; !done && pass < MOST_PASSES; pass++) {
        walk(&e);
        done = is_confirmed(&e, pass);
    }
    if (f->begins && done)
        return 0;
    e.begins = false;
    memset(e.guessed, 0, f->g.nblk);
    walk(&e);
    return 0;
}

struct sight sight_of(struct lfunc *f, const struct insn *i) {
    if (f->making != KIND_FAST || !is_compared(f, f->pc) || (!f->ebpf->sight[f->begins] && see_all(f)))
        return own_sight(i);
    return f->ebpf->sight[f->begins][f->pc];
}
