/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types.c - the types of typed modules, one address for each in a runtime (WebAssembly 3.0, 3.1.1, 3.3).
 * in:  the recursive groups of a module      out: its struct rtype, by index
 *
 * Two groups are equal when they are alike, with references inside a group taken by their place in it and all
 * others by what they refer to, which has its id by then. So a group is a key of integers,
 *
 *   | n | kind, final | super | nparam | nresult | types ... | next type ...     id, or GROUP + place
 *
 * looked up in a keyed hash. A group is counted by those who use it, and holds the groups that it names. */
#include "base/buf.h"
#include "base/platform.h"
#include "rt/hashfn.h"
#include "rt/typed/typed.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP = 0x800000, MAX_IDS = GROUP, MAX_DEPTH = 64 };

struct type_group {
    struct type_group *next; /* in its bucket */
    u64 hash;
    u32 refs, n;
    u32 *key, nkey;
    struct type_group **uses; /* each with a reference held */
    u32 nuse;
    const struct type_group *last_user; /* the newest group that holds it, while that one is made */
    struct rt_type type[];
};

struct types {
    pthread_mutex_t lock;
    u64 secret;
    struct type_group **bucket;
    u32 nbucket, ngroup;
    struct rt_type **by_id; /* NULL: not in use */
    u32 nid, cap, free_hint;
};

static struct types *types_get(struct registry *r) {
    return r->types;
}

int types_init(struct registry *r) {
    struct types *t = calloc(1, sizeof *t);
    if (!t || !(t->bucket = calloc(t->nbucket = 64, sizeof *t->bucket))) {
        free(t);
        return E_NOMEM;
    }
    pthread_mutex_init(&t->lock, NULL);
    t->secret = os_random();
    r->types = t;
    return 0;
}

static const struct rt_type *rt_type(const struct rtype *t) {
    return (const struct rt_type *)t;
}

static void free_group(struct type_group *g) {
    for (u32 i = 0; i < g->n; i++) {
        free((void *)(uintptr_t)g->type[i].t.up);
        free((void *)(uintptr_t)g->type[i].t.vt);
    }
    free(g->key);
    free(g->uses);
    free(g);
}

static void unlink_group(struct types *ts, const struct type_group *g) {
    struct type_group **p = &ts->bucket[g->hash & (ts->nbucket - 1)];
    while (*p && *p != g)
        p = &(*p)->next;
    if (*p) { /* one that was never finished does not stand there */
        *p = g->next;
        ts->ngroup--;
    }
}

/* Groups name each other in chains as long as a module likes: no recursion. */
static void unref_group(struct types *ts, struct type_group *g) {
    struct type_group *dead = NULL;
    if (--g->refs)
        return;
    unlink_group(ts, g);
    for (;;) {
        for (u32 i = 0; i < g->n; i++) {
            u32 id = g->type[i].t.id;
            if (id != MAX_IDS)
                ts->by_id[id] = NULL;
            if (id < ts->free_hint)
                ts->free_hint = id;
        }
        for (u32 i = 0; i < g->nuse; i++)
            if (!--g->uses[i]->refs) {
                unlink_group(ts, g->uses[i]);
                g->uses[i]->next = dead;
                dead = g->uses[i];
            }
        free_group(g);
        if (!(g = dead))
            return;
        dead = g->next;
    }
}

void types_drop(struct registry *r) {
    struct types *ts = types_get(r);
    if (!ts)
        return;
    assert(!ts->ngroup);
    pthread_mutex_destroy(&ts->lock);
    free(ts->bucket);
    free(ts->by_id);
    free(ts);
    r->types = NULL;
}

static bool more_buckets(struct types *ts) {
    u32 n = ts->nbucket * 2;
    struct type_group **b = calloc(n, sizeof *b);
    if (!b)
        return false;
    for (u32 i = 0; i < ts->nbucket; i++)
        while (ts->bucket[i]) {
            struct type_group *g = ts->bucket[i];
            ts->bucket[i] = g->next;
            g->next = b[g->hash & (n - 1)];
            b[g->hash & (n - 1)] = g;
        }
    free(ts->bucket);
    ts->bucket = b;
    ts->nbucket = n;
    return true;
}

/* An id that is free, or MAX_IDS. */
static u32 take_id(struct types *ts, struct rt_type *t) {
    u32 i = ts->free_hint;
    while (i < ts->nid && ts->by_id[i])
        i++;
    if (i == ts->cap) {
        u32 cap = ts->cap ? ts->cap * 2 : 64;
        struct rt_type **p = cap > MAX_IDS ? NULL : realloc(ts->by_id, cap * sizeof *p);
        if (!p)
            return MAX_IDS;
        ts->by_id = p;
        ts->cap = cap;
    }
    if (i == ts->nid)
        ts->nid++;
    ts->by_id[i] = t;
    ts->free_hint = i + 1;
    return i;
}

/* ---- a group in, as key ---- */

/* How type t of a group that starts at first is named in the key. */
static u32 key_heap(const struct rtype *const *have, u32 heap, u32 first, u32 n) {
    return heap - first < n ? GROUP + heap - first : have[heap]->id;
}

static u32 key_vt(const struct rtype *const *have, u32 vt, u32 first, u32 n) {
    u32 heap = vt & VT_HEAP;
    return vt_is_ref(vt) && heap < HEAP_FIRST ? (vt & ~VT_HEAP) | key_heap(have, heap, first, n) : vt;
}

static void make_key(struct buf *key, const struct rtype *const *have, const struct deftype *d, u32 first, u32 n) {
    buf_u32(key, n);
    for (u32 i = 0; i < n; i++) {
        const struct deftype *t = &d[i];
        buf_u32(key, (u32)t->kind << 8 | t->final);
        buf_u32(key, t->super == NO_INDEX ? NO_INDEX : key_heap(have, t->super, first, n));
        buf_u32(key, t->nparam);
        buf_u32(key, t->nresult);
        for (u32 k = 0; k < t->nparam + t->nresult; k++)
            buf_u32(key, key_vt(have, t->vt[k], first, n));
    }
}

/* ---- a group out, as types ---- */

static u32 own_id(const struct type_group *g, u32 heap) {
    return heap >= GROUP ? g->type[heap - GROUP].t.id : heap;
}

/* The rest of type i from its part k of the key; its id stands, and its supertype is whole if it is an earlier one. */
static bool fill_type(struct types *ts, struct type_group *g, u32 i, const u32 *k) {
    struct rt_type *t = &g->type[i];
    u32 np = k[2], nr = k[3], *vt = malloc((np + nr + 1) * sizeof *vt);
    const struct rt_type *super = k[1] == NO_INDEX ? NULL : ts->by_id[own_id(g, k[1])]; /* an earlier one */
    u32 depth = super ? super->t.depth + 1 : 0;
    const struct rtype **up = malloc((depth + 1) * sizeof *up);
    t->t.vt = vt;
    t->t.up = up;
    if (!vt || !up || depth > MAX_DEPTH)
        return false;
    for (u32 j = 0; j < np + nr; j++) {
        u32 v = k[4 + j];
        vt[j] = vt_is_ref(v) && (v & VT_HEAP) < HEAP_FIRST ? (v & ~VT_HEAP) | own_id(g, v & VT_HEAP) : v;
    }
    if (super)
        memcpy(up, super->t.up, depth * sizeof *up);
    up[depth] = &t->t;
    t->kind = (u8)(k[0] >> 8);
    t->final = k[0] & 1;
    t->group = g;
    t->t.depth = depth;
    t->t.nparam = np;
    t->t.nresult = nr;
    if (t->kind == 'f') {
        struct deftype d = {.vt = vt, .nparam = np, .nresult = nr};
        deftype_slots(&d);
        t->t.param_slots = d.param_slots;
        t->t.result_slots = d.result_slots;
        t->t.result_at = d.result_at;
    }
    return true;
}

/* Holds the groups that g names by id. */
static bool hold_used(struct types *ts, struct type_group *g, u32 id) {
    struct type_group *to = ts->by_id[id]->group;
    if (to == g || to->last_user == g)
        return true;
    to->last_user = g;
    if (!(g->nuse & (g->nuse - 1))) {
        struct type_group **p = realloc(g->uses, (g->nuse ? g->nuse * 2 : 1) * sizeof *p);
        if (!p)
            return false;
        g->uses = p;
    }
    g->uses[g->nuse++] = to;
    to->refs++;
    return true;
}

static bool fill_group(struct types *ts, struct type_group *g) {
    const u32 *k = g->key + 1;
    for (u32 i = 0; i < g->n; i++)
        if ((g->type[i].t.id = take_id(ts, &g->type[i])) == MAX_IDS)
            return false;
    for (u32 i = 0; i < g->n; i++) {
        if (!fill_type(ts, g, i, k))
            return false;
        if (k[1] != NO_INDEX && k[1] < GROUP && !hold_used(ts, g, k[1]))
            return false;
        for (u32 j = 0; j < k[2] + k[3]; j++) {
            u32 v = k[4 + j];
            if (vt_is_ref(v) && (v & VT_HEAP) < GROUP && !hold_used(ts, g, v & VT_HEAP))
                return false;
        }
        k += 4 + k[2] + k[3];
    }
    return true;
}

/* The group of that key, with one more reference; NULL: out of memory, or of ids. The lock is held. */
static struct type_group *intern(struct types *ts, const u32 *key, u32 nkey) {
    u64 h = hash_key(key, nkey * (u32)sizeof *key, ts->secret);
    struct type_group *g;
    u32 n = key[0];
    bool done;
    for (g = ts->bucket[h & (ts->nbucket - 1)]; g; g = g->next)
        if (g->hash == h && g->nkey == nkey && !memcmp(g->key, key, nkey * sizeof *key)) {
            g->refs++;
            return g;
        }
    if (ts->ngroup >= ts->nbucket && !more_buckets(ts))
        return NULL;
    if (!(g = calloc(1, sizeof *g + n * sizeof *g->type)))
        return NULL;
    g->n = n;
    g->hash = h;
    g->refs = 1;
    g->nkey = nkey;
    for (u32 i = 0; i < n; i++)
        g->type[i].t.id = MAX_IDS;
    if ((g->key = malloc(nkey * sizeof *key)))
        memcpy(g->key, key, nkey * sizeof *key);
    done = g->key && fill_group(ts, g);
    for (u32 i = 0; i < g->nuse; i++)
        g->uses[i]->last_user = NULL; /* an address may come again */
    if (!done) {
        unref_group(ts, g);
        return NULL;
    }
    g->next = ts->bucket[h & (ts->nbucket - 1)];
    ts->bucket[h & (ts->nbucket - 1)] = g;
    ts->ngroup++;
    return g;
}

/* ---- modules ---- */

/* Nothing in the group names a type behind it. Its supertypes stand before their subtypes (validate_tables). */
static bool names_earlier_ones(const struct deftype *d, u32 end) {
    for (u32 i = 0; i < d->ngroup; i++)
        for (u32 k = 0; k < d[i].nparam + d[i].nresult; k++)
            if (vt_is_ref(d[i].vt[k]) && (d[i].vt[k] & VT_HEAP) < HEAP_FIRST && (d[i].vt[k] & VT_HEAP) >= end)
                return false;
    return true;
}

const struct rtype **types_of_module(struct registry *r, struct arena *a, const struct module *m, struct error *e) {
    struct types *ts = types_get(r);
    const struct rtype **t = arena_new(a, const struct rtype *, m->ntype + 1);
    struct type_group *g = NULL;
    struct buf key = {0};
    u32 i, n;
    if (!t) {
        fail(e, E_NOMEM, NOWHERE, "types: out of memory");
        return NULL;
    }
    pthread_mutex_lock(&ts->lock);
    for (i = 0; i < m->ntype; i += n) {
        const struct deftype *d = &m->type[i];
        n = d->ngroup;
        if (d->group != i || !names_earlier_ones(d, i + n)) {
            fail(e, E_INDEX, NOWHERE, "type %u: not the first of a recursive group, or it names one behind its group",
                 i);
            break;
        }
        buf_clear(&key);
        make_key(&key, t, d, i, n);
        g = key.oom ? NULL : intern(ts, (const u32 *)(const void *)key.data, (u32)(key.len / sizeof(u32)));
        if (!g) {
            fail(e, E_NOMEM, NOWHERE, "types: out of memory, more than %u in a runtime, or %u supertypes above one",
                 MAX_IDS, MAX_DEPTH);
            break;
        }
        for (u32 k = 0; k < n; k++)
            t[i + k] = &g->type[k].t;
        g->refs += n - 1;
    }
    pthread_mutex_unlock(&ts->lock);
    buf_free(&key);
    if (i == m->ntype)
        return t;
    types_release(r, t, i);
    return NULL;
}

void types_release(struct registry *r, const struct rtype *const *t, u32 n) {
    struct types *ts = types_get(r);
    pthread_mutex_lock(&ts->lock);
    for (u32 i = n; i-- > 0;)
        unref_group(ts, rt_type(t[i])->group);
    pthread_mutex_unlock(&ts->lock);
}

const struct rtype *type_of_signature(struct registry *r, const u32 *vt, u32 nparam, u32 nresult) {
    struct types *ts = types_get(r);
    struct deftype d = {.super = NO_INDEX, .kind = 'f', .final = true, .vt = vt, .nparam = nparam, .nresult = nresult};
    struct type_group *g = NULL;
    struct buf key = {0};
    make_key(&key, NULL, &d, NO_INDEX, 1);
    pthread_mutex_lock(&ts->lock);
    if (!key.oom)
        g = intern(ts, (const u32 *)(const void *)key.data, (u32)(key.len / sizeof(u32)));
    pthread_mutex_unlock(&ts->lock);
    buf_free(&key);
    return g ? &g->type[0].t : NULL;
}

void type_ref(struct registry *r, const struct rtype *t) {
    struct types *ts = types_get(r);
    pthread_mutex_lock(&ts->lock);
    rt_type(t)->group->refs++;
    pthread_mutex_unlock(&ts->lock);
}

/* ---- value types ---- */

u32 vt_shared(const struct rtype *const *t, u32 vt) {
    u32 heap = vt & VT_HEAP;
    return vt_is_ref(vt) && heap < HEAP_FIRST ? (vt & ~VT_HEAP) | t[heap]->id : vt;
}

static bool heap_matches(const struct types *ts, u32 a, u32 b) {
#define UP(x)                               1u << (HEAP_##x - HEAP_FIRST)
#define HEAP(id, byte, text, null_text, up) up,
    static const u32 above[] = {
#include "ir/heaps.def"
    };
    if (a == b)
        return true;
    if (a >= HEAP_FIRST && b >= HEAP_FIRST)
        return above[a - HEAP_FIRST] >> (b - HEAP_FIRST) & 1;
    if (a < HEAP_FIRST && b < HEAP_FIRST)
        return rtype_fits(&ts->by_id[a]->t, &ts->by_id[b]->t);
    if (a < HEAP_FIRST) {
        u8 kind = ts->by_id[a]->kind;
        return heap_matches(ts, kind == 'f' ? HEAP_FUNC : kind == 's' ? HEAP_STRUCT : HEAP_ARRAY, b);
    }
    return a == (ts->by_id[b]->kind == 'f' ? HEAP_NOFUNC : HEAP_NONE);
}

bool vt_matches(struct registry *r, u32 a, u32 b) {
    struct types *ts = types_get(r);
    bool ok = a == b;
    if (ok || !vt_is_ref(a) || !vt_is_ref(b) || (a & VT_NULL && !(b & VT_NULL)))
        return ok;
    pthread_mutex_lock(&ts->lock);
    ok = heap_matches(ts, a & VT_HEAP, b & VT_HEAP);
    pthread_mutex_unlock(&ts->lock);
    return ok;
}

bool vt_holds(struct registry *r, u32 vt, u64 v) {
    u32 heap = vt & VT_HEAP;
    if (!v)
        return vt & VT_NULL;
    if (heap < HEAP_FIRST)
        return vt_matches(r, VT_REF | ((const struct funcref *)ptr(v))->type->id, vt);
    return heap == HEAP_FUNC || heap == HEAP_EXTERN || heap == HEAP_EXN;
}

void print_vt(struct buf *b, u32 vt) {
    static const char *const text[] = {
#define HEAP(id, byte, name, null_text, up) name,
#include "ir/heaps.def"
    };
    static const char *const null_name[] = {
#define HEAP(id, byte, name, null_text, up) null_text,
#include "ir/heaps.def"
    };
    u32 heap = vt & VT_HEAP;
    if (!vt_is_ref(vt))
        buf_printf(b, "%s", vt == 'I' ? "i32" : vt == 'L' ? "i64" : vt == 'F' ? "f32" : vt == 'D' ? "f64" : "v128");
    else if (heap < HEAP_FIRST)
        buf_printf(b, "(ref %s%u)", vt & VT_NULL ? "null " : "", heap);
    else if (vt & VT_NULL)
        buf_printf(b, "%s", null_name[heap - HEAP_FIRST]);
    else
        buf_printf(b, "(ref %s)", text[heap - HEAP_FIRST]);
}

static void print_vts(struct buf *b, const u32 *vt, u32 n) {
    buf_printf(b, "(");
    for (u32 i = 0; i < n; i++) {
        buf_printf(b, "%s", i ? ", " : "");
        print_vt(b, vt[i]);
    }
    buf_printf(b, ")");
}

void print_type(struct buf *b, const struct rtype *t) {
    print_vts(b, t->vt, t->nparam);
    buf_printf(b, " -> ");
    print_vts(b, t->vt + t->nparam, t->nresult);
}
