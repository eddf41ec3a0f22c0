/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rectypes.c - the type section: groups of types, made canonical (WebAssembly 3.0, 2.3.8, 3.2, 5.5.4).
 * in:  bytes      out: m->type[], m->pool[]
 *
 * Two groups are equal when they are alike, references inside the group taken by their place
 * in it. While a group is read such a reference is HEAP_GROUP + place; everything older is
 * canonical already. So a group is a run of integers: hashed, looked up, and either dropped
 * for the older one or kept with the places turned into indices. The hash is keyed with
 * random bits, or else a module could be made of types that all collide. */
#include "base/platform.h"
#include "front/wasm/decode.h"
#include <stdlib.h>
#include <string.h>

struct group { u64 hash; u32 start, n, next; };

struct grouper {
    struct decoder *d;
    u64 key;
    struct group *group;        /* as many as the section has */
    u32 ngroup;
    u32 *bucket, mask;          /* 1 + index in group[], 0: none */
};

static void add_to_pool(struct decoder *d, u32 t) {
    buf_add(&d->pool, &t, sizeof t);
    if (d->pool.oom) bad(&d->b, E_NOMEM, d->b.p, "out of memory for types");
    d->m->pool = (u32 *)(void *)d->pool.data;
}

static u32 read_types_of(struct decoder *d, u32 most, const char *what) {
    u32 n = read_count(d, 0, most, what);

    for (u32 i = 0; i < n && !d->b.e->code; i++) add_to_pool(d, wasm_read_valtype(d->m, &d->b));
    return n;
}

/* fieldtype ::= storagetype mut */
static void read_field(struct decoder *d) {
    const u8 *at = d->b.p;
    u8 byte = at < d->b.end ? *at : 0, mut;
    u32 t;

    if (byte == 0x78 || byte == 0x77) {
        d->b.p++;
        t = byte == 0x78 ? 'B' : 'H';
    } else {
        t = wasm_read_valtype(d->m, &d->b);
    }
    mut = take_u8(&d->b);
    if (mut > 1) bad(&d->b, E_FORMAT, at, "malformed mutability");
    add_to_pool(d, mut ? t | WT_MUTABLE : t);
}

static void read_comptype(struct decoder *d, struct wasm_type *t) {
    const u8 *at = d->b.p;
    u8 form = take_u8(&d->b);

    t->first = (u32)(d->pool.len / sizeof(u32));
    switch (form) {
    case 0x60:
        t->kind = 'f';
        t->n = (u16)read_types_of(d, WASM_MAX_PARAMS, "parameters of a function type");
        t->nresult = (u16)read_types_of(d, WASM_MAX_RESULTS, "results of a function type");
        if (t->nresult > 1 && !(d->m->features >> WF_MULTI_VALUE & 1))
            bad(&d->b, E_FORMAT, at, "invalid result arity: the feature multi-value is off");
        return;
    case 0x5f:
        t->kind = 's';
        t->n = (u16)read_count(d, 0, WASM_MAX_FIELDS, "fields of a structure type");
        for (u32 i = 0; i < t->n && !d->b.e->code; i++) read_field(d);
        break;
    case 0x5e:
        t->kind = 'a';
        t->n = 1;
        read_field(d);
        break;
    default:
        if (form & 0x80) bad(&d->b, E_FORMAT, at, "integer representation too long");
        else bad(&d->b, E_FORMAT, at, "malformed type form 0x%02x", form);
        return;
    }
    if (!(d->m->features >> WF_REC_TYPES & 1)) bad(&d->b, E_FORMAT, at, "malformed type form 0x%02x", form);
}

/* Type number `place` of the group that is being read. */
static void read_subtype(struct decoder *d, struct wasm_type *t, u32 place) {
    struct bytes *b = &d->b;
    u8 form = b->p < b->end ? *b->p : 0;
    const u8 *at = b->p;

    t->super = WASM_NONE;
    t->final = form != 0x50;
    if ((form == 0x50 || form == 0x4f) && d->m->features >> WF_REC_TYPES & 1) {
        u32 n, super;
        b->p++;
        n = leb_u32(b);
        if (n > 1) bad(b, E_FORMAT, at, "sub type with %u supertypes: at most one", n);
        if (n && !b->e->code) {
            super = leb_u32(b);
            if (super >= d->m->ntype + place) bad(b, E_INDEX, at, "unknown type %u", super);
            else t->super = super < d->m->ntype ? d->m->type[super].canon : HEAP_GROUP + super - d->m->ntype;
        }
    }
    read_comptype(d, t);
}

/* --- equality of groups --- */

/* t as if it were read in a group of n types that starts at start. */
static u32 by_place(u32 t, u32 start, u32 n) {
    u32 h = t & VT_HEAP;
    return t & VT_REF && h - start < n ? (t & ~VT_HEAP) | (HEAP_GROUP + h - start) : t;
}

static u32 super_by_place(u32 super, u32 start, u32 n) {
    return super != WASM_NONE && super - start < n ? HEAP_GROUP + super - start : super;
}

static u64 mix(const struct grouper *g, u64 h, u64 v) {
    h = (h ^ v) * g->key;
    return h ^ h >> 32;
}

static u64 hash_group(const struct grouper *g, const struct wasm_type *t, u32 n) {
    const u32 *pool = g->d->m->pool;
    u64 h = n;

    for (u32 i = 0; i < n; i++) {
        h = mix(g, h, (u64)t[i].super << 32 | (u32)t[i].kind << 8 | t[i].final);
        h = mix(g, h, (u64)t[i].n << 32 | t[i].nresult);
        for (u32 k = 0; k < (u32)t[i].n + t[i].nresult; k++) h = mix(g, h, pool[t[i].first + k]);
    }
    return h;
}

static bool same_group(const struct grouper *g, const struct group *old, const struct wasm_type *t, u32 n) {
    const u32 *pool = g->d->m->pool;

    if (old->n != n) return false;
    for (u32 i = 0; i < n; i++) {
        const struct wasm_type *o = &g->d->m->type[old->start + i];
        if (o->kind != t[i].kind || o->final != t[i].final || o->n != t[i].n || o->nresult != t[i].nresult ||
            super_by_place(o->super, old->start, n) != t[i].super)
            return false;
        for (u32 k = 0; k < (u32)o->n + o->nresult; k++)
            if (by_place(pool[o->first + k], old->start, n) != pool[t[i].first + k]) return false;
    }
    return true;
}

/* --- a supertype must fit (3.2.8) --- */

static bool field_fits(const struct wasm_module *m, u32 sub, u32 super) {
    if ((sub ^ super) & WT_MUTABLE) return false;
    if (sub & WT_MUTABLE) return sub == super;
    return sub == super || wasm_type_match(m, sub, super);
}

static bool fits(const struct wasm_module *m, const struct wasm_type *t, const struct wasm_type *s) {
    const u32 *sub = m->pool + t->first, *super = m->pool + s->first;

    if (s->final || t->kind != s->kind) return false;
    if (t->kind != 'f') {
        if (t->n < s->n) return false;
        for (u32 i = 0; i < s->n; i++)
            if (!field_fits(m, sub[i], super[i])) return false;
        return true;
    }
    if (t->n != s->n || t->nresult != s->nresult) return false;
    for (u32 i = 0; i < t->n; i++)
        if (!wasm_type_match(m, super[i], sub[i])) return false;
    for (u32 i = t->n; i < (u32)t->n + t->nresult; i++)
        if (!wasm_type_match(m, sub[i], super[i])) return false;
    return true;
}

static void check_super(struct decoder *d, u32 index, const u8 *at) {
    struct wasm_type *t = &d->m->type[index];
    const struct wasm_type *s;

    if (t->super == WASM_NONE) return;
    s = &d->m->type[t->super];
    if (!fits(d->m, t, s)) bad(&d->b, E_FORMAT, at, "sub type %u does not match its super type %u", index, t->super);
    if (s->depth >= WASM_MAX_SUPERTYPES)
        bad(&d->b, E_LIMIT, at, "type %u has more than %u supertypes above it", index, WASM_MAX_SUPERTYPES);
    t->depth = (u8)(s->depth + 1);
}

/* --- the section --- */

/* Turns the places of a new group into indices. Its members come before what they are super of,
 * but may refer to any of the group: so all are resolved before one is checked. */
static void keep_group(struct decoder *d, u32 start, u32 n, const u8 *at) {
    struct wasm_module *m = d->m;

    for (u32 i = start; i < start + n; i++) {
        struct wasm_type *t = &m->type[i];
        t->canon = i;
        t->group = start;
        t->ngroup = n;
        if (t->super != WASM_NONE && t->super >= HEAP_GROUP) t->super = start + (t->super - HEAP_GROUP);
        for (u32 k = t->first; k < t->first + t->n + t->nresult; k++) {
            u32 h = m->pool[k] & VT_HEAP;
            if (m->pool[k] & VT_REF && h >= HEAP_GROUP && h < HEAP_BEFORE)
                m->pool[k] = (m->pool[k] & ~VT_HEAP) | (start + (h - HEAP_GROUP));
        }
    }
    for (u32 i = start; i < start + n && !d->b.e->code; i++) check_super(d, i, at);
}

static void finish_group(struct grouper *g, u32 start, u32 n, u32 pool_before, const u8 *at) {
    struct decoder *d = g->d;
    struct wasm_type *t = &d->m->type[start];
    u64 hash = hash_group(g, t, n);
    u32 *bucket = &g->bucket[hash & g->mask];

    for (u32 i = *bucket; i; i = g->group[i - 1].next) {
        const struct group *old = &g->group[i - 1];
        if (old->hash != hash || !same_group(g, old, t, n)) continue;
        memcpy(t, &d->m->type[old->start], n * sizeof *t);
        d->pool.len = pool_before * sizeof(u32);
        return;
    }
    g->group[g->ngroup] = (struct group){hash, start, n, *bucket};
    *bucket = ++g->ngroup;
    keep_group(d, start, n, at);
}

static void read_group(struct grouper *g) {
    struct decoder *d = g->d;
    struct wasm_module *m = d->m;
    const u8 *at = d->b.p;
    u32 n = 1, start = m->ntype, pool_before = (u32)(d->pool.len / sizeof(u32));

    if (d->b.p < d->b.end && *d->b.p == 0x4e && m->features >> WF_REC_TYPES & 1) {
        d->b.p++;
        n = read_count(d, m->ntype, WASM_MAX_TYPES, "types");
    }
    /* m->ntype stays at the group's start, pending says how many may be named beyond it. A lone
     * type may name itself in a group of one, but only there: `rec` is implied around it (5.5.4). */
    m->pending = n;
    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        struct wasm_type t = {0};
        read_subtype(d, &t, i);
        buf_add(&d->type, &t, sizeof t);
        if (d->type.oom) bad(&d->b, E_NOMEM, at, "out of memory for types");
        m->type = (struct wasm_type *)(void *)d->type.data;
    }
    m->pending = 0;
    if (d->b.e->code) return;
    if (n) finish_group(g, start, n, pool_before, at);
    m->ntype += n;
}

void read_types(struct decoder *d) {
    struct grouper g = {.d = d, .key = os_random() | 1};
    u32 n = read_count(d, 0, WASM_MAX_TYPES, "types");

    for (g.mask = 1; g.mask < n; g.mask *= 2) {}
    g.bucket = calloc(g.mask, sizeof *g.bucket);
    g.group = malloc((n ? n : 1) * sizeof *g.group);
    g.mask--;
    if (!g.bucket || !g.group) bad(&d->b, E_NOMEM, d->b.p, "out of memory for types");
    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        if (d->m->ntype >= WASM_MAX_TYPES) bad(&d->b, E_LIMIT, d->b.p, "more than %u types", WASM_MAX_TYPES);
        else read_group(&g);
    }
    free(g.bucket);
    free(g.group);
}
