/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_inline.c - supervm/inline.h: maps over memory of the host, and helpers that LLVM is given as bitcode, which every
 * engine takes for the same. */
#include "supervm/inline.h"
#include "api_kit.h"

/* --- maps over memory of the host --- */

static const char counts[] = "#include \"bpf.h\"\n"
                             "struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4);\n"
                             "  __type(key, u32); __type(value, u64); } count SEC(\".maps\");\n"
                             "SEC(\"raw\") int add(u32 *mem) {\n"
                             "  u32 key = mem[0]; u64 *v = bpf_map_lookup_elem(&count, &key);\n"
                             "  if (!v) return -1;\n"
                             "  *v += mem[1]; return *v; }\n"
                             "SEC(\"raw/all\") int all(u32 *mem) {\n"
                             "  u64 sum = 0;\n"
                             "  for (u32 i = 0; i < 6; i++) {\n"
                             "    u32 key = i; u64 *v = bpf_map_lookup_elem(&count, &key);\n"
                             "    sum = sum * 3 + (v ? *v : 1); }\n"
                             "  return sum; }\n";

struct flow {
    uint64_t other, count, last;
};

static uint64_t run(struct svm_instance *in, const char *prog, uint32_t a, uint32_t b) {
    uint32_t mem[2] = {a, b};
    struct svm_input i = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_result r;
    struct svm_error err;
    if (svm_run(in, prog, &i, &r, &err))
        fail_msg("%s: %s", prog, err.text);
    return r.ret;
}

static void map_over_memory(void **state) {
    struct flow flow[4] = {{1, 10, 2}, {3, 20, 4}, {5, 30, 6}, {7, 40, 8}};
    const struct svm_map_info info = {.name = "flows", .type = 2, .key_size = 4, .value_size = 8, .max_entries = 4};
    const char *const name[] = {"count", NULL};
    struct svm_map *map[2] = {NULL};
    struct svm_link_options o = SVM_LINK_INIT;
    struct kit k = {0};
    uint32_t key = 2;
    uint64_t v = 0;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    if (!(k.m = kit_c(k.vm, counts, &k.err))) {
        assert_int_equal(k.err.code, 0);
        kit_close(&k);
        skip();
    }
    map[0] = svm_map_over(k.vm, &info, &flow[0].count, sizeof flow[0], &k.err);
    assert_non_null(map[0]);
    o.map_name = name;
    o.map = map;
    for (int verify = SVM_VERIFY_NONE; verify <= SVM_VERIFY_GUARDED; verify++) {
        o.verify = (enum svm_verify_mode)verify;
        if (!(k.p = svm_program_link(k.m, &o, &k.err)) || !(k.in = svm_instance_new(k.p, &k.err)))
            fail_msg("%s", k.err.text);
        flow[3].count = 40;
        flow[2].count = 30;
        assert_int_equal(run(k.in, "add", 3, 2), 42);
        assert_int_equal(flow[3].count, 42); /* the program's write is there */
        flow[2].count = 100;                 /* and the program sees the host's */
        assert_int_equal(run(k.in, "add", 2, 7), 107);
        assert_int_equal((uint32_t)run(k.in, "add", 4, 1), UINT32_MAX);
        assert_int_equal(run(k.in, "all", 0, 0), ((((10 * 3 + 20) * 3 + 107) * 3 + 42) * 3 + 1) * 3 + 1);
        assert_int_equal(svm_map_lookup(map[0], &key, &v), 0);
        assert_int_equal(v, 107);
        v = 30;
        assert_int_equal(svm_map_update(map[0], &key, &v, 0), 0);
        assert_int_equal(flow[2].count, 30);
        svm_instance_free(k.in);
        svm_program_free(k.p);
    }
    for (uint64_t i = 0; i < 4; i++) { /* what stands between the values is as it was */
        assert_int_equal(flow[i].other, 2 * i + 1);
        assert_int_equal(flow[i].last, 2 * i + 2);
    }
    k.in = NULL;
    k.p = NULL;
    svm_map_free(map[0]);
    kit_close(&k);
}

static void no_map(void **state) {
    uint64_t mem[8];
    struct svm_map_info info = {.name = "m", .type = 2, .key_size = 4, .value_size = 12, .max_entries = 2};
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    (void)state;
    assert_null(svm_map_over(vm, &info, (char *)mem + 4, 16, &err));
    assert_int_equal(err.code, SVM_EUSAGE);
    assert_non_null(strstr(err.text, "multiples of 8"));
    assert_null(svm_map_over(vm, &info, mem, 8, &err)); /* below value_size */
    assert_null(svm_map_over(vm, &info, mem, 20, &err));
    assert_null(svm_map_over(vm, &info, mem, 0, &err));
    assert_null(svm_map_over(vm, &info, NULL, 16, &err));
    assert_int_equal(err.code, SVM_EUSAGE);
    info.type = 1;
    assert_null(svm_map_over(vm, &info, mem, 16, &err));
    assert_non_null(strstr(err.text, "only an array"));
    info.type = 2;
    info.max_entries = 1;
    struct svm_map *m = svm_map_over(vm, &info, mem, 0, &err);
    assert_non_null(m);
    svm_map_free(m);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(map_over_memory), cmocka_unit_test(no_map)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
