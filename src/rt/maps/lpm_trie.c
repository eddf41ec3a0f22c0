/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lpm_trie.c - BPF_MAP_TYPE_LPM_TRIE: the value of the longest prefix that matches a key.
 * Key: struct { u32 prefixlen; u8 data[] }, most significant bit first. The tree is that of
 * lpm_node.h: an IPv4 lookup visits at most 6 nodes. */
#include "rt/maps/lpm_node.h"
#include <errno.h>
#include <stdlib.h>

enum { DATA_MAX = 256, HEAD = 4 };

static void drop(struct map *m) {
    struct lpm *t = m->impl;
    limbo_drop(&t->old);
    limbo_drop(&t->old_entry);
    os_release(t->pool, t->pool_len);
    os_release(t->key, t->key_len);
    os_release(m->value, t->value_len);
    free(t);
}

static int init(struct map *m, struct error *e) {
    enum { SLACK = 1 << 16, NODE_BYTES = 640 };
    struct lpm *t;
    u64 units, per;
    int r;
    if ((r = kind_flags(m, MAP_NO_PREALLOC, e)))
        return r;
    if (!(m->flags & MAP_NO_PREALLOC))
        return kind_bad(e, "BPF_F_NO_PREALLOC must be set");
    if (m->key_size < HEAD + 1 || m->key_size > HEAD + DATA_MAX)
        return kind_bad(e, "the key has 5 to 260 bytes");
    if (!m->value_size || !m->max_entries)
        return kind_bad(e, "no value or no entries");
    if (m->value_size > 0x7fffffff || m->max_entries > 1u << 30)
        return fail(e, E_LIMIT, NOWHERE, "values or entries are too large");
    if (!(t = m->impl = calloc(1, sizeof *t)))
        return fail(e, E_NOMEM, NOWHERE, "tree");
    t->data_len = m->key_size - HEAD;
    t->bits = t->data_len * 8;
    t->key_stride = (u32)align_up(m->key_size, 4);
    m->stride = (u32)align_up(m->value_size, 8);
    t->nslot = m->max_entries + (m->max_entries < SLACK ? m->max_entries + 1024 : SLACK);
    t->fresh = 1;
    t->pool_next = 1;
    /* A prefix adds at most a full node, a split and, on the way down, one node each 66 bits. */
    per = NODE_BYTES + t->bits / (SKIP_MAX + STRIDE) * sizeof(struct node) * 2;
    units = ((u64)t->nslot + 64) * per / UNIT;
    t->pool_units = units < UINT32_MAX ? units : UINT32_MAX;
    if (!(t->pool = kind_area(m, t->pool_units, UNIT, false, &t->pool_len, e)) ||
        !(t->key = kind_area(m, (u64)t->nslot + 1, t->key_stride, false, &t->key_len, e)) ||
        !(m->value = kind_area(m, (u64)t->nslot + 1, m->stride, false, &t->value_len, e)))
        return e->code;
    m->value_len = t->value_len;
    return 0;
}

/* ---- lookup ---- */

/* Places of results that a six-bit value v lies under, for the lengths 0 .. r. */
static inline u64 above(u32 v, u32 r) {
    u64 s = 1 | (u64)2 << (v >> 5) | (u64)8 << (v >> 4) | (u64)128 << (v >> 3) | (u64)1 << (15 + (v >> 2)) |
            (u64)1 << (31 + (v >> 1));
    return r >= 5 ? s : s & (((u64)1 << ((2u << r) - 1)) - 1);
}

static inline __attribute__((always_inline)) u32 longest_of(struct lpm *t, const u8 *data, u32 len, bool is_short) {
    u32 n = atomic_load_explicit(&t->root, memory_order_acquire), best = 0;
    u64 key = is_short ? short_key(data, t->data_len) : 0;
#define BITS(at, count) (is_short ? short_bits(key, at, count) : key_bits(data, t->data_len, at, count))
    while (n) {
        struct node *p = node_at(t, n);
        if (p->start > len || (p->nskip && BITS(p->start - p->nskip, p->nskip) != p->skip))
            break;
        u32 v = (u32)BITS(p->start, STRIDE), left = len - p->start;
        u64 hit = p->results & above(v, left);
        if (hit)
            best =
                atomic_load_explicit(&p->word[result_index(p, 63 - (u32)__builtin_clzll(hit))], memory_order_acquire);
        if (left < STRIDE || !(p->children >> v & 1))
            break;
        n = atomic_load_explicit(&p->word[child_index(p, v)], memory_order_acquire);
    }
#undef BITS
    return best;
}

static u32 longest(struct lpm *t, const u8 *data, u32 len) {
    return t->data_len <= SHORT ? longest_of(t, data, len, true) : longest_of(t, data, len, false);
}

static void *value_at(const struct map *m, u32 id) {
    return m->value + (u64)id * m->stride;
}

static u32 prefix_len(const void *key) {
    u32 n;
    memcpy(&n, key, 4);
    return n;
}

static void *lookup(struct map *m, const void *key) {
    struct lpm *t = m->impl;
    u32 len = prefix_len(key), id;
    if (len > t->bits)
        return NULL;
    id = longest(t, (const u8 *)key + HEAD, len + PAD);
    return id ? value_at(m, id) : NULL;
}

/* ---- change: under the lock ---- */

/* The way to the node where a prefix ends: link[i] leads to node[i]. */
enum { DEPTH = (DATA_MAX * 8 + PAD) / STRIDE + 2 };
struct way {
    u32 depth;
    _Atomic u32 *link[DEPTH];
    u32 node[DEPTH];
};

/* Common leading bits of the node's skipped bits and the key, at most those that the prefix has. */
static u32 agree(const struct lpm *t, const struct node *p, const u8 *data, u32 len) {
    u32 from = p->start - p->nskip, n = len < p->start ? len - from : p->nskip;
    if (!n)
        return 0;
    u64 diff = key_bits(data, t->data_len, from, n) ^ p->skip >> (p->nskip - n);
    return diff ? (u32)__builtin_clzll(diff) - (64 - n) : n;
}

/* From here on len is that of a prefix with its PAD bits.
 * Walks down as far as nodes agree with the prefix. True: the last node of the way covers its end. */
static bool descend(struct lpm *t, const u8 *data, u32 len, struct way *w) {
    _Atomic u32 *link = &t->root;
    u32 n;
    w->depth = 0;
    while ((n = atomic_load_explicit(link, memory_order_relaxed))) {
        struct node *p = node_at(t, n);
        w->link[w->depth] = link;
        w->node[w->depth++] = n;
        if (len < p->start || agree(t, p, data, len) < p->nskip)
            return false;
        if (len - p->start < STRIDE)
            return true;
        u32 v = (u32)key_bits(data, t->data_len, p->start, STRIDE);
        if (!(p->children >> v & 1))
            return false;
        link = &p->word[child_index(p, v)];
    }
    return false;
}

/* The entry of exactly this prefix, or 0. */
static _Atomic u32 *exact(struct lpm *t, const u8 *data, u32 len, struct way *w) {
    if (!descend(t, data, len, w))
        return NULL;
    struct node *p = node_at(t, w->node[w->depth - 1]);
    u32 r = len - p->start, pos = result_pos(r, key_bits(data, t->data_len, p->start, r));
    return p->results >> pos & 1 ? &p->word[result_index(p, pos)] : NULL;
}

/* Copies p with one more (id != 0) or one less child v or result pos; the other index is 64. */
static u32 copy_with(struct map *m, struct lpm *t, u32 from, u32 v, u32 pos, u32 id) {
    struct node *p = node_at(t, from), *q;
    u64 children = p->children, results = p->results;
    u32 n, k = 0;
    if (v < 64)
        children = id ? children | (u64)1 << v : children & ~((u64)1 << v);
    if (pos < 64)
        results = id ? results | (u64)1 << pos : results & ~((u64)1 << pos);
    if (!(n = node_new(m, t, count64(children) + count64(results))))
        return 0;
    q = node_at(t, n);
    q->children = children;
    q->results = results;
    q->skip = p->skip;
    q->start = p->start;
    q->nskip = p->nskip;
    for (u64 s = children; s; s &= s - 1, k++) {
        u32 i = (u32)__builtin_ctzll(s);
        q->word[k] = i == v ? id : atomic_load_explicit(&p->word[child_index(p, i)], memory_order_relaxed);
    }
    for (u64 s = results; s; s &= s - 1, k++) {
        u32 i = (u32)__builtin_ctzll(s);
        q->word[k] = i == pos ? id : atomic_load_explicit(&p->word[result_index(p, i)], memory_order_relaxed);
    }
    return n;
}

/* seq_cst: the old node is unreachable before limbo_put() reads the epoch. */
static void swing(struct map *m, struct lpm *t, _Atomic u32 *link, u32 n, u32 old) {
    atomic_store(link, n);
    if (old)
        node_old(m, t, old);
}

/* A chain of nodes for the prefix, whose first begins at bit `from`; it ends in result id. */
static u32 chain(struct map *m, struct lpm *t, const u8 *data, u32 len, u32 from, u32 id) {
    u32 end = len / STRIDE * STRIDE, start = end - from <= SKIP_MAX ? end : from + SKIP_MAX, n, below = 0;
    bool last = start == end;
    struct node *p;
    if (!last && !(below = chain(m, t, data, len, start + STRIDE, id)))
        return 0;
    if (!(n = node_new(m, t, 1))) {
        if (below)
            node_old(m, t, below);
        return 0;
    }
    p = node_at(t, n);
    p->start = (u16)start;
    p->nskip = (u16)(start - from);
    p->skip = key_bits(data, t->data_len, from, p->nskip);
    if (last)
        p->results = (u64)1 << result_pos(len - start, key_bits(data, t->data_len, start, len - start));
    else
        p->children = (u64)1 << key_bits(data, t->data_len, start, STRIDE);
    p->word[0] = last ? id : below;
    return n;
}

/* The node leaves the prefix's way inside its skipped bits: a new node there, with the old one
 * (its skip shortened) as one child, and the prefix as result or other child. */
static bool split(struct map *m, struct lpm *t, struct way *w, const u8 *data, u32 len, u32 id) {
    u32 old = w->node[w->depth - 1], n, tail, leaf = 0;
    struct node *p = node_at(t, old), *q;
    u32 from = p->start - p->nskip, start = (from + agree(t, p, data, len)) / STRIDE * STRIDE, rest = p->start - start;
    u32 v_old = (u32)(p->skip >> (rest - STRIDE) & 63);
    bool here = len - start < STRIDE;
    if (!(tail = copy_with(m, t, old, 64, 64, 0)))
        return false;
    node_at(t, tail)->nskip = (u16)(rest - STRIDE);
    node_at(t, tail)->skip = rest > STRIDE ? p->skip & (((u64)1 << (rest - STRIDE)) - 1) : 0;
    if ((!here && !(leaf = chain(m, t, data, len, start + STRIDE, id))) || !(n = node_new(m, t, 2))) {
        node_old(m, t, tail);
        return false;
    }
    q = node_at(t, n);
    q->start = (u16)start;
    q->nskip = (u16)(start - from);
    q->skip = q->nskip ? p->skip >> rest : 0;
    q->children = (u64)1 << v_old;
    if (here) {
        q->results = (u64)1 << result_pos(len - start, key_bits(data, t->data_len, start, len - start));
        q->word[0] = tail;
        q->word[1] = id;
    } else {
        u32 v = (u32)key_bits(data, t->data_len, start, STRIDE);
        q->children |= (u64)1 << v;
        q->word[v < v_old] = tail;
        q->word[v > v_old] = leaf;
    }
    swing(m, t, w->link[w->depth - 1], n, old);
    return true;
}

static bool add(struct map *m, struct lpm *t, struct way *w, const u8 *data, u32 len, u32 id) {
    u32 n, old, leaf;
    if (!w->depth) {
        if (!(n = chain(m, t, data, len, 0, id)))
            return false;
        swing(m, t, &t->root, n, 0);
        return true;
    }
    old = w->node[w->depth - 1];
    struct node *p = node_at(t, old);
    if (len < p->start || agree(t, p, data, len) < p->nskip)
        return split(m, t, w, data, len, id);
    u32 left = len - p->start;
    if (left < STRIDE) {
        n = copy_with(m, t, old, 64, result_pos(left, key_bits(data, t->data_len, p->start, left)), id);
    } else {
        if (!(leaf = chain(m, t, data, len, p->start + STRIDE, id)))
            return false;
        n = copy_with(m, t, old, (u32)key_bits(data, t->data_len, p->start, STRIDE), 64, leaf);
    }
    if (!n)
        return false;
    swing(m, t, w->link[w->depth - 1], n, old);
    return true;
}

static u32 entry_take(struct map *m, struct lpm *t) {
    u32 id = t->free_entry, extra;
    if (id) {
        memcpy(&t->free_entry, t->key + (u64)id * t->key_stride, 4);
        return id;
    }
    if (limbo_take(&t->old_entry, env_of(m)->epoch, false, &id, &extra))
        return id;
    if (t->fresh <= t->nslot && map_charge(m, (u64)t->key_stride + m->stride))
        return t->fresh++;
    return limbo_take(&t->old_entry, env_of(m)->epoch, true, &id, &extra) ? id : 0;
}

static void entry_free(struct lpm *t, u32 id) { /* it was never published */
    memcpy(t->key + (u64)id * t->key_stride, &t->free_entry, 4);
    t->free_entry = id;
}

static void store_key(struct lpm *t, u32 id, const u8 *data, u32 len) {
    u8 *k = t->key + (u64)id * t->key_stride;
    memset(k, 0, t->key_stride);
    memcpy(k, &len, 4);
    memcpy(k + HEAD, data, t->data_len); /* bits behind the prefix too: the kernel lists them as last written */
}

static s64 update_locked(struct map *m, struct lpm *t, const u8 *data, u32 len, const void *value, u64 flags) {
    struct way w;
    _Atomic u32 *at = exact(t, data, len + PAD, &w);
    u32 id;
    if (at && flags == UPDATE_NOEXIST)
        return -EEXIST;
    if (!at && flags == UPDATE_EXIST)
        return -ENOENT;
    if (!at && t->count >= m->max_entries)
        return -ENOSPC;
    if (!(id = entry_take(m, t)))
        return -ENOMEM;
    store_key(t, id, data, len);
    memcpy(value_at(m, id), value, m->value_size);
    if (at) {
        u32 old = atomic_load_explicit(at, memory_order_relaxed);
        atomic_store(at, id);
        limbo_put(&t->old_entry, env_of(m)->epoch, old, 0);
        return 0;
    }
    if (!add(m, t, &w, data, len + PAD, id)) {
        entry_free(t, id);
        return -ENOMEM;
    }
    t->count++;
    return 0;
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    struct lpm *t = m->impl;
    u32 len = prefix_len(key);
    s64 r;
    (void)cpu;
    if (flags > UPDATE_EXIST || len > t->bits)
        return -EINVAL;
    lock(&t->lock);
    r = update_locked(m, t, (const u8 *)key + HEAD, len, value, flags);
    unlock(&t->lock);
    return r;
}

/* After a node lost something: an empty one goes, one with a single child joins it. */
static void tidy(struct map *m, struct lpm *t, struct way *w) {
    while (w->depth) {
        u32 n = w->node[w->depth - 1];
        struct node *p = node_at(t, n);
        if (p->results || count64(p->children) > 1)
            return;
        if (p->children) {
            u32 child = atomic_load_explicit(&p->word[0], memory_order_relaxed), joined;
            struct node *c = node_at(t, child);
            u32 skip = c->nskip + STRIDE + p->nskip;
            if (skip > SKIP_MAX || !(joined = copy_with(m, t, child, 64, 64, 0)))
                return;
            struct node *q = node_at(t, joined);
            q->nskip = (u16)skip;
            q->skip = c->skip | (u64)__builtin_ctzll(p->children) << c->nskip |
                      (p->nskip ? p->skip << (c->nskip + STRIDE) : 0);
            swing(m, t, w->link[w->depth - 1], joined, n);
            node_old(m, t, child);
            return;
        }
        if (w->depth == 1) {
            swing(m, t, &t->root, 0, n);
            return;
        }
        /* the parent loses this child */
        u32 up = w->node[w->depth - 2], v = 0, less;
        struct node *q = node_at(t, up);
        for (u64 s = q->children; s; s &= s - 1) {
            v = (u32)__builtin_ctzll(s);
            if (&q->word[child_index(q, v)] == w->link[w->depth - 1])
                break;
        }
        if (!(less = copy_with(m, t, up, v, 64, 0)))
            return; /* an empty node stays: harmless */
        swing(m, t, w->link[w->depth - 2], less, up);
        node_old(m, t, n);
        w->node[w->depth - 2] = less;
        w->depth--;
    }
}

static s64 erase_locked(struct map *m, struct lpm *t, const u8 *data, u32 len) {
    struct way w;
    _Atomic u32 *at = exact(t, data, len + PAD, &w);
    u32 n, less, id, r;
    if (!at)
        return -ENOENT;
    id = atomic_load_explicit(at, memory_order_relaxed);
    n = w.node[w.depth - 1];
    r = len + PAD - node_at(t, n)->start;
    less = copy_with(m, t, n, 64, result_pos(r, key_bits(data, t->data_len, node_at(t, n)->start, r)), 0);
    if (!less)
        return -ENOMEM;
    swing(m, t, w.link[w.depth - 1], less, n);
    w.node[w.depth - 1] = less;
    tidy(m, t, &w);
    limbo_put(&t->old_entry, env_of(m)->epoch, id, 0);
    t->count--;
    return 0;
}

static s64 erase(struct map *m, const void *key) {
    struct lpm *t = m->impl;
    u32 len = prefix_len(key);
    s64 r;
    if (len > t->bits)
        return -EINVAL;
    lock(&t->lock);
    r = erase_locked(m, t, (const u8 *)key + HEAD, len);
    unlock(&t->lock);
    return r;
}

static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    struct lpm *t = m->impl;
    u32 len = prefix_len(key), id;
    s64 r = -ENOENT;
    if (len > t->bits)
        return -ENOENT;
    if (take)
        return -ENOTSUP; /* as in the kernel */
    lock(&t->lock);
    if ((id = longest(t, (const u8 *)key + HEAD, len + PAD))) {
        memcpy(value, value_at(m, id), m->value_size);
        r = 0;
    }
    unlock(&t->lock);
    return r;
}

/* ---- iteration: results of a node, shorter first, then its children ---- */

/* The first entry at or under node n. */
static u32 first_under(struct lpm *t, u32 n) {
    while (n) {
        struct node *p = node_at(t, n);
        if (p->results)
            return p->word[count64(p->children)];
        n = p->children ? atomic_load_explicit(&p->word[0], memory_order_relaxed) : 0;
    }
    return 0;
}

static u32 after(struct lpm *t, const u8 *data, u32 len) {
    struct way w;
    if (!exact(t, data, len, &w))
        return first_under(t, atomic_load_explicit(&t->root, memory_order_relaxed));
    struct node *p = node_at(t, w.node[w.depth - 1]);
    u32 r = len - p->start, pos = result_pos(r, key_bits(data, t->data_len, p->start, r));
    if (pos < 63 && p->results >> (pos + 1))
        return p->word[result_index(p, pos) + 1];
    if (p->children)
        return first_under(t, p->word[0]);
    for (; w.depth > 1; w.depth--) { /* the next child of an ancestor */
        p = node_at(t, w.node[w.depth - 2]);
        u32 i = (u32)(w.link[w.depth - 1] - p->word) + 1;
        if (i < count64(p->children))
            return first_under(t, p->word[i]);
    }
    return 0;
}

static s64 next(struct map *m, const void *key, void *out) {
    struct lpm *t = m->impl;
    u32 id, len = key ? prefix_len(key) : 0;
    lock(&t->lock);
    if (!key || len > t->bits)
        id = first_under(t, atomic_load_explicit(&t->root, memory_order_relaxed));
    else
        id = after(t, (const u8 *)key + HEAD, len + PAD);
    if (id)
        memcpy(out, t->key + (u64)id * t->key_stride, m->key_size);
    unlock(&t->lock);
    return id ? 0 : -ENOENT;
}

const struct map_kind map_lpm_trie = {.type = 11,
                                      .name = "lpm_trie",
                                      .init = init,
                                      .drop = drop,
                                      .lookup = lookup,
                                      .update = update,
                                      .erase = erase,
                                      .next = next,
                                      .copy_out = copy_out};
