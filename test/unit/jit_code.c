/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Memory for code: where it lies, that it runs, that nothing is writable and executable, and what a fork does to it. */
#include "engine/jit/code.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int here; /* stands for the library's text */

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
        struct code_area *a = code_area_new(&here, grows);
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
    struct code_area *a = code_area_new(&here, true);
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
        struct code_area *a = code_area_new(&here, false);
        assert_non_null(code_room(a, 64, &seen[k]));
        assert_true(llabs((long long)(seen[k] - (u64)(uintptr_t)&here)) < INT32_MAX);
        for (unsigned j = 0; j < k; j++)
            assert_int_not_equal(seen[j], seen[k]);
        code_area_free(a);
    }
}

static void forked(void **state) {
    struct code_area *a = code_area_new(&here, true);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs),
        cmocka_unit_test(large),
        cmocka_unit_test(places_differ),
        cmocka_unit_test(forked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
