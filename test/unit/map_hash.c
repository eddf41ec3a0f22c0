/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_hash.c - hash kinds against a plain reference: random operations on few keys, so that
 * every one meets full, missing and existing entries. */
#include "map_model.h"
#include <errno.h>

enum { KEYS = 64, STEPS = 60000, KEY_MAX = 40 };

struct model {
    bool there[KEYS];
    u64 value[KEYS][CPUS];
    u32 count;
};

static void key_bytes(u8 *key, u32 size, u32 k) {
    memset(key, (int)(k * 7), size);
    memcpy(key, &k, size < 4 ? size : 4);
}

static s64 expect_put(const struct model *o, u32 k, u64 flags, u32 max) {
    if (flags > 2)
        return -EINVAL;
    if (o->there[k] && flags == 1)
        return -EEXIST;
    if (!o->there[k] && flags == 2)
        return -ENOENT;
    return !o->there[k] && o->count >= max ? -E2BIG : 0;
}

static void check_all(struct map *m, const struct model *o, u32 key_size, bool percpu) {
    u8 key[KEY_MAX], next[KEY_MAX], want[KEY_MAX];
    u64 v[CPUS];
    u32 seen = 0;
    s64 r = map_next(m, NULL, next);
    while (!r) {
        memcpy(key, next, key_size);
        u32 k = 0;
        memcpy(&k, key, key_size < 4 ? key_size : 4);
        assert_in_range(k, 0, KEYS - 1);
        key_bytes(want, key_size, k);
        assert_memory_equal(key, want, key_size);
        assert_true(o->there[k]);
        assert_int_equal(map_get(m, key, v), 0);
        assert_memory_equal(v, o->value[k], percpu ? sizeof v : 8);
        seen++;
        r = map_next(m, key, next);
    }
    assert_int_equal(r, -ENOENT);
    assert_int_equal(seen, o->count);
}

static void against_model(u32 type, u32 key_size, u32 max, u32 flags) {
    bool percpu = type == 5;
    struct world w;
    struct model o = {0};
    u64 seed = type * 1000 + key_size;
    u8 key[KEY_MAX];
    world_open(&w);
    struct map *m = map_of(&w, type, key_size, 8, max, flags);
    for (u32 i = 0; i < STEPS; i++) {
        u32 k = rnd(&seed, KEYS), what = rnd(&seed, 8), cpu = rnd(&seed, CPUS);
        u64 f = rnd(&seed, 4), v[CPUS], *p;
        key_bytes(key, key_size, k);
        if (i % 100 == 0)
            run_end(&w);
        if (i % 100 == 1)
            run_begin(&w);
        for (u32 c = 0; c < CPUS; c++)
            v[c] = rnd(&seed, 1u << 30);
        switch (what) {
        case 0:
        case 1:
        case 2: /* by the host, and by a program on one CPU */
        case 3: {
            bool host = what < 2;
            s64 want = expect_put(&o, k, f, max);
            assert_int_equal(host ? map_put(m, key, v, f) : m->kind->update(m, key, v, f, cpu), want);
            if (want)
                break;
            if (!o.there[k]) {
                o.count++;
                memset(o.value[k], 0, sizeof o.value[k]);
            }
            o.there[k] = true;
            if (!percpu)
                o.value[k][0] = v[0];
            else if (host)
                memcpy(o.value[k], v, sizeof v);
            else
                o.value[k][cpu] = v[0];
            break;
        }
        case 4:
            assert_int_equal(m->kind->erase(m, key), o.there[k] ? 0 : -ENOENT);
            o.count -= o.there[k];
            o.there[k] = false;
            break;
        case 5:
            assert_int_equal(map_take(m, key, v), o.there[k] ? 0 : -ENOENT);
            if (o.there[k])
                assert_memory_equal(v, o.value[k], percpu ? sizeof v : 8);
            o.count -= o.there[k];
            o.there[k] = false;
            break;
        default:
            p = m->kind->lookup(m, key);
            assert_int_equal(p != NULL, o.there[k]);
            if (p) {
                assert_true((u8 *)p >= m->value && (u8 *)p + m->stride <= m->value + m->value_len);
                assert_memory_equal(p, o.value[k], percpu ? sizeof v : 8);
            }
        }
        if (i % 1000 == 999)
            check_all(m, &o, key_size, percpu);
    }
    run_end(&w);
    map_unref(m);
    world_close(&w);
}

static void hash(void **state) {
    (void)state;
    against_model(1, 4, 32, 0);
    against_model(1, 8, 50, NO_PREALLOC);
    against_model(1, 16, 64, 0);
    against_model(1, 13, 32, 0);
    against_model(1, 40, 1, NO_PREALLOC);
}

static void percpu_hash(void **state) {
    (void)state;
    against_model(5, 4, 32, 0);
    against_model(5, 24, 40, NO_PREALLOC);
}

/* The map never holds more than it may, holds what was put in last, and no wrong value. */
static void lru_of(u32 type, u32 max, u32 keys) {
    struct world w;
    u64 seed = type + max, value[CPUS] = {0};
    world_open(&w);
    struct map *m = map_of(&w, type, 4, 8, max, 0);
    for (u32 i = 0; i < STEPS; i++) {
        u32 k = rnd(&seed, keys), n = 0, next;
        u64 *p;
        if (i % 64 == 0)
            run_end(&w);
        if (i % 64 == 1)
            run_begin(&w);
        if (rnd(&seed, 3)) {
            for (u32 c = 0; c < CPUS; c++)
                value[c] = k + c;
            assert_int_equal(map_put(m, &k, value, 0), 0);
            assert_non_null(m->kind->lookup(m, &k));
        } else if ((p = m->kind->lookup(m, &k))) {
            assert_int_equal(p[0], k);
        }
        if (i % 500)
            continue;
        for (s64 r = map_next(m, NULL, &next); !r; r = map_next(m, &next, &next))
            n++;
        assert_in_range(n, i > keys * 8 && keys > max ? max : 0, max);
    }
    run_end(&w);
    map_unref(m);
    world_close(&w);
}

static void lru(void **state) {
    (void)state;
    lru_of(9, 1, 10);
    lru_of(9, 10, 100);
    lru_of(9, 10, 5);
    lru_of(10, 100, 1000);
    lru_of(9, 2000, 4000);
}

/* What is looked up again and again stays; the rest goes, oldest first. */
static void lru_order(void **state) {
    struct world w;
    u32 hot = 1000;
    u64 v = 1;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 9, 4, 8, 16, 0);
    assert_int_equal(map_put(m, &hot, &v, 0), 0);
    for (u32 k = 0; k < 500; k++) {
        assert_non_null(m->kind->lookup(m, &hot));
        assert_int_equal(map_put(m, &k, &v, 0), 0);
        if (k >= 20) {
            u32 gone = k - 17, kept = k - 10;
            assert_null(m->kind->lookup(m, &gone));
            u64 copy;
            assert_int_equal(map_get(m, &kept, &copy), 0);
        }
    }
    map_unref(m);
    world_close(&w);
}

/* A value that a run holds is neither overwritten nor reused before it ends. */
static void held_values(void **state) {
    struct world w;
    u32 k = 1;
    u64 v = 11, *old, *new;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 1, 4, 8, 4, 0);
    assert_int_equal(map_put(m, &k, &v, 0), 0);
    run_begin(&w);
    old = m->kind->lookup(m, &k);
    for (u32 i = 0; i < 5000; i++) {
        v = 1000 + i;
        assert_int_equal(map_put(m, &k, &v, 0), 0);
        new = m->kind->lookup(m, &k);
        assert_ptr_not_equal(new, old);
        assert_int_equal(*new, v);
        assert_int_equal(*old, 11);
    }
    run_end(&w);
    for (u32 i = 0; i < 1000; i++)
        assert_int_equal(map_put(m, &k, &v, 0), 0);
    u64 memory = m->memory;
    for (u32 i = 0; i < 100000; i++)
        assert_int_equal(map_put(m, &k, &v, 0), 0);
    assert_int_equal(m->memory, memory); /* entries come back */
    map_unref(m);
    world_close(&w);
}

/* Updating each key while iterating comes to an end and sees each once. */
static void update_while_iterating(void **state) {
    struct world w;
    u32 k, n = 0;
    u64 v = 0;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 1, 4, 8, 300, 0);
    for (k = 0; k < 300; k++)
        assert_int_equal(map_put(m, &k, &v, 0), 0);
    for (s64 r = map_next(m, NULL, &k); !r && n < 1000; r = map_next(m, &k, &k), n++)
        assert_int_equal(map_put(m, &k, &v, 0), 0);
    assert_int_equal(n, 300);
    map_unref(m);
    world_close(&w);
}

static void sizes(void **state) {
    struct world w;
    (void)state;
    world_open(&w);
    refused_map(&w, 1, 0, 8, 8, 0, "no key");
    refused_map(&w, 1, 4, 0, 8, 0, "no key");
    refused_map(&w, 1, 4, 8, 0, 0, "no entries");
    refused_map(&w, 9, 4, 8, 8, NO_PREALLOC, "preallocated");
    refused_map(&w, 1, 4, 0x7fffffff, 0x40000000, 0, "");
    refused_map(&w, 1, 4, 8, 8, 1 << 14, "flags");
    refused_map(&w, 8, 4, 8, 8, 0, "map m (cgroup_array");
    refused_map(&w, 8, 4, 8, 8, 0, "its entries are cgroups, and only the kernel has them");
    refused_map(&w, 24, 4, 8, 8, 0, "its values belong to sockets");
    refused_map(&w, 19, 4, 8, 0, 0, "the key has 8 or 16 bytes");
    refused_map(&w, 19, 16, 8, 3, 0, "there is one for each cgroup");
    refused_map(&w, 15, 8, 8, 8, 0, "the key has 4 bytes");
    refused_map(&w, 15, 4, 16, 8, 0, "the value has 4 or 8 bytes");
    refused_map(&w, 18, 600, 8, 8, 0, "more than 512 bytes");
    refused_map(&w, 999, 4, 8, 8, 0, "unknown map type");
    w.budget.limit = 10000;
    refused_map(&w, 1, 8, 4096, 1000, 0, "memory limit");
    struct map *m = map_of(&w, 1, 4, 1024, 1000, NO_PREALLOC);
    u8 v[1024] = {0};
    s64 r = 0;
    u32 k;
    for (k = 0; k < 1000 && !r; k++)
        r = map_put(m, &k, v, 0);
    assert_int_equal(r, -ENOMEM);
    assert_true(w.budget.used <= w.budget.limit);
    map_unref(m);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash),      cmocka_unit_test(percpu_hash), cmocka_unit_test(lru),
        cmocka_unit_test(lru_order), cmocka_unit_test(held_values), cmocka_unit_test(update_while_iterating),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
