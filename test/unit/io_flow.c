/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* io_flow.c - flow hashes: both directions alike, other conversations apart, any bytes harmless; and
 * the threads that share them out. */
#include "io/flow.h"
#include "io/workers.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { FRAME = 128, SECOND = 1000000000 };

static u32 rnd(u64 *s, u32 n) {
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (u32)(*s >> 33) % n;
}

struct shape {
    bool v6, tagged, extension, fragment;
    u8 proto;
};

/* A frame of that shape between ends a and b; the length. */
static u32 make(u8 *f, const struct shape *s, const u8 a[18], const u8 b[18]) {
    static const u8 tag[] = {0x81, 0, 0, 7};
    u8 *p = f;
    memset(f, 0, FRAME);
    memcpy(p, b, 6);
    memcpy(p + 6, a, 6);
    p += 12;
    if (s->tagged) {
        memcpy(p, tag, sizeof tag);
        p += sizeof tag;
    }
    memcpy(p, s->v6 ? "\x86\xdd" : "\x08\x00", 2);
    p += 2;
    if (s->v6) {
        p[0] = 0x60;
        p[6] = s->fragment ? 44 : s->extension ? 0 : s->proto;
        memcpy(p + 8, a, 16);
        memcpy(p + 24, b, 16);
        p += 40;
        if (s->fragment || s->extension) {
            p[0] = s->proto;
            p[3] = s->fragment ? 8 : 0;
            p += 8;
        }
    } else {
        p[0] = s->extension ? 0x46 : 0x45;
        p[7] = s->fragment ? 8 : 0;
        p[9] = s->proto;
        memcpy(p + 12, a, 4);
        memcpy(p + 16, b, 4);
        p += s->extension ? 24 : 20;
    }
    memcpy(p, a + 16, 2);
    memcpy(p + 2, b + 16, 2);
    return (u32)(p + 8 - f);
}

static u32 hash_of(const struct shape *s, const u8 a[18], const u8 b[18]) {
    u8 f[FRAME];
    u32 n = make(f, s, a, b);
    return flow_hash(f, n, true);
}

static void both_directions(void **state) {
    static const u8 protos[] = {6, 17, 132, 33, 136, 1, 58, 47};
    u64 seed = 1;
    u32 same = 0;
    (void)state;
    for (u32 i = 0; i < 20000; i++) {
        struct shape s = {rnd(&seed, 2), rnd(&seed, 2), rnd(&seed, 2), rnd(&seed, 4) == 0, protos[rnd(&seed, 8)]};
        bool ports = !s.fragment && s.proto != 1 && s.proto != 58 && s.proto != 47;
        u8 a[18], b[18], c[18];
        for (u32 k = 0; k < 18; k++) {
            a[k] = (u8)rnd(&seed, 256);
            b[k] = (u8)rnd(&seed, 256);
        }
        u32 h = hash_of(&s, a, b);
        assert_int_equal(hash_of(&s, b, a), h);
        memcpy(c, a, sizeof c);
        c[17] ^= 1; /* another port: another conversation, where there are ports */
        if (ports)
            same += hash_of(&s, c, b) == h;
        else
            assert_int_equal(hash_of(&s, c, b), h);
        memcpy(c, a, sizeof c);
        c[3] ^= 16; /* another address */
        same += hash_of(&s, c, b) == h;
        s.tagged = !s.tagged; /* a tag does not make another conversation */
        assert_int_equal(hash_of(&s, a, b), h);
    }
    assert_in_range(same, 0, 3);
}

/* Ends that differ in a few bits, as in real traffic, are spread over few workers alike. */
static void spread(void **state) {
    enum { N = 40000, WORKERS = 7 };
    u32 count[WORKERS] = {0};
    struct shape s = {.proto = 6};
    u8 a[18] = {10, 0, 0, 1}, b[18] = {10, 0, 0, 2};
    (void)state;
    b[17] = 80;
    for (u32 i = 0; i < N; i++) {
        a[16] = (u8)(i >> 8);
        a[17] = (u8)i;
        a[3] = (u8)(1 + i / 20000);
        count[hash_of(&s, a, b) % WORKERS]++;
    }
    for (u32 i = 0; i < WORKERS; i++)
        assert_in_range(count[i], N / WORKERS * 95 / 100, N / WORKERS * 105 / 100);
}

/* Every length of every shape, and noise: in memory that ends where the frame ends. */
static void any_bytes(void **state) {
    u64 seed = 7;
    (void)state;
    for (u32 i = 0; i < 30000; i++) {
        struct shape s = {rnd(&seed, 2), rnd(&seed, 2), rnd(&seed, 2), rnd(&seed, 2), (u8)rnd(&seed, 256)};
        u8 a[18] = {1}, b[18] = {2}, f[FRAME];
        u32 n = rnd(&seed, make(f, &s, a, b) + 1);
        for (u32 k = rnd(&seed, 4); k; k--)
            f[rnd(&seed, FRAME)] = (u8)rnd(&seed, 256);
        u8 *exact = malloc(n + !n);
        memcpy(exact, f, n);
        assert_int_equal(flow_hash(exact, n, true), flow_hash(f, n, true));
        (void)flow_hash(exact, n, false);
        free(exact);
    }
}

static void without_ethernet(void **state) {
    struct shape s = {.proto = 17};
    u8 a[18] = {1, 2, 3, 4}, b[18] = {4, 3, 2, 1}, f[FRAME];
    (void)state;
    for (u32 v6 = 0; v6 < 2; v6++) {
        s.v6 = v6;
        u32 n = make(f, &s, a, b);
        assert_int_equal(flow_hash(f + 14, n - 14, false), flow_hash(f, n, true));
    }
}

/* ---- threads ---- */

enum { WORKERS = 4, JOBS = 500 };
struct job {
    u32 number;
    atomic_uint done;
};
struct order {
    u32 next[WORKERS];
    struct job job[MAX_JOBS];
};
static struct order order;

static void one(void *arg, u32 worker) {
    struct job *j = arg;
    if (order.next[worker]++ != j->number)
        abort();
    atomic_fetch_add(&j->done, 1);
}

static void jobs_in_order(void **state) {
    struct error e = {0};
    (void)state;
    for (u32 n = 1; n <= WORKERS; n++) {
        struct workers *w = workers_new(n, &e);
        u32 given = 0, over = 0;
        assert_non_null(w);
        memset(&order, 0, sizeof order);
        while (over < JOBS) {
            if (given < JOBS && given - over < MAX_JOBS) {
                struct job *j = &order.job[given % MAX_JOBS];
                j->number = given++;
                atomic_store(&j->done, 0);
                workers_start(w, one, j);
                continue;
            }
            while (!workers_wait(w, SECOND))
                ;
            assert_int_equal(atomic_load(&order.job[over++ % MAX_JOBS].done), n);
        }
        workers_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions),  cmocka_unit_test(spread),        cmocka_unit_test(any_bytes),
        cmocka_unit_test(without_ethernet), cmocka_unit_test(jobs_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
