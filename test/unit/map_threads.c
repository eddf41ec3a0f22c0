/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_threads.c - eight threads on one map: what each finds is whole and is its key's. The
 * same program is run under ThreadSanitizer (-DSVM_SANITIZE=thread). */
#include "map_model.h"
#include <errno.h>
#include <pthread.h>

enum { THREADS = 8, KEYS = 200, STEPS = 20000 };

struct job {
    struct map *m;
    struct world *w;
    struct instance in;
    u64 seed;
    u32 n;
};

/* A value is its key twice, and a third number that must be the same in both halves. */
struct value {
    u32 key, a, b, key2;
};

static void one_run(struct job *j) {
    struct map *m = j->m;
    u8 key[8] = {0};
    atomic_store(&j->in.active, atomic_load(&j->w->epoch.now)); /* as instance_run does */
    atomic_thread_fence(memory_order_seq_cst);
    for (u32 i = 0; i < 50; i++) {
        u32 k = rnd(&j->seed, KEYS), r = rnd(&j->seed, 1u << 30);
        u32 len = 32, id = m->type == 11 ? __builtin_bswap32(k << 8) : k;
        if (m->type == 11) {
            memcpy(key, &len, 4);
            memcpy(key + 4, &id, 4);
        } else {
            memcpy(key, &k, 4);
        }
        struct value v = {k, r, r, k}, *p;
        switch (rnd(&j->seed, 4)) {
        case 0: m->kind->update(m, key, &v, 0, 0); break;
        case 1: m->kind->erase(m, key); break;
        default:
            /* nobody writes through pointers here, so what is there must be whole, and stay
             * so until the run ends */
            if (!(p = m->kind->lookup(m, key)) || m->type == 2)
                break;
            struct value copy = *p;
            if (copy.key != k || copy.key2 != k || copy.a != copy.b)
                abort();
            sched_yield();
            if (memcmp(&copy, p, sizeof copy))
                abort();
        }
    }
    atomic_store_explicit(&j->in.active, 0, memory_order_release);
}

static void *work(void *arg) {
    struct job *j = arg;
    struct value v;
    for (u32 i = 0; i < STEPS / 50; i++) {
        u8 key[8] = {0}, next[8];
        one_run(j);
        /* the host's side at the same time */
        if (i % 10 == 0 && !map_next(j->m, NULL, next)) {
            memcpy(key, next, j->m->key_size);
            if (!map_get(j->m, key, &v) && (v.key != v.key2 || v.a != v.b))
                abort();
        }
    }
    return NULL;
}

static void together(u32 type, u32 key, u32 max, u32 flags) {
    struct world w;
    struct job job[THREADS];
    pthread_t t[THREADS];
    world_open(&w);
    struct map *m = map_of(&w, type, key, sizeof(struct value), max, flags);
    for (u32 i = 0; i < THREADS; i++) {
        memset(&job[i], 0, sizeof job[i]);
        job[i].m = m;
        job[i].w = &w;
        job[i].seed = i;
        epoch_join(&w.epoch, &job[i].in, CPUS);
        pthread_create(&t[i], NULL, work, &job[i]);
    }
    for (u32 i = 0; i < THREADS; i++) {
        pthread_join(t[i], NULL);
        epoch_part(&w.epoch, &job[i].in);
    }
    u32 n = 0;
    u8 k[8], next[8];
    for (s64 r = map_next(m, NULL, next); !r; r = map_next(m, k, next), n++)
        memcpy(k, next, key);
    assert_in_range(n, 0, max);
    map_unref(m);
    world_close(&w);
}

static void hash(void **state) {
    (void)state;
    together(1, 4, 150, 0);
    together(1, 4, 1000, NO_PREALLOC);
    together(1, 4, 200000, 0); /* large: entries have homes */
}
static void lru(void **state) {
    (void)state;
    together(9, 4, 100, 0);
    together(9, 4, 2000, 0);
    together(9, 4, 1, 0);
    together(9, 4, 150000, 0);
}
static void lpm(void **state) {
    (void)state;
    together(11, 8, 150, NO_PREALLOC);
}

/* --- ring: each producer's records come out whole and in its order --- */

struct record {
    u32 thread, n, size;
    u8 fill[];
};

static void *produce(void *arg) {
    struct job *j = arg;
    for (u32 i = 0; i < STEPS;) {
        u32 extra = rnd(&j->seed, 64);
        struct record *r = ringbuf_reserve(j->m, sizeof *r + extra);
        if (!r) {
            sched_yield();
            continue;
        }
        *r = (struct record){j->n, i++, extra};
        memset(r->fill, (int)r->n, extra);
        ringbuf_commit(j->m, r, false);
    }
    return NULL;
}

static int check(void *arg, const void *data, size_t len) {
    u32 *next = arg;
    const struct record *r = data;
    if (r->thread >= THREADS || r->n != next[r->thread]++ || len != sizeof *r + r->size)
        abort();
    for (u32 i = 0; i < r->size; i++)
        if (r->fill[i] != (u8)r->n)
            abort();
    return 0;
}

static void ring(void **state) {
    struct world w;
    struct job job[THREADS];
    pthread_t t[THREADS];
    u32 next[THREADS] = {0};
    u64 got = 0;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 27, 0, 0, 65536, 0);
    for (u32 i = 0; i < THREADS; i++) {
        memset(&job[i], 0, sizeof job[i]);
        job[i].m = m;
        job[i].n = i;
        pthread_create(&t[i], NULL, produce, &job[i]);
    }
    while (got < (u64)THREADS * STEPS) {
        s64 n = ringbuf_consume(m, check, next, SIZE_MAX);
        assert_true(n >= 0);
        got += (u64)n;
        if (!n)
            sched_yield();
    }
    for (u32 i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    map_unref(m);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(hash), cmocka_unit_test(lru), cmocka_unit_test(lpm),
                                       cmocka_unit_test(ring)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
