/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_maps.c - maps from the host's side: of its own, shared by programs, and those of objects. */
#include "api_kit.h"
#include <stdio.h>

enum { HASH = 1, ARRAY = 2, PROG_ARRAY = 3, PERCPU_ARRAY = 6, RINGBUF = 27 }; /* Linux UAPI */

static void own_map(void **state) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_map_info info = {.name = "t", .type = HASH, .key_size = 4, .value_size = 8, .max_entries = 2};
    struct svm_map *m = svm_map_new(vm, &info, &err);
    uint32_t k = 7, next;
    uint64_t v = 70;
    (void)state;
    assert_non_null(m);
    svm_free(vm); /* the map keeps it */
    assert_int_equal(svm_map_lookup(m, &k, &v), SVM_ENOENT);
    assert_int_equal(svm_map_update(m, &k, &v, 0), 0);
    assert_int_equal(svm_map_update(m, &k, &v, 1), SVM_EEXIST);
    v = 71;
    assert_int_equal(svm_map_update(m, &k, &v, 2), 0);
    assert_int_equal(svm_map_next(m, NULL, &next), 0);
    assert_int_equal(next, 7);
    assert_int_equal(svm_map_next(m, &next, &next), SVM_ENOENT);
    k = 8;
    assert_int_equal(svm_map_update(m, &k, &v, 0), 0);
    k = 9;
    assert_int_equal(svm_map_update(m, &k, &v, 0), SVM_EFULL);
    k = 8;
    v = 0;
    assert_int_equal(svm_map_lookup_delete(m, &k, &v), 0);
    assert_int_equal(v, 71);
    assert_int_equal(svm_map_delete(m, &k), SVM_ENOENT);
    assert_int_equal(svm_map_value_bytes(m), 8);
    assert_int_equal(svm_map_cpus(m), 1);
    assert_true(svm_map_memory(m) > 0);
    assert_true(svm_map_describe(m, &info));
    assert_string_equal(info.type_name, "hash");
    assert_string_equal(info.name, "t");
    assert_int_equal(svm_ringbuf_consume(m, NULL, NULL, 1), SVM_EUSAGE);
    assert_int_equal(svm_prog_array_set(m, 0, NULL, NULL), SVM_EUSAGE);
    svm_map_free(m);
}

static void bad_maps(void **state) {
    struct svm_error err;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm *vm;
    struct svm_map_info info = {.name = "t", .type = 9999, .key_size = 4, .value_size = 8, .max_entries = 2};
    (void)state;
    c.max_map_memory = 1 << 20;
    vm = svm_new(&c, &err);
    assert_null(svm_map_new(vm, &info, &err));
    assert_non_null(strstr(err.text, "unknown map type 9999"));
    info.type = ARRAY;
    info.key_size = 3;
    assert_null(svm_map_new(vm, &info, &err));
    info.key_size = 4;
    info.max_entries = 1 << 20;
    assert_null(svm_map_new(vm, &info, &err));
    assert_int_equal(err.code, SVM_ELIMIT);
    assert_null(svm_map_new(vm, NULL, &err));
    assert_null(svm_map_new(NULL, &info, &err));
    svm_free(vm);
}

static void percpu(void **state) {
    struct svm_error err;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_map_info info = {.type = PERCPU_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    struct svm *vm;
    struct svm_map *m;
    uint32_t k = 0;
    uint64_t v[3] = {1, 2, 3}, got[3];
    (void)state;
    c.cpus = 3;
    vm = svm_new(&c, &err);
    m = svm_map_new(vm, &info, &err);
    assert_int_equal(svm_map_cpus(m), 3);
    assert_int_equal(svm_map_value_bytes(m), 24);
    assert_int_equal(svm_map_update(m, &k, v, 0), 0);
    assert_int_equal(svm_map_lookup(m, &k, got), 0);
    assert_int_equal((uint32_t)got[2], 3);
    svm_map_free(m);
    svm_free(vm);
}

/* hello.bpf.c counts in .bss, lb.bpf.c in maps that the host gives it. */
static void maps_of_objects(void **state) {
    struct svm_error err;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p, *q;
    struct svm_instance *in;
    struct svm_map_info info;
    struct svm_var_info var;
    uint8_t bytes[64] = {0};
    struct svm_packet packet = {.data = bytes, .len = sizeof bytes};
    struct svm_input input = {.kind = SVM_KIND_OTHER, .packet = &packet};
    const char *set[] = {"packets=41", NULL}, *name[] = {".bss", NULL}, *none[] = {"nothing", NULL};
    struct svm_map *map[2] = {NULL, NULL};
    struct svm_link_options o = SVM_LINK_INIT;
    uint32_t zero = 0, value = 0, before = 0;
    (void)state;
    vm = svm_new(&c, &err);
    m = kit_object(vm, "hello", &err);
    if (!m) {
        svm_free(vm);
        skip();
    }
    assert_string_equal(svm_module_front(m), "elf");
    assert_string_equal(svm_module_license(m), "GPL");
    assert_true(svm_module_insns(m) > 10);
    assert_non_null(svm_module_btf(m, NULL));
    assert_true(svm_module_map(m, 0, &info));
    assert_true(info.data);
    assert_true(svm_module_var(m, 0, &var));
    assert_string_equal(var.name, "packets");
    o.set = set;
    p = svm_program_link(m, &o, &err);
    assert_non_null(p);
    assert_null(svm_program_map(p, "nothing"));
    map[0] = svm_program_map(p, ".bss");
    assert_non_null(map[0]);
    assert_int_equal(svm_map_lookup(map[0], &zero, &before), 0);
    assert_int_equal(before, 41);

    /* a second program on the same map */
    o.set = NULL;
    o.map_name = name;
    o.map = map;
    q = svm_program_link(m, &o, &err);
    assert_non_null(q);
    in = svm_instance_new(q, &err);
    assert_int_equal(svm_run(in, "hello", &input, NULL, &err), 0);
    assert_int_equal(svm_run(in, "xdp", &input, NULL, &err), 0); /* by section */
    assert_int_equal(svm_map_lookup(map[0], &zero, &value), 0);
    assert_int_equal(value, 43);
    svm_map_free(map[0]); /* not the host's to free: nothing happens */
    assert_int_equal(svm_map_lookup(map[0], &zero, &value), 0);

    o.map_name = none;
    assert_null(svm_program_link(m, &o, &err));
    assert_int_equal(err.code, SVM_ENOENT);
    svm_instance_free(in);
    svm_program_free(q);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
}

static void maps_stay_in_their_runtime(void **state) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err), *other = svm_new(NULL, &err);
    struct svm_map_info info = {.name = ".bss", .type = ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    struct svm_map *map[2] = {svm_map_new(other, &info, &err), NULL};
    const char *name[] = {".bss", NULL};
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_module *m = kit_object(vm, "hello", &err);
    (void)state;
    o.map_name = name;
    o.map = map;
    if (m) {
        assert_null(svm_program_link(m, &o, &err));
        assert_non_null(strstr(err.text, "another runtime"));
    }
    svm_map_free(map[0]);
    svm_module_free(m);
    svm_free(vm);
    svm_free(other);
}

static void tail_calls(void **state) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = kit_object(vm, "tailcall", &err);
    struct svm_program *p;
    struct svm_map *jumps;
    (void)state;
    if (!m) {
        svm_free(vm);
        skip();
    }
    p = svm_program_link(m, NULL, &err);
    assert_non_null(p);
    jumps = svm_program_map(p, "jumps");
    assert_int_equal(svm_prog_array_set(jumps, 0, p, "nothing"), SVM_ENOENT);
    assert_int_equal(svm_prog_array_set(jumps, 99, p, "on_tcp"), SVM_EFULL);
    assert_int_equal(svm_prog_array_set(jumps, 0, p, "on_tcp"), 0);
    assert_int_equal(svm_prog_array_set(jumps, 0, NULL, NULL), 0);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
}

static int count(void *arg, const void *data, size_t len) {
    (void)data;
    *(size_t *)arg += len;
    return 0;
}

static void ring(void **state) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_map_info info = {.name = "r", .type = RINGBUF, .max_entries = 4096};
    struct svm_map *m = svm_map_new(vm, &info, &err);
    size_t bytes = 0;
    (void)state;
    assert_non_null(m);
    assert_int_equal(svm_ringbuf_consume(m, count, &bytes, 10), 0);
    assert_int_equal(bytes, 0);
    svm_map_free(m);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_map),
        cmocka_unit_test(bad_maps),
        cmocka_unit_test(percpu),
        cmocka_unit_test(maps_of_objects),
        cmocka_unit_test(maps_stay_in_their_runtime),
        cmocka_unit_test(tail_calls),
        cmocka_unit_test(ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
