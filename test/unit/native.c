/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* native.c - code of object files: loaded, run, left by traps; and objects that are refused. The object is
 * test/native/object.c, compiled for this machine. */
#define _GNU_SOURCE
#include "base/fault.h"
#include "base/platform.h"
#include "engine/native/object.h"
#include "ir/module.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { FRAME = 512, FRAMES = 8, NFUNC = 7, SLOTS = 1 << 14 };
enum { ADD, DOWN, OUTSIDE, HELPER, ACCESS, SUM, PEEK };

static const size_t GUARDED_BYTES = ((size_t)8 << 30) + 65536;

struct bench {
    struct buf object;
    struct func func[NFUNC];
    struct module m;
    struct memory_def memory_def;
    struct link_view view;
    struct native_image *im;
    struct ctx cx;
    struct region region[REGION_MAP];
    struct memory mem, *mems[1];
    u8 stack[FRAME * FRAMES] __attribute__((aligned(64)));
    u64 slots[SLOTS];
};

static u64 give(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    (void)r2, (void)r3, (void)r4, (void)r5;
    assert_string_equal(cx->callee->name, "give");
    cx->trap = (u32)r1;
    return 77;
}
static const struct helper give_row = {.name = "give", .fn = give, .arg = {ARG_ANY}, .id = 1};
static const struct helper *const helpers[] = {NULL, &give_row};

static bool no_access(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done) {
    (void)size, (void)write, (void)val;
    *done = addr == 0x1000;
    if (!*done)
        cx->trap = TRAP_OUT_OF_BOUNDS;
    *val = 0xabcdef1234567890; /* a whole pointer */
    return false;
}
static const struct services services = {.access = no_access};

static int setup(void **state) {
    struct bench *t = calloc(1, sizeof *t);
    struct error e = {0};
    struct native_bytes b;
    struct native_code_block *c;
    assert_non_null(t);
    *state = t;
    assert_int_equal(buf_read_file(&t->object, NATIVE_OBJECT, 1 << 20), 0);
    for (u32 f = 0; f < NFUNC; f++)
        t->func[f].typed = f >= SUM;
    t->m = (struct module){.func = t->func, .nfunc = NFUNC, .memory = &t->memory_def, .nmemory = 1};
    t->view = (struct link_view){.m = &t->m, .helper = helpers, .nhelper = 2, .checks = true, .frame_size = FRAME};
    b = (struct native_bytes){t->object.data, t->object.len};
    c = native_load(&b, 1, false, &e);
    assert_string_equal(e.text, "");
    assert_int_equal(native_image(&t->im, &t->view, native_head_of(c), c, &e), 0);
    t->mem = (struct memory){.base = os_reserve_none(GUARDED_BYTES), .size = 65536, .max = 65536, .guarded = true};
    t->mems[0] = &t->mem;
    assert_true(os_commit(t->mem.base, 65536));
    t->cx = (struct ctx){.services = &services,
                         .region = t->region,
                         .nregion = REGION_MAP,
                         .max_depth = FRAMES,
                         .frame_size = FRAME,
                         .stack_top = t->stack + sizeof t->stack,
                         .mem = t->mems,
                         .mem_base = t->mem.base,
                         .memory = t->mem.base,
                         .slot_base = t->slots,
                         .slot_sp = t->slots + 16,
                         .slot_end = t->slots + SLOTS,
                         .max_calls = 5000};
    region_set(&t->region[REGION_STACK], t->stack, sizeof t->stack, true);
    return 0;
}

static int teardown(void **state) {
    struct bench *t = *state;
    native_image_free(t->im);
    os_release(t->mem.base, GUARDED_BYTES);
    buf_free(&t->object);
    free(t);
    return 0;
}

static u64 run(struct bench *t, u32 func, u64 r1, u64 r2, u64 r3) {
    u64 args[5] = {r1, r2, r3, 4, 5};
    memcpy(t->cx.arg, args, sizeof args);
    native_run(t->im, &t->cx, func);
    assert_int_equal(t->cx.depth, 0);
    assert_null(t->cx.run);
    assert_null(t->cx.env);
    return t->cx.ret;
}

static void trapped(const struct bench *t, u32 trap, u32 func, u32 pc, u32 callers) {
    assert_int_equal(t->cx.trap, trap);
    assert_int_equal(t->cx.trap_func, func);
    assert_int_equal(t->cx.trap_pc, pc);
    assert_int_equal(t->cx.trap_regs[10], t->cx.stack_top - callers * FRAME);
    for (u32 k = 0; k < callers; k++)
        assert_int_equal(t->cx.shadow[k], native_place(DOWN, 3));
    assert_int_equal(t->cx.shadow[callers], SHADOW_END);
}

/* Is memory at p used so: "r-xp"? */
static bool is_used(const void *p, const char *how) {
    FILE *f = fopen("/proc/self/maps", "r");
    unsigned long at = (unsigned long)(uintptr_t)p, from, to;
    char line[512], may[5];
    bool found = false;
    assert_non_null(f);
    while (!found && fgets(line, sizeof line, f))
        found = sscanf(line, "%lx-%lx %4s", &from, &to, may) == 3 && at >= from && at < to;
    fclose(f);
    return found && !strcmp(may, how);
}

static void test_sealed(void **state) {
    struct bench *t = *state;
    struct native_bytes b = {t->object.data, t->object.len};
    struct error e = {0};
    struct native_code_block *c = native_load(&b, 1, false, &e);
    const struct native_head *h = native_head_of(c);
    assert_true(is_used(h->enter[ADD], "r-xp"));
    assert_true(is_used(h, "r--p"));
    assert_true(is_used(h->enter, "r--p"));
    native_unload(c);
}

static void test_arguments(void **state) {
    assert_int_equal(run(*state, ADD, 1, 2, 3), 1 + 4 + 9 + 16 + 25 + 1);
}

static void test_traps(void **state) {
    struct bench *t = *state;
    run(t, DOWN, 3, TRAP_HOST, 0);
    trapped(t, TRAP_HOST, DOWN, 7, 3);
    run(t, DOWN, 100, TRAP_HOST, 0);
    trapped(t, TRAP_CALL_DEPTH, DOWN, 3, FRAMES - 1);
    assert_int_equal(run(t, HELPER, 0, 0, 0), 77);
    assert_int_equal(t->cx.trap, 0);
    run(t, HELPER, TRAP_BAD_MAP, 0, 0);
    trapped(t, TRAP_BAD_MAP, HELPER, 5, 0);
    assert_int_equal(run(t, HELPER, TRAP_END, 0, 0), 77);
    assert_int_equal(t->cx.trap, TRAP_END);
}

static void test_outside(void **state) {
    u8 from[40] = {200, [39] = 7}, to_down[40] = {9, 1};
    assert_int_equal(run(*state, OUTSIDE, (u64)(uintptr_t)from, 40, 0), 207);
    run(*state, OUTSIDE, (u64)(uintptr_t)to_down, 40, 0);
    trapped(*state, TRAP_HOST, DOWN, 7, 0);
}

static void test_access(void **state) {
    struct bench *t = *state;
    u64 at = (u64)(uintptr_t)t->stack + 6;
    assert_int_equal(run(t, ACCESS, at, 0x81fe, 1), (u64)0xfe + ((u64)(s64)(s16)0x81fe << 8));
    run(t, ACCESS, at + sizeof t->stack - 7, 0, 1);
    trapped(t, TRAP_OUT_OF_BOUNDS, ACCESS, 1, 0);
    run(t, ACCESS, at + sizeof t->stack - 7, 0, 0);
    trapped(t, TRAP_OUT_OF_BOUNDS, ACCESS, 3, 0);
    assert_int_equal(run(t, ACCESS, 0x1000, 0, 1), 0xabcdef1234567890 + (0xabcdef1234567890 << 8));
}

/* The same object, as if it had been hardened: calls out of it go by returns. */
static void test_hard_stubs(void **state) {
    static const u32 head[] = {NATIVE_VERSION, NATIVE_CHECKS | NATIVE_GUARDED, NFUNC, FRAME};
    static const u8 loop[] = {0xf3, 0x90, 0x0f, 0xae, 0xe8}; /* pause, lfence */
    struct bench *t = *state;
    struct native_bytes b = {t->object.data, t->object.len};
    u8 *at = memmem(t->object.data, t->object.len, head, sizeof head), from[40] = {200, [39] = 7};
    struct native_image *plain = t->im;
    struct error e = {0};
    struct native_code_block *c;
    assert_non_null(at);
    for (int hard = 0; hard < 2; hard++) {
        at[4] ^= hard * NATIVE_HARDENED;
        c = native_load(&b, 1, false, &e);
        at[4] ^= hard * NATIVE_HARDENED;
        assert_non_null(c);
        assert_int_equal(memmem(c->c.run, c->c.size, loop, sizeof loop) != NULL,
                         hard && native_machine->machine == EM_X86_64);
        assert_int_equal(native_image(&t->im, &t->view, native_head_of(c), c, &e), 0);
        assert_int_equal(run(t, OUTSIDE, (u64)(uintptr_t)from, 40, 0), 207);
        native_image_free(t->im);
        t->im = plain;
    }
}

static u64 call(struct bench *t, u32 func, u64 v) {
    u64 slot[4] = {v};
    t->cx.ntrace = 0;
    native_call(t->im, &t->cx, func, slot);
    assert_null(t->cx.run);
    assert_null(t->cx.native);
    assert_null(t->cx.place);
    return slot[0];
}

static void test_typed(void **state) {
    struct bench *t = *state;
    assert_int_equal(call(t, SUM, 4999), 4999 * 5000 / 2);
    assert_int_equal(t->cx.trap, 0);
    for (int again = 0; again < 3; again++) { /* places are 0 again each time */
        call(t, SUM, 5000);
        assert_int_equal(t->cx.trap, TRAP_CALL_DEPTH);
        assert_int_equal(t->cx.ntrace, COUNT(t->cx.trace));
        call(t, SUM, 1000000);
        assert_int_equal(t->cx.trap, TRAP_UNREACHABLE);
        assert_int_equal(t->cx.ntrace, 1);
        assert_int_equal(t->cx.trace[0].func, SUM);
        assert_int_equal(t->cx.trace[0].pc, 9);
    }
    assert_int_equal(call(t, SUM, 10), 55);
}

static void test_faults(void **state) {
    struct bench *t = *state;
    if (!FAULTS_CAUGHT)
        skip();
    assert_int_equal(fault_range_add(t->mem.base, GUARDED_BYTES),
                     0); /* here: cmocka takes the signal before each test */
    t->mem.base[65535] = 200;
    assert_int_equal(call(t, PEEK, 65535), 200);
    for (int again = 0; again < 3; again++) {
        call(t, PEEK, 65536 + 4096 * (u64)again);
        assert_int_equal(t->cx.trap, TRAP_OUT_OF_BOUNDS);
        assert_int_equal(t->cx.ntrace, 1);
        assert_int_equal(t->cx.trace[0].func, PEEK);
        assert_int_equal(t->cx.trace[0].pc, 11);
    }
    t->mem.guarded = false; /* there is no other code */
    call(t, PEEK, 0);
    assert_int_equal(t->cx.trap, TRAP_MEMORY);
    t->mem.guarded = true;
    fault_range_remove(t->mem.base, GUARDED_BYTES);
}

static void refused(struct bench *t, const u8 *p, size_t n, const char *text) {
    struct error e = {0};
    struct native_bytes b = {p, n};
    struct native_code_block *c = native_load(&b, 1, false, &e);
    if (c)
        native_unload(c);
    else if (!text || !strstr(e.text, text))
        print_error("%s\n", e.text);
    (void)t;
    assert_true(!c == (text != NULL));
}

/* Every byte of the headers and tables, wrong: a message or an object that loads, never anything else. */
static void test_hostile(void **state) {
    struct bench *t = *state;
    u8 *copy = malloc(t->object.len);
    u64 shoff;
    assert_non_null(copy);
    memcpy(&shoff, t->object.data + 40, 8);
    refused(t, t->object.data, 0, "not an ELF file");
    for (size_t at = 0; at < t->object.len; at += at < 64 || at >= shoff ? 1 : 37)
        for (u32 k = 0; k < 3; k++) {
            static const u8 with[] = {0x00, 0xff, 0x81};
            struct error e = {0};
            struct native_bytes b = {copy, t->object.len};
            memcpy(copy, t->object.data, t->object.len);
            copy[at] ^= with[k] ? with[k] : 1;
            native_unload(native_load(&b, 1, false, &e));
        }
    for (size_t n = 0; n < t->object.len; n += 13) {
        struct error e = {0};
        struct native_bytes b = {copy, n};
        u8 *cut = malloc(n + 1);
        assert_non_null(cut);
        memcpy(cut, t->object.data, n);
        b.p = cut;
        assert_null(native_load(&b, 1, false, &e));
        free(cut);
    }
    free(copy);
}

static void test_other_program(void **state) {
    struct bench *t = *state;
    struct error e = {0};
    struct native_bytes b = {t->object.data, t->object.len};
    struct native_code_block *c = native_load(&b, 1, false, &e);
    struct native_image *im;
    struct link_view v = t->view;
    assert_non_null(c);
    v.fuel = true;
    assert_int_equal(native_image(&im, &v, native_head_of(c), c, &e), E_LIMIT);
    assert_non_null(strstr(e.text, "without a budget"));
    e.code = 0;
    c = native_load(&b, 1, false, &e);
    v = t->view;
    v.nhelper = 1;
    assert_int_equal(native_image(&im, &v, native_head_of(c), c, &e), E_LINK);
    assert_non_null(strstr(e.text, "helper 1"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sealed),        cmocka_unit_test(test_arguments), cmocka_unit_test(test_traps),
        cmocka_unit_test(test_hard_stubs),    cmocka_unit_test(test_outside),   cmocka_unit_test(test_access),
        cmocka_unit_test(test_typed),         cmocka_unit_test(test_faults),    cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_other_program),
    };
    return native_usable() ? cmocka_run_group_tests(tests, setup, teardown) : 77;
}
