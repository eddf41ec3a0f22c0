/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* interp_test.c - what random programs (interp_random.c) do not reach: budgets of may_goto, jump
 * tables, indirect calls, ways out of a run, linear memory, the context, large functions. */
#include "engine/engines.h"
#include "ir/module.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

enum { FRAME = 512, FRAMES = 8, MAX = 64 };
#define I(op, a, b, c, off, imm)                                                                                       \
    { OP_##op, a, b, c, off, imm }
#define PAD                                                                                                            \
    { OP_pad, 0, 0, 0, 0, 0 }

struct bench {
    struct func func[3];
    u64 slot[3][MAX];
    struct import import;
    struct prog prog;
    struct module m;
    struct link_view view;
    void *image;
    struct ctx cx;
    struct region region[REGION_MAP];
    u8 stack[FRAME * FRAMES] __attribute__((aligned(64)));
    u8 buf[64];
    u64 grants; /* slices that refuel() may still give */
};

static const struct engine *engine(void) {
    return engine_by_rank(0);
}

static bool refuel(struct ctx *cx) {
    struct bench *t = cx->host_ctx;
    if (!t->grants) {
        cx->trap = TRAP_FUEL;
        return false;
    }
    t->grants--;
    cx->fuel += 1000;
    return true;
}

/* Context: offset 0 gives a pointer through 32 bits, offset 4 a number that may be written. */
static bool access_of(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done) {
    struct bench *t = cx->host_ctx;
    *done = handle_tag(addr) == TAG_CTX && size == 4 && handle_index(addr) <= 4 && (!write || handle_index(addr) == 4);
    if (!*done)
        cx->trap = handle_tag(addr) == TAG_CTX ? TRAP_BAD_CONTEXT : TRAP_OUT_OF_BOUNDS;
    else if (write)
        t->buf[63] = (u8)*val;
    else
        *val = handle_index(addr) ? t->buf[63] : (u64)(uintptr_t)t->buf;
    return false;
}

static bool packet_load(struct ctx *cx, u64 off, u32 size, u64 *val) {
    (void)cx;
    *val = off * 10 + size;
    return off < 100;
}

static bool call_again(struct ctx *cx, u32 func, const u64 args[5], u64 *ret) {
    struct bench *t = cx->host_ctx;
    memcpy(cx->arg, args, sizeof cx->arg);
    engine()->run(t->image, cx, func);
    *ret = cx->ret;
    return !cx->trap;
}
static bool tail_call(struct ctx *cx) {
    cx->trap = 0;
    cx->ret = 50;
    return true;
}

static const struct services services = {.tail_call = tail_call, .refuel = refuel, .access = access_of, .packet_load = packet_load, .call = call_again};

static u64 h_sum(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    assert_string_equal(cx->callee->name, "sum");
    return r1 + r2 + r3 + r4 + r5;
}
static u64 h_end(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    (void)r2, (void)r3, (void)r4, (void)r5;
    cx->trap = (u32)r1;
    return 77;
}
static u64 h_again(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    u64 args[5] = {r1, r2, r3, r4, r5}, ret = 0;
    cx->services->call(cx, 1, args, &ret);
    return ret;
}
static const struct helper
    sum = {.name = "sum", .fn = h_sum, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 1},
    end = {.name = "end", .fn = h_end, .arg = {ARG_ANY}, .id = 2},
    again = {.name = "again", .fn = h_again, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 3};
static const struct helper *const helpers[] = {NULL, &sum, &end, &again};

static struct bench *make(void) {
    struct bench *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->m = (struct module){
        .func = t->func, .prog = &t->prog, .nprog = 1, .name = "test", .import = &t->import, .nimport = 1};
    t->import.name = "nowhere";
    t->view = (struct link_view){
        .m = &t->m, .helper = helpers, .nhelper = COUNT(helpers), .checks = true, .fuel = true, .frame_size = FRAME};
    t->cx = (struct ctx){.max_depth = FRAMES, .frame_size = FRAME, .services = &services, .host_ctx = t};
    t->cx.region = t->region;
    t->cx.nregion = REGION_MAP;
    t->cx.stack_top = t->stack + sizeof t->stack;
    memset(t->stack, 0x5a, sizeof t->stack);
    region_set(&t->region[REGION_STACK], t->stack, sizeof t->stack, true);
    region_set(&t->region[REGION_PACKET], t->buf, sizeof t->buf, true);
    return t;
}

static void add(struct bench *t, const struct insn *code, u32 n, u16 nreg) {
    u32 f = t->m.nfunc++, i;
    t->func[f] =
        (struct func){.name = "f", .slot = t->slot[f], .nslot = n, .nreg = nreg ? nreg : NREG_EBPF, .wide = nreg != 0};
    t->func[f].base = f ? t->func[f - 1].base + t->func[f - 1].nslot : 0;
    t->m.nslot += n;
    assert_true(n <= MAX);
    for (i = 0; i < n;) {
        int len = isa_encode(&code[i], i, t->slot[f] + i);
        if (!len)
            fail_msg("instruction %u (%s) has no encoding", i, isa_name(code[i].op));
        i += (u32)len;
    }
}
#define ADD(t, code) add(t, code, COUNT(code), 0)

static void compile(struct bench *t) {
    struct error e = {0};
    if (validate(&t->m, NULL, &e) || engine()->compile(&t->view, &t->image, &e))
        fail_msg("%s", e.text);
}

/* Runs from function 0; the trap. */
static u32 run(struct bench *t, u64 r1, u64 r2) {
    t->cx.fuel = 1000;
    t->cx.trap = 0;
    t->cx.depth = 0;
    t->cx.arg[0] = r1;
    t->cx.arg[1] = r2;
    engine()->run(t->image, &t->cx, 0);
    assert_int_equal(t->cx.depth, 0);
    assert_null(t->cx.run);
    return t->cx.trap;
}

static void drop(struct bench *t) {
    engine()->free(t->image);
    arena_drop(&t->m.arena);
    free(t);
}

static void may_goto(void **state) {
    static const struct insn code[] = {I(mov64i, 0, 0, 0, 0, 0), I(may_goto, 0, 0, 0, 4, 0), I(add64i, 0, 0, 0, 0, 1),
                                       I(ja, 0, 0, 0, 1, 0), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, code);
    compile(t);
    t->grants = 100000;
    assert_int_equal(run(t, 0, 0), 0);
    assert_int_equal(t->cx.ret, 8 << 20);
    t->grants = 3; /* the block that cannot be paid is not entered: it traps at its first instruction */
    assert_int_equal(run(t, 0, 0), TRAP_FUEL);
    assert_true(t->cx.trap_pc == 1 || t->cx.trap_pc == 2);
    drop(t);
}

static void jump_tables(void **state) {
    static const struct insn code[] = {I(gotox, 0, 1, 0, 0, 0), I(mov64i, 0, 0, 0, 0, 1), I(exit, 0, 0, 0, 0, 0),
                                       I(mov64i, 0, 0, 0, 0, 2), I(exit, 0, 0, 0, 0, 0)};
    static const u64 ok[] = {1 << 1 | 1 << 3};
    struct bench *t = make();
    (void)state;
    ADD(t, code);
    t->func[0].jump_ok = ok;
    compile(t);
    assert_int_equal(run(t, handle(TAG_LABEL, 1), 0), 0);
    assert_int_equal(t->cx.ret, 1);
    assert_int_equal(run(t, handle(TAG_LABEL, 3), 0), 0);
    assert_int_equal(t->cx.ret, 2);
    assert_int_equal(1000 - t->cx.fuel, 3);
    assert_int_equal(run(t, handle(TAG_LABEL, 2), 0), TRAP_BAD_JUMP);
    assert_int_equal(run(t, handle(TAG_LABEL, 5), 0), TRAP_BAD_JUMP);
    assert_int_equal(run(t, handle(TAG_LABEL, 1 << 24 | 1), 0), TRAP_BAD_JUMP);
    assert_int_equal(run(t, handle(TAG_FUNC, 1), 0), TRAP_BAD_JUMP);
    assert_int_equal(run(t, 1, 0), TRAP_BAD_JUMP);
    assert_int_equal(t->cx.trap_pc, 0);
    assert_int_equal(t->cx.trap_regs[1], 1);
    drop(t);
}

static void indirect_calls(void **state) {
    static const struct insn main_code[] = {
        I(mov64, 6, 1, 0, 0, 0),  I(mov64i, 1, 0, 0, 0, 40), I(mov64i, 2, 0, 0, 0, 2), I(mov64i, 3, 0, 0, 0, 0),
        I(mov64i, 4, 0, 0, 0, 0), I(mov64i, 5, 0, 0, 0, 0),  I(callx, 0, 6, 0, 0, 0),  I(exit, 0, 0, 0, 0, 0)};
    static const struct insn leaf[] = {I(mov64, 0, 1, 0, 0, 0), I(mul64, 0, 0, 2, 0, 0), I(exit, 0, 0, 0, 0, 0)};
    static const struct insn framed[] = {I(st64, 0, 10, 1, -8, 0), I(ldx64, 0, 10, 0, -8, 0), I(mov64i, 6, 0, 0, 0, 5),
                                         I(add64, 0, 0, 6, 0, 0), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, main_code);
    ADD(t, leaf);
    ADD(t, framed);
    compile(t);
    assert_int_equal(run(t, 1, 0), 0); /* helper 1 */
    assert_int_equal(t->cx.ret, 42);
    assert_int_equal(run(t, handle(TAG_FUNC, 1), 0), 0);
    assert_int_equal(t->cx.ret, 80);
    assert_int_equal(run(t, handle(TAG_FUNC, 2), 0), 0);
    assert_int_equal(t->cx.ret, 45);
    assert_int_equal(run(t, handle(TAG_FUNC, 3), 0), TRAP_BAD_CALLEE);
    assert_int_equal(run(t, handle(TAG_MAP, 1), 0), TRAP_BAD_CALLEE);
    assert_int_equal(run(t, 0, 0), TRAP_BAD_CALLEE); /* no helper 0 */
    assert_int_equal(run(t, 4, 0), TRAP_BAD_CALLEE);
    assert_int_equal(t->cx.trap_pc, 6);
    drop(t);
}

static void ways_out(void **state) {
    static const struct insn outer[] = {I(callf, 0, 0, 0, 0, 1), I(add64i, 0, 0, 0, 0, 1), I(exit, 0, 0, 0, 0, 0)};
    static const struct insn inner[] = {I(call, 0, 0, 0, 0, 2), I(add64i, 0, 0, 0, 0, 1), I(exit, 0, 0, 0, 0, 0)};
    struct insn calls[COUNT(outer)];
    struct bench *t = make();
    (void)state;
    memcpy(calls, outer, sizeof outer);
    calls[0].imm = 3; /* as a slot: see isa_decode */
    ADD(t, calls);
    ADD(t, inner);
    compile(t);
    assert_int_equal(run(t, 0, 0), 0);
    assert_int_equal(t->cx.ret, 79);
    assert_int_equal(run(t, TRAP_END, 0), TRAP_END);
    assert_int_equal(t->cx.ret, 77);
    assert_int_equal(run(t, TRAP_TAIL_CALL, 0), 0); /* from a subprogram: it returns what the target does */
    assert_int_equal(t->cx.ret, 51);
    assert_int_equal(run(t, TRAP_BAD_ARGUMENT, 0), TRAP_BAD_ARGUMENT);
    assert_int_equal(t->cx.trap_func, 1);
    assert_int_equal(t->cx.trap_pc, 0);
    assert_int_equal(t->cx.shadow[0], 0); /* called by instruction 0 of function 0 */
    drop(t);
}

static void recursion(void **state) {
    static const struct insn code[] = {I(add64i, 1, 1, 0, 0, 1), I(mov64, 0, 1, 0, 0, 0), I(callf, 0, 0, 0, 0, 0),
                                       I(exit, 0, 0, 0, 0, 0)};
    static const struct insn nested[] = {I(call, 0, 0, 0, 0, 3), I(exit, 0, 0, 0, 0, 0)};
    static const struct insn twice[] = {I(mov64, 6, 1, 0, 0, 0), I(call, 0, 0, 0, 0, 3), I(add64, 0, 0, 6, 0, 0),
                                        I(exit, 0, 0, 0, 0, 0)};
    static const struct insn square[] = {I(st64, 0, 10, 1, -8, 0), I(mov64i, 6, 0, 0, 0, 0), I(ldx64, 0, 10, 0, -8, 0),
                                         I(mul64, 0, 0, 0, 0, 0), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, code);
    compile(t);
    assert_int_equal(run(t, 0, 0), TRAP_CALL_DEPTH);
    assert_int_equal(t->cx.trap_pc, 2);
    assert_int_equal(t->cx.trap_regs[1], FRAMES);
    assert_int_equal(t->cx.shadow[FRAMES - 2], 2);
    assert_int_equal(t->cx.trap_regs[10], (u64)(uintptr_t)t->stack + FRAME);
    drop(t);

    t = make(); /* by way of a helper: frames go on, and the depth is the same */
    ADD(t, nested);
    ADD(t, nested);
    compile(t);
    assert_int_equal(run(t, 0, 0), TRAP_CALL_DEPTH);
    assert_int_equal(t->cx.trap_func, 1);
    drop(t);

    t = make(); /* registers of the outer run survive */
    ADD(t, twice);
    ADD(t, square);
    compile(t);
    assert_int_equal(run(t, 5, 0), 0);
    assert_int_equal(t->cx.ret, 30);
    drop(t);
}

static void context(void **state) {
    static const struct insn code[] = {I(ldx32, 2, 1, 0, 0, 0),  I(ldx8, 0, 2, 0, 3, 0), I(ldx32, 3, 1, 0, 4, 0),
                                       I(add64i, 3, 3, 0, 0, 1), I(st32, 0, 1, 3, 4, 0), I(add64, 0, 0, 3, 0, 0),
                                       I(exit, 0, 0, 0, 0, 0)};
    static const struct insn bad[] = {I(ldx16, 0, 1, 0, 0, 0), I(exit, 0, 0, 0, 0, 0)};
    static const struct insn atomic[] = {I(aadd32, 0, 1, 2, 4, 0), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t;
    (void)state;
    for (int checks = 0; checks < 2; checks++)
        for (u8 kind = 0; kind < 2; kind++) { /* the guess may be wrong: the result is the same */
            t = make();
            t->prog.kind = kind;
            t->view.checks = checks;
            ADD(t, code);
            compile(t);
            t->buf[3] = 100;
            t->buf[63] = 7;
            assert_int_equal(checks || kind ? run(t, handle(TAG_CTX, 0), 0) : (t->cx.ret = 108, t->buf[63] = 8, 0), 0);
            assert_int_equal(t->cx.ret, 108);
            assert_int_equal(t->buf[63], 8);
            drop(t);
        }
    t = make();
    ADD(t, bad);
    compile(t);
    assert_int_equal(run(t, handle(TAG_CTX, 0), 0), TRAP_BAD_CONTEXT);
    assert_int_equal(run(t, handle(TAG_MAP, 0), 0), TRAP_OUT_OF_BOUNDS);
    drop(t);
    t = make();
    ADD(t, atomic);
    compile(t);
    assert_int_equal(run(t, handle(TAG_CTX, 0), 0), TRAP_BAD_CONTEXT);
    assert_int_equal(run(t, (u64)(uintptr_t)t->buf + 1, 0), TRAP_UNALIGNED);
    drop(t);
}

static void packet_loads(void **state) {
    static const struct insn code[] = {I(ldind16, 0, 1, 0, 0, 5), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, code);
    compile(t);
    assert_int_equal(run(t, 4, 0), 0);
    assert_int_equal(t->cx.ret, 92);
    assert_int_equal(run(t, 1000, 0), 0); /* past the end: the program ends with 0 */
    assert_int_equal(t->cx.ret, 0);
    drop(t);
}

static void wide(void **state) {
    static const struct insn code[] = {I(mov64, 20, 1, 0, 0, 0),
                                       I(mld32, 30, 20, 0, 0, 4),
                                       PAD,
                                       I(mst64, 30, 20, 0, 0, 8),
                                       PAD,
                                       I(mld8, 31, 20, 0, 0, 8),
                                       PAD,
                                       I(memsize, 32, 0, 0, 0, 0),
                                       I(select, 33, 30, 31, 0, 32),
                                       PAD,
                                       I(mov64, 1, 33, 0, 0, 0),
                                       I(callf, 0, 0, 0, 0, 14),
                                       I(add64, 0, 0, 30, 0, 0),
                                       I(exit, 0, 0, 0, 0, 0)};
    static const struct insn callee[] = {I(add64, 11, 11, 1, 0, 0), I(mov64, 0, 11, 0, 0, 0), I(mov64i, 30, 0, 0, 0, 9),
                                         I(exit, 0, 0, 0, 0, 0)};
    static const struct insn stops[] = {I(trap, 0, 0, 0, 0, TRAP_UNREACHABLE)};
    static u8 memory[65536];
    struct bench *t = make();
    (void)state;
    add(t, code, COUNT(code), 40);
    add(t, callee, COUNT(callee), 40);
    t->m.memory_pages = 1;
    t->cx.memory = memory;
    t->cx.memory_size = sizeof memory;
    memcpy(memory + 104, "\x05\0\0\0", 4);
    compile(t);
    assert_int_equal(run(t, 100, 0), 0);
    assert_int_equal(t->cx.ret, 10);
    assert_int_equal(memory[108], 5);
    assert_int_equal(run(t, 65536 - 15, 0), TRAP_OUT_OF_BOUNDS);
    assert_int_equal(t->cx.trap_pc, 3);
    assert_int_equal(run(t, ~(u64)0, 0), TRAP_OUT_OF_BOUNDS);
    assert_int_equal(t->cx.trap_pc, 1);
    drop(t);
    t = make();
    add(t, stops, COUNT(stops), 12);
    compile(t);
    assert_int_equal(run(t, 0, 0), TRAP_UNREACHABLE);
    drop(t);
}

static void unbound(void **state) {
    static const struct insn code[] = {I(jeq64i, 0, 1, 0, 3, 0), I(callk, 0, 0, 0, 0, 0), I(exit, 0, 0, 0, 0, 0),
                                       I(call, 0, 0, 0, 0, 9), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, code);
    compile(t);
    assert_int_equal(run(t, 1, 0), TRAP_UNRESOLVED);
    assert_int_equal(t->cx.trap_pc, 1);
    assert_int_equal(run(t, 0, 0), TRAP_BAD_HELPER);
    assert_int_equal(t->cx.trap_pc, 3);
    drop(t);
}

static void without_fuel(void **state) {
    static const struct insn code[] = {I(mov64i, 0, 0, 0, 0, 0), I(add64i, 0, 0, 0, 0, 1),
                                       I(jlt64i, 0, 0, 0, 1, 100000), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    t->view.fuel = false;
    ADD(t, code);
    compile(t);
    assert_int_equal(run(t, 0, 0), 0);
    assert_int_equal(t->cx.ret, 100000);
    assert_int_equal(t->cx.fuel, 1000);
    drop(t);
}

/* What a frame held before is not seen, whichever way it is read. */
static void fresh_frames(void **state) {
    static const struct insn direct[] = {I(ldx64, 0, 10, 0, -64, 0), I(exit, 0, 0, 0, 0, 0)};
    static const struct insn indexed[] = {I(mov64, 2, 10, 0, 0, 0), I(and64i, 1, 1, 0, 0, 56), I(sub64, 2, 2, 1, 0, 0),
                                          I(ldx64, 0, 2, 0, -8, 0), I(exit, 0, 0, 0, 0, 0)};
    static const struct insn half[] = {I(st32i, 0, 10, 0, -8, -1), I(ldx64, 0, 10, 0, -8, 0), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, direct);
    compile(t);
    assert_int_equal(run(t, 0, 0), 0);
    assert_int_equal(t->cx.ret, 0);
    drop(t);
    t = make();
    ADD(t, indexed);
    compile(t);
    assert_int_equal(run(t, 24, 0), 0);
    assert_int_equal(t->cx.ret, 0);
    drop(t);
    t = make();
    ADD(t, half);
    compile(t);
    assert_int_equal(run(t, 0, 0), 0);
    assert_int_equal(t->cx.ret, 0xffffffff);
    drop(t);
}

/* A leaf has no frame of its own: what its caller hands it stays as it was. */
static void callers_frame(void **state) {
    static const struct insn outer[] = {I(st64i, 0, 10, 0, -16, 42), I(mov64, 1, 10, 0, 0, 0),
                                        I(add64i, 1, 1, 0, 0, -16),  I(callf, 0, 0, 0, 0, 6),
                                        I(ldx64, 1, 10, 0, -16, 0),  I(exit, 0, 0, 0, 0, 0)};
    static const struct insn leaf[] = {I(ldx64, 0, 1, 0, 0, 0), I(exit, 0, 0, 0, 0, 0)};
    struct bench *t = make();
    (void)state;
    ADD(t, outer);
    ADD(t, leaf);
    compile(t);
    assert_int_equal(run(t, 0, 0), 0);
    assert_int_equal(t->cx.ret, 42);
    drop(t);
}

static double seconds(void) {
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A million slots: straight on, all branches forward, all branches back to the one before. */
static void large(void **state) {
    const u32 n = 1000000;
    u64 *slot = malloc(n * sizeof *slot);
    (void)state;
    assert_non_null(slot);
    for (int shape = 0; shape < 4; shape++) {
        struct bench *t = make();
        struct error e = {0};
        double start;
        for (u32 i = 0; i + 1 < n; i++) {
            struct insn in = I(add64i, 1, 1, 0, 0, 3);
            if (shape == 1 && i + 3 < n)
                in = (struct insn)I(jeq64i, 0, 1, 0, (s32)i + 2, 7);
            if (shape == 2 && i)
                in = (struct insn)I(jne64i, 0, 1, 0, (s32)i - 1, 7);
            if (shape == 3 && i & 1 && i < n - 40000)
                in = (struct insn)I(jgt64, 0, 1, 2, (s32)(i + 1 + i % 30000), 0);
            assert_int_equal(isa_encode(&in, i, slot + i), 1);
        }
        slot[n - 1] = 0x95;
        t->func[0] = (struct func){.name = "large", .slot = slot, .nslot = n, .nreg = NREG_EBPF};
        t->m.nfunc = 1;
        t->m.nslot = n;
        if (validate(&t->m, NULL, &e))
            fail_msg("%s", e.text);
        start = seconds();
        if (engine()->compile(&t->view, &t->image, &e))
            fail_msg("%s", e.text);
        print_message("1,000,000 instructions of shape %d: %.0f ms\n", shape, (seconds() - start) * 1e3);
        drop(t);
    }
    free(slot);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(may_goto),     cmocka_unit_test(jump_tables),  cmocka_unit_test(indirect_calls),
        cmocka_unit_test(ways_out),     cmocka_unit_test(recursion),    cmocka_unit_test(context),
        cmocka_unit_test(packet_loads), cmocka_unit_test(wide),         cmocka_unit_test(unbound),
        cmocka_unit_test(without_fuel), cmocka_unit_test(fresh_frames), cmocka_unit_test(callers_frame),
        cmocka_unit_test(large),
    };
    return cmocka_run_group_tests_name("interp", tests, NULL, NULL);
}
