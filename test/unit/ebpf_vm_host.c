/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_vm_host.c - ebpf-vm.h: registered functions, and maps of the host's own through the callbacks
 * of the 64-bit immediate load. Pointers work in memory that was registered, or with bounds
 * checks off. */
#include "ebpf-vm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int quiet(FILE *stream, const char *format, ...) {
    return (void)stream, (void)format, 0;
}

/* ---- a registered function ---- */

static uint64_t add3(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    return (void)d, (void)e, a + b + c;
}
static uint64_t nothing(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    return (void)a, (void)b, (void)c, (void)d, (void)e, 0;
}

static const struct ebpf_inst call_add3[] = {
    {0xb7, 1, 0, 0, 10},  /* r1 = 10   */
    {0xb7, 2, 0, 0, 20},  /* r2 = 20   */
    {0xb7, 3, 0, 0, 12},  /* r3 = 12   */
    {0x85, 0, 0, 0, 500}, /* call 500  */
    {0x95, 0, 0, 0, 0},
};

static void function(void **state) {
    struct ebpf_vm *vm = ebpf_create("");
    uint64_t ret = 0;
    (void)state;
    assert_int_equal(ebpf_set_pointer_secret(vm, 0x123456789abcdef0), 0);
    assert_int_equal(ebpf_register(vm, 500, "add3", (void *)add3), 0);
    assert_int_equal(ebpf_set_pointer_secret(vm, 0xfedcba9876543210), 0); /* those known are masked anew */
    assert_int_equal(ebpf_load(vm, call_add3, sizeof call_add3, NULL), 0);
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), 0);
    assert_int_equal(ret, 42);
    assert_int_equal(ebpf_register(vm, MAX_EXT_FUNCS, "x", (void *)add3), -1);
    assert_int_equal(ebpf_register(vm, 1, "x", NULL), -1);
    assert_int_equal(ebpf_unregister(vm, 500), 0);
    assert_int_equal(ebpf_unregister(vm, 500), -1);
    ebpf_set_error_print(vm, quiet);
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), -1); /* links anew, and the function is gone */
    ebpf_destroy(vm);
}

static void unwind(void **state) {
    static const struct ebpf_inst code[] = {{0x85, 0, 0, 0, 5}, {0xb7, 0, 0, 0, 7}, {0x95, 0, 0, 0, 0}};
    struct ebpf_vm *vm = ebpf_create("");
    uint64_t ret = 9;
    (void)state;
    assert_int_equal(ebpf_register(vm, 5, "tail_call", (void *)nothing), 0);
    assert_int_equal(ebpf_set_unwind_function_index(vm, 5), 0);
    assert_int_equal(ebpf_load(vm, code, sizeof code, NULL), 0);
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), 0);
    assert_int_equal(ret, 0); /* and not 7 */
    ebpf_destroy(vm);
}

/* ---- maps ---- */

static uint64_t cells[2][4]; /* two "maps" of four values; the address of one stands for the map */

static uint64_t by_fd(uint32_t fd) {
    return (uint64_t)(uintptr_t)cells[fd - 3];
}
static uint64_t by_idx(uint32_t idx) {
    return (uint64_t)(uintptr_t)cells[idx];
}
static uint64_t first_value(uint64_t map) {
    return map;
}
static uint64_t variable(uint32_t id) {
    return 1000 + id;
}
static uint64_t lookup(uint64_t map, uint64_t key, uint64_t c, uint64_t d, uint64_t e) {
    (void)c, (void)d, (void)e;
    return key < 4 ? map + key * 8 : 0; /* the key by value, as the program below gives it */
}

/* r1 = map of fd 4; r6 = lookup(r1, 2); *r6 += 1; r0 = values of map 0 + 8: *r0 */
static const struct ebpf_inst with_maps[] = {
    {0x18, 1, 1, 0, 4}, {0, 0, 0, 0, 0},    /* r1 = map_by_fd(4)           */
    {0xb7, 2, 0, 0, 2}, {0x85, 0, 0, 0, 1}, /* call lookup                 */
    {0x79, 3, 0, 0, 0},                     /* r3 = *r0                    */
    {0x07, 3, 0, 0, 1}, {0x7b, 0, 3, 0, 0}, /* *r0 = r3                    */
    {0x18, 4, 6, 0, 0}, {0, 0, 0, 0, 8},    /* r4 = map_val(map_by_idx(0)) + 8 */
    {0x79, 0, 4, 0, 0},                     /* r0 = *r4                    */
    {0x18, 5, 3, 0, 7}, {0, 0, 0, 0, 0},    /* r5 = var_addr(7)            */
    {0x0f, 0, 5, 0, 0}, {0x95, 0, 0, 0, 0},
};

static struct ebpf_vm *with_callbacks(void) {
    struct ebpf_vm *vm = ebpf_create("");
    assert_non_null(vm);
    assert_int_equal(ebpf_register(vm, 1, "lookup", (void *)lookup), 0);
    ebpf_set_lddw_helpers(vm, by_fd, by_idx, first_value, variable, NULL);
    ebpf_set_error_print(vm, quiet);
    memset(cells, 0, sizeof cells);
    cells[0][1] = 30;
    return vm;
}

static void registered(void **state) {
    struct ebpf_vm *vm = with_callbacks();
    uint64_t ret = 0;
    (void)state;
    assert_int_equal(ebpf_register_memory(vm, cells, sizeof cells, true), 0);
    assert_int_equal(ebpf_register_memory(vm, NULL, 8, true), -1);
    assert_int_equal(ebpf_load(vm, with_maps, sizeof with_maps, NULL), 0);
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), 0);
    assert_int_equal(ret, 1037);
    assert_int_equal(cells[1][2], 1);
    assert_int_equal(ebpf_compile(vm, NULL)(NULL, 0), 1037);
    assert_int_equal(cells[1][2], 2);
    ebpf_destroy(vm);
}

static void not_registered(void **state) {
    struct ebpf_vm *vm = with_callbacks();
    uint64_t ret = 0;
    (void)state;
    assert_int_equal(ebpf_load(vm, with_maps, sizeof with_maps, NULL), 0);
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), -1); /* with bounds checks on */
    assert_int_equal(cells[1][2], 0);
    assert_true(ebpf_toggle_bounds_check(vm, false));
    assert_int_equal(ebpf_exec(vm, NULL, 0, &ret), 0);
    assert_int_equal(ret, 1037);
    ebpf_destroy(vm);
}

static void missing_callback(void **state) {
    struct ebpf_vm *vm = with_callbacks();
    char *msg;
    (void)state;
    ebpf_set_lddw_helpers(vm, by_fd, by_idx, NULL, variable, NULL);
    assert_int_equal(ebpf_load(vm, with_maps, sizeof with_maps, &msg), -1);
    assert_string_equal(msg, "insn 7: a 64-bit immediate load with source 6, but no map_val is set");
    free(msg);
    ebpf_destroy(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(function), cmocka_unit_test(unwind),
                                       cmocka_unit_test(registered), cmocka_unit_test(not_registered),
                                       cmocka_unit_test(missing_callback)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
