/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_vm_run.c - ebpf-vm.h as its users call it: run; run as a C function, from many threads; what
 * is refused. */
#include "ebpf-vm.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* r0 = mem[0] + mem_len */
static const struct ebpf_inst add_len[] = {
    {0x71, 0, 1, 0, 0}, /* ldxb r0, [r1] */
    {0x0f, 0, 2, 0, 0}, /* add r0, r2    */
    {0x95, 0, 0, 0, 0},
};
static const struct ebpf_inst past_end[] = {{0x71, 0, 1, 100, 0}, {0x95, 0, 0, 0, 0}};
static const struct ebpf_inst endless[] = {{0x05, 0, 0, -1, 0}, {0x95, 0, 0, 0, 0}};

static char printed[512];
static int keep(FILE *stream, const char *format, ...) {
    va_list ap;
    int n;
    (void)stream;
    va_start(ap, format);
    n = vsnprintf(printed, sizeof printed, format, ap);
    va_end(ap);
    return n;
}

static void run(void **state) {
    struct ebpf_vm *vm = ebpf_create("");
    uint8_t mem[10] = {32};
    uint64_t ret = 0;
    char *msg;
    (void)state;
    assert_non_null(vm);
    assert_int_equal(ebpf_load(vm, add_len, sizeof add_len, &msg), 0);
    assert_int_equal(ebpf_exec(vm, mem, sizeof mem, &ret), 0);
    assert_int_equal(ret, 42);
    assert_int_equal(ebpf_exec(vm, mem, sizeof mem, NULL), 0);
    assert_int_equal(ebpf_load(vm, add_len, sizeof add_len, &msg), -1); /* not twice */
    assert_non_null(strstr(msg, "ebpf_unload_code first"));
    free(msg);
    assert_int_equal(ebpf_set_pointer_secret(vm, 5), -1); /* only before */
    ebpf_unload_code(vm);
    assert_int_equal(ebpf_load(vm, past_end, sizeof past_end, NULL), 0);
    ebpf_set_error_print(vm, keep);
    assert_int_equal(ebpf_exec(vm, mem, sizeof mem, &ret), -1);
    assert_non_null(strstr(printed, "out of bounds memory access"));
    ebpf_destroy(vm);
    ebpf_destroy(NULL);
}

struct work {
    ebpf_jit_fn fn;
    uint8_t first;
    uint64_t wrong;
};

static void *call_often(void *arg) {
    struct work *w = arg;
    uint8_t mem[7] = {w->first};
    int i;
    for (i = 0; i < 2000; i++)
        w->wrong += w->fn(mem, sizeof mem) != (uint64_t)w->first + sizeof mem;
    return NULL;
}

static void as_a_function(void **state) {
    enum { THREADS = 8 };
    struct ebpf_vm *vm = ebpf_create("ubpf");
    pthread_t t[THREADS];
    struct work w[THREADS];
    ebpf_jit_fn fn;
    char *msg;
    int i;
    (void)state;
    assert_null(ebpf_compile(vm, &msg)); /* nothing is loaded */
    assert_non_null(msg);
    free(msg);
    assert_int_equal(ebpf_load(vm, add_len, sizeof add_len, &msg), 0);
    fn = ebpf_compile(vm, &msg);
    assert_non_null(fn);
    assert_ptr_equal(fn, ebpf_compile(vm, NULL));
    for (i = 0; i < THREADS; i++) {
        w[i] = (struct work){fn, (uint8_t)(i * 3), 0};
        assert_int_equal(pthread_create(&t[i], NULL, call_often, &w[i]), 0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(w[i].wrong, 0);
    }
    ebpf_set_error_print(vm, keep);
    assert_true(fn(NULL, 0) == UINT64_MAX); /* no memory to read from */
    ebpf_unload_code(vm);
    assert_true(fn(NULL, 0) == UINT64_MAX);
    assert_non_null(strstr(printed, "no code is loaded"));
    ebpf_destroy(vm);
}

static void budget(void **state) {
    struct ebpf_vm *vm = ebpf_create("interp");
    uint64_t ret;
    (void)state;
    ebpf_set_error_print(vm, keep);
    assert_int_equal(ebpf_set_budget(vm, 10000), 0);
    assert_int_equal(ebpf_load(vm, endless, sizeof endless, NULL), 0);
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), -1);
    assert_non_null(strstr(printed, "budget"));
    ebpf_destroy(vm);
}

static void names(void **state) {
    struct ebpf_vm *vm;
    (void)state;
    assert_null(ebpf_create(NULL));
    assert_null(ebpf_create("warp"));
    vm = ebpf_create("interp");
    assert_string_equal(ebpf_get_vm_name(vm), "interp");
    assert_true(ebpf_toggle_bounds_check(vm, false));
    assert_false(ebpf_toggle_bounds_check(vm, true));
    assert_int_equal(ebpf_set_stack_size(vm, 100), -1);
    assert_int_equal(ebpf_set_stack_size(vm, 1024), 0);
    ebpf_destroy(vm);
    vm = ebpf_create("");
    assert_true(strlen(ebpf_get_vm_name(vm)) > 0);
    ebpf_destroy(vm);
}

static void refused(void **state) {
    static const struct ebpf_inst bad[] = {{0xff, 0, 0, 0, 0}, {0x95, 0, 0, 0, 0}};
    static const struct ebpf_inst helper[] = {{0x85, 0, 0, 0, 1}, {0x95, 0, 0, 0, 0}};
    struct ebpf_vm *vm = ebpf_create("");
    uint8_t *elf = NULL;
    size_t size;
    char *msg;
    (void)state;
    assert_int_equal(ebpf_load(vm, bad, sizeof bad, &msg), -1);
    assert_non_null(msg);
    free(msg);
    assert_int_equal(ebpf_load(vm, bad, 7, &msg), -1);
    free(msg);
    assert_int_equal(ebpf_load(vm, bad, (EBPF_MAX_INSTS + 1) * 8u, &msg), -1); /* refused before it is read */
    free(msg);
    assert_int_equal(ebpf_load(vm, helper, sizeof helper, &msg), -1); /* the kernel's helpers are not there */
    assert_non_null(strstr(msg, "1"));
    free(msg);
    ebpf_set_error_print(vm, keep);
    assert_int_equal(ebpf_aot_compile(vm, NULL, &elf, &size), -1); /* of nothing */
    assert_null(elf);
    assert_null(ebpf_load_aot_object(vm, bad, sizeof bad));
    ebpf_destroy(vm);
}

/* r0 = twice(the first byte) + 1: compiled in one vm, loaded in another. */
static uint64_t twice(uint64_t x, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    (void)b, (void)c, (void)d, (void)e;
    return 2 * x;
}
static void ahead(void **state) {
    static const struct ebpf_inst code[] = {
        {0x71, 1, 1, 0, 0}, {0x85, 0, 0, 0, 9}, {0x07, 0, 0, 0, 1}, {0x95, 0, 0, 0, 0}};
    struct ebpf_vm *vm = ebpf_create("");
    uint8_t *elf = NULL, mem[] = {20};
    uint64_t result;
    ebpf_jit_fn fn;
    size_t size;
    (void)state;
    assert_int_equal(ebpf_register(vm, 9, "twice", (void *)(uintptr_t)twice), 0);
    assert_int_equal(ebpf_load(vm, code, sizeof code, NULL), 0);
    ebpf_set_error_print(vm, keep);
    if (ebpf_aot_compile(vm, NULL, &elf, &size)) {
        ebpf_destroy(vm);
        print_message("skipped: no LLVM plug-in\n");
        skip();
    }
    ebpf_destroy(vm);
    vm = ebpf_create("interp");
    ebpf_set_error_print(vm, keep);
    assert_null(ebpf_load_aot_object(vm, elf, size)); /* twice is not there */
    assert_int_equal(ebpf_exec(vm, mem, sizeof mem, &result), -1);
    assert_int_equal(ebpf_register(vm, 9, "twice", (void *)(uintptr_t)twice), 0);
    assert_null(ebpf_load_aot_object(vm, elf, size - size / 3)); /* cut off */
    assert_non_null(fn = ebpf_load_aot_object(vm, elf, size));
    free(elf);
    assert_int_equal(fn(mem, sizeof mem), 41);
    assert_int_equal(ebpf_exec(vm, mem, sizeof mem, &result), 0);
    assert_int_equal(result, 41);
    assert_true(fn(NULL, 0) == UINT64_MAX); /* it has the checks that it was compiled with */
    assert_int_equal(ebpf_load(vm, code, sizeof code, NULL), -1); /* something is loaded */
    ebpf_unload_code(vm);
    assert_int_equal(ebpf_load(vm, code, sizeof code, NULL), 0);
    ebpf_destroy(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(run), cmocka_unit_test(as_a_function), cmocka_unit_test(budget),
                                       cmocka_unit_test(names), cmocka_unit_test(refused), cmocka_unit_test(ahead)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
