/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* interp_typed.c - what random functions (interp_typed_random.c) do not reach: depth, tail calls, exceptions, tables,
 * runs inside runs, and faults in both. */
#define _GNU_SOURCE
#include "abi/object.h"
#include "base/fault.h"
#include "engine/engines.h"
#include "ir/module.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

enum { SLOTS = 4096, FUNCS = 4, MAX = 24 };
#define GUARD                    ((8ull << 30) + 65536)
#define I(op, a, b, c, off, imm) {OP_##op, a, b, c, off, imm}
#define PAD                      {OP_pad, 0, 0, 0, 0, 0}

struct bench {
    struct insn code[FUNCS][MAX];
    struct func func[FUNCS];
    struct deftype type[2]; /* (i32) -> i32, and the type of tag 0, (i32) -> nothing */
    struct entity host;
    struct memory_def memory;
    struct table_def table;
    struct tag_def tag;
    struct module m;
    void *image;
    struct ctx cx;
    struct memory mem, *mems[1];
    struct table tab, *tabs[1];
    struct rtype rtype[2];
    const struct rtype *up[2], *rtypes[2], *up_of[2];
    const void *tags[1];
    struct funcref ref[FUNCS];
    u64 elem[3], slot[SLOTS];
    u64 exn[sizeof(struct exception) / 8 + 1];
    u32 outs, inner_trap;
    u64 *outside_sp;
};
static const u32 vt[] = {'I', 'I'};
static const u8 regs[] = "IXXXXXXN";
static struct bench t;

static const struct engine *engine(void) {
    u32 rank = 0;
    while (strcmp(engine_by_rank(rank)->name, "interp") != 0)
        rank++;
    return engine_by_rank(rank);
}

static bool refuel(struct ctx *cx) {
    cx->trap = TRAP_FUEL;
    return false;
}

/* The host's function: runs function 3 of the same instance with its argument, and says how that went. */
static bool call_ref(struct ctx *cx, const struct funcref *f, u64 *slot) {
    u64 v = slot[0];
    assert_null(f->cx);
    t.outs++;
    t.outside_sp = cx->slot_sp;
    assert_true(cx->calls > 0 && cx->calls < cx->max_calls);
    engine()->call(t.image, cx, 3, &v);
    t.inner_trap = cx->trap;
    cx->trap = 0;
    cx->ntrace = 0;
    slot[0] = t.inner_trap ? 7 : v;
    return true;
}

static struct exception *exception(struct ctx *cx, u32 tag, const u64 *slot, u32 nslot) {
    struct exception *x = (struct exception *)t.exn;
    assert_int_equal(nslot, 1);
    x->tag = cx->tag[tag];
    x->nslot = 1;
    x->slot[0] = slot[0];
    return x;
}
static const struct services services = {.refuel = refuel, .call_ref = call_ref, .exception = exception};

static void function(u32 f, const struct insn *code, u32 n) {
    memcpy(t.code[f], code, n * sizeof *code);
    t.func[f].nslot = n;
}
#define FUNCTION(f, ...) function(f, (const struct insn[]){__VA_ARGS__}, COUNT(((const struct insn[]){__VA_ARGS__})))

/* Function 0 is the host's; 1 .. 3 return their argument until a test says otherwise. */
static int setup(void **state) {
    (void)state;
    memset(&t, 0, sizeof t);
    t.type[0] = (struct deftype){.super = NO_INDEX, .kind = 'f', .vt = vt, .nparam = 1, .nresult = 1, .ngroup = 1};
    t.type[1] = (struct deftype){.super = NO_INDEX, .kind = 'f', .vt = vt, .nparam = 1, .group = 1, .ngroup = 1};
    deftype_slots(&t.type[0]);
    deftype_slots(&t.type[1]);
    for (u32 f = 0; f < FUNCS; f++) {
        t.func[f] = (struct func){.name = "f", .code = t.code[f], .typed = true, .wide = true, .nreg = 8, .reg_type = regs};
        FUNCTION(f, I(ret, 0, 0, 1, 0, 0), PAD);
        t.ref[f] = (struct funcref){.type = &t.rtype[0], .cx = f ? &t.cx : NULL, .func = f};
    }
    t.func[0] = (struct func){.name = "host", .typed = true, .imported = true};
    t.memory.lim = (struct size_limits){1, 1, false, false};
    t.table = (struct table_def){{3, 3, false, false}, VT_FUNCREF};
    t.tag.type = 1;
    t.host = (struct entity){{"host", 4}, {"f", 1}, ENTITY_FUNC, 0};
    t.m = (struct module){.name = "test", .front = "test", .func = t.func, .nfunc = FUNCS, .nfunc_import = 1, .type = t.type,
                          .ntype = 2, .memory = &t.memory, .nmemory = 1, .table = &t.table, .ntable = 1, .tag = &t.tag,
                          .ntag = 1, .ext = &t.host, .next = 1};
    for (u32 k = 0; k < 2; k++) {
        t.up[k] = t.rtypes[k] = &t.rtype[k];
        t.rtype[k] = (struct rtype){.up = &t.up[k], .param_slots = 1, .result_slots = !k};
    }
    t.mem.size = t.mem.max = 65536;
    t.mem.base = mmap(NULL, GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(t.mem.base, MAP_FAILED);
    mprotect(t.mem.base, 65536, PROT_READ | PROT_WRITE);
    t.mem.guarded = true;
    t.mems[0] = &t.mem;
    t.elem[1] = (u64)&t.ref[2];
    t.tab = (struct table){t.elem, 3, 3, VT_FUNCREF, false};
    t.tabs[0] = &t.tab;
    t.tags[0] = &t.tag;
    t.cx.services = &services;
    t.cx.fuel = 1 << 30;
    t.cx.mem = t.mems;
    t.cx.table = t.tabs;
    t.cx.rtype = t.rtypes;
    t.cx.func = t.ref;
    t.cx.tag = t.tags;
    t.cx.slot_base = t.cx.slot_sp = t.slot;
    t.cx.slot_end = t.slot + SLOTS;
    t.cx.max_calls = 100;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    engine()->free(t.image);
    munmap(t.mem.base, GUARD);
    return 0;
}

static u64 run(u32 arg) {
    struct link_view view = {.m = &t.m, .checks = true, .fuel = true};
    struct error e = {0};
    u64 slot = arg;
    if (!t.image) {
        for (u32 f = 1; f < FUNCS; f++)
            if (validate_func(&t.m, &t.func[f], &e))
                fail_msg("%s", e.text);
        assert_int_equal(engine()->compile(&view, &t.image, &e), 0);
    }
    t.cx.ntrace = 0;
    assert_int_equal(fault_range_add(t.mem.base, GUARD), 0); /* here: cmocka takes the signal for each test */
    engine()->call(t.image, &t.cx, 1, &slot);
    fault_range_remove(t.mem.base, GUARD);
    assert_ptr_equal(t.cx.slot_end, t.slot + SLOTS); /* all is given back, trap or not */
    assert_ptr_equal(t.cx.slot_sp, t.slot);
    assert_int_equal(t.cx.calls, 0);
    assert_null(t.cx.run);
    return slot;
}

static void depth_is_counted(void **state) {
    (void)state;
    FUNCTION(1, I(add32i, 1, 0, 0, 0, 1), I(callt, 1, 0, 1, 0, 1), PAD, I(ret, 1, 0, 1, 0, 0), PAD);
    run(0);
    assert_int_equal(t.cx.trap, TRAP_CALL_DEPTH);
    assert_int_equal(t.cx.ntrace, COUNT(t.cx.trace));
    assert_int_equal(t.cx.trace[0].func, 1);
    assert_int_equal(t.cx.trace[0].pc, 1);
    t.cx.max_calls = 1u << 30; /* then it is the registers that end */
    run(0);
    assert_int_equal(t.cx.trap, TRAP_CALL_DEPTH);
}

static void tail_calls_take_no_frame(void **state) {
    (void)state; /* down to 0, by way of function 2 */
    FUNCTION(1, I(jne32i, 0, 0, 0, 3, 0), I(ret, 0, 0, 1, 0, 0), PAD, I(add32i, 1, 0, 0, 0, -1), I(tcallt, 1, 0, 1, 0, 2), PAD);
    FUNCTION(2, I(mov32, 3, 0, 0, 0, 0), I(tcallt, 3, 0, 1, 0, 1), PAD);
    assert_int_equal(run(1000000), 0);
    assert_int_equal(t.cx.trap, 0);
}

static void fuel_ends_where_a_block_begins(void **state) {
    (void)state;
    FUNCTION(1, I(mov32, 1, 0, 0, 0, 0), I(callt, 1, 0, 1, 0, 2), PAD, I(ret, 1, 0, 1, 0, 0), PAD);
    FUNCTION(2, I(add32i, 0, 0, 0, 0, 1), I(ja, 0, 0, 0, 2, 0), I(ja, 0, 0, 0, 3, 0), I(ja, 0, 0, 0, 0, 0));
    t.cx.fuel = 3 + 2;
    run(0);
    assert_int_equal(t.cx.trap, TRAP_FUEL);
    assert_int_equal(t.cx.trace[0].func, 2);
    assert_int_equal(t.cx.trace[0].pc, 2); /* the first of the jumps that an edge goes through */
    assert_int_equal(t.cx.ntrace, 2);
    t.cx.fuel = 3 + 3;
    run(0);
    assert_int_equal(t.cx.trace[0].pc, 3);
}

static void exceptions_find_their_handler(void **state) {
    static const struct handler handler = {3, 8, 9, 7};
    (void)state;
    /* r0 * 2 lives through the call; the callee throws its argument */
    FUNCTION(1, I(add32, 1, 0, 0, 0, 0), I(mov32i, 3, 0, 0, 0, 5), I(mov32, 4, 0, 0, 0, 0), I(callt, 4, 0, 1, 0, 2), PAD,
             I(mov32i, 4, 0, 0, 0, 99), I(ret, 4, 0, 1, 0, 0), PAD, I(trap, 0, 0, 0, 0, TRAP_UNREACHABLE),
             I(exnarg, 5, 7, 1, 0, 0), PAD, I(add32, 6, 5, 1, 0, 0), I(add32, 6, 6, 3, 0, 0), I(add32, 6, 6, 4, 0, 0),
             I(ret, 6, 0, 1, 0, 0), PAD);
    FUNCTION(2, I(mov32, 3, 0, 0, 0, 0), I(callt, 3, 0, 1, 0, 3), PAD, I(ret, 3, 0, 1, 0, 0), PAD);
    FUNCTION(3, I(throw, 0, 0, 1, 0, 0), PAD);
    t.func[1].handler = &handler;
    t.func[1].nhandler = 1;
    assert_int_equal(run(100), 100 + 200 + 5 + 0); /* the window is 0 afterwards */
    assert_int_equal(t.cx.trap, 0);
    t.func[1].nhandler = 0;
    engine()->free(t.image);
    t.image = NULL;
    run(100);
    assert_int_equal(t.cx.trap, TRAP_EXCEPTION);
    assert_ptr_equal(t.cx.exception, t.exn);
    assert_int_equal(t.cx.ntrace, 3);
    assert_int_equal(t.cx.trace[0].func, 3);
}

static void tables_are_compared(void **state) {
    static const u32 trap[] = {TRAP_NULL_ELEMENT, 0, TRAP_CALL_TYPE, TRAP_NO_ELEMENT};
    (void)state;
    FUNCTION(1, I(mov32i, 1, 0, 0, 0, 4), I(calltab, 1, 0, 1, 0, 0), PAD, I(ret, 1, 0, 1, 0, 0), PAD);
    FUNCTION(2, I(mul32i, 0, 0, 0, 0, 3), I(ret, 0, 0, 1, 0, 0), PAD);
    t.ref[3].type = &t.rtype[1];
    t.elem[2] = (u64)&t.ref[3];
    for (u32 k = 0; k < 4; k++) {
        u64 v = run(k);
        assert_int_equal(t.cx.trap, trap[k]);
        if (!trap[k])
            assert_int_equal(v, 12);
    }
}

static void runs_nest_and_both_may_fault(void **state) {
    (void)state;
    /* the host runs function 3, which reads where its argument points to; then function 1 reads there too */
    FUNCTION(1, I(mov32, 1, 0, 0, 0, 0), I(callt, 1, 0, 1, 0, 0), PAD, I(mld32, 2, 0, 0, 0, 0), PAD, I(add32, 2, 2, 1, 0, 0),
             I(ret, 2, 0, 1, 0, 0), PAD);
    FUNCTION(3, I(mld32, 1, 0, 0, 0, 0), PAD, I(ret, 1, 0, 1, 0, 0), PAD);
    t.mem.base[100] = 20;
    assert_int_equal(run(100), 40);
    assert_int_equal(t.cx.trap, 0);
    assert_true(t.outside_sp >= t.slot + 8); /* behind the caller's registers */
    run(65533);
    assert_int_equal(t.inner_trap, TRAP_OUT_OF_BOUNDS);
    assert_int_equal(t.cx.trap, TRAP_OUT_OF_BOUNDS);
    assert_int_equal(t.cx.trace[0].func, 1);
    assert_int_equal(t.cx.trace[0].pc, 3);
    assert_int_equal(t.outs, 2);
    t.mem.guarded = false; /* the same, compared */
    run(65533);
    assert_int_equal(t.inner_trap, TRAP_OUT_OF_BOUNDS);
    assert_int_equal(t.cx.trap, TRAP_OUT_OF_BOUNDS);
    assert_int_equal(t.cx.trace[0].pc, 3);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(depth_is_counted),
                                       TEST(tail_calls_take_no_frame),
                                       TEST(fuel_ends_where_a_block_begins),
                                       TEST(exceptions_find_their_handler),
                                       TEST(tables_are_compared),
                                       TEST(runs_nest_and_both_may_fault)};
    return cmocka_run_group_tests_name("interp_typed", tests, NULL, NULL);
}
