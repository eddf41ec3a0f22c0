/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_host.c - what only the host does with maps: batches against a plain reference, frozen maps,
 * waiting for a ring buffer, and the values that redirect targets and maps of maps take. */
#include "map_model.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>

enum { HASH = 1, ARRAY = 2, PERCPU_HASH = 5, LRU = 9, LPM = 11, ROOM = 300 };

/* ---- batches ---- */

/* Key and value of entry i; LPM keys are prefixes of full length. */
static size_t key_of(u32 type, u32 i, u8 *out) {
    u32 k[2] = {i, i};
    if (type == LPM)
        k[0] = 32;
    memcpy(out, k, type == LPM ? 8 : 4);
    return type == LPM ? 8 : 4;
}

/* Puts, walks through in batches of every size, deletes some, takes the rest. */
static void batches_of(u32 type) {
    struct world w;
    u8 keys[ROOM * 8];
    u64 values[ROOM * CPUS], seen[ROOM] = {0};
    u32 n = ROOM / 2, size = type == LPM ? 8 : 4;
    world_open(&w);
    struct map *m = map_of(&w, type, size, 8, type == ARRAY ? n : ROOM, type == LPM ? NO_PREALLOC : 0);
    size_t each = map_value_bytes(m) / 8;
    for (u32 i = 0; i < n; i++) {
        key_of(type, i, keys + i * size);
        for (size_t c = 0; c < each; c++)
            values[i * each + c] = i * 10 + c;
    }
    u32 done = n;
    assert_int_equal(map_put_batch(m, keys, values, &done, 0), 0);
    assert_int_equal(done, n);
    done = n;
    assert_int_equal(map_put_batch(m, keys, values, &done, 1), -EEXIST);
    assert_int_equal(done, 0);
    for (u32 step = 1; step < ROOM; step += 37) {
        u8 last[8], got[ROOM * 8];
        u64 value[ROOM * CPUS];
        const void *from = NULL;
        s64 r = 0;
        u32 total = 0;
        memset(seen, 0, sizeof seen);
        while (!r) {
            u32 k = step;
            r = map_get_batch(m, from, got, value, &k, false);
            assert_true(r == 0 || r == -ENOENT);
            for (u32 i = 0; i < k; i++) {
                u32 id;
                memcpy(&id, got + i * size + size - 4, 4);
                assert_true(id < n);
                assert_int_equal(seen[id]++, 0);
                for (size_t c = 0; c < each; c++)
                    assert_int_equal(value[i * each + c], id * 10 + c);
            }
            total += k;
            if (k)
                memcpy(last, got + (k - 1) * size, size);
            from = last;
        }
        assert_int_equal(total, n);
    }
    done = 10;
    if (type == ARRAY) {
        assert_int_equal(map_del_batch(m, keys, &done), -EINVAL);
        assert_int_equal(done, 0);
    } else {
        assert_int_equal(map_del_batch(m, keys, &done), 0);
        assert_int_equal(done, 10);
        done = 10;
        assert_int_equal(map_del_batch(m, keys + 5 * size, &done), -ENOENT);
        assert_int_equal(done, 0);
    }
    if (type != ARRAY && type != LPM) { /* these two the kernel refuses as well */
        done = 50;
        assert_int_equal(map_get_batch(m, NULL, keys, values, &done, true), 0);
        assert_int_equal(done, 50);
        done = ROOM;
        assert_int_equal(map_get_batch(m, NULL, keys, values, &done, true), -ENOENT);
        assert_int_equal(done, n - 60);
        assert_int_equal(map_next(m, NULL, keys), -ENOENT);
    } else {
        done = 1;
        assert_int_equal(map_get_batch(m, NULL, keys, values, &done, true), -ENOTSUP);
        assert_int_equal(done, 0);
    }
    map_unref(m);
    world_close(&w);
}

static void batches(void **state) {
    struct world w;
    u32 n = 1, k = 0;
    u64 v = 0;
    (void)state;
    batches_of(HASH);
    batches_of(ARRAY);
    batches_of(PERCPU_HASH);
    batches_of(LRU);
    batches_of(LPM);
    world_open(&w);
    struct map *m = map_of(&w, 22, 0, 8, 4, 0); /* a queue has no keys */
    assert_int_equal(map_get_batch(m, NULL, &k, &v, &n, false), -ENOTSUP);
    assert_int_equal(map_put_batch(m, &k, &v, &n, 0), -ENOTSUP);
    assert_int_equal(map_del_batch(m, &k, &n), -ENOTSUP);
    map_unref(m);
    world_close(&w);
}

static void frozen(void **state) {
    struct world w;
    u32 k = 1, n = 1;
    u64 v = 5, got = 0;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, HASH, 4, 8, 4, 0);
    assert_int_equal(map_put(m, &k, &v, 0), 0);
    map_freeze(m);
    assert_int_equal(map_get(m, &k, &got), 0);
    assert_int_equal(got, 5);
    assert_int_equal(map_put(m, &k, &v, 0), -EPERM);
    assert_int_equal(map_del(m, &k), -EPERM);
    assert_int_equal(map_take(m, &k, &got), -EPERM);
    assert_int_equal(map_put_batch(m, &k, &v, &n, 0), -EPERM);
    assert_int_equal(n, 0);
    n = 1;
    assert_int_equal(map_get_batch(m, NULL, &k, &got, &n, true), -EPERM);
    assert_int_equal(m->kind->update(m, &k, &v, 0, 0), 0); /* programs still may */
    map_unref(m);
    m = map_of(&w, 12, 4, 4, 4, 0);
    map_freeze(m);
    assert_int_equal(map_in_map_set(m, &k, NULL), -EPERM);
    map_unref(m);
    m = map_of(&w, 3, 4, 4, 4, 0);
    map_freeze(m);
    assert_int_equal(prog_array_set(m, 0, NULL, 0), -EPERM);
    map_unref(m);
    world_close(&w);
}

/* ---- waiting for a ring buffer ---- */

static int drop_record(void *arg, const void *data, size_t len) {
    u32 *left = arg;
    (void)data, (void)len;
    return --*left == 0;
}

static bool readable(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

static void produce(struct map *m, u64 flags) {
    u8 *p = ringbuf_reserve(m, 8);
    assert_non_null(p);
    ringbuf_submit(m, p, false, flags);
}

static void consume(struct map *m, u32 n) {
    assert_true(ringbuf_consume(m, drop_record, &n, SIZE_MAX) >= 0);
}

static void wakeups(void **state) {
    struct world w;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 27, 0, 0, 4096, 0);
    produce(m, 0);
    int fd = ringbuf_fd(m);
    assert_true(fd >= 0);
    assert_int_equal(ringbuf_fd(m), fd);
    assert_true(readable(fd)); /* what was there before counts */
    consume(m, 10);
    assert_false(readable(fd));
    produce(m, 0);
    produce(m, 0);
    produce(m, 0);
    assert_true(readable(fd));
    consume(m, 2); /* one is left */
    assert_true(readable(fd));
    consume(m, 1);
    assert_false(readable(fd));
    produce(m, RING_NO_WAKEUP);
    assert_false(readable(fd));
    produce(m, 0); /* not the next one to be read: no wake-up, as in the kernel */
    assert_false(readable(fd));
    produce(m, RING_FORCE_WAKEUP);
    assert_true(readable(fd));
    consume(m, 10);
    assert_false(readable(fd));
    u8 *first = ringbuf_reserve(m, 8), *second = ringbuf_reserve(m, 8);
    ringbuf_submit(m, second, false, 0);
    assert_false(readable(fd));
    ringbuf_submit(m, first, false, 0);
    assert_true(readable(fd));
    map_unref(m);
    world_close(&w);
}

enum { RECORDS = 100000 };

static void *producer(void *arg) {
    for (u32 i = 0; i < RECORDS;) {
        u8 *p = ringbuf_reserve(arg, 8);
        if (!p) {
            sched_yield();
            continue;
        }
        ringbuf_submit(arg, p, false, 0);
        i++;
    }
    return NULL;
}

/* The reader sleeps whenever the ring is empty; a lost wake-up would let it sleep for ever. */
static void no_lost_wakeup(void **state) {
    struct world w;
    pthread_t t;
    u32 left = RECORDS;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 27, 0, 0, 4096, 0);
    int fd = ringbuf_fd(m);
    pthread_create(&t, NULL, producer, m);
    while (left) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 20000), 1);
        assert_true(ringbuf_consume(m, drop_record, &left, SIZE_MAX) >= 0);
    }
    pthread_join(t, NULL);
    map_unref(m);
    world_close(&w);
}

/* ---- redirect targets, maps of maps ---- */

static void target_values(void **state) {
    struct world w;
    u32 k = 1, v[2] = {0, 7};
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 14, 4, 8, 4, 0); /* devmap: interface, program */
    assert_int_equal(map_put(m, &k, v, 0), -EINVAL);
    v[0] = 3;
    assert_int_equal(map_put(m, &k, v, 0), 0);
    assert_int_equal(map_put(m, &k, v, 1), -EEXIST);
    assert_int_equal(map_put(m, &k, v, 3), -EINVAL);
    map_unref(m);
    m = map_of(&w, 25, 4, 8, 4, 0); /* devmap_hash */
    v[0] = 0;
    assert_int_equal(map_put(m, &k, v, 0), -EINVAL);
    v[0] = 3;
    assert_int_equal(map_put(m, &k, v, 1), 0);
    assert_int_equal(map_put(m, &k, v, 1), -EEXIST);
    assert_int_equal(map_del(m, &k), 0);
    assert_int_equal(map_del(m, &k), -ENOENT);
    map_unref(m);
    m = map_of(&w, 16, 4, 4, 4, 0); /* cpumap: length of the queue */
    v[0] = 16385;
    assert_int_equal(map_put(m, &k, v, 0), -EOVERFLOW);
    v[0] = 16384;
    assert_int_equal(map_put(m, &k, v, 0), 0);
    k = 4;
    assert_int_equal(map_put(m, &k, v, 0), -E2BIG);
    map_unref(m);
    world_close(&w);
}

static void sockets(void **state) {
    struct world w;
    u64 v = 77, got = 0;
    u32 k = 3, next;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 15, 4, 8, 4, 0); /* sockmap */
    assert_int_equal(map_put(m, &k, &v, 2), -ENOENT);
    assert_int_equal(map_put(m, &k, &v, 1), 0);
    assert_int_equal(map_put(m, &k, &v, 1), -EEXIST);
    assert_int_equal(map_put(m, &k, &v, 4), -EINVAL);
    assert_int_equal(map_get(m, &k, &got), 0);
    assert_int_equal(got, 77);
    assert_int_equal(m->value_len, 0); /* in no region */
    assert_null(m->kind->lookup(m, &k));
    assert_int_equal(m->kind->update(m, &k, &v, 0, 0), -EOPNOTSUPP); /* by a program */
    assert_int_equal(map_next(m, NULL, &next), 0);
    assert_int_equal(next, 0);
    next = 3;
    assert_int_equal(map_next(m, &next, &next), -ENOENT);
    assert_int_equal(map_del(m, &k), 0);
    assert_int_equal(map_del(m, &k), -EINVAL);
    k = 4;
    assert_int_equal(map_put(m, &k, &v, 0), -E2BIG);
    assert_int_equal(map_del(m, &k), -EINVAL);
    map_unref(m);
    m = map_of(&w, 18, 8, 4, 4, 0); /* sockhash */
    u64 key = 0x123456789;
    assert_int_equal(map_put(m, &key, &v, 0), 0);
    assert_int_equal(map_next(m, NULL, &got), 0);
    assert_true(got == key);
    assert_int_equal(map_del(m, &key), 0);
    assert_int_equal(map_del(m, &key), -ENOENT);
    map_unref(m);
    world_close(&w);
}

static void inner_maps(void **state) {
    enum { INNER = 1 << 12 };
    struct world w;
    u32 k = 0;
    (void)state;
    world_open(&w);
    for (u32 flags = 0; flags <= INNER; flags += INNER) {
        struct map_def in = {.name = "in", .type = ARRAY, .key_size = 4, .value_size = 8, .max_entries = 4};
        struct map_def d = {.name = "out", .type = 12, .key_size = 4, .value_size = 4, .max_entries = 2, .inner = &in};
        struct error e = {0};
        in.flags = flags;
        struct map *out = map_new(&d, &w.env, &e), *same = map_of(&w, ARRAY, 4, 8, 4, flags),
                   *larger = map_of(&w, ARRAY, 4, 8, 9, flags), *other = map_of(&w, ARRAY, 4, 8, 4, flags ^ INNER);
        assert_non_null(out);
        assert_int_equal(map_in_map_set(out, &k, same), 0);
        assert_int_equal(map_in_map_set(out, &k, larger), flags ? 0 : -EINVAL);
        assert_int_equal(map_in_map_set(out, &k, other), -EINVAL); /* flags are compared, this one too */
        map_unref(out);
        map_unref(same);
        map_unref(larger);
        map_unref(other);
    }
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches),        cmocka_unit_test(frozen),        cmocka_unit_test(wakeups),
        cmocka_unit_test(no_lost_wakeup), cmocka_unit_test(target_values), cmocka_unit_test(sockets),
        cmocka_unit_test(inner_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
