/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt_switch.c - switches found again: by hand, random trees of compares of every kind, and what is none. */
#include "opt_kit.h"
#include "front/front.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h> /* wants the others before it */

struct found {
    struct module m;
    struct arena a;
    struct cfg g;
    struct live l;
    struct switches s;
};

static void find(struct found *o, const struct func *f) {
    struct error e = {0};
    o->a = (struct arena){0};
    if (cfg_build(&o->g, f, &o->a, &e) || live_build(&o->l, f, &o->g, &o->a, &e) ||
        switches_find(&o->s, f, &o->g, &o->l, &o->a, &e))
        fail_msg("%s", e.text);
}

static void in_text(struct found *o, const char *text) {
    struct load_options opt = {.name = "test"};
    struct error e = {0};
    u64 seed = 1;
    *o = (struct found){0};
    if (front_asm.load(&o->m, (const u8 *)text, strlen(text), &opt, &e) || validate(&o->m, &opt.limits, &e))
        fail_msg("%s", e.text);
    find(o, &o->m.func[0]);
    for (u32 k = 0; k < o->s.n; k++) {
        const char *bad = opt_check_switch(&o->m.func[0], &o->g, &o->l, &o->s.of[k], &seed);
        if (bad)
            fail_msg("%s", bad);
    }
}

static void done(struct found *o) {
    arena_drop(&o->a);
    module_free(&o->m);
}

static void way_is(const struct recovered *r, u32 k, u64 lo, u64 hi, u32 target, u32 charge) {
    assert_true(k < r->nway);
    assert_int_equal(r->way[k].lo, lo);
    assert_int_equal(r->way[k].hi, hi);
    assert_int_equal(r->way[k].target, target);
    assert_int_equal(r->way[k].charge, charge);
}

/* A tree as clang makes it. */
static void tree(void **state) {
    struct found o;
    (void)state;
    in_text(&o, "r0 = 9\n"               /*  0 */
                "if w1 s> 1 goto high\n" /*  1 */
                "if w1 == 0 goto zero\n" /*  2 */
                "if w1 == 1 goto one\n"  /*  3 */
                "exit\n"                 /*  4 */
                "high:\n"
                "if w1 == 2 goto two\n"   /*  5 */
                "if w1 == 3 goto three\n" /*  6 */
                "exit\n"                  /*  7 */
                "zero: r0 = 0\nexit\n"    /*  8 */
                "one: r0 = 1\nexit\n"     /* 10 */
                "two: r0 = 2\nexit\n"     /* 12 */
                "three: r0 = 3\nexit\n"); /* 14 */
    assert_int_equal(o.s.n, 1);
    const struct recovered *r = &o.s.of[0];
    u64 lo, hi;
    assert_int_equal(r->root, 1);
    assert_int_equal(r->reg, 1);
    assert_false(r->wide);
    assert_int_equal(r->ncompare, 5);
    assert_int_equal(r->nway, 6);
    way_is(r, 0, 0, 0, 8, 1);
    way_is(r, 1, 1, 1, 10, 2);
    way_is(r, 2, 2, 2, 12, 1);
    way_is(r, 3, 3, 3, 14, 2);
    way_is(r, 4, 4, 0x7fffffff, 7, 2);
    way_is(r, 5, 0x80000000, 0xffffffff, 4, 2);
    assert_true(switch_table(r, 256, &lo, &hi));
    assert_int_equal(lo, 0);
    assert_int_equal(hi, 3);
    assert_int_equal(o.s.at[o.g.of[1]], 1);
    done(&o);
}

/* Constants that do not fit are put into registers on the way; what of them is read later is part of it. */
static void constants(void **state) {
    struct found o;
    (void)state;
    in_text(&o, "r0 = 1\n"
                "r3 = 0x80000000 ll\n" /* 1 */
                "if r1 == r3 goto a\n" /* 3 */
                "r3 = 0x90000000 ll\n" /* 4 */
                "if r3 > r1 goto b\n"  /* 6: the constant first */
                "r3 = 0xa0000000 ll\n"
                "if r1 == r3 goto c\n"
                "if r1 == 5 goto c\n" /* never: it would be below */
                "if r1 > 7 goto d\n"
                "exit\n"
                "a: r0 = 2\nexit\n"
                "b: r0 = 3\nexit\n"
                "c: r0 = 4\nexit\n"
                "d: r0 = r3\nexit\n");
    assert_int_equal(o.s.n, 1);
    assert_int_equal(o.s.of[0].root, 3);
    assert_true(o.s.of[0].wide);
    const struct way *w = &o.s.of[0].way[o.s.of[0].nway - 1]; /* to d, where r3 is read */
    assert_int_equal(w->target, o.m.func[0].nslot - 2);
    assert_int_equal(w->nset, 1);
    assert_int_equal(w->set[0], 7);
    done(&o);
}

/* What is no switch, or cannot be one as a whole. */
static void none(void **state) {
    static const char *const text[] = {
        "r0 = 0\nif r1 == 1 goto x\nif r1 == 2 goto x\nif r1 == 3 goto x\nexit\nx: exit\n", /* three */
        "r0 = 0\nif r1 == 1 goto x\nif r2 == 2 goto x\nif r3 == 3 goto x\nif r4 == 4 goto x\nexit\nx: exit\n",
        "r0 = 0\nif r1 == 1 goto x\nif w1 == 2 goto x\nif r1 == 3 goto x\nif w1 == 4 goto x\nexit\nx: exit\n",
        ("r0 = 0\nif r1 == 1 goto x\nr1 += 1\nif r1 == 2 goto x\nr1 += 1\nif r1 == 3 goto x\nr1 += 1\n"
         "if r1 == 4 goto x\nexit\nx: exit\n"),
        "r0 = 0\nif r1 & 1 goto x\nif r1 & 2 goto x\nif r1 & 4 goto x\nif r1 & 8 goto x\nexit\nx: exit\n",
        "r0 = 0\nl: if r1 == 1 goto l\nif r1 == 2 goto l\nif r1 == 3 goto l\nif r1 == 4 goto l\nexit\n", /* for ever */
        "r0 = 0\nif r1 == r2 goto x\nif r1 == r3 goto x\nif r1 == r4 goto x\nif r1 == r5 goto x\nexit\nx: exit\n",
    };
    (void)state;
    for (size_t k = 0; k < COUNT(text); k++) {
        struct found o;
        in_text(&o, text[k]);
        assert_int_equal(o.s.n, 0);
        done(&o);
    }
}

/* ---- random ---- */

enum { BLOCKS = 40, SLOTS = BLOCKS * 4 };
struct random_func {
    struct func f;
    struct insn code[SLOTS];
    u32 start[BLOCKS + 1];
    u64 seed;
};

static s32 some(u64 *seed) {
    static const s32 odd[] = {0, 1, -1, INT32_MIN, INT32_MAX, 255, -2, 1 << 16};
    return opt_rnd(seed) % 4 ? (s32)(opt_rnd(seed) % 40) - 4 : odd[opt_rnd(seed) % COUNT(odd)];
}

static void compare(struct random_func *r, u32 *n, u32 block, bool wide) {
    static const u16 op[2][11] = {{OP_jeq32, OP_jne32, OP_jgt32, OP_jge32, OP_jlt32, OP_jle32, OP_jsgt32, OP_jsge32,
                                   OP_jslt32, OP_jsle32, OP_jset32},
                                  {OP_jeq64, OP_jne64, OP_jgt64, OP_jge64, OP_jlt64, OP_jle64, OP_jsgt64, OP_jsge64,
                                   OP_jslt64, OP_jsle64, OP_jset64}};
    u32 last = opt_rnd(&r->seed) % 40 ? 10 : 11, odd = (u32)(opt_rnd(&r->seed) % 30);
    u32 to = block + 1 + (u32)(opt_rnd(&r->seed) % 8);
    struct insn i = {.op = (u16)(op[odd == 1 ? !wide : wide][opt_rnd(&r->seed) % last] + 1),
                     .b = odd ? 1 : 2,
                     .off = (s32)(to < BLOCKS ? to : BLOCKS - 1),
                     .imm = some(&r->seed)};
    if (opt_rnd(&r->seed) % 30 == 0) /* from here on another value */
        r->code[(*n)++] = (struct insn){.op = OP_mov64i, .a = 1, .imm = some(&r->seed)};
    if (opt_rnd(&r->seed) % 4 == 0) { /* by way of a register, on one side or the other */
        u16 c = opt_rnd(&r->seed) % 4 ? 3 : 4;
        r->code[(*n)++] = (struct insn){.op = opt_rnd(&r->seed) & 1 ? OP_mov64i : OP_mov32i, .a = c, .imm = i.imm};
        i.op--;
        i.c = opt_rnd(&r->seed) & 1 ? c : i.b;
        i.b = i.c == c ? i.b : c;
        i.imm = 0;
    }
    r->code[(*n)++] = i;
}

static void make(struct random_func *r) {
    bool wide = opt_rnd(&r->seed) & 1;
    u32 n = 0;
    memset(r->code, 0, sizeof r->code);
    for (u32 b = 0; b < BLOCKS; b++) {
        r->start[b] = n;
        u32 what = b == BLOCKS - 1 ? 0 : 1 + (u32)(opt_rnd(&r->seed) % 12);
        if (what == 1)
            r->code[n++] = (struct insn){.op = OP_ja, .off = BLOCKS - 1 < (s32)b + 2 ? BLOCKS - 1 : (s32)b + 2};
        else if (what > 3)
            compare(r, &n, b, wide);
        else {
            r->code[n++] = opt_rnd(&r->seed) % 4 ? (struct insn){.op = OP_mov64i, .a = 0, .imm = (s32)b}
                                                 : (struct insn){.op = OP_mov64, .a = 0, .b = 3};
            r->code[n++] = (struct insn){.op = OP_exit};
        }
    }
    for (u32 pc = 0; pc < n; pc++)
        if (r->code[pc].op == OP_ja || isa_info[r->code[pc].op].shape == SHAPE_JCC ||
            isa_info[r->code[pc].op].shape == SHAPE_JCCI)
            r->code[pc].off = (s32)r->start[r->code[pc].off];
    r->f = (struct func){.name = "random", .nslot = n, .code = r->code, .nreg = NREG_EBPF};
}

static void random_trees(void **state) {
    static struct random_func r;
    u64 runs = getenv("SVM_RUNS") ? strtoull(getenv("SVM_RUNS"), NULL, 10) : 20000, many = 0;
    (void)state;
    for (u64 n = 0; n < runs; n++) {
        struct found o = {0};
        r.seed = n;
        make(&r);
        find(&o, &r.f);
        for (u32 k = 0; k < o.s.n; k++) {
            const char *bad = opt_check_switch(&r.f, &o.g, &o.l, &o.s.of[k], &r.seed);
            if (bad)
                fail_msg("seed %llu, root %u: %s", (unsigned long long)n, o.s.of[k].root, bad);
        }
        many += o.s.n;
        arena_drop(&o.a);
    }
    assert_true(many > runs); /* there are such */
}

/* Ten thousand compares, all with a predecessor of their own: it ends soon, whatever is found. */
static void long_chain(void **state) {
    enum { N = 10000 };
    struct insn *code = calloc(2 * N + 2, sizeof *code);
    struct func f = {.name = "long", .nslot = 2 * N + 2, .code = code, .nreg = NREG_EBPF};
    struct found o = {0};
    u64 seed = 1;
    (void)state;
    for (u32 k = 0; k < N; k++) {
        code[k] = (struct insn){.op = OP_jeq64i, .b = 2, .off = (s32)(N + k), .imm = (s32)k};
        code[N + k] = (struct insn){.op = OP_jeq64i, .b = 1, .off = 2 * N, .imm = (s32)k};
    }
    code[2 * N] = code[2 * N + 1] = (struct insn){.op = OP_exit};
    find(&o, &f);
    assert_true(o.a.used < 16 << 20);
    for (u32 k = 0; k < o.s.n && k < 3; k++)
        assert_null(opt_check_switch(&f, &o.g, &o.l, &o.s.of[k], &seed));
    arena_drop(&o.a);
    free(code);
}

/* Ten thousand compares that all lead to one long block of constants: it is not read again for each. */
static void shared_block(void **state) {
    enum { N = 10000, LONG = 2 * N };
    struct insn *code = calloc(LONG + N + 2, sizeof *code);
    struct func f = {.name = "shared", .nslot = LONG + N + 2, .code = code, .nreg = NREG_EBPF};
    struct found o = {0};
    u64 seed = 1;
    (void)state;
    for (u32 k = 0; k < LONG; k++)
        code[k] = (struct insn){.op = OP_jne64i, .b = k % 2 ? 1 : 2, .off = LONG, .imm = (s32)k % 7};
    for (u32 k = 0; k < N; k++)
        code[LONG + k] = (struct insn){.op = OP_mov64i, .a = 3, .imm = (s32)k};
    code[LONG + N] = (struct insn){.op = OP_jeq64i, .b = 1, .off = LONG + N + 1, .imm = 5};
    code[LONG + N + 1] = (struct insn){.op = OP_exit};
    find(&o, &f);
    for (u32 k = 0; k < o.s.n && k < 3; k++)
        assert_null(opt_check_switch(&f, &o.g, &o.l, &o.s.of[k], &seed));
    arena_drop(&o.a);
    free(code);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree),         cmocka_unit_test(constants),  cmocka_unit_test(none),
        cmocka_unit_test(random_trees), cmocka_unit_test(long_chain), cmocka_unit_test(shared_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
