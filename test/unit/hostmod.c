/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostmod.c - the import module "supervm": build/wasm/guest.wasm opens the maps and programs of guest.o. */
#include "typed_kit.h"

struct world {
    struct svm *vm;
    struct svm_linker *l;
    struct svm_program *ebpf, *p;
    struct svm_instance *progs, *in;
    char printed[64];
};

static int keep_text(void *arg, const char *text, size_t len) {
    struct world *w = arg;
    snprintf(w->printed, sizeof w->printed, "%.*s", (int)len, text);
    return 0;
}

static void grant(struct world *w) {
    static const char *const prog[] = {"cut", "sum", "beyond", "spin"}, *const map[] = {"words", "each", "events"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(svm_linker_grant_map(w->l, map[i], svm_program_map(w->ebpf, map[i]), true), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(svm_linker_grant_program(w->l, prog[i], w->progs, prog[i]), 0);
    assert_int_equal(svm_linker_grant_map(w->l, "look", svm_program_map(w->ebpf, "words"), false), 0);
    assert_int_equal(svm_linker_grant_map(w->l, "words", svm_program_map(w->ebpf, "each"), true), SVM_EEXIST);
    assert_int_equal(svm_linker_grant_program(w->l, "none", w->progs, "none"), SVM_ENOENT);
}

static int open_world(void **state) {
    struct world *w = calloc(1, sizeof *w);
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    struct svm_module *m;
    char path[512];
    c.cpus = 3;
    c.budget = 1000000;
    c.print = keep_text;
    c.print_arg = w;
    *state = w;
    w->vm = kit_vm(&c);
    w->l = svm_linker_new(w->vm, NULL);
    kit_path("guest", path);
    memcpy(strstr(path, ".wasm"), ".bpf.o", 7);
    if (access(path, R_OK) || access(kit_path("guest", path), R_OK)) /* no clang, or no wasm-ld */
        return 0;
    memcpy(strstr(path, ".wasm"), ".bpf.o", 7);
    if (!(m = svm_module_load_file(w->vm, path, NULL, &err)) || !(w->ebpf = svm_program_link(m, NULL, &err)) ||
        !(w->progs = svm_instance_new(w->ebpf, &err)))
        fail_msg("%s", err.text);
    svm_module_free(m);
    assert_int_equal(svm_linker_supervm(w->l), 0);
    grant(w);
    w->p = kit_program(w->vm, "guest");
    w->in = kit_instance(w->l, w->p);
    return 0;
}

static int close_world(void **state) {
    struct world *w = *state;
    svm_linker_free(w->l); /* grants stay with the instance */
    svm_instance_free(w->in);
    svm_instance_free(w->progs);
    svm_program_free(w->ebpf);
    svm_program_free(w->p);
    svm_free(w->vm);
    free(w);
    return 0;
}

static void check(void **state, const char *name, int want) {
    struct world *w = *state;
    if (!w->in)
        skip();
    assert_int_equal(kit_call(w->in, name, 0, 0, 0, 0), want);
}

static void maps(void **state) {
    check(state, "maps", 0);
}
static void per_cpu(void **state) {
    check(state, "per_cpu", 0);
}
static void hostile(void **state) {
    check(state, "hostile", 0);
}
static void read_only(void **state) {
    check(state, "read_only", 0);
}
static void ring(void **state) {
    check(state, "ring", 0);
}
static void programs(void **state) {
    check(state, "programs", 0);
}

/* A program that never ends takes the guest's fuel with it. */
static void fuel_is_the_guests(void **state) {
    struct world *w = *state;
    check(state, "spin", TRAPPED_FUEL);
    svm_instance_fuel_set(w->in, 5000);
    check(state, "spin", TRAPPED_FUEL);
    assert_int_equal(svm_instance_fuel(w->in), 0);
    svm_instance_fuel_set(w->in, UINT64_MAX);
    check(state, "programs", 0);
}

static void rest(void **state) {
    struct world *w = *state;
    check(state, "rest", 0);
    assert_string_equal(w->printed, "one line");
}

/* Maps stay while a guest may use them, though their program has gone. */
static void maps_outlive_their_program(void **state) {
    struct world *w = *state;
    if (!w->in)
        skip();
    svm_instance_free(w->in);
    svm_linker_free(w->l);
    w->l = svm_linker_new(w->vm, NULL);
    assert_int_equal(svm_linker_supervm(w->l), 0);
    assert_int_equal(svm_linker_grant_map(w->l, "words", svm_program_map(w->ebpf, "words"), true), 0);
    w->in = kit_instance(w->l, w->p);
    svm_instance_free(w->progs);
    svm_program_free(w->ebpf);
    w->progs = NULL;
    w->ebpf = NULL;
    check(state, "maps", 0);
}

static void usage(void **state) {
    struct world *w = *state;
    struct svm *other = kit_vm(NULL);
    struct svm_map_info info = {.name = "m", .type = 2, .key_size = 4, .value_size = 4, .max_entries = 1};
    struct svm_map *map = svm_map_new(other, &info, NULL);
    assert_int_equal(svm_linker_supervm(NULL), SVM_EUSAGE);
    assert_int_equal(svm_linker_grant_map(w->l, "m", map, true), SVM_EUSAGE); /* of another runtime */
    assert_int_equal(svm_linker_grant_map(w->l, NULL, map, true), SVM_EUSAGE);
    assert_int_equal(svm_linker_grant_program(w->l, "p", NULL, "p"), SVM_EUSAGE);
    svm_map_free(map);
    svm_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(maps, open_world, close_world),
        cmocka_unit_test_setup_teardown(per_cpu, open_world, close_world),
        cmocka_unit_test_setup_teardown(hostile, open_world, close_world),
        cmocka_unit_test_setup_teardown(read_only, open_world, close_world),
        cmocka_unit_test_setup_teardown(ring, open_world, close_world),
        cmocka_unit_test_setup_teardown(programs, open_world, close_world),
        cmocka_unit_test_setup_teardown(fuel_is_the_guests, open_world, close_world),
        cmocka_unit_test_setup_teardown(rest, open_world, close_world),
        cmocka_unit_test_setup_teardown(maps_outlive_their_program, open_world, close_world),
        cmocka_unit_test_setup_teardown(usage, open_world, close_world),
    };
    return kit_main("hostmod", KIT_BOTH, tests, sizeof tests / sizeof *tests);
}
