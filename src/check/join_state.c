/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join_state.c - of two states what holds in both. */
#include "check/join.h"
#include <string.h>

enum { PAIRS = 128 };

/* What is equal in both is equal in the result. An id that both have in common means the same in it; where they differ
 * the pair of them gets an id of its own, which says of no number outside of this state what it is. */
struct pairs {
    u32 n;
    struct {
        u32 a, b, out;
        s64 d;
    } p[PAIRS];
};
enum { MERGED = 1u << 31 };

struct meet {
    struct check *c;
    const struct state *into;
    struct pairs ids;
    bool wide, changed;
    const s64 *step;
    u32 nstep;
    const u32 *own; /* of the places of the top frame: ids that are given anew whenever the node is come to; or NULL */
};

bool merged_id(u32 id) {
    return id & MERGED;
}

/* d: by how much the two differ in what is added to the id's number. 0: nothing in common. */
static u32 pair(struct meet *m, u32 a, u32 b, s64 d) {
    if (!a || !b)
        return 0;
    if (a == b && !d)
        return a;
    for (u32 i = 0; i < m->ids.n; i++)
        if (m->ids.p[i].a == a && m->ids.p[i].b == b && m->ids.p[i].d == d)
            return m->ids.p[i].out;
    if (m->ids.n == PAIRS)
        return 0;
    m->ids.p[m->ids.n].a = a;
    m->ids.p[m->ids.n].b = b;
    m->ids.p[m->ids.n].d = d;
    return m->ids.p[m->ids.n++].out = new_id(m->c) | MERGED;
}

/* Another place of the state has this id, so that it says something. */
static bool shared(const struct meet *m, u32 id) {
    u32 n = 0;
    for (u32 k = 0; k < m->into->nframe && n < 2; k++) {
        const struct frame *f = m->into->f[k];
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            const struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                continue;
            n += r->id == id;
        }
    }
    return n > 1;
}

static void join_scalar(struct meet *m, struct scalar *a, const struct scalar *b) {
    struct scalar r;
    if (scalar_le(b, a))
        return;
    r = m->wide ? scalar_widen(a, b, m->step, m->nstep) : scalar_join(a, b);
    m->changed |= !scalar_eq(&r, a);
    *a = r;
}

/* A pointer and a number, or two pointers that have nothing in common: as what was never written, it can be used for
 * nothing. As a number it would be an address that leaves through a result or a map. */
static void mixed(struct meet *m, struct reg *a) {
    m->changed |= a->kind != VAL_NONE;
    *a = (struct reg){0};
}

static bool is_zero(const struct reg *r) {
    return r->kind == VAL_SCALAR && scalar_is_const(&r->var) && !r->var.umin;
}

static void join_number(struct meet *m, struct reg *a, const struct reg *b, u32 own) {
    if (own && a->id == own) {
        join_scalar(m, &a->var, &b->var);
        return;
    }
    s64 da = a->flags & R_DELTA ? a->off : 0, db = b->flags & R_DELTA ? b->off : 0;
    u32 id = (a->flags ^ b->flags) & (R_LOW | R_HIGH) ? 0 : pair(m, a->id, b->id, db - da);
    join_scalar(m, &a->var, &b->var);
    if (id != a->id) {
        m->changed |= !merged_id(a->id) || shared(m, a->id); /* it says less now */
        a->id = id;
        if (!id) {
            a->off = 0;
            a->flags = 0;
        }
    }
}

static bool ranged(const struct reg *r) {
    return r->kind == VAL_PACKET || r->kind == VAL_PACKET_META;
}

static struct scalar whole_offset(const struct reg *r) {
    struct scalar off = scalar_const((u64)r->off);
    return scalar_bin(OP_add64, &r->var, &off);
}

static void join_pointer(struct meet *m, struct reg *a, const struct reg *b) {
    u32 size = b->size, id;
    if (a->kind != b->kind || a->map != b->map || a->frame != b->frame || a->sub != b->sub || a->ref != b->ref ||
        (a->flags ^ b->flags) & ~(R_NULL | R_RDONLY) ||
        (a->kind == VAL_MAP_VALUE && a->uid != b->uid && (a->uid == 0 || b->uid == 0))) {
        mixed(m, a);
        return;
    }
    if (a->off != b->off) { /* from here on what is constant is not told apart */
        struct scalar sa = whole_offset(a), sb = whole_offset(b);
        if (ranged(a)) {
            u32 old = a->size > a->off && a->off >= 0 ? a->size - (u32)a->off : 0;
            size = b->size > b->off && b->off >= 0 ? b->size - (u32)b->off : 0;
            a->size = old;
            a->id = 0; /* given anew below */
        }
        m->changed |= a->off != 0;
        a->var = sa;
        a->off = 0;
        join_scalar(m, &a->var, &sb);
        id = ranged(a) ? new_id(m->c) : 0;
    } else {
        join_scalar(m, &a->var, &b->var);
        id = pair(m, a->id, b->id, 0);
        if (!id && (a->id || b->id) && (ranged(a) || (a->flags | b->flags) & R_NULL))
            id = new_id(m->c);
        if (id != a->id)
            m->changed |= ranged(a) && !a->id ? true : shared(m, a->id);
    }
    a->id = id;
    if (size < a->size) {
        m->changed = true;
        a->size = m->wide && ranged(a) ? 0 : size;
    }
    if (a->uid != b->uid) {
        u32 uid = pair(m, a->uid, b->uid, 1); /* not one of the numbers' */
        m->changed |= uid != a->uid;
        a->uid = uid;
    }
    if ((a->flags | b->flags) != a->flags) {
        m->changed = true;
        a->flags |= b->flags;
        if (!a->id)
            a->id = new_id(m->c);
    }
}

static void join_reg(struct meet *m, struct reg *a, const struct reg *b, u32 own) {
    if (a->kind == VAL_NONE)
        return;
    if (b->kind == VAL_NONE) {
        *a = (struct reg){0};
        m->changed = true;
    } else if (a->kind == VAL_SCALAR && b->kind == VAL_SCALAR) {
        join_number(m, a, b, own);
    } else if (reg_is_pointer(a) && reg_is_pointer(b)) {
        join_pointer(m, a, b);
    } else if (reg_is_pointer(a) && is_zero(b) && !a->ref &&
               (a->kind == VAL_MAP_VALUE || a->kind == VAL_MEM || a->kind == VAL_SOCKET)) {
        m->changed |= !(a->flags & R_NULL) || shared(m, a->id);
        a->flags |= R_NULL;
        a->id = new_id(m->c); /* what was null together with it need not be */
    } else if (reg_is_pointer(b) && is_zero(a) && !b->ref &&
               (b->kind == VAL_MAP_VALUE || b->kind == VAL_MEM || b->kind == VAL_SOCKET)) {
        u8 sub = a->sub;
        *a = *b;
        if (sub)
            a->sub = b->sub;
        a->flags |= R_NULL;
        a->id = new_id(m->c);
        m->changed = true;
    } else {
        mixed(m, a);
    }
}

static bool number_byte(u8 kind) {
    return kind == B_MISC || kind == B_ZERO || kind == B_REG;
}

/* Bytes of a saved register: of a number, or of a pointer, which are no number. */
static u8 plain_byte(const struct frame *f, u32 at) {
    u8 kind = f->byte[at];
    return kind != B_REG ? kind : f->slot[at / 8].kind == VAL_SCALAR ? B_MISC : B_NONE;
}

/* uid: elements that it gave, at least. */
static void join_iterator(struct meet *m, struct reg *a, const struct reg *b, u32 own) {
    join_scalar(m, &a->var, &b->var);
    if (b->uid < a->uid) {
        a->uid = b->uid;
        m->changed = true;
    }
    if (a->id != b->id && !(own && a->id == own)) {
        m->changed |= a->id != 0;
        a->id = 0;
    }
}

static void join_slot(struct meet *m, struct frame *f, const struct frame *g, u32 k, u32 own) {
    u8 *a = &f->byte[k * 8], old[8];
    const u8 *b = &g->byte[k * 8];
    bool same = !memcmp(a, b, 8);
    if (same && a[0] == B_REG && f->slot[k].sub == g->slot[k].sub && f->slot[k].kind == VAL_SCALAR &&
        g->slot[k].kind == VAL_SCALAR) {
        join_number(m, &f->slot[k], &g->slot[k], own);
        return;
    }
    if (same && a[0] == B_REG && reg_is_pointer(&f->slot[k]) && reg_is_pointer(&g->slot[k])) {
        join_pointer(m, &f->slot[k], &g->slot[k]);
        if (f->slot[k].kind == VAL_NONE)
            memset(a, B_NONE, 8);
        return;
    }
    if (same && a[0] >= B_DYNPTR) {
        const struct reg *x = &f->slot[k], *y = &g->slot[k];
        if (x->size != y->size || x->sub != y->sub || x->flags != y->flags) {
            memset(a, B_NONE, 8);
            m->changed = true;
        } else if (a[0] == B_ITER) {
            join_iterator(m, &f->slot[k], y, own);
        }
        return; /* what is held is paired by the states */
    }
    if (same && a[0] != B_REG)
        return;
    memcpy(old, a, 8);
    for (u32 i = 0; i < 8; i++) {
        u8 was = plain_byte(f, k * 8 + i), with = plain_byte(g, k * 8 + i), r;
        if (was == with)
            r = was;
        else if (number_byte(was) && number_byte(with))
            r = B_MISC;
        else
            r = B_NONE;
        a[i] = r;
    }
    m->changed |= memcmp(old, a, 8) != 0;
}

/* What is held has other names in both: those of into stand. */
static void rename_refs(struct check *c, const struct state *into, struct state *from) {
    for (u32 k = 0; k < from->nframe; k++) {
        struct frame *f = from->f[k];
        bool mine = false;
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] < B_REG))
                continue;
            if (!r->ref || r->kind == VAL_SCALAR)
                continue;
            for (u32 i = 0; i < from->nref; i++)
                if (r->ref == from->ref[i].id && from->ref[i].id != into->ref[i].id) {
                    if (!mine && !(f = state_frame(&c->pool, from, k)))
                        return;
                    mine = true;
                    (j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF])->ref = into->ref[i].id;
                    break;
                }
        }
    }
    for (u32 i = 0; i < from->nref; i++)
        from->ref[i].id = into->ref[i].id;
}

bool state_join(struct check *c, struct state *into, const struct state *from, bool wide, const s64 *step, u32 nstep,
                const u32 *own_ids) {
    struct meet m = {.c = c, .into = into, .own = own_ids, .wide = wide, .step = step, .nstep = nstep};
    struct state own;
    state_copy(&own, from);
    rename_refs(c, into, &own);
    for (u32 k = 0; k < into->nframe; k++) {
        struct frame *f = state_frame(&c->pool, into, k);
        const struct frame *g = own.f[k];
        u32 lo;
        if (!f) {
            out_of_memory(c);
            break;
        }
        u32 live = k + 1 == into->nframe ? c->fn[f->func].live[into->pc] : c->fn[f->func].live[into->f[k + 1]->ret];
        for (u32 r = 0; r < REG_FP; r++)
            if (live >> r & 1)
                join_reg(&m, &f->r[r], &g->r[r], m.own && k + 1 == into->nframe ? m.own[r] : 0);
            else
                f->r[r] = (struct reg){0};
        lo = f->lo;
        for (u32 s = lo; s < SLOTS; s++)
            join_slot(&m, f, g, s, m.own && k + 1 == into->nframe ? m.own[NREG_EBPF + s] : 0);
        /* what from alone has used was never written in into */
    }
    if (own.buf_min < into->buf_min) {
        into->buf_min = wide ? 0 : own.buf_min;
        m.changed = true;
    }
    if (own.pkt_len < into->pkt_len) {
        into->pkt_len = wide ? 0 : own.pkt_len;
        m.changed = true;
    }
    if (own.lock_map != NO_INDEX && own.lock_uid != into->lock_uid) {
        u32 uid = pair(&m, into->lock_uid, own.lock_uid, 1);
        m.changed |= uid != into->lock_uid;
        into->lock_uid = uid;
    }
    state_drop(&c->pool, &own);
    return m.changed;
}
