/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_link.c - instances linked with each other, with the host, and with eBPF programs. */
#include "typed_kit.h"
#include <pthread.h>
#include <time.h>

struct world {
    struct svm *vm;
    struct svm_linker *l;
};

static int identity(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c;
    results[0] = args[0];
    return 0;
}
static int half(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c;
    results[0].of.f64 = args[3].of.f64 / 2;
    return 0;
}

static const enum svm_valkind i32 = SVM_I32, i64 = SVM_I64, f64 = SVM_F64;
static const enum svm_valkind four[] = {SVM_I32, SVM_I64, SVM_F32, SVM_F64};
static const struct svm_functype unary = {&i32, 1, &i32, 1}, wrong = {&i64, 1, &i32, 1}, log_type = {four, 4, &f64, 1};

static int open_world(void **state) {
    struct world *w = calloc(1, sizeof *w);
    *state = w;
    w->vm = kit_vm(NULL);
    w->l = svm_linker_new(w->vm, NULL);
    svm_linker_func(w->l, "env", "twice", &unary, identity, NULL);
    svm_linker_func(w->l, "env", "log", &log_type, half, NULL);
    return 0;
}
static int close_world(void **state) {
    struct world *w = *state;
    svm_linker_free(w->l);
    svm_free(w->vm);
    free(w);
    return 0;
}

static void imports_are_named(void **state) {
    struct world *w = *state;
    struct svm_program *p = kit_program(w->vm, "host");
    struct svm_linker *l = svm_linker_new(w->vm, NULL);
    struct svm_module *m;
    struct svm_error err;
    char path[512];
    assert_null(svm_instance_new(p, &err));
    assert_int_equal(err.code, SVM_ELINK);
    assert_string_equal(err.text, "unknown import: \"env\" \"twice\" (function (i32) -> (i32)), "
                                  "\"env\" \"log\" (function (i32, i64, f32, f64) -> (f64))");
    m = svm_module_load_file(w->vm, kit_path("host", path), NULL, &err);
    assert_int_equal(svm_linker_missing(l, m, 0), 0);
    assert_int_equal(svm_linker_missing(l, m, 1), 1);
    assert_int_equal(svm_linker_missing(l, m, 2), -1);
    svm_module_free(m);
    svm_linker_func(l, "env", "twice", &wrong, identity, NULL);
    svm_linker_func(l, "env", "log", &log_type, half, NULL);
    assert_null(svm_linker_instantiate(l, p, &err));
    assert_string_equal(err.text, "incompatible import type: \"env\" \"twice\" (function (i32) -> (i32)): "
                                  "a function (i64) -> (i32) is there");
    svm_linker_func(l, "env", "twice", &unary, identity, NULL); /* the name means the new one now */
    svm_instance_free(kit_instance(l, p));
    svm_linker_free(l);
    svm_program_free(p);
}

/* Functions of two instances in one table call each other by tail calls, a million times; one of the two has been
 * given back, and lives on, since the other may call it. */
static void instances_share_a_table(void **state) {
    struct world *w = *state;
    struct svm_program *p = kit_program(w->vm, "tail");
    struct svm_val null = {.kind = SVM_FUNCREF}, f = {.kind = SVM_FUNCREF};
    struct svm_table *t = svm_table_new(w->vm, SVM_FUNCREF, 2, UINT64_MAX, 0, NULL);
    struct svm_global *g = svm_global_new(w->vm, &null, true, NULL);
    struct svm_instance *even, *odd;
    svm_linker_table(w->l, "env", "table", t);
    svm_linker_global(w->l, "env", "other", g);
    even = kit_instance(w->l, p);
    odd = kit_instance(w->l, p);
    f.of.func = svm_instance_func(even, "even");
    assert_int_equal(svm_table_set(t, 0, &f), 0);
    f.of.func = svm_instance_func(odd, "odd");
    assert_int_equal(svm_table_set(t, 1, &f), 0);
    svm_instance_free(odd);
    svm_table_free(t);
    svm_global_free(g);
    assert_int_equal(kit_call(even, "even", 1, 1000000, 0, 0), 1);
    assert_int_equal(kit_call(even, "even", 1, 1000001, 0, 0), 0);
    assert_int_equal(kit_call(even, "call_even", 1, 11, 0, 0), 2);
    svm_instance_free(even);
    svm_program_free(p);
}

/* --- a host function that calls back --- */

static int calls_back(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg;
    return svm_call(svm_caller_instance(c), "twice_and_one", args, 1, results, 1, NULL);
}

static void host_functions_nest(void **state) {
    struct world *w = *state;
    struct svm_program *p = kit_program(w->vm, "host");
    struct svm_linker *l = svm_linker_new(w->vm, NULL);
    struct svm_instance *in;
    svm_linker_func(l, "env", "twice", &unary, calls_back, NULL); /* and that calls it again, without end */
    svm_linker_func(l, "env", "log", &log_type, half, NULL);
    in = kit_instance(l, p);
    svm_linker_free(l); /* the instance keeps its functions */
    assert_int_equal(kit_call(in, "twice_and_one", 1, 1, 0, 0), TRAPPED_DEPTH);
    assert_int_equal(kit_call(in, "add", 2, 1, 1, 0), 2);
    svm_instance_free(in);
    svm_program_free(p);
}

static void limits(void **state) {
    struct world *w = *state;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_program *p;
    struct svm_linker *l;
    struct svm_instance *in, *second;
    struct svm_error err;
    struct svm *vm;
    (void)w;
    c.max_instances = 2;
    c.max_memory = 3 * 65536 + 4096; /* tables count, too */
    c.max_calls = 100;
    vm = kit_vm(&c);
    p = kit_program(vm, "host");
    l = svm_linker_new(vm, NULL);
    svm_linker_func(l, "env", "twice", &unary, identity, NULL);
    svm_linker_func(l, "env", "log", &log_type, half, NULL);
    in = kit_instance(l, p);
    second = kit_instance(l, p);
    assert_null(svm_linker_instantiate(l, p, &err));
    assert_int_equal(err.code, SVM_ELIMIT);
    assert_int_equal(kit_call(in, "grow", 1, 1, 0, 0), 1);
    assert_int_equal(kit_call(second, "grow", 1, 1, 0, 0), -1);
    svm_instance_free(in);
    assert_int_equal(kit_call(second, "grow", 1, 2, 0, 0), 1);
    assert_int_equal(kit_call(second, "deep", 1, 90, 0, 0), 90);
    assert_int_equal(kit_call(second, "deep", 1, 100, 0, 0), TRAPPED_DEPTH);
    assert_null(svm_linker_instantiate(l, p, &err));
    assert_non_null(strstr(err.text, "over the limit of the runtime"));
    svm_instance_free(second);
    svm_linker_free(l);
    svm_program_free(p);
    svm_free(vm);
}

/* --- with eBPF --- */

static struct svm_program *bpf_program(struct svm *vm, const char *name, struct svm_instance *exports) {
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_module *m;
    struct svm_program *p = NULL;
    struct svm_error err;
    char path[512], *end;
    kit_path(name, path);
    end = strstr(path, ".wasm");
    strcpy(end, ".bpf.o");
    if (access(path, R_OK))
        skip();
    o.exports = exports;
    if (!(m = svm_module_load_file(vm, path, NULL, &err)) || !(p = svm_program_link(m, &o, &err)))
        fail_msg("%s", err.text);
    svm_module_free(m);
    return p;
}

static int run(struct svm_instance *in, const char *prog, void *mem, size_t len, struct svm_result *r) {
    struct svm_input i = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = len, .budget = 1000000};
    struct svm_error err;
    int rc = svm_run(in, prog, &i, r, &err);
    if (rc && rc != SVM_ETRAP)
        fail_msg("%s", err.text);
    return rc ? -1000 - (int)r->trap : (int)r->ret;
}

static void an_arena_is_a_memory(void **state) {
    struct world *w = *state;
    struct svm_program *p = bpf_program(w->vm, "tree", NULL), *wp = kit_program(w->vm, "tree");
    struct svm_instance *in = svm_instance_new(p, NULL), *wasm;
    int keys[10] = {50, 20, 70, 10, 30, 60, 80, 25, 65, 5}, sum = 0, key = 33;
    struct svm_result r;
    struct svm_error err;
    for (int i = 0; i < 10; i++)
        sum += keys[i] * 3;
    if (svm_linker_arena(w->l, "env", "arena", svm_program_map(p, "arena"), &err))
        fail_msg("%s", err.text);
    wasm = kit_instance(w->l, wp);
    assert_int_equal(kit_call(wasm, "sum", 0, 0, 0, 0), 0); /* pages that are not there yet read as zero */
    assert_int_equal(run(in, "insert", keys, sizeof keys, &r), 0);
    assert_int_equal(kit_call(wasm, "sum", 0, 0, 0, 0), sum);
    assert_int_equal(kit_call(wasm, "insert", 1, 33, 0, 0), 4096 + 8 + 10 * 16);
    assert_int_equal(run(in, "find", &key, sizeof key, &r), 165);
    key = 34;
    assert_int_equal(run(in, "find", &key, sizeof key, &r), -1);
    assert_int_equal(kit_call(wasm, "grow", 0, 0, 0, 0), -1);
    assert_int_equal(kit_call(wasm, "load", 1, 3 * 65536 - 1, 0, 0), 0);
    assert_int_equal(kit_call(wasm, "load", 1, 3 * 65536, 0, 0), TRAPPED_BOUNDS);
    svm_instance_free(in);
    svm_program_free(p);
    assert_int_equal(kit_call(wasm, "sum", 0, 0, 0, 0), sum + 165); /* the memory keeps the arena */
    svm_instance_free(wasm);
    svm_program_free(wp);
}

static void a_program_calls_exports(void **state) {
    struct world *w = *state;
    struct svm_program *wp = kit_program(w->vm, "host"), *p;
    struct svm_instance *wasm = kit_instance(w->l, wp), *in;
    uint8_t bytes[8] = {1, 2, 3, 4};
    struct svm_result r;
    p = bpf_program(w->vm, "kfunc", wasm);
    in = svm_instance_new(p, NULL);
    assert_int_equal(run(in, "sum", bytes, sizeof bytes, &r), 10);
    assert_true(r.insns > 4 * 3);
    assert_int_equal(run(in, "bad", bytes, sizeof bytes, &r), TRAPPED_DIVIDE);
    assert_int_equal(run(in, "forever", bytes, sizeof bytes, &r), TRAPPED_FUEL);
    assert_int_equal(run(in, "sum", bytes, sizeof bytes, &r), 10);
    svm_instance_free(in);
    svm_program_free(p);
    svm_instance_free(wasm);
    svm_program_free(wp);
}

static void *stop_soon(void *arg) {
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    svm_instance_interrupt(arg);
    return NULL;
}

/* An interrupt of the one that was called first stops what it has called. */
static void an_interrupt_goes_through(void **state) {
    struct world *w = *state;
    struct svm_program *wp = kit_program(w->vm, "host"), *p, *up = kit_program(w->vm, "uses_program");
    struct svm_instance *wasm = kit_instance(w->l, wp), *in, *user;
    struct svm_input i = {.kind = SVM_KIND_RAW, .budget = INT64_MAX};
    struct svm_result r;
    pthread_t t;
    p = bpf_program(w->vm, "kfunc", wasm);
    in = svm_instance_new(p, NULL);
    assert_int_equal(pthread_create(&t, NULL, stop_soon, in), 0);
    assert_int_equal(svm_run(in, "forever", &i, &r, NULL), SVM_ETRAP); /* in spin of host.wat */
    pthread_join(t, NULL);
    assert_int_equal(-1000 - (int)r.trap, TRAPPED_INTERRUPT);
    assert_int_equal(svm_linker_program(w->l, "ebpf", "sum", in, "loop"), 0);
    user = kit_instance(w->l, up);
    svm_instance_fuel_set(user, INT64_MAX);
    assert_int_equal(pthread_create(&t, NULL, stop_soon, user), 0);
    assert_int_equal(kit_call(user, "sum", 2, 100, 4, 0), TRAPPED_INTERRUPT); /* in loop of kfunc.bpf.c */
    pthread_join(t, NULL);
    svm_instance_free(user);
    svm_instance_free(in);
    svm_program_free(p);
    svm_program_free(up);
    svm_instance_free(wasm);
    svm_program_free(wp);
}

static void a_program_is_an_import(void **state) {
    struct world *w = *state;
    struct svm_program *hp = kit_program(w->vm, "host"), *p, *up = kit_program(w->vm, "uses_program");
    struct svm_instance *host = kit_instance(w->l, hp), *in, *user;
    p = bpf_program(w->vm, "kfunc", host);
    in = svm_instance_new(p, NULL);
    assert_int_equal(svm_linker_program(w->l, "ebpf", "sum", in, "nothing"), SVM_ENOENT);
    assert_int_equal(svm_linker_program(w->l, "ebpf", "sum", in, "sum"), 0);
    user = kit_instance(w->l, up);
    assert_int_equal(kit_call(user, "sum", 2, 100, 4, 0), 10); /* through host.wat's add */
    assert_int_equal(kit_call(user, "sum", 2, 100, 3, 0), TRAPPED_BOUNDS);
    assert_int_equal(kit_call(user, "sum", 2, 65534, 4, 0), TRAPPED_BOUNDS);
    assert_int_equal(kit_call(user, "sum", 2, -4, 8, 0), TRAPPED_BOUNDS);
    svm_instance_free(user);
    svm_instance_free(in);
    svm_program_free(p);
    svm_program_free(up);
    svm_instance_free(host);
    svm_program_free(hp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(imports_are_named, open_world, close_world),
        cmocka_unit_test_setup_teardown(instances_share_a_table, open_world, close_world),
        cmocka_unit_test_setup_teardown(host_functions_nest, open_world, close_world),
        cmocka_unit_test_setup_teardown(limits, open_world, close_world),
        cmocka_unit_test_setup_teardown(an_arena_is_a_memory, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_program_calls_exports, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_program_is_an_import, open_world, close_world),
        cmocka_unit_test_setup_teardown(an_interrupt_goes_through, open_world, close_world),
    };
    return kit_main("typed_link", KIT_BOTH, tests, sizeof tests / sizeof *tests);
}
