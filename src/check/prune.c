/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* prune.c - states that are kept, and states that they cover.
 *
 *   checkpoint <- checkpoint <- ... <- state that the walk is in
 *
 * A state that comes to where one was kept, and that allows no more than that one did, need not be walked: all that can
 * happen after it has been seen. What "no more" means is learnt from the walk behind the checkpoint: of a slot that was
 * never read, or of a number whose exact range never mattered, nothing needs to be equal. Numbers carry, as bits, which
 * of the last checkpoint's places went into them (reg.dep); when a range matters, those places are marked, and through
 * what went into them the places of the checkpoint before, and so on.
 *
 * A checkpoint whose paths are not all at their end covers a state only if all numbers are within its own: the way
 * leads round a loop that changes nothing more. That ends if something bounds the loop (an iterator, a callback's
 * count, may_goto); else it may run for ever. */
#include "check/inner.h"
#include <stdlib.h>
#include <string.h>

enum { SLOT_BIT = 16, FEW_JUMPS = 2, FEW_INSNS = 8, LOOP_JUMPS = 20, LOOP_INSNS = 100, MANY_TURNS = 512 };
enum how { BY_MARKS, WITHIN, SAME };

static u32 bit_of(u32 frame, u32 loc) {
    return loc < SLOT_BIT ? (frame * 10 + loc) % 64 : 64 + (frame * 29 + loc - SLOT_BIT) % 64;
}
static bool has_bit(const u64 w[2], u32 bit) {
    return w[bit / 64] >> (bit & 63) & 1;
}

static void mark_precise(struct check *c, u64 d0, u64 d1) {
    u32 at = c->s.ckpt;
    while (at != NO_CKPT && (d0 | d1)) {
        struct ckpt *k = c->ckpt[at];
        u64 d[2] = {d0 & ~k->precise[0], d1 & ~k->precise[1]};
        if (!(d[0] | d[1]))
            return;
        k->precise[0] |= d[0];
        k->precise[1] |= d[1];
        d0 = d1 = 0;
        for (u32 i = 0; i < k->n; i++)
            if (has_bit(d, bit_of(k->e[i].frame, k->e[i].loc))) {
                d0 |= k->e[i].r.dep[0];
                d1 |= k->e[i].r.dep[1];
            }
        at = k->parent;
    }
}

void precise(struct check *c, const struct reg *r) {
    if (r->kind == VAL_SCALAR && (r->dep[0] | r->dep[1]))
        mark_precise(c, r->dep[0], r->dep[1]);
}

void length_used(struct check *c) {
    for (u32 at = c->s.ckpt; at != NO_CKPT && !c->ckpt[at]->len_used; at = c->ckpt[at]->parent)
        c->ckpt[at]->len_used = true;
}

void slots_read(struct check *c, u32 frame, u64 slots) {
    u32 at = c->s.ckpt;
    if (c->part && frame + 1 < c->part->nframe)
        c->part->touched[frame] |= slots;
    slots &= ~c->s.f[frame]->written;
    while (slots && at != NO_CKPT) {
        struct ckpt *k = c->ckpt[at];
        if (frame >= k->nframe)
            return;
        slots &= ~k->live[frame];
        k->live[frame] |= slots;
        slots &= ~k->written[frame];
        at = k->parent;
    }
}

/* --- comparing --- */

bool same_id(struct ids *m, u32 old, u32 cur) {
    if (!old != !cur)
        return false;
    if (!old)
        return true;
    for (u32 i = 0; i < m->n; i++)
        if (m->old[i] == old || m->cur[i] == cur)
            return m->old[i] == old && m->cur[i] == cur;
    if (m->n == COUNT(m->old))
        return false;
    m->old[m->n] = old;
    m->cur[m->n++] = cur;
    return true;
}

static bool number_covers(const struct reg *o, const struct reg *s, enum how how, bool marked, struct ids *m) {
    if (how == SAME)
        return scalar_eq(&o->var, &s->var) && same_id(m, o->id, s->id) && o->off == s->off;
    if (how == BY_MARKS && !marked)
        return true;
    if (!scalar_le(&s->var, &o->var))
        return false;
    /* what was equal has to be equal again; what is equal now need not have been */
    return !o->id || (s->id && o->flags == s->flags && o->off == s->off && same_id(m, o->id, s->id));
}

static bool reg_covers(const struct reg *o, const struct reg *s, enum how how, bool marked, struct ids *m) {
    if (o->kind == VAL_NONE)
        return how != SAME || s->kind == VAL_NONE;
    if (o->kind != s->kind)
        return false;
    if (o->kind == VAL_SCALAR)
        return number_covers(o, s, how, marked, m);
    if (o->flags != s->flags || o->map != s->map || o->off != s->off || o->frame != s->frame || o->sub != s->sub)
        return false;
    if (o->kind == VAL_PACKET || o->kind == VAL_PACKET_META ? how == SAME ? o->size != s->size : o->size > s->size
                                                            : o->size != s->size)
        return false;
    if (how == SAME ? !scalar_eq(&o->var, &s->var) : !scalar_le(&s->var, &o->var))
        return false;
    if ((o->flags & R_NULL || o->kind == VAL_PACKET || o->kind == VAL_PACKET_META) && !same_id(m, o->id, s->id))
        return false;
    return same_id(m, o->ref, s->ref) && same_id(m, o->uid, s->uid);
}

bool reg_within(const struct reg *o, const struct reg *s, struct ids *m) {
    return reg_covers(o, s, WITHIN, true, m);
}

static bool slot_covers(const struct ckpt *k, u32 f, u32 slot, const struct saved *e, const struct frame *s,
                        enum how how, bool marked, struct ids *m) {
    const u8 *ob = k->f[f].byte + (size_t)(slot - k->f[f].lo) * 8, *sb = &s->byte[slot * 8];
    const struct reg *sr = &s->slot[slot];
    for (u32 i = 0; i < 8; i++) {
        switch ((enum byte_kind)ob[i]) {
        case B_NONE:
            if (how == SAME && sb[i] != B_NONE)
                return false;
            break;
        case B_MISC: /* any number */
            if (sb[i] == B_NONE || sb[i] >= B_DYNPTR || (sb[i] == B_REG && sr->kind != VAL_SCALAR) ||
                (how == SAME && sb[i] != B_MISC))
                return false;
            break;
        case B_ZERO:
            if (sb[i] != B_ZERO)
                return false;
            break;
        case B_REG:
            if (sb[i] == B_REG)
                break;
            /* bytes in place of a number of which nothing mattered */
            if (how != BY_MARKS || marked || e->r.kind != VAL_SCALAR || (sb[i] != B_MISC && sb[i] != B_ZERO))
                return false;
            break;
        case B_DYNPTR:
        case B_ITER:
        case B_IRQ:
            if (sb[i] != ob[i])
                return false;
            break;
        }
    }
    if (!e)
        return true;
    if (ob[0] == B_REG && sb[0] != B_REG)
        return true;     /* not marked */
    if (ob[0] == B_ITER) /* uid: how often it gave an element */
        return e->r.size == sr->size && e->r.sub == sr->sub && e->r.flags == sr->flags &&
               same_id(m, e->r.ref, sr->ref) && (how != SAME || e->r.uid == sr->uid);
    if (ob[0] == B_REG && e->r.sub != sr->sub)
        return e->r.kind == VAL_SCALAR && sr->kind == VAL_SCALAR && how == BY_MARKS && !marked;
    return reg_covers(&e->r, sr, how, marked, m);
}

static bool frames_match(const struct check *c, const struct ckpt *k) {
    const struct state *s = &c->s;
    if (k->nframe != s->nframe || k->nref != s->nref || k->lock_map != s->lock_map || k->rcu != s->rcu ||
        k->preempt != s->preempt || k->buf_min > s->buf_min)
        return false;
    for (u32 f = 0; f < k->nframe; f++)
        if (k->f[f].func != s->f[f]->func || k->f[f].ret != s->f[f]->ret || k->f[f].cb != s->f[f]->cb)
            return false;
    for (u32 i = 0; i < k->nref; i++)
        if (k->ref[i].kind != s->ref[i].kind || k->ref[i].frame != s->ref[i].frame)
            return false;
    return true;
}

/* Of one saved register by itself: it does not cover what is in its place, whatever the ids are. */
static bool is_beyond(const struct check *c, const struct ckpt *k, u32 i, enum how how) {
    const struct saved *e = &k->e[i];
    const struct frame *f = c->s.f[e->frame];
    const struct reg *r = e->loc < SLOT_BIT ? &f->r[e->loc] : &f->slot[e->loc - SLOT_BIT];
    if (e->loc >= SLOT_BIT) {
        u32 slot = e->loc - SLOT_BIT;
        if ((how == BY_MARKS && !(k->live[e->frame] >> slot & 1)) || slot < f->lo || f->byte[slot * 8] != B_REG ||
            k->f[e->frame].byte[(size_t)(slot - k->f[e->frame].lo) * 8] != B_REG || e->r.sub != r->sub)
            return false;
    }
    if (e->r.kind != VAL_SCALAR || r->kind != VAL_SCALAR)
        return e->r.kind != r->kind && e->r.kind != VAL_NONE;
    if (how == SAME)
        return !scalar_eq(&e->r.var, &r->var);
    return (how == WITHIN || has_bit(k->precise, bit_of(e->frame, e->loc))) && !scalar_le(&r->var, &e->r.var);
}

static bool covers(const struct check *c, struct ckpt *k, enum how how) {
    const struct state *s = &c->s;
    struct ids m; /* large: not cleared */
    m.n = 0;
    if (k->n && is_beyond(c, k, k->why, how)) /* as it was before: often */
        return false;
    if ((how != BY_MARKS || k->len_used) && k->pkt_len > s->pkt_len)
        return false;
    for (u32 i = 0; i < k->nref; i++)
        if (!same_id(&m, k->ref[i].id, s->ref[i].id))
            return false;
    if (k->lock_map != NO_INDEX && (k->lock_off != s->lock_off || !same_id(&m, k->lock_uid, s->lock_uid)))
        return false;
    u64 with[FRAMES] = {0}; /* slots that have a saved register */
    for (u32 i = 0; i < k->n; i++) {
        const struct saved *e = &k->e[i];
        const struct frame *f = s->f[e->frame];
        bool marked = has_bit(k->precise, bit_of(e->frame, e->loc));
        k->why = i;
        if (e->loc < SLOT_BIT) {
            if (!reg_covers(&e->r, &f->r[e->loc], how, marked, &m))
                return false;
            continue;
        }
        u32 slot = e->loc - SLOT_BIT;
        with[e->frame] |= 1ull << slot;
        if (how == BY_MARKS && !(k->live[e->frame] >> slot & 1))
            continue;
        if (!slot_covers(k, e->frame, slot, e, f, how, marked, &m))
            return false;
    }
    for (u32 f = 0; f < k->nframe; f++)
        for (u32 slot = k->f[f].lo; slot < SLOTS; slot++) {
            if (with[f] >> slot & 1 || (how == BY_MARKS && !(k->live[f] >> slot & 1)))
                continue;
            if (!slot_covers(k, f, slot, NULL, s->f[f], how, false, &m))
                return false;
        }
    if (how == SAME)
        for (u32 f = 0; f < k->nframe; f++)
            if (k->f[f].lo > s->f[f]->lo)
                for (u32 slot = s->f[f]->lo; slot < k->f[f].lo; slot++)
                    for (u32 i = 0; i < 8; i++)
                        if (s->f[f]->byte[slot * 8 + i] != B_NONE)
                            return false;
    return true;
}

/* --- what the checkpoint has learnt holds for the way here, too --- */

static const struct reg *place(const struct check *c, const struct saved *e) {
    const struct frame *f = c->s.f[e->frame];
    if (e->loc < SLOT_BIT)
        return &f->r[e->loc];
    return f->byte[(e->loc - SLOT_BIT) * 8] == B_REG ? &f->slot[e->loc - SLOT_BIT] : NULL;
}

static void inherit(struct check *c, const struct ckpt *k, bool all) {
    u64 d0 = 0, d1 = 0;
    if (all || k->len_used)
        length_used(c);
    for (u32 f = 0; f < k->nframe; f++)
        slots_read(c, f, all ? (k->f[f].lo < SLOTS ? ~0ull << k->f[f].lo : 0) : k->live[f]);
    for (u32 i = 0; i < k->n; i++) {
        const struct saved *e = &k->e[i];
        const struct reg *r;
        if (!all && !has_bit(k->precise, bit_of(e->frame, e->loc)))
            continue;
        r = place(c, e);
        if (r && r->kind == VAL_SCALAR) {
            d0 |= r->dep[0];
            d1 |= r->dep[1];
        }
    }
    mark_precise(c, d0, d1);
}

/* --- keeping --- */

static void ckpt_free(struct check *c, u32 at) {
    struct ckpt *k = c->ckpt[at];
    c->memory -= k->size;
    free(k);
    c->ckpt[at] = NULL;
}

static void unlist(struct check *c, u32 bucket, u32 at) {
    u32 *p = &c->bucket[bucket];
    while (*p != at)
        p = &c->ckpt[*p]->next;
    *p = c->ckpt[at]->next;
    c->ckpt[at]->listed = false;
    c->r->states--;
    if (!c->ckpt[at]->open)
        ckpt_free(c, at);
}

static u64 most(u64 a, u64 b) {
    return a > b ? a : b;
}

/* A path is at its end, rest instructions from here. The checkpoints before learn of it when the last way from theirs
 * is closed: a path may have thousands. */
void path_ended(struct check *c, u64 rest) {
    u64 path = c->s.path + c->s.called + rest;
    if (c->s.ckpt == NO_CKPT) {
        c->length = most(c->length, path);
        return;
    }
    struct ckpt *k = c->ckpt[c->s.ckpt];
    k->longest = most(k->longest, path - k->path);
}

void way_closed(struct check *c) {
    u32 at = c->s.ckpt;
    while (at != NO_CKPT) {
        struct ckpt *k = c->ckpt[at];
        u32 parent = k->parent;
        u64 path = k->path + k->longest;
        if (--k->open)
            return;
        if (!k->listed)
            ckpt_free(c, at);
        if (parent == NO_CKPT)
            c->length = most(c->length, path);
        else
            c->ckpt[parent]->longest = most(c->ckpt[parent]->longest, path - c->ckpt[parent]->path);
        at = parent;
    }
}

static u32 bucket_of(const struct check *c) {
    const struct state *s = &c->s;
    u64 h = ((u64)c->func << 32 | s->pc) * 0x9e3779b97f4a7c15ull;
    for (u32 k = 1; k < s->nframe; k++)
        h = (h ^ s->f[k]->ret) * 0x9e3779b97f4a7c15ull;
    return (u32)(h >> 32) & (c->nbucket - 1);
}

/* Since the checkpoint something that ends by itself has gone on: an iterator gave an element, a callback was run, a
 * may_goto was passed. */
static bool went_on(const struct check *c, const struct ckpt *k) {
    if (k->rounds != c->s.rounds)
        return true;
    for (u32 i = 0; i < k->n; i++) {
        const struct saved *e = &k->e[i];
        u32 slot = e->loc - SLOT_BIT;
        const struct frame *f = c->s.f[e->frame];
        if (e->loc >= SLOT_BIT && slot >= f->lo && f->byte[slot * 8] == B_ITER &&
            k->f[e->frame].byte[(size_t)(slot - k->f[e->frame].lo) * 8] == B_ITER && e->r.uid != f->slot[slot].uid)
            return true;
    }
    return false;
}

/* A number whose id nothing else has says nothing by it. */
static void count_ids(const struct state *s, u32 *seen, u32 *twice, u32 n) {
    memset(seen, 0, n * sizeof *seen);
    memset(twice, 0, n * sizeof *twice);
    for (u32 k = 0; k < s->nframe; k++) {
        const struct frame *f = s->f[k];
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            const struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                continue;
            if (r->kind != VAL_SCALAR || !r->id)
                continue;
            u32 h = r->id % (n * 32);
            if (seen[h / 32] >> h % 32 & 1)
                twice[h / 32] |= 1u << h % 32;
            seen[h / 32] |= 1u << h % 32;
        }
    }
}

static void keep(struct check *c, u32 bucket, bool forced) {
    struct state *s = &c->s;
    u32 n = 0, seen[32], twice[32];
    size_t bytes = 0, size;
    struct ckpt *k;
    u8 *p;
    count_ids(s, seen, twice, COUNT(seen));
    for (u32 f = 0; f < s->nframe; f++) {
        n += NREG_EBPF + (SLOTS - s->f[f]->lo);
        bytes += (SLOTS - s->f[f]->lo) * 8;
    }
    size = sizeof *k + n * sizeof(struct saved) + bytes;
    if (c->memory + size > c->max_memory || !(k = malloc(size))) {
        out_of_memory(c);
        return;
    }
    if (c->nckpt == c->capckpt) {
        u32 cap = c->capckpt ? c->capckpt * 2 : 256;
        struct ckpt **x = realloc(c->ckpt, cap * sizeof(struct ckpt *));
        if (!x) {
            free(k);
            out_of_memory(c);
            return;
        }
        c->ckpt = x;
        c->capckpt = cap;
    }
    memset(k, 0, sizeof *k);
    k->size = size;
    c->memory += size;
    k->parent = s->ckpt;
    k->open = 1;
    k->listed = true;
    k->forced = forced;
    k->pc = s->pc;
    k->nframe = s->nframe;
    k->path = s->path + s->called;
    k->nref = s->nref;
    memcpy(k->ref, s->ref, sizeof k->ref);
    k->lock_map = s->lock_map;
    k->lock_uid = s->lock_uid;
    k->lock_off = s->lock_off;
    k->rcu = s->rcu;
    k->preempt = s->preempt;
    k->rounds = s->rounds;
    k->buf_min = s->buf_min;
    k->pkt_len = s->pkt_len;
    k->e = (struct saved *)(k + 1);
    p = (u8 *)(k->e + n);
    for (u32 f = 0; f < s->nframe; f++) {
        struct frame *g = own(c, f);
        if (!g) {
            c->memory -= size;
            free(k);
            return;
        }
        /* callers go on behind their call, with r6 .. r9; where a callback came from, with r1 .. r5 as well */
        bool here = f == s->nframe - 1;
        u32 live = here ? c->fn[g->func].live[s->pc] : c->fn[g->func].live[s->f[f + 1]->ret];
        k->f[f].func = g->func;
        k->f[f].ret = g->ret;
        k->f[f].cb = g->cb;
        k->f[f].lo = g->lo;
        k->written[f] = g->written;
        g->written = 0;
        for (u32 r = 0; r < REG_FP; r++) {
            u32 bit = bit_of(f, r);
            if (g->r[r].kind == VAL_SCALAR && g->r[r].id && g->r[r].id != c->len_id &&
                !(twice[g->r[r].id % 1024 / 32] >> g->r[r].id % 32 & 1))
                g->r[r].id = 0, g->r[r].flags = 0, g->r[r].off = 0;
            if (live >> r & 1)
                k->e[k->n++] = (struct saved){(u8)f, (u8)r, g->r[r]};
            g->r[r].dep[0] = g->r[r].dep[1] = 0;
            if (g->r[r].kind == VAL_SCALAR)
                g->r[r].dep[bit / 64] = 1ull << (bit & 63);
        }
        k->f[f].byte = p;
        memcpy(p, &g->byte[g->lo * 8], (SLOTS - g->lo) * 8);
        p += (SLOTS - g->lo) * 8;
        for (u32 j = g->lo; j < SLOTS; j++) {
            u32 bit = bit_of(f, SLOT_BIT + j);
            struct reg *r = &g->slot[j];
            if (g->byte[j * 8] != B_REG && g->byte[j * 8] < B_DYNPTR)
                continue;
            if (r->kind == VAL_SCALAR && r->id && r->id != c->len_id && !(twice[r->id % 1024 / 32] >> r->id % 32 & 1))
                r->id = 0, r->flags = 0, r->off = 0;
            k->e[k->n++] = (struct saved){(u8)f, (u8)(SLOT_BIT + j), *r};
            r->dep[0] = r->dep[1] = 0;
            if (r->kind == VAL_SCALAR)
                r->dep[bit / 64] = 1ull << (bit & 63);
        }
    }
    k->next = c->bucket[bucket];
    c->ckpt[c->nckpt] = k;
    c->bucket[bucket] = s->ckpt = c->nckpt++;
    c->r->joins++;
    if (++c->r->states > c->r->peak_states)
        c->r->peak_states = c->r->states;
    c->last_jumps = c->jumps;
    c->last_insns = c->insns;
}

/* Numbers that changed since the loop was entered, and whose range has not mattered so far, may be any: the next time
 * round nothing is new. */
static void widen(struct check *c, const struct ckpt *k) {
    for (u32 i = 0; i < k->n; i++) {
        const struct saved *e = &k->e[i];
        const struct reg *r = place(c, e);
        struct frame *f;
        struct reg *w;
        if (!r || r->kind != VAL_SCALAR || e->r.kind != VAL_SCALAR || scalar_eq(&r->var, &e->r.var) ||
            (has_bit(k->precise, bit_of(e->frame, e->loc)) && c->s.turns < MANY_TURNS))
            continue;
        if (!(f = own(c, e->frame)))
            return;
        w = e->loc < SLOT_BIT ? &f->r[e->loc] : &f->slot[e->loc - SLOT_BIT];
        w->var = e->loc >= SLOT_BIT && w->sub && w->sub < 8 ? scalar_load(w->sub) : scalar_any();
        w->id = 0;
        w->flags = 0;
        w->off = 0;
    }
}

void prune_at(struct check *c, bool force) {
    u32 bucket = bucket_of(c), next;
    bool add = force || (c->jumps - c->last_jumps >= FEW_JUMPS && c->insns - c->last_insns >= FEW_INSNS);
    const struct ckpt *loop = NULL;
    for (u32 at = c->bucket[bucket]; at != NO_CKPT; at = next) {
        struct ckpt *k = c->ckpt[at];
        next = k->next;
        if (k->pc != c->s.pc || !frames_match(c, k))
            continue;
        if (k->open) {
            if (force && went_on(c, k)) {
                if (covers(c, k, WITHIN)) {
                    inherit(c, k, true);
                    c->over = true;
                    return;
                }
                if (!loop)
                    loop = k;
            } else if (covers(c, k, SAME) && !went_on(c, k)) {
                unproven(c, CHECK_LOOP, -1);
                inherit(c, k, true);
                c->endless = c->over = true;
                return;
            } else if (!force && c->jumps - c->last_jumps < LOOP_JUMPS && c->insns - c->last_insns < LOOP_INSNS) {
                add = false; /* loops that are walked round and round keep few */
            }
        } else if (covers(c, k, BY_MARKS)) {
            k->hits++;
            inherit(c, k, false);
            path_ended(c, k->longest);
            c->over = true;
            return;
        }
        if (add && ++k->misses > k->hits * 3 + (k->forced ? 64 : 3))
            unlist(c, bucket, at);
    }
    c->s.turns += force;
    if (loop)
        widen(c, loop);
    if (add)
        keep(c, bucket, force);
}

void release_ckpts(struct check *c) {
    for (u32 i = 0; i < c->nckpt; i++)
        if (c->ckpt[i])
            ckpt_free(c, i);
    free(c->ckpt);
    c->ckpt = NULL;
    c->nckpt = c->capckpt = 0;
    c->r->states = 0;
    if (c->bucket)
        memset(c->bucket, 0xff, c->nbucket * sizeof *c->bucket);
}
