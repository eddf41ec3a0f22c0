/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_kinds.c - array kinds, queue and stack, ring buffer, bloom filter, maps of maps and
 * redirect targets against plain references. */
#include "map_model.h"
#include <errno.h>

static void array_of(u32 type, u32 entries) {
    bool percpu = type == 6;
    struct world w;
    u64 seed = type, *model = calloc((size_t)entries * CPUS, 8);
    world_open(&w);
    struct map *m = map_of(&w, type, 4, 6, entries, 0);
    assert_int_equal(map_value_bytes(m), percpu ? 8 * CPUS : 6);
    for (u32 i = 0; i < 20000; i++) {
        u32 k = rnd(&seed, entries + 2), cpu = rnd(&seed, CPUS), next;
        u64 v[CPUS], got[CPUS], f = rnd(&seed, 4);
        for (u32 c = 0; c < CPUS; c++)
            v[c] = rnd(&seed, 1u << 30);
        bool host = rnd(&seed, 2);
        s64 want = f > 2 ? -EINVAL : k >= entries ? -E2BIG : f == 1 ? -EEXIST : 0;
        assert_int_equal(host ? map_put(m, &k, v, f) : m->kind->update(m, &k, v, f, cpu), want);
        for (u32 c = 0; c < CPUS && !want; c++)
            if (host || !percpu || c == cpu)
                memcpy(&model[k * CPUS + c], &v[host && percpu ? c : 0], 6);
        assert_int_equal(map_get(m, &k, got), k < entries ? 0 : -ENOENT);
        for (u32 c = 0; c < (percpu ? CPUS : 1) && k < entries; c++)
            assert_memory_equal(&got[c], &model[k * CPUS + c], 6);
        assert_int_equal(m->kind->lookup(m, &k) != NULL, k < entries);
        assert_int_equal(map_next(m, &k, &next), k == entries - 1 ? -ENOENT : 0);
        if (k != entries - 1)
            assert_int_equal(next, k < entries ? k + 1 : 0);
        assert_int_equal(map_del(m, &k), -EINVAL);
    }
    map_unref(m);
    world_close(&w);
    free(model);
}

static void arrays(void **state) {
    struct world w;
    (void)state;
    array_of(2, 1);
    array_of(2, 100);
    array_of(6, 100);
    world_open(&w);
    refused_map(&w, 2, 8, 8, 1, 0, "4 bytes");
    refused_map(&w, 2, 4, 0, 1, 0, "no value");
    refused_map(&w, 2, 4, 8, 0, 0, "no entries");
    refused_map(&w, 2, 4, 0x40000000, 0xffffffff, 0, "");
    refused_map(&w, 2, 4, 8, 8, 3 << 7, "read-only and write-only");
    struct map *m = map_of(&w, 2, 4, 8, 1, 0);
    u32 k = 0;
    u64 v = 1;
    map_freeze(m);
    assert_int_equal(map_put(m, &k, &v, 0), -EPERM);
    map_unref(m);
    world_close(&w);
}

static void lists(u32 type) {
    enum { MAX = 7 };
    struct world w;
    u64 seed = type, model[MAX], v, got;
    u32 n = 0;
    world_open(&w);
    struct map *m = map_of(&w, type, 0, 8, MAX, 0);
    for (u32 i = 0; i < 20000; i++) {
        u32 at = type == 22 ? 0 : n ? n - 1 : 0;
        bool remove = rnd(&seed, 2);
        switch (rnd(&seed, 2)) {
        case 0: {
            u64 f = rnd(&seed, 4);
            v = rnd(&seed, 1000);
            s64 want = f != 0 && f != 2 ? -EINVAL : n == MAX && f != 2 ? -E2BIG : 0;
            assert_int_equal(map_put(m, NULL, &v, f), want);
            if (want)
                break;
            if (n == MAX) {
                memmove(model, model + 1, (MAX - 1) * 8);
                n--;
            }
            model[n++] = v;
            break;
        }
        default:
            assert_int_equal(m->kind->pop(m, &got, remove), n ? 0 : -ENOENT);
            assert_int_equal(got, n ? model[at] : 0);
            if (!n || !remove)
                break;
            memmove(model + at, model + at + 1, (n - at - 1) * 8);
            n--;
        }
    }
    assert_int_equal(map_del(m, NULL), -EINVAL);
    map_unref(m);
    world_close(&w);
}

static void queue_and_stack(void **state) {
    (void)state;
    lists(22);
    lists(23);
}

/* --- ring buffer --- */

struct seen {
    u32 next, count, stop;
    u64 sum;
};

static int take(void *arg, const void *data, size_t len) {
    struct seen *s = arg;
    const u8 *p = data;
    for (size_t i = 1; i < len; i++)
        assert_int_equal(p[i], p[0]);
    if (len)
        assert_int_equal(p[0], (u8)s->next);
    s->next++;
    s->count++;
    return s->stop && s->count >= s->stop;
}

static void ring(void **state) {
    struct world w;
    struct seen s = {0};
    u64 seed = 5;
    u32 made = 0;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 27, 0, 0, 4096, 0);
    for (u32 i = 0; i < 50000; i++) {
        u32 size = rnd(&seed, 20) ? rnd(&seed, 100) : rnd(&seed, 3000);
        u64 before = ringbuf_query(m, 3);
        u8 *p = ringbuf_reserve(m, size);
        u64 need = align_up(size, 8) + 8, room = 4095 - (before - ringbuf_query(m, 2));
        assert_int_equal(p != NULL, need <= room);
        if (p) {
            bool drop = rnd(&seed, 5) == 0;
            memset(p, (u8)made, size);
            ringbuf_commit(m, p, drop);
            made += !drop;
        }
        if (rnd(&seed, 10) == 0) {
            s.count = 0;
            s.stop = rnd(&seed, 3);
            assert_true(ringbuf_consume(m, take, &s, SIZE_MAX) >= 0);
        }
    }
    s.stop = 0;
    ringbuf_consume(m, take, &s, SIZE_MAX);
    assert_int_equal(s.next, made);
    assert_int_equal(ringbuf_query(m, 0), 0);
    assert_int_equal(ringbuf_query(m, 1), 4096);
    assert_null(ringbuf_reserve(m, 4096));
    assert_null(ringbuf_reserve(m, 4088)); /* with its head it would fill the ring */
    u8 *most = ringbuf_reserve(m, 4080);
    assert_non_null(most);
    ringbuf_commit(m, most, true);
    ringbuf_consume(m, take, &s, SIZE_MAX);
    assert_null(ringbuf_reserve(m, UINT64_MAX));
    u8 *p = ringbuf_reserve(m, 8); /* not committed: the reader waits there */
    assert_non_null(p);
    assert_int_equal(ringbuf_consume(m, take, &s, SIZE_MAX), 0);
    map_unref(m);
    refused_map(&w, 27, 0, 0, 5000, 0, "power of two");
    refused_map(&w, 27, 4, 0, 4096, 0, "no key");
    world_close(&w);
}

static void bloom(void **state) {
    struct world w;
    u32 wrong = 0;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 30, 0, 4, 1000, 0);
    for (u32 v = 0; v < 1000; v++)
        assert_int_equal(map_put(m, NULL, &v, 0), 0);
    for (u32 v = 0; v < 1000; v++)
        assert_int_equal(m->kind->pop(m, &v, false), 0);
    for (u32 v = 1000; v < 11000; v++)
        wrong += m->kind->pop(m, &v, false) == 0;
    assert_in_range(wrong, 0, 500); /* about 3 % at most */
    map_unref(m);
    world_close(&w);
}

static void maps_of_maps(void **state) {
    struct world w;
    struct map_def inner = {.name = "inner", .type = 2, .key_size = 4, .value_size = 8, .max_entries = 4};
    struct map_def outer = {
        .name = "outer", .type = 12, .key_size = 4, .value_size = 4, .max_entries = 3, .inner = &inner};
    struct error e = {0};
    u32 k = 1, past = 3;
    (void)state;
    world_open(&w);
    for (outer.type = 12; outer.type <= 13; outer.type++) {
        struct map *m = map_new(&outer, &w.env, &e), *a = map_new(&inner, &w.env, &e), *odd = map_of(&w, 2, 4, 8, 5, 0);
        assert_non_null(m);
        assert_int_equal(map_in_map_set(m, &k, odd), -EINVAL);
        assert_int_equal(map_del(m, &past), outer.type == 12 ? -E2BIG : -ENOENT);
        assert_int_equal(map_in_map_set(m, &k, a), 0);
        run_begin(&w);
        assert_ptr_equal(map_in_map_get(m, &k), a);
        map_unref(a); /* the outer map's is the last reference */
        assert_int_equal(map_in_map_set(m, &k, NULL), 0);
        assert_null(map_in_map_get(m, &k));
        assert_int_equal(map_in_map_set(m, &k, NULL), -ENOENT);
        assert_int_equal(a->max_entries, 4); /* the run may still use it */
        run_end(&w);
        for (u32 i = 0; i < 50; i++) {
            struct map *b = map_new(&inner, &w.env, &e);
            assert_int_equal(map_in_map_set(m, &k, b), 0);
            map_unref(b);
        }
        map_unref(m);
        map_unref(odd);
    }
    world_close(&w);
}

static void targets(void **state) {
    struct world w;
    u32 k = 2, v = 7, none = 0, got;
    (void)state;
    world_open(&w);
    for (u32 type = 14; type <= 17; type++) {
        if (type == 15)
            continue;
        struct map *m = map_of(&w, type, 4, 4, 8, 0);
        assert_null(m->kind->lookup(m, &k));
        assert_int_equal(map_put(m, &k, &v, 0), 0);
        assert_int_equal(map_get(m, &k, &got), 0);
        assert_int_equal(got, 7);
        assert_int_equal(map_put(m, &k, &none, 0), 0);
        assert_int_equal(map_get(m, &k, &got), -ENOENT);
        map_unref(m);
    }
    struct map *h = map_of(&w, 25, 4, 4, 8, 0);
    assert_int_equal(map_put(h, &k, &v, 2), 0); /* BPF_EXIST makes an entry too */
    assert_int_equal(map_put(h, &k, &v, 1), -EEXIST);
    assert_int_equal(map_put(h, &k, &v, 3), -EINVAL);
    assert_int_equal(map_put(h, &k, &none, 0), -EINVAL);
    map_unref(h);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays), cmocka_unit_test(queue_and_stack), cmocka_unit_test(ring),
        cmocka_unit_test(bloom),  cmocka_unit_test(maps_of_maps),    cmocka_unit_test(targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
