/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Memory for code: where it lies, that it runs, that nothing is writable and executable, and what a fork does to it. */
#include "engine/jit/code.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int here; /* stands for the library's text */
enum { STOP = 0xcc };

/* int f(void) { return v; } */
static int (*write_answer(struct code_area *a, int v, u32 size))(void) {
    u64 at;
    u8 *p = code_room(a, size, &at);
    int (*fn)(void);
    assert_non_null(p);
    assert_int_equal(at % 32, 0);
#if defined(__x86_64__)
    p[0] = 0xb8;
    memcpy(p + 1, &v, 4);
    p[5] = 0xc3;
#else
    skip();
#endif
    memcpy(&fn, &at, sizeof fn);
    return fn;
}

/* Lines of /proc/self/maps with these rights that hold the address; 0: any. */
static unsigned mapped(const char *rights, const void *at) {
    FILE *f = fopen("/proc/self/maps", "r");
    char line[512], got[5];
    unsigned long lo, hi;
    unsigned n = 0;
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "%lx-%lx %4s", &lo, &hi, got) == 3 && !memcmp(got, rights, 3))
            n += !at || ((unsigned long)at >= lo && (unsigned long)at < hi);
    fclose(f);
    return n;
}

static void runs(void **state) {
    (void)state;
    for (int grows = 0; grows < 2; grows++) {
        struct code_area *a = code_area_new(&here, 6, grows, STOP, NULL);
        int (*fn[2000])(void);
        u64 lo, hi;
        assert_non_null(a);
        code_area_bounds(a, &lo, &hi);
        for (int k = 0; k < 2000; k++) {
            fn[k] = write_answer(a, k, 6 + (u32)(k * 7) % 900);
            assert_true((u64)(uintptr_t)fn[k] >= lo && (u64)(uintptr_t)fn[k] < hi);
            if (grows) {
                assert_true(code_publish(a));
                assert_int_equal(fn[k](), k);
            }
        }
        assert_int_equal(mapped("rwx", NULL), 0);
        assert_true(code_publish(a));
        for (int k = 0; k < 2000; k++)
            assert_int_equal(fn[k](), k);
        assert_int_equal(mapped("rwx", NULL), 0);
        assert_int_equal(mapped("r-x", (void *)(uintptr_t)fn[0]), 1);
        fn[0] = write_answer(a, 42, 6); /* after it ran: elsewhere, or through the other mapping */
        assert_true(code_publish(a));
        assert_int_equal(fn[0](), 42);
        assert_int_equal(fn[1](), 1);
        code_area_free(a);
        assert_int_equal(mapped("r-x", (void *)(uintptr_t)fn[1]), 0);
    }
}

static void large(void **state) {
    struct code_area *a = code_area_new(&here, 6, true, STOP, NULL);
    int (*fn)(void);
    (void)state;
    fn = write_answer(a, 7, 9 << 20);
    assert_true(code_publish(a));
    assert_int_equal(fn(), 7);
    u64 at;
    assert_null(code_room(a, 0x7ffff000, &at)); /* more than the window */
    code_area_free(a);
}

static void places_differ(void **state) {
    u64 seen[64];
    (void)state;
    for (unsigned k = 0; k < COUNT(seen); k++) {
        struct code_area *a = code_area_new(&here, 6, false, STOP, NULL);
        assert_non_null(code_room(a, 64, &seen[k]));
        assert_true(llabs((long long)(seen[k] - (u64)(uintptr_t)&here)) < INT32_MAX);
        for (unsigned j = 0; j < k; j++)
            assert_int_not_equal(seen[j], seen[k]);
        code_area_free(a);
    }
}

static void forked(void **state) {
    struct code_area *a = code_area_new(&here, 6, true, STOP, NULL);
    int (*first)(void) = write_answer(a, 1, 64), (*second)(void), status;
    pid_t child;
    (void)state;
    assert_true(code_publish(a));
    child = fork();
    second = write_answer(a, child ? 2 : 3, 64); /* both write: neither into what the other runs */
    code_publish(a);
    if (child) {
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
    if (first() != 1 || second() != (child ? 2 : 3))
        child ? fail() : _exit(1);
    if (!child)
        _exit(0);
    code_area_free(a);
}

/* Memory that went back to a shelf is used again, runs nothing meanwhile, and holds nothing of what was there. */
static void kept(void **state) {
    struct shelf s = {0};
    struct code_area *a = code_area_new(&here, 6, false, STOP, &s), *b;
    int (*fn)(void) = write_answer(a, 1, 6), (*other)(void);
    (void)state;
    write_answer(a, 2, 3000);
    assert_true(code_publish(a));
    assert_int_equal(fn(), 1);
    code_area_free(a);
    assert_int_equal(mapped("r-x", (void *)(uintptr_t)fn), 0);
    assert_int_equal(mapped("rw-", (void *)(uintptr_t)fn), 1);
    a = code_area_new(&here, 6, false, STOP, &s);
    assert_ptr_equal(write_answer(a, 3, 6), fn);
    b = code_area_new(&here, 6, false, STOP, &s); /* the other is in use */
    other = write_answer(b, 4, 6);
    assert_ptr_not_equal(other, fn);
    assert_true(code_publish(a) && code_publish(b));
    assert_int_equal(fn(), 3);
    assert_int_equal(other(), 4);
    for (u32 k = 64; k < 3000; k++)
        assert_int_equal(((const u8 *)(uintptr_t)fn)[k], STOP);
    assert_int_equal(mapped("rwx", NULL), 0);
    code_area_free(a);
    code_area_free(b);
    assert_non_null(s.code);
    s.drop_code(s.code);
    assert_int_equal(mapped("rw-", (void *)(uintptr_t)fn), 0);
}

/* While it is held nothing is sealed, in whatever chunks it stands; then all of it is. What comes later is sealed by
 * itself. */
static void held(void **state) {
    struct shelf s = {0};
    (void)state;
    for (int round = 0; round < 2; round++) { /* the second in memory of the first */
        struct code_area *a = code_area_new(&here, 6, false, STOP, &s);
        int (*fn[400])(void), (*later)(void);
        code_hold(a);
        for (int k = 0; k < 400; k++) {
            fn[k] = write_answer(a, k, 900);
            assert_true(code_publish(a));
        }
        assert_int_equal(mapped("r-x", (void *)(uintptr_t)fn[0]), 0);
        assert_true(code_release(a));
        for (int k = 0; k < 400; k++)
            assert_int_equal(fn[k](), k);
        later = write_answer(a, 400, 900);
        assert_true(code_publish(a));
        assert_int_equal(later(), 400);
        assert_int_equal(fn[399](), 399);
        assert_int_equal(mapped("rwx", NULL), 0);
        code_area_free(a);
    }
    s.drop_code(s.code);
}

/* Threads that take from and give to one shelf: nobody has what another has. */
static void *use_shelf(void *arg) {
    for (int k = 0; k < 2000; k++) {
        struct code_area *a = code_area_new(&here, 6, false, STOP, arg);
        int (*fn)(void) = write_answer(a, k, 64);
        if (!code_publish(a) || fn() != k)
            return arg;
        code_area_free(a);
    }
    return NULL;
}

static void shared(void **state) {
    struct shelf s = {0};
    pthread_t t[4];
    void *bad;
    (void)state;
    for (u32 k = 0; k < COUNT(t); k++)
        assert_int_equal(pthread_create(&t[k], NULL, use_shelf, &s), 0);
    for (u32 k = 0; k < COUNT(t); k++) {
        assert_int_equal(pthread_join(t[k], &bad), 0);
        assert_null(bad);
    }
    s.drop_code(s.code);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs),
        cmocka_unit_test(large),
        cmocka_unit_test(places_differ),
        cmocka_unit_test(forked),
        cmocka_unit_test(kept),
        cmocka_unit_test(held),
        cmocka_unit_test(shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
