/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_random.c - every kind of map with keys and plain values against a plain reference: random updates of
 * every flag, look-ups, deletions, batches, and walks during which entries go.
 *
 * The reference is a table of KEYS rows: there or not, and a value for each CPU. What differs between the
 * kinds is which updates and deletions they refuse, and how: want_put() and want_del(). LRU kinds may let
 * entries go, but only where they are full, one for each new one, and never the new one. */
#include "map_model.h"
#include <errno.h>

enum { KEYS = 48, STEPS = 30000, KEY_MAX = 40, BATCH = 12 };
enum family { HASH, LRU, ARRAY, DEVMAP, CPUMAP, XSKMAP, TARGET_HASH, TASK };

struct tried {
    const char *what;
    enum family family;
    u32 type, key, value, max, flags;
};
static const struct tried kinds[] = {
    {"hash", HASH, 1, 4, 8, 30, 0},
    {"hash, not preallocated", HASH, 1, 8, 8, 40, NO_PREALLOC},
    {"hash, long keys, larger than all", HASH, 1, 40, 8, 100, 0},
    {"hash of one", HASH, 1, 7, 8, 1, 0},
    {"per-CPU hash", HASH, 5, 16, 8, 30, 0},
    {"per-CPU hash, not preallocated", HASH, 5, 4, 8, 47, NO_PREALLOC},
    {"LRU hash", LRU, 9, 4, 8, 20, 0},
    {"LRU hash of one", LRU, 9, 12, 8, 1, 0},
    {"LRU hash, larger than all", LRU, 9, 8, 8, 60, 0},
    {"per-CPU LRU hash", LRU, 10, 8, 8, 31, 0},
    {"array", ARRAY, 2, 4, 8, 40, 0},
    {"per-CPU array", ARRAY, 6, 4, 8, 33, 0},
    {"instruction array", ARRAY, 34, 4, 8, 16, 0},
    {"devmap", DEVMAP, 14, 4, 4, 30, 0},
    {"devmap, with programs", DEVMAP, 14, 4, 8, 30, 0},
    {"cpumap", CPUMAP, 16, 4, 4, 30, 0},
    {"xskmap", XSKMAP, 17, 4, 4, 30, 0},
    {"devmap hash", TARGET_HASH, 25, 4, 4, 30, 0},
    {"task storage", TASK, 29, 4, 8, 0, NO_PREALLOC},
};

struct model {
    const struct tried *t;
    struct map *m;
    struct world w;
    u64 seed;
    bool there[KEYS];
    u64 value[KEYS][CPUS];
    u32 count;
};

static bool percpu(const struct model *o) {
    return o->m->cpu_stride;
}
static bool is_array(const struct model *o) {
    return o->t->family == ARRAY;
}
static bool is_target(const struct model *o) {
    return o->t->family >= DEVMAP && o->t->family <= TARGET_HASH;
}
static bool in_range(const struct model *o, u32 k) {
    return (!is_array(o) && (!is_target(o) || o->t->family == TARGET_HASH)) || k < o->t->max;
}

static void key_bytes(const struct model *o, u8 *key, u32 k) {
    memset(key, (int)(k * 7), o->t->key);
    memcpy(key, &k, 4);
}

/* What an update is to answer. first: the value's first word. */
static s64 want_put(const struct model *o, u32 k, u64 flags, u32 first, u32 second) {
    bool there = o->there[k];
    if (flags > 2)
        return -EINVAL;
    switch (o->t->family) {
    case ARRAY: return k >= o->t->max ? -E2BIG : flags == 1 ? -EEXIST : 0;
    case DEVMAP:
    case CPUMAP:
        if (k >= o->t->max)
            return -E2BIG;
        if (flags == 1)
            return -EEXIST;
        if (o->t->family == CPUMAP)
            return first > 16384 ? -EOVERFLOW : 0;
        return o->t->value == 8 && !first && (s32)second > 0 ? -EINVAL : 0;
    case XSKMAP: return k >= o->t->max ? -E2BIG : there && flags == 1 ? -EEXIST : !there && flags == 2 ? -ENOENT : 0;
    case TARGET_HASH:
        if (!first)
            return -EINVAL;
        return there && flags == 1 ? -EEXIST : !there && o->count >= o->t->max ? -E2BIG : 0;
    case HASH:
    case LRU:
    case TASK: break;
    }
    if (there && flags == 1)
        return -EEXIST;
    if (!there && flags == 2)
        return -ENOENT;
    return !there && o->t->family == HASH && o->count >= o->t->max ? -E2BIG : 0;
}

static s64 want_del(const struct model *o, u32 k) {
    switch (o->t->family) {
    case ARRAY: return -EINVAL;
    case DEVMAP:
    case CPUMAP:
    case XSKMAP: return k >= o->t->max ? -EINVAL : 0;
    case HASH:
    case LRU:
    case TARGET_HASH:
    case TASK: break;
    }
    return o->there[k] ? 0 : -ENOENT;
}

static void set(struct model *o, u32 k, const u64 *v, bool host, u32 cpu) {
    bool there = !is_target(o) || (u32)v[0];
    if (!o->there[k])
        memset(o->value[k], 0, sizeof o->value[k]);
    o->count += there;
    o->count -= o->there[k];
    o->there[k] = there;
    if (percpu(o) && !host)
        o->value[k][cpu] = v[0];
    else
        memcpy(o->value[k], v, percpu(o) ? sizeof o->value[k] : o->t->value);
}

static void gone(struct model *o, u32 k) {
    if (is_array(o))
        return;
    o->count -= o->there[k];
    o->there[k] = false;
}

static void same_value(const struct model *o, u32 k, const u64 *v) {
    assert_memory_equal(v, o->value[k], percpu(o) ? sizeof o->value[k] : o->t->value);
}

/* The host's look-up: the value, or that there is none. */
static bool look(const struct model *o, u32 k) {
    u64 v[CPUS] = {0};
    u8 key[KEY_MAX];
    key_bytes(o, key, k);
    s64 r = map_get(o->m, key, v);
    if (r) {
        assert_int_equal(r, -ENOENT);
        return false;
    }
    same_value(o, k, v);
    return true;
}

static void check_there(const struct model *o, u32 k) {
    assert_int_equal(look(o, k), in_range(o, k) && (is_array(o) || o->there[k]));
}

/* A full LRU map has let one entry go for a new one; every other one stays. */
static void evicted(struct model *o, u32 fresh, u32 before) {
    u32 lost = 0;
    if (o->t->family != LRU)
        return;
    for (u32 k = 0; k < KEYS; k++)
        if (o->there[k] && !look(o, k)) {
            assert_int_not_equal(k, fresh);
            gone(o, k);
            lost++;
        }
    assert_int_equal(lost, before == o->t->max);
}

static void random_value(struct model *o, u64 *v) {
    for (u32 c = 0; c < CPUS; c++)
        v[c] = rnd(&o->seed, 1u << 30) | (u64)rnd(&o->seed, 1u << 30) << 32;
    if (is_target(o))
        v[0] = rnd(&o->seed, 4) ? rnd(&o->seed, 20000) | (u64)rnd(&o->seed, 3) << 32 : (u64)rnd(&o->seed, 3) << 32;
}

static void put(struct model *o) {
    u32 k = rnd(&o->seed, KEYS), cpu = rnd(&o->seed, CPUS), before = o->count;
    u64 flags = rnd(&o->seed, 2) ? 0 : rnd(&o->seed, 4), v[CPUS];
    bool host = is_target(o) || rnd(&o->seed, 2), fresh = !o->there[k];
    u8 key[KEY_MAX];
    random_value(o, v);
    key_bytes(o, key, k);
    s64 want = want_put(o, k, flags, (u32)v[0], (u32)(v[0] >> 32));
    assert_int_equal(host ? map_put(o->m, key, v, flags) : o->m->kind->update(o->m, key, v, flags, cpu), want);
    if (!want) {
        set(o, k, v, host, cpu);
        if (fresh)
            evicted(o, k, before);
    }
    check_there(o, k);
}

static void del(struct model *o, bool take) {
    u32 k = rnd(&o->seed, KEYS);
    u64 v[CPUS];
    u8 key[KEY_MAX];
    key_bytes(o, key, k);
    if (take && o->m->kind->copy_out && !is_array(o)) {
        s64 r = map_take(o->m, key, v);
        assert_int_equal(r, o->there[k] ? 0 : -ENOENT);
        if (!r)
            same_value(o, k, v);
    } else {
        assert_int_equal(map_del(o->m, key), want_del(o, k));
    }
    gone(o, k);
    check_there(o, k);
}

/* As a program sees it: an address inside the map's one area of values. */
static void program_lookup(struct model *o) {
    u32 k = rnd(&o->seed, KEYS);
    u8 key[KEY_MAX], *p;
    key_bytes(o, key, k);
    if (o->t->family == TASK)
        p = task_storage_find(o->m, k);
    else
        p = o->m->kind->lookup(o->m, key);
    assert_int_equal(p != NULL, in_range(o, k) && (is_array(o) || o->there[k]));
    if (!p)
        return;
    assert_true(p >= o->m->value && p + o->m->stride <= o->m->value + o->m->value_len);
    same_value(o, k, (u64 *)p);
}

static u32 index_of(const struct model *o, const u8 *key) {
    u8 want[KEY_MAX];
    u32 k;
    memcpy(&k, key, 4);
    assert_true(k < KEYS);
    key_bytes(o, want, k);
    assert_memory_equal(key, want, o->t->key);
    return k;
}

/* Every entry once. Arrays show all of their keys, also empty ones. */
static void walk(struct model *o) {
    bool seen[KEYS] = {false}, all = is_array(o) || (is_target(o) && o->t->family != TARGET_HASH);
    u8 key[KEY_MAX];
    u32 n = 0;
    s64 r;
    for (r = map_next(o->m, NULL, key); !r; r = map_next(o->m, key, key), n++) {
        u32 k = index_of(o, key);
        assert_false(seen[k]);
        seen[k] = true;
        assert_true(all || o->there[k]);
        check_there(o, k);
    }
    assert_int_equal(r, -ENOENT);
    assert_int_equal(n, all ? o->t->max : o->count);
}

/* Entries go while somebody walks: those that stay are seen once, those that go at most once. The next key is
 * asked for before the entry goes; asked for afterwards, the walk begins again and ends as well. */
static void walk_and_delete(struct model *o, bool after) {
    u8 key[KEY_MAX], next[KEY_MAX];
    u32 n = 0, start = o->count, turns = 0;
    s64 r = map_next(o->m, NULL, key);
    if (is_array(o) || (is_target(o) && o->t->family != TARGET_HASH))
        return;
    while (!r) {
        u32 k = index_of(o, key);
        bool go = after || rnd(&o->seed, 2);
        assert_true(o->there[k]);
        n++;
        if (!after)
            r = map_next(o->m, key, next);
        if (go) {
            assert_int_equal(map_del(o->m, key), 0);
            gone(o, k);
        }
        if (after)
            r = map_next(o->m, key, next);
        memcpy(key, next, sizeof key);
        assert_true(++turns <= KEYS);
    }
    assert_int_equal(r, -ENOENT);
    assert_int_equal(n, start);
}

/* A batch is its entries one after the other, up to the first that is refused. */
static void put_batch(struct model *o) {
    u8 keys[BATCH * KEY_MAX];
    u64 values[BATCH * CPUS], v[CPUS];
    u32 k[BATCH], n = 1 + rnd(&o->seed, BATCH), done = n, i, each = (u32)map_value_bytes(o->m);
    u64 flags = rnd(&o->seed, 3);
    s64 want = 0, r;
    for (i = 0; i < n; i++) {
        random_value(o, v);
        k[i] = rnd(&o->seed, KEYS);
        key_bytes(o, keys + i * o->t->key, k[i]);
        memcpy((u8 *)values + i * each, v, each);
    }
    r = map_put_batch(o->m, keys, values, &done, flags);
    for (i = 0; i < n && o->t->family != LRU; i++) {
        memcpy(v, (u8 *)values + i * each, each);
        if ((want = want_put(o, k[i], flags, (u32)v[0], each == 4 ? 0 : (u32)(v[0] >> 32))))
            break;
        set(o, k[i], v, true, 0);
    }
    if (o->t->family != LRU) {
        assert_int_equal(r, want);
        assert_int_equal(done, i);
        return;
    }
    /* what went meanwhile is not known: the last value of each key that was put, or nothing */
    for (i = 0; i < done; i++)
        set(o, k[i], (u64 *)((u8 *)values + i * each), true, 0);
    for (i = 0; i < KEYS; i++)
        if (o->there[i] && !look(o, i))
            gone(o, i);
    assert_true(o->count <= o->t->max);
}

static void get_batch(struct model *o, bool take) {
    u8 keys[KEYS * KEY_MAX];
    u64 values[KEYS * CPUS];
    u32 n = take ? 1 + rnd(&o->seed, BATCH) : KEYS, room = n, each = (u32)map_value_bytes(o->m), i;
    bool empties = is_target(o) && o->t->family != TARGET_HASH; /* have keys, but no values */
    if (empties || (take && is_array(o)))
        return;
    s64 r = map_get_batch(o->m, NULL, keys, values, &n, take);
    assert_int_equal(r, (is_array(o) ? o->t->max : o->count) < room ? -ENOENT : 0);
    assert_int_equal(n, min64(room, is_array(o) ? o->t->max : o->count));
    for (i = 0; i < n; i++) {
        u32 k = index_of(o, keys + i * o->t->key);
        u64 v[CPUS];
        memcpy(v, (u8 *)values + i * each, each);
        assert_true(is_array(o) || o->there[k]);
        same_value(o, k, v);
        if (take)
            gone(o, k);
    }
}

static void step(struct model *o, u32 i) {
    if (i % 128 == 0)
        run_end(&o->w);
    if (i % 128 == 5)
        run_begin(&o->w);
    switch (rnd(&o->seed, 16)) {
    case 0:
    case 1:
    case 2: del(o, rnd(&o->seed, 2)); break;
    case 3:
    case 4:
    case 5:
    case 6: program_lookup(o); break;
    case 7:
        if (rnd(&o->seed, 8) == 0)
            walk(o);
        break;
    case 8:
        if (rnd(&o->seed, 64) == 0)
            walk_and_delete(o, rnd(&o->seed, 2));
        break;
    case 9:
        if (rnd(&o->seed, 4) == 0)
            put_batch(o);
        break;
    case 10:
        if (rnd(&o->seed, 8) == 0)
            get_batch(o, rnd(&o->seed, 2));
        break;
    default: put(o);
    }
    assert_true(!o->t->max || o->count <= o->t->max);
}

/* Frozen: nothing of it changes any more from the host's side. */
static void freeze(struct model *o) {
    u64 v[CPUS] = {1, 1, 1, 1};
    u8 key[KEY_MAX];
    map_freeze(o->m);
    for (u32 k = 0; k < KEYS; k++) {
        key_bytes(o, key, k);
        assert_int_equal(map_put(o->m, key, v, 0), -EPERM);
        assert_int_equal(map_del(o->m, key), -EPERM);
        assert_int_equal(map_take(o->m, key, v), -EPERM);
        check_there(o, k);
    }
}

static void run_kind(void **state) {
    struct model *o = calloc(1, sizeof *o);
    o->t = *state;
    o->seed = o->t->type * 1000 + o->t->key + o->t->max;
    world_open(&o->w);
    o->m = map_of(&o->w, o->t->type, o->t->key, o->t->value, o->t->max, o->t->flags);
    for (u32 i = 0; i < STEPS; i++)
        step(o, i);
    run_end(&o->w);
    walk(o);
    freeze(o);
    map_unref(o->m);
    world_close(&o->w);
    free(o);
}

int main(void) {
    struct CMUnitTest tests[sizeof kinds / sizeof *kinds];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        tests[i] = (struct CMUnitTest){
            .name = kinds[i].what, .test_func = run_kind, .initial_state = (void *)(uintptr_t)&kinds[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
