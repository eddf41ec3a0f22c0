/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_home.c - hash maps large enough that entries have homes (rt/maps/hash_slot.c): filled to the last entry, changed
 * at random, emptied and filled again, against a table of what is there. Every lookup is made as a program makes it
 * (home first) and as the host does (through the chain); and most entries are at home, also after much has changed. */
#include "map_model.h"
#include "rt/maps/hash.h"
#include <errno.h>

enum { FIRST_KEY = 77 };

struct large {
    struct world w;
    struct map *m;
    u32 n, count, cpus; /* keys 0 .. n-1 */
    u64 seed, *value;   /* 0: not there; else what the entry holds (per-CPU kinds: CPU 0) */
};

static void key_bytes(const struct large *o, u8 *key, u32 k) {
    memset(key, (int)(k * 7), o->m->key_size);
    k += FIRST_KEY;
    memcpy(key, &k, 4);
}

static void open_large(struct large *o, u32 type, u32 key_size, u32 max) {
    memset(o, 0, sizeof *o);
    world_open(&o->w);
    o->m = map_of(&o->w, type, key_size, 8, max, 1 << 6 /* BPF_F_ZERO_SEED: the same homes each time */);
    o->n = max + max / 8;
    o->cpus = o->m->cpu_stride ? CPUS : 1;
    o->seed = type + key_size;
    o->value = calloc(o->n, sizeof *o->value);
    assert_true(((struct hash *)o->m->impl)->nhome >= max);
}

static void close_large(struct large *o) {
    run_end(&o->w);
    map_unref(o->m);
    world_close(&o->w);
    free(o->value);
}

static void look(struct large *o, u32 k) {
    u8 key[64];
    u64 v[CPUS] = {0}, *p;
    key_bytes(o, key, k);
    p = o->m->kind->lookup(o->m, key);
    assert_int_equal(map_get(o->m, key, v), o->value[k] ? 0 : -ENOENT);
    assert_int_equal(p != NULL, o->value[k] != 0);
    if (!p)
        return;
    assert_true((u8 *)p >= o->m->value && (u8 *)p + o->m->stride <= o->m->value + o->m->value_len);
    assert_int_equal(*p, o->value[k]);
    assert_int_equal(v[0], o->value[k]);
}

static void put(struct large *o, u32 k) {
    u64 v[CPUS];
    u8 key[64];
    bool full = !o->value[k] && o->count == o->m->max_entries;
    for (u32 c = 0; c < CPUS; c++)
        v[c] = 1 + rnd(&o->seed, 1u << 30);
    key_bytes(o, key, k);
    assert_int_equal(map_put(o->m, key, v, 0), full ? -E2BIG : 0);
    if (full)
        return;
    o->count += !o->value[k];
    o->value[k] = v[0];
}

static void del(struct large *o, u32 k) {
    u8 key[64];
    key_bytes(o, key, k);
    assert_int_equal(map_del(o->m, key), o->value[k] ? 0 : -ENOENT);
    o->count -= o->value[k] != 0;
    o->value[k] = 0;
}

static void look_at_all(struct large *o) {
    u8 key[64], next[64];
    u32 n = 0;
    for (u32 k = 0; k < o->n; k++)
        look(o, k);
    for (s64 r = map_next(o->m, NULL, next); !r; r = map_next(o->m, key, next), n++)
        memcpy(key, next, o->m->key_size);
    assert_int_equal(n, o->count);
}

/* How many of a hundred entries stand where a lookup looks first. */
static u32 at_home(const struct large *o) {
    const struct hash *h = o->m->impl;
    u64 all = 0, home = 0;
    for (u32 b = 0; b <= h->bucket_mask; b++)
        for (u32 id = h->bucket[b]; id; id = elem_at(h, id)->next, all++) {
            assert_true(elem_at(h, id)->hash & LIVE);
            home += id - home_of(h, b) < GROUP;
        }
    return (u32)(home * 100 / (all ? all : 1));
}

static void one(u32 type, u32 key_size, u32 max) {
    struct large o;
    open_large(&o, type, key_size, max);
    for (u32 k = 0; k < o.n; k++)
        put(&o, k);
    assert_int_equal(o.count, max);
    look_at_all(&o);
    assert_in_range(at_home(&o), 85, 100);
    u64 memory = o.m->memory;
    for (u32 i = 0; i < 4 * max; i++) {
        u32 k = rnd(&o.seed, o.n);
        if (i % 1000 == 0)
            run_end(&o.w);
        if (i % 1000 == 1)
            run_begin(&o.w);
        switch (rnd(&o.seed, 4)) {
        case 0: del(&o, k); break;
        case 1: look(&o, k); break;
        default: put(&o, k);
        }
    }
    look_at_all(&o);
    assert_in_range(at_home(&o), 80, 100);
    run_end(&o.w);
    for (u32 k = 0; k < o.n; k++)
        del(&o, k);
    assert_int_equal(o.count, 0);
    for (u32 k = o.n; k--;)
        put(&o, k);
    look_at_all(&o);
    assert_in_range(at_home(&o), 80, 100);
    assert_in_range(o.m->memory, memory, memory + memory / 50);
    close_large(&o);
}

static void hash(void **state) {
    (void)state;
    one(1, 8, 1 << 18);
    one(1, 4, 250001);
    one(1, 20, 150000);
}

static void percpu_hash(void **state) {
    (void)state;
    one(5, 8, 100000);
}

/* A run that goes on keeps every entry that is replaced from coming back: they go on behind the homes, and each lookup
 * finds what was put in last. What a run has seen stays as it was. */
static void held(void **state) {
    enum { MAX = 1 << 18, SOME = 1000 };
    static u64 *seen[SOME], was[SOME];
    struct large o;
    u8 key[64];
    (void)state;
    open_large(&o, 1, 8, MAX);
    for (u32 k = 0; k < MAX; k++)
        put(&o, k);
    run_begin(&o.w);
    for (u32 k = 0; k < SOME; k++) {
        key_bytes(&o, key, k);
        seen[k] = o.m->kind->lookup(o.m, key);
        was[k] = *seen[k];
    }
    for (u32 k = 0; k < o.n; k++)
        put(&o, k);
    look_at_all(&o);
    for (u32 k = 0; k < SOME; k++)
        assert_int_equal(*seen[k], was[k]);
    close_large(&o);
}

/* LRU kinds: an entry that was just put is there, no value is another key's, and there are as many as may be. */
static void lru(void **state) {
    enum { MAX = 120000 };
    struct large o;
    u8 key[64];
    u32 n = 0;
    u64 v[CPUS] = {0}, *p;
    (void)state;
    open_large(&o, 9, 8, MAX);
    for (u32 i = 0; i < 4 * MAX; i++) {
        u32 k = rnd(&o.seed, 2 * MAX);
        if (i % 1000 == 0)
            run_end(&o.w);
        if (i % 1000 == 1)
            run_begin(&o.w);
        key_bytes(&o, key, k);
        v[0] = k;
        assert_int_equal(map_put(o.m, key, v, 0), 0);
        assert_int_equal(*(u64 *)o.m->kind->lookup(o.m, key), k);
        key_bytes(&o, key, k = rnd(&o.seed, 2 * MAX));
        if ((p = o.m->kind->lookup(o.m, key)))
            assert_int_equal(*p, k);
        assert_int_equal(map_get(o.m, key, v), p ? 0 : -ENOENT);
    }
    for (s64 r = map_next(o.m, NULL, key); !r; r = map_next(o.m, key, key))
        n++;
    assert_int_equal(n, MAX);
    assert_in_range(at_home(&o), 60, 100); /* always full, and always changing */
    close_large(&o);
}

/* Small maps, and those whose memory is not there beforehand, have none: an entry more is a page less. */
static void none(void **state) {
    static const struct {
        u32 value, max, flags;
    } row[] = {{8, 1000, 0}, {8, 1 << 20, NO_PREALLOC}, {4096, 100000, 0}};
    struct world w;
    (void)state;
    world_open(&w);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct map *m = map_of(&w, 1, 8, row[i].value, row[i].max, row[i].flags);
        assert_int_equal(((struct hash *)m->impl)->nhome, 0);
        map_unref(m);
    }
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash), cmocka_unit_test(percpu_hash), cmocka_unit_test(held),
        cmocka_unit_test(lru),  cmocka_unit_test(none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
