/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_inline.c - supervm/inline.h: maps over memory of the host, and helpers that LLVM is given as bitcode, which every
 * engine takes for the same. */
#define _GNU_SOURCE
#include "supervm/inline.h"
#include "supervm/native.h"
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

/* --- helpers as bitcode --- */

static const char body[] = "#include <stdint.h>\n#include <string.h>\n"
                           "static const uint64_t odd[4] = {3, 5, 7, 11};\n"
                           "static uint64_t mixed(uint64_t x) { return (x ^ x >> 29) * 0xbf58476d1ce4e5b9; }\n"
                           "#define R uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5\n"
                           "uint64_t mix(void *user, R) { return mixed(r1 + r2 * odd[r3 & 3]) + r4 - r5; }\n"
                           "uint64_t sum(void *user, R) { const uint8_t *p = (void *)r1; uint64_t s = *(int *)user;\n"
                           "  for (uint64_t i = 0; i < r2; i++) s += p[i]; return s; }\n"
                           "uint64_t few(void *user, uint64_t r1) { return r1; }\n"
                           "#ifdef STATE\nint calls; uint64_t mine(void *user, R) { return ++calls; }\n#endif\n"
                           "#ifdef CALL\nuint64_t away(uint64_t); uint64_t mine(void *user, R) { return away(r1); }\n"
                           "#endif\n"
                           "#ifdef COPY\nuint64_t mine(void *user, R) { uint64_t x[9]; memcpy(x, (void *)r1, r2); "
                           "return x[r3 % 9]; }\n#endif\n";
struct code {
    char *p;
    size_t n;
};

/* p NULL: there is no clang. */
static struct code compiled(const char *flags) {
    const char *clang = getenv("SVM_CLANG");
    char in[] = "/tmp/svm_code_XXXXXX.c", out[] = "/tmp/svm_code_XXXXXX.bc", command[1024];
    int source = mkstemps(in, 2), object = mkstemps(out, 3);
    struct code c = {NULL, 0};
    assert_true(source >= 0 && object >= 0);
    assert_int_equal(write(source, body, strlen(body)), strlen(body));
    snprintf(command, sizeof command, "%s -O2 %s -emit-llvm -c %s -o %s 2>/dev/null",
             clang && *clang ? clang : "clang-19", flags, in, out);
    if (!system(command)) { /* which has put another file in its place */
        FILE *f = fopen(out, "rb");
        assert_non_null(f);
        c.p = malloc(1 << 20);
        c.n = fread(c.p, 1, 1 << 20, f);
        fclose(f);
    }
    close(source);
    close(object);
    unlink(in);
    unlink(out);
    return c;
}

static int called;
static uint64_t mix(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    static const uint64_t odd[4] = {3, 5, 7, 11};
    uint64_t x = r1 + r2 * odd[r3 & 3];
    (void)user;
    called++;
    return (x ^ x >> 29) * 0xbf58476d1ce4e5b9 + r4 - r5;
}
static uint64_t sum(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    const uint8_t *p = (const uint8_t *)(uintptr_t)r1;
    uint64_t s = (uint64_t)*(int *)user;
    (void)r3, (void)r4, (void)r5;
    called++;
    for (uint64_t i = 0; i < r2; i++)
        s += p[i];
    return s;
}

static const char program[] = "mov r6, r1\nmov r7, r2\nmov r8, 0\nmov r9, 1\n"
                              "more:\nmov r1, r8\nmov r2, r9\nmov r3, r8\nmov r4, 17\nmov r5, r8\ncall 4000\n"
                              "xor r9, r0\nadd r8, 1\njlt r8, 100, more\n"
                              "mov r1, r6\nmov r2, r7\ncall 4001\nxor r0, r9\nexit\n";

static bool by_llvm(const struct svm_program *p) {
    return !strcmp(svm_program_engine(p), "llvm");
}

static void in_place(void **state) {
    int start = 1000;
    struct svm_helper a = {.id = 4000, .name = "mix", .fn = mix, .arg = {1, 1, 1, 1, 1}},
                      b = {.id = 4001, .name = "sum", .fn = sum, .user = &start, .arg = {SVM_ARG_MEM, SVM_ARG_SIZE}};
    struct code c = compiled("");
    uint8_t mem[200];
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_result plain, r;
    (void)state;
    if (!c.p)
        skip();
    for (size_t i = 0; i < sizeof mem; i++)
        mem[i] = (uint8_t)(i * 7);
    for (int coded = 0; coded < 2; coded++) {
        struct kit k = {0};
        k.vm = svm_new(NULL, &k.err);
        assert_int_equal(svm_helper_register(k.vm, &a), 0);
        assert_int_equal(svm_helper_register(k.vm, &b), 0);
        if (coded && (svm_helper_bitcode(k.vm, 4000, c.p, c.n, "mix", &k.err) ||
                      svm_helper_bitcode(k.vm, 4001, c.p, c.n, "sum", &k.err)))
            fail_msg("%s", k.err.text);
        kit_open(&k, program);
        called = 0;
        in.mem_len = sizeof mem;
        assert_int_equal(svm_run(k.in, NULL, &in, coded ? &r : &plain, NULL), 0);
        assert_int_equal(called, coded && by_llvm(k.p) ? 0 : 101);
        in.mem_len = 0; /* the length must not be 0: the body is not reached */
        assert_int_equal(svm_run(k.in, NULL, &in, NULL, &k.err), SVM_ETRAP);
        assert_int_equal(called, coded && by_llvm(k.p) ? 0 : 201);
        kit_close(&k);
    }
    assert_int_equal(r.ret, plain.ret);
    assert_int_equal(r.insns, plain.insns);
    free(c.p);
}

/* A pointer that is none of the program's traps where the call is. */
static void checked(void **state) {
    int start = 0;
    struct svm_helper b = {.id = 4001, .name = "sum", .fn = sum, .user = &start, .arg = {SVM_ARG_MEM, SVM_ARG_SIZE}};
    struct code c = compiled("");
    struct kit k = {0};
    struct svm_result r;
    (void)state;
    if (!c.p)
        skip();
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &b), 0);
    assert_int_equal(svm_helper_bitcode(k.vm, 4001, c.p, c.n, "sum", &k.err), 0);
    kit_open(&k, "mov r1, r10\nsub r1, 8\nmov r2, 9\ncall 4001\nexit\n");
    called = 0;
    assert_int_equal(svm_run(k.in, NULL, NULL, &r, NULL), SVM_ETRAP);
    assert_int_equal(r.pc, 3);
    assert_non_null(strstr(r.trap_text, "out of bounds"));
    assert_int_equal(called, 0);
    kit_close(&k);
    free(c.p);
}

/* What LLVM says of bitcode that cannot be here; other engines do not look at it. */
static void unfit(void **state) {
    static const struct {
        const char *flags, *symbol, *text;
    } row[] = {
        {"", "none", "it has no function none"},
        {"", "few", "this function is not uint64_t"},
        {"-DSTATE", "mine", "a variable that is not constant: calls"},
        {"-DCALL", "mine", "needs a function that is elsewhere: away"},
        {"--target=bpf", "mix", "it is for bpf"},
        {"-DCOPY", "mine", NULL},
        {"-O0 -g -fstack-protector-all -fsanitize=undefined -fsanitize-trap=all", "mix", NULL},
    };
    struct svm_helper a = {.id = 4000, .name = "mix", .fn = mix, .arg = {1, 1, 1, 1, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct code c = compiled(row[i].flags);
        struct kit k = {0};
        bool llvm;
        if (!c.p)
            continue;
        k.vm = svm_new(NULL, &k.err);
        assert_int_equal(svm_helper_register(k.vm, &a), 0);
        assert_int_equal(svm_helper_bitcode(k.vm, 4000, c.p, c.n, row[i].symbol, &k.err), 0);
        assert_non_null(k.m = kit_load(k.vm, "call 4000\nexit\n", &k.err));
        k.p = svm_program_link(k.m, NULL, &k.err);
        llvm = k.p ? by_llvm(k.p) : true;
        if (llvm && row[i].text && (k.p || !strstr(k.err.text, row[i].text)))
            fail_msg("%s %s: %s", row[i].flags, row[i].symbol, k.err.text);
        if ((!llvm || !row[i].text) && !k.p)
            fail_msg("%s %s: %s", row[i].flags, row[i].symbol, k.err.text);
        kit_close(&k);
        free(c.p);
    }
}

static void registering(void **state) {
    struct svm_helper a = {.id = 4000, .name = "mix", .fn = mix, .arg = {1, 1, 1, 1, 1}};
    struct kit k = {0};
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_bitcode(k.vm, 4000, "BC\xc0\xde", 4, "mix", &k.err), SVM_ENOENT);
    assert_int_equal(svm_helper_bitcode(k.vm, 1, "BC\xc0\xde", 4, "mix", &k.err), SVM_ENOENT); /* not the host's */
    assert_int_equal(svm_helper_register(k.vm, &a), 0);
    assert_int_equal(svm_kfunc_register(k.vm, &a), 0);
    assert_int_equal(svm_helper_bitcode(k.vm, 4000,
                                        "\x7f"
                                        "ELF",
                                        4, "mix", &k.err),
                     SVM_EFORMAT);
    assert_int_equal(svm_helper_bitcode(k.vm, 4000, "BC\xc0\xde", 4, "", &k.err), SVM_EUSAGE);
    assert_int_equal(svm_helper_bitcode(k.vm, 4000, "BC\xc0\xde", 4, "mix", &k.err), 0);
    assert_int_equal(svm_kfunc_bitcode(k.vm, "nix", "BC\xc0\xde", 4, "mix", &k.err), SVM_ENOENT);
    assert_int_equal(svm_kfunc_bitcode(k.vm, "mix", "BC\xc0\xde", 4, "mix", &k.err), 0);
    assert_non_null(k.m = kit_load(k.vm, "call 4000\nexit\n", &k.err));
    k.p = svm_program_link(k.m, NULL, &k.err); /* four bytes are none */
    if (!k.p)
        assert_non_null(strstr(k.err.text, "bitcode of function mix"));
    svm_program_free(k.p);
    k.p = NULL;
    assert_int_equal(svm_helper_bitcode(k.vm, 4000, NULL, 0, NULL, &k.err), 0); /* as if there had been none */
    assert_non_null(k.p = svm_program_link(k.m, NULL, &k.err));
    assert_int_equal(svm_helper_bitcode(k.vm, 4000, NULL, 0, NULL, &k.err), SVM_EBUSY);
    kit_close(&k);
}

/* --- ahead of time --- */

/* An object of m as a module of its own; NULL: a build without LLVM. */
static struct svm_module *object(struct svm *vm, struct svm_module *m) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct svm_error err;
    struct svm_module *native;
    void *p = NULL;
    size_t n = 0;
    o.kind = SVM_EMIT_OBJECT;
    o.name = "made";
    if (svm_module_emit(m, &o, &p, &n, &err)) {
        assert_int_equal(err.code, SVM_EUNSUP);
        return NULL;
    }
    if (!(native = svm_module_load_native(vm, p, n, &err)))
        fail_msg("%s", err.text);
    free(p);
    return native;
}

static void bitcode_ahead(void **state) {
    struct svm_helper a = {.id = 4000, .name = "mix", .fn = mix, .arg = {1, 1, 1, 1, 1}};
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct code c = compiled("");
    struct kit k = {0};
    struct svm_module *native;
    struct svm_result r;
    void *text = NULL;
    size_t n = 0;
    (void)state;
    if (!c.p)
        skip();
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &a), 0);
    assert_int_equal(svm_helper_bitcode(k.vm, 4000, c.p, c.n, "mix", &k.err), 0);
    free(c.p);
    assert_non_null(
        k.m = kit_load(k.vm, "mov r1, 9\nmov r2, 1\nmov r3, 1\nmov r4, 1\nmov r5, 1\ncall 4000\nexit\n", &k.err));
    if (!(native = object(k.vm, k.m))) {
        kit_close(&k);
        skip();
    }
    assert_non_null(k.p = svm_program_link(native, NULL, &k.err));
    assert_non_null(k.in = svm_instance_new(k.p, &k.err));
    called = 0;
    assert_int_equal(svm_run(k.in, NULL, NULL, &r, NULL), 0);
    assert_int_equal(called, 0);
    assert_int_equal(r.ret, mix(NULL, 9, 1, 1, 1, 1));
    o.kind = SVM_EMIT_IR;
    assert_int_equal(svm_module_emit(k.m, &o, &text, &n, &k.err), 0);
    assert_null(memmem(text, n, "@host.mix", 9)); /* neither a call of it nor itself */
    free(text);
    svm_module_free(native);
    kit_close(&k);
}

static void map_ahead(void **state) {
    struct flow flow[4] = {{1, 10, 2}, {3, 20, 4}, {5, 30, 6}, {7, 40, 8}};
    uint64_t count[4] = {10, 20, 30, 40};
    const struct svm_map_info info = {.name = "flows", .type = 2, .key_size = 4, .value_size = 8, .max_entries = 4};
    const char *const name[] = {"count", NULL};
    struct svm_map *map[2] = {NULL}, *other;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_module *native = NULL;
    struct kit k = {0};
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    if (!(k.m = kit_c(k.vm, counts, &k.err)) || !(native = object(k.vm, k.m))) {
        kit_close(&k);
        skip();
    }
    other = svm_map_over(k.vm, &info, &flow[0].count, sizeof flow[0], &k.err);
    o.map_name = name;
    o.map = map;
    map[0] = other;
    assert_null(svm_program_link(native, &o, &k.err)); /* code has 8 bytes from value to value in it */
    assert_int_equal(k.err.code, SVM_EENGINE);
    assert_non_null(strstr(k.err.text, "24 bytes apart"));
    map[0] = svm_map_over(k.vm, &info, count, 8, &k.err);
    assert_non_null(k.p = svm_program_link(native, &o, &k.err));
    assert_non_null(k.in = svm_instance_new(k.p, &k.err));
    assert_int_equal(run(k.in, "add", 3, 2), 42);
    assert_int_equal(count[3], 42);
    svm_instance_free(k.in);
    svm_program_free(k.p);
    k.in = NULL;
    k.p = NULL;
    svm_map_free(map[0]);
    svm_map_free(other);
    svm_module_free(native);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_over_memory), cmocka_unit_test(no_map),    cmocka_unit_test(in_place),
        cmocka_unit_test(checked),         cmocka_unit_test(unfit),     cmocka_unit_test(registering),
        cmocka_unit_test(bitcode_ahead),   cmocka_unit_test(map_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
