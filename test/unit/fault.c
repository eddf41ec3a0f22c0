/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fault.c - faults in ranges land in the run that waits for them; all others stay the host's. */
#define _GNU_SOURCE
#include "base/fault.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

enum { LEN = 1 << 16 };

static u8 *reserve(void) {
    u8 *p = mmap(NULL, LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(p, MAP_FAILED);
    return p;
}

/* Touches p under a landing: the byte, or -1 after a fault. */
static int touch(const volatile u8 *p) {
    struct landing l;
    struct landing *volatile outer = NULL;
    volatile int r = -1;
    if (!setjmp(l.env)) {
        outer = fault_land(&l);
        r = *p;
    }
    fault_land(outer);
    return r;
}

static void lands(void **state) {
    u8 *p = reserve();
    (void)state;
    assert_int_equal(fault_range_add(p, LEN), 0);
    assert_int_equal(touch(p), -1);
    assert_int_equal(touch(p + LEN - 1), -1);
    assert_int_equal(mprotect(p, 4096, PROT_READ | PROT_WRITE), 0);
    p[7] = 42;
    assert_int_equal(touch(p + 7), 42);
    assert_int_equal(touch(p + 4096), -1); /* again, and the signal is not blocked */
    fault_range_remove(p, LEN);
    munmap(p, LEN);
}

static void nests(void **state) {
    u8 *p = reserve();
    struct landing l;
    struct landing *volatile outer = NULL;
    volatile int inner = 0, faults = 0;
    (void)state;
    assert_int_equal(fault_range_add(p, LEN), 0);
    if (!setjmp(l.env)) {
        outer = fault_land(&l);
        inner = touch(p);
        *(volatile u8 *)p = 1;
    } else {
        faults++;
    }
    assert_ptr_equal(fault_land(outer), &l);
    assert_int_equal(inner, -1);
    assert_int_equal(faults, 1);
    fault_range_remove(p, LEN);
    munmap(p, LEN);
}

static void *thread(void *p) {
    stack_t s = {.ss_sp = malloc(SIGSTKSZ), .ss_size = SIGSTKSZ};
    size_t caught = 0;
    sigaltstack(&s, NULL);
    for (u32 k = 0; k < 200; k++)
        caught += touch((u8 *)p + k * 64) == -1;
    s.ss_flags = SS_DISABLE;
    sigaltstack(&s, NULL);
    free(s.ss_sp);
    return (void *)caught;
}

static void in_threads_and_on_other_stacks(void **state) {
    u8 *p = reserve();
    pthread_t t[4];
    (void)state;
    assert_int_equal(fault_range_add(p, LEN), 0);
    for (u32 k = 0; k < 4; k++)
        assert_int_equal(pthread_create(&t[k], NULL, thread, p), 0);
    for (u32 k = 0; k < 4; k++) {
        void *caught;
        pthread_join(t[k], &caught);
        assert_int_equal((size_t)caught, 200);
    }
    fault_range_remove(p, LEN);
    munmap(p, LEN);
}

static void many_ranges(void **state) {
    static u8 *p[200];
    (void)state;
    for (u32 k = 0; k < 200; k++)
        assert_int_equal(fault_range_add(p[k] = reserve(), LEN), 0);
    for (u32 k = 0; k < 200; k++)
        assert_int_equal(touch(p[k] + 5), -1);
    for (u32 k = 0; k < 200; k++) {
        fault_range_remove(p[k], LEN);
        munmap(p[k], LEN);
    }
}

/* --- machine code --- */

#if defined(__x86_64__)
/* load: the word at rdi; where that faults: the address of the load */
static const u8 load[] = {
    0x90, 0x48, 0x8b, 0x07, 0xc3, /* nop; mov rax, [rdi]; ret */
    0x58, 0xc3,                   /* pop rax; ret */
};
enum { FRONT = 16, ACCESS = 1, ELSEWHERE = 5 }; /* a sanitizer looks at what stands in front of a function */
typedef u64 load_fn(const void *p);

static u8 *code_page(void) {
    u8 *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(p, MAP_FAILED);
    memcpy(p + FRONT, load, sizeof load);
    assert_int_equal(mprotect(p, 4096, PROT_READ | PROT_EXEC), 0);
    return p + FRONT;
}

struct loads {
    load_fn *f;
    const u8 *p;
    u64 wrong;
};

static void *loads(void *arg) {
    struct loads *l = arg;
    for (u32 k = 0; k < 500; k++)
        l->wrong += l->f(l->p + 8 * k) != (u64)(uintptr_t)l->f + ACCESS;
    return NULL;
}

static void code_goes_on_elsewhere(void **state) {
    u8 *p = reserve(), *c = code_page();
    load_fn *f = (load_fn *)(uintptr_t)c;
    u64 word = 42;
    struct loads l[4];
    pthread_t t[4];
    struct landing landing;
    struct landing *volatile outer = NULL;
    volatile int landed = 0;
    (void)state;
    assert_int_equal(fault_range_add(p, LEN), 0);
    assert_int_equal(fault_code_add(c, sizeof load, c + ELSEWHERE), 0);
    for (u32 k = 0; k < 4; k++) {
        l[k] = (struct loads){f, p, 0};
        assert_int_equal(pthread_create(&t[k], NULL, loads, &l[k]), 0);
    }
    assert_int_equal(f(&word), 42);
    assert_true(f(p) == (u64)(uintptr_t)c + ACCESS);
    if (!setjmp(landing.env)) { /* it needs no landing, and leaves one alone */
        outer = fault_land(&landing);
        assert_true(f(p + 8) == (u64)(uintptr_t)c + ACCESS);
        *(volatile u8 *)p = 1;
    } else {
        landed = 1;
    }
    fault_land(outer);
    assert_int_equal(landed, 1);
    for (u32 k = 0; k < 4; k++) {
        pthread_join(t[k], NULL);
        assert_int_equal(l[k].wrong, 0);
    }
    fault_code_remove(c, sizeof load);
    fault_range_remove(p, LEN);
    munmap(c - FRONT, 4096);
    munmap(p, LEN);
}
#endif

/* --- what is not ours --- */

static sigjmp_buf host;
static volatile sig_atomic_t hosts;

static void host_handler(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    hosts++;
    siglongjmp(host, 1);
}

static void others_are_the_hosts(void **state) {
    u8 *p = reserve(), *q = reserve();
    struct landing l;
    struct landing *volatile outer = NULL;
    struct sigaction a = {.sa_sigaction = host_handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
    (void)state;
    sigaction(SIGSEGV, &a, NULL); /* cmocka takes the signal for each test: ours comes in front with the next range */
    assert_int_equal(fault_range_add(p, LEN), 0);
    if (!sigsetjmp(host, 1)) /* no landing */
        *(volatile u8 *)p = 1;
    assert_int_equal(hosts, 1);
    if (!setjmp(l.env)) { /* a landing, but another place */
        outer = fault_land(&l);
        if (!sigsetjmp(host, 1))
            *(volatile u8 *)q = 1;
    } else {
        fail();
    }
    fault_land(outer);
    assert_int_equal(hosts, 2);
    fault_range_remove(p, LEN);
    munmap(p, LEN);
    munmap(q, LEN);
}

#if defined(__x86_64__)
static void codes_faults_elsewhere_are_the_hosts(void **state) {
    u8 *p = reserve(), *q = reserve(), *c = code_page();
    load_fn *f = (load_fn *)(uintptr_t)c;
    struct sigaction a = {.sa_sigaction = host_handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
    int before = hosts;
    (void)state;
    sigaction(SIGSEGV, &a, NULL);
    assert_int_equal(fault_range_add(p, LEN), 0);
    assert_int_equal(fault_code_add(c, sizeof load, c + ELSEWHERE), 0);
    if (!sigsetjmp(host, 1)) /* our code, another place */
        f(q);
    assert_int_equal(hosts, before + 1);
    fault_code_remove(c, sizeof load);
    if (!sigsetjmp(host, 1)) /* our place, and the code is gone */
        f(p);
    assert_int_equal(hosts, before + 2);
    fault_range_remove(p, LEN);
    munmap(c - FRONT, 4096);
    munmap(p, LEN);
    munmap(q, LEN);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_are_the_hosts),
        cmocka_unit_test(lands),
        cmocka_unit_test(nests),
        cmocka_unit_test(in_threads_and_on_other_stacks),
        cmocka_unit_test(many_ranges),
#if defined(__x86_64__)
        cmocka_unit_test(code_goes_on_elsewhere),
        cmocka_unit_test(codes_faults_elsewhere_are_the_hosts),
#endif
    };
    if (FAULTS_CAUGHT)
        return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
    print_message("skipped: faults are not caught on this machine\n");
    return 0;
}
