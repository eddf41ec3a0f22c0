/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_cost.c - helpers and kfuncs whose rows say that they take no fuel of their own (abi/helpers.def) are called with
 * all kinds of arguments in the middle of a run: none takes any, but for the bytes that it is given. */
#include "api/api.h"
#include "rt/heap.h"
#include "rt/mem.h"
#include "rt/timer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs the ones above */
#include <cmocka.h>

enum { TRY_ALL = 900, TRIES = 400, UNIT = 64, MAP_UPDATE = 2, UNDER_LOCK = 4, ROOM = 256, LEN = 100 };

static u64 seed = 1;
static u64 rnd(u64 n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed * 0x2545f4914f6cdd1du >> 20) % n;
}

static const char *const kfuncs[] = {
#define KFUNC(name, ...) #name,
#include "abi/kfuncs.def"
};

static u32 called, came_back; /* and did not trap */

static u64 number(const struct ctx *cx) {
    static const u64 some[] = {0,  1,   2,    3,     8,       14,         63,        64,
                               65, 512, 4096, 65535, 1 << 20, UINT32_MAX, INT64_MAX, UINT64_MAX};
    switch (rnd(8)) {
    case 0: return num(cx->stack_top) - 512 + 8 * rnd(56);
    case 1: return num(cx->pkt->data) + rnd(LEN);
    case 2: return handle(TAG_CTX, 0);
    case 3: return rnd(UINT32_MAX);
    default: return some[rnd(COUNT(some))];
    }
}

static u64 argument(const struct ctx *cx, u8 kind, u64 frame) {
    switch ((enum arg)kind) {
    case ARG_CTX: return handle(TAG_CTX, 0);
    case ARG_MAP: return handle(TAG_MAP, rnd(cx->program->m->nmap));
    case ARG_FUNC: return handle(TAG_FUNC, 0);
    case ARG_SIZE: return 1 + rnd(UNIT - 1);
    case ARG_SIZE_OR_ZERO: return rnd(UNIT);
    case ARG_MEM_OR_NULL: return rnd(4) ? frame + 8 * rnd(32) : 0;
    case ARG_LOCK: return num(cx->program->map[rnd(2)]->value) + 4 * rnd(4);
    case ARG_STR:
    case ARG_MAP_KEY:
    case ARG_MAP_VALUE:
    case ARG_MAP_VALUE_OUT:
    case ARG_MEM:
    case ARG_MEM_OUT:
    case ARG_RECORD:
    case ARG_OBJECT:
    case ARG_OBJECT_OUT:
    case ARG_MEM8_OUT: return frame + 8 * rnd(32);
    case ARG_ANY:
    case ARG_NONE: return number(cx);
    }
    return 0;
}

static void try(struct ctx *cx, const struct helper *h) {
    u64 frame = num(cx->stack_top) - 512, *pool = ptr(frame);
    for (u32 t = 0; h && h->unpaid && t < TRIES; t++) {
        u64 a[5];
        s64 fuel = cx->fuel;
        for (u32 k = 0; k < 5; k++)
            a[k] = argument(cx, h->arg[k], frame);
        if (h->id == MAP_UPDATE)
            a[3] &= ~(u64)UNDER_LOCK;
        for (u32 k = 0; k < 40 && !(t % 8); k++)
            pool[k] = number(cx);
        cx->callee = h;
        h->fn(cx, a[0], a[1], a[2], a[3], a[4]);
        if (cx->fuel != fuel)
            fail_msg("%s(0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx) took %lld", h->name, (unsigned long long)a[0],
                     (unsigned long long)a[1], (unsigned long long)a[2], (unsigned long long)a[3],
                     (unsigned long long)a[4], (long long)(fuel - cx->fuel));
        called++;
        came_back += !cx->trap;
        cx->trap = TRAP_NONE;
        if (rnd(4) == 0)
            object_release_all(cx->in);
    }
}

static u64 try_all(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    for (u32 id = 1; id < builtin_helpers(); id++)
        try(cx, builtin_helper(id));
    for (u32 k = 0; k < COUNT(kfuncs); k++)
        try(cx, builtin_kfunc(kfuncs[k]));
    object_release_all(cx->in);
    return 0;
}

/* What is given costs a unit of each 64 bytes. */
static u64 try_long(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    const struct helper *csum_diff = builtin_helper(28);
    s64 fuel = cx->fuel;
    (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    csum_diff->fn(cx, 0, 0, num(cx->stack_top) - 512, 64 * 3 + 60, 0);
    assert_int_equal(cx->fuel, fuel - 3);
    return 0;
}

static int quiet(void *arg, const char *text, size_t len) {
    return (void)arg, (void)text, (void)len, 0;
}

static void run_with(enum svm_kind kind, helper_fn *fn) {
    static struct map_def maps[] = {
        {.name = "array", .type = 2, .key_size = 4, .value_size = 60, .max_entries = 8},
        {.name = "one", .type = 2, .key_size = 4, .value_size = 16, .max_entries = 1},
        {.name = "hash", .type = 1, .key_size = 8, .value_size = 8, .max_entries = 16},
        {.name = "lru", .type = 9, .key_size = 4, .value_size = 32, .max_entries = 16},
        {.name = "cpus", .type = 6, .key_size = 4, .value_size = 8, .max_entries = 4},
        {.name = "queue", .type = 22, .value_size = 8, .max_entries = 4},
        {.name = "bloom", .type = 30, .value_size = 8, .max_entries = 32},
        {.name = "ring", .type = 27, .max_entries = 4096},
    };
    const char *text = "call 900\nmov64 r0, 0\nexit\n";
    struct helper h = {.name = "try_all", .fn = fn, .result = RET_SCALAR, .id = TRY_ALL};
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_load_options load = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct svm_result res = {0};
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    u8 room[ROOM + LEN + ROOM] = {0};
    struct svm_packet pkt = {.data = room + ROOM, .len = LEN, .headroom = ROOM, .tailroom = ROOM, .ifindex = 1};
    struct svm_input i = {.kind = kind, .packet = &pkt};
    load.front = "asm";
    c.engine = "interp";
    c.print = quiet;
    assert_non_null(vm = svm_new(&c, &err));
    assert_int_equal(registry_add_helper(&vm->r, &h, false), 0);
    assert_non_null(m = svm_module_load(vm, text, strlen(text), &load, &err));
    m->m.map = maps;
    m->m.nmap = COUNT(maps);
    if (!(p = svm_program_link(m, NULL, &err)))
        fail_msg("%s", err.text);
    if (!p->p.heap)
        p->p.heap = heap_new();
    if (!p->p.timers)
        p->p.timers = timers_new();
    assert_true(p->p.heap && p->p.timers);
    assert_non_null(in = svm_instance_new(p, &err));
    if (svm_run(in, NULL, &i, &res, &err))
        fail_msg("%s", err.text);
    assert_int_equal(res.insns, fn == try_long ? 3 + 3 : 3);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
}

static void nothing(void **state) {
    (void)state;
    run_with(SVM_KIND_XDP, try_all);
    run_with(SVM_KIND_TC, try_all);
    assert_true(called > 50000 && came_back > called / 4);
}

static void by_length(void **state) {
    (void)state;
    run_with(SVM_KIND_XDP, try_long);
}

/* What says nothing of itself may take anything. */
static void others(void **state) {
    static const u16 pay[] = {12, 25, 93, 164, 181, 209};
    (void)state;
    for (u32 k = 0; k < COUNT(pay); k++)
        assert_false(builtin_helper(pay[k])->unpaid);
    assert_true(builtin_helper(1)->unpaid && builtin_helper(MAP_UPDATE)->unpaid);
    assert_false(builtin_kfunc("bpf_strlen")->unpaid);
    assert_true(builtin_kfunc("bpf_iter_num_next")->unpaid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing),
        cmocka_unit_test(by_length),
        cmocka_unit_test(others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
