/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_bpf.c - the import module "wasm_bpf": build/wasm/wasm_bpf.wasm loads guest.bpf.o, and this host runs what it
 * attaches, twice each time it waits. */
#include "typed_kit.h"

enum { EVENTS = 10, EINTR_ = -4, EOPNOTSUPP_ = -95 };

struct world {
    struct svm *vm;
    struct svm_linker *l;
    struct svm_program *p;
    struct svm_instance *in, *attached;
    int detached, event;
    int len; /* of the object */
};

static int attach(void *arg, struct svm_instance *ebpf, const char *prog, const char *section, const char *target) {
    struct world *w = arg;
    if (strncmp(section, "tp/", 3))
        return EOPNOTSUPP_;
    assert_string_equal(prog, "on_exec");
    assert_null(target);
    w->attached = ebpf;
    return 0;
}

static void detach(void *arg, struct svm_instance *ebpf) {
    struct world *w = arg;
    w->detached += w->attached == ebpf;
    if (w->attached == ebpf)
        w->attached = NULL;
}

static int wait_some(void *arg, int timeout_ms) {
    struct world *w = arg;
    assert_int_equal(timeout_ms, 100);
    for (int i = 0; i < 2; i++) {
        uint64_t event[2] = {0, (uint64_t)++w->event};
        struct svm_input input = {.kind = SVM_KIND_OTHER, .mem = event, .mem_len = sizeof event};
        if (w->event > EVENTS)
            return EINTR_;
        assert_int_equal(svm_run(w->attached, "on_exec", &input, NULL, NULL), 0);
    }
    return 0;
}

static int put_object(struct world *w) {
    static uint8_t bytes[1 << 16];
    char path[512];
    FILE *f;
    memcpy(strstr(kit_path("guest", path), ".wasm"), ".bpf.o", 7);
    if (!(f = fopen(path, "rb")))
        return 0;
    w->len = (int)fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_int_equal(svm_memory_write(svm_instance_memory(w->in, "memory"),
                                      (uint32_t)kit_call(w->in, "room", 0, 0, 0, 0), bytes, (size_t)w->len),
                     0);
    return w->len;
}

static int quiet(void *arg, const char *text, size_t len) {
    (void)arg, (void)text, (void)len;
    return 0;
}

static int open_world(void **state) {
    struct world *w = calloc(1, sizeof *w);
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_wasm_bpf o = SVM_WASM_BPF_INIT;
    char path[512];
    *state = w;
    c.print = quiet;
    w->vm = kit_vm(&c);
    w->l = svm_linker_new(w->vm, NULL);
    o.arg = w;
    o.attach = attach;
    o.detach = detach;
    o.wait = wait_some;
    o.max_objects = 4;
    assert_int_equal(svm_linker_wasm_bpf(w->l, &o), 0);
    assert_int_equal(svm_linker_wasm_bpf(w->l, &o), SVM_EEXIST);
    if (access(kit_path("wasm_bpf", path), R_OK)) /* no clang, or no wasm-ld */
        return 0;
    w->p = kit_program(w->vm, "wasm_bpf");
    w->in = kit_instance(w->l, w->p);
    return 0;
}

static int close_world(void **state) {
    struct world *w = *state;
    svm_linker_free(w->l);
    svm_instance_free(w->in);
    svm_program_free(w->p);
    svm_free(w->vm);
    assert_null(w->attached); /* objects went with the last instance */
    free(w);
    return 0;
}

static void check(void **state, const char *name, int want) {
    struct world *w = *state;
    if (!w->in || !put_object(w))
        skip();
    assert_int_equal(kit_call(w->in, name, 1, w->len, 0, 0), want);
}

static void maps(void **state) {
    check(state, "maps", 0);
}
static void hostile(void **state) {
    check(state, "hostile", 0);
}
static void trap_in_callback(void **state) {
    check(state, "trap", -1001);
}

static void events(void **state) {
    struct world *w = *state;
    check(state, "events", 0);
    assert_int_equal(w->detached, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(maps, open_world, close_world),
        cmocka_unit_test_setup_teardown(events, open_world, close_world),
        cmocka_unit_test_setup_teardown(hostile, open_world, close_world),
        cmocka_unit_test_setup_teardown(trap_in_callback, open_world, close_world),
    };
    return kit_main("wasm_bpf", KIT_BOTH, tests, sizeof tests / sizeof *tests);
}
