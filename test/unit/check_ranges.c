/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_ranges.c - what the checker says of numbers (ir/facts.h), and the code that is made of it, against runs of
 * random code by a small machine of its own: each result in its range, each copy a copy, no jump the other way. By
 * hand: rows, the meet of two programs. unit-check_ranges [PROGRAMS [SEED]] */
#include "api/api.h"
#include "check/check.h"
#include "opt/proven.h"
#include "rt/program.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs the ones above */
#include <cmocka.h>

static u64 programs = 1000, seed = 1, number;

struct kit {
    struct svm *vm;
    struct svm_module *m;
    struct program p;
    struct check_result r;
};

static void linked(struct kit *k, const char *front, const void *bytes, size_t n) {
    struct svm_load_options load = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct error e = {0};
    memset(k, 0, sizeof *k);
    load.front = front;
    assert_non_null(k->vm = svm_new(NULL, &err));
    if (!(k->m = svm_module_load(k->vm, bytes, n, &load, &err)))
        fail_msg("%s", err.text);
    if (link_program(&k->p, &k->m->m, &k->vm->r, NULL, NULL, &e))
        fail_msg("%s", e.text);
}

static struct check_result looked_at(struct kit *k, struct check_options o) {
    struct check_result r = {0};
    struct error e = {0};
    o.type = "xdp";
    if (check_program(&k->p.view, 0, &o, &r, &e))
        fail_msg("%s", e.text);
    return r;
}

static void checked(struct kit *k, const char *text) {
    linked(k, "asm", text, strlen(text));
    k->r = looked_at(k, (struct check_options){.strict = true});
}

static void done(struct kit *k) {
    check_drop(&k->r);
    program_drop(&k->p);
    svm_module_free(k->m);
    svm_free(k->vm);
}

/* The range of what instruction pc writes; false: nothing is known, and all numbers come out. ff may be NULL. */
static bool range_at(const struct func_facts *ff, u32 pc, u64 *min, u64 *max) {
    u32 n = ff && ff->of ? ff->nrange : 0, k = 0;
    while (k < n && ff->range[k].pc < pc)
        k++;
    bool known = k < n && ff->range[k].pc == pc;
    *min = known ? ff->range[k].min : 0;
    *max = known ? ff->range[k].max : UINT64_MAX;
    return known;
}

static const struct func_facts *facts(const struct kit *k) {
    assert_non_null(k->r.facts[0].of);
    return &k->r.facts[0];
}

static bool has(const struct kit *k, u32 pc, u16 bit) {
    return facts(k)->of[pc].bits & bit;
}

/* --- by hand --- */

static const char *const header = "ldxw r2, [r1+0]\n" /* 0: data */
                                  "ldxw r3, [r1+4]\n" /* 1: data_end */
                                  "mov64 r0, 1\n"     /* 2 */
                                  "mov64 r4, r2\n"    /* 3 */
                                  "add64 r4, 34\n"    /* 4 */
                                  "jgt r4, r3, +9\n"  /* 5 */
                                  "ldxb r5, [r2+0]\n" /* 6 */
                                  "and64 r5, 15\n"    /* 7: the operation says so itself */
                                  "lsh64 r5, 1\n"     /* 8: 0 to 30 */
                                  "mov32 r5, r5\n"    /* 9: nothing */
                                  "add64 r2, r5\n"    /* 10 */
                                  "ldxh r6, [r2+2]\n" /* 11 */
                                  "jlt r5, 31, +1\n"  /* 12: always */
                                  "mov64 r0, 2\n"     /* 13: never */
                                  "mod64 r6, 65536\n" /* 14: nothing */
                                  "exit\n";           /* 15 */

static void rows(void **state) {
    struct kit k;
    u64 min, max;
    (void)state;
    checked(&k, header);
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_false(range_at(facts(&k), 7, &min, &max));
    assert_true(max == UINT64_MAX && !min);
    assert_true(range_at(facts(&k), 8, &min, &max));
    assert_true(min == 0 && max == 30);
    assert_true(has(&k, 9, FACT_SAME) && !has(&k, 8, FACT_SAME));
    assert_true(has(&k, 12, FACT_TAKEN) && !has(&k, 12, FACT_NOT_TAKEN));
    assert_false(has(&k, 5, FACT_TAKEN | FACT_NOT_TAKEN));
    assert_true(has(&k, 13, FACT_DEAD));
    assert_true(has(&k, 14, FACT_SAME) && has(&k, 14, FACT_LOW) && has(&k, 14, FACT_NONZERO));
    assert_false(range_at(NULL, 0, &min, &max));
    done(&k);
}

/* The branches are told apart by a walk alone; what is known of numbers is that of the joined states all the same. */
static void of_what_is_walked(void **state) {
    struct kit k;
    u64 min, max;
    (void)state;
    checked(&k, "ldxw r2, [r1+12]\n"
                "mov64 r0, 0\n"
                "mov64 r6, 0\n"
                "jgt r2, 7, +2\n"
                "mov64 r6, r10\n"
                "add64 r6, -8\n"
                "jgt r2, 7, +1\n"
                "stxdw [r6+0], r0\n" /* 7 */
                "and64 r2, 15\n"
                "lsh64 r2, 1\n" /* 9: 0 to 30 */
                "exit\n");
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_true(has(&k, 7, FACT_SAFE));
    assert_false(range_at(facts(&k), 9, &min, &max));
    check_drop(&k.r);
    k.r = looked_at(&k, (struct check_options){.strict = true, .ranges = true});
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_true(has(&k, 7, FACT_SAFE));
    assert_true(range_at(facts(&k), 9, &min, &max));
    assert_true(!min && max == 30);
    done(&k);
}

static void code_of_it(void **state) {
    struct kit k;
    const struct insn *code;
    u32 folded;
    (void)state;
    checked(&k, header);
    code = proven_code(&k.m->m.func[0], facts(&k), &k.r.arena, &folded);
    assert_true(code != k.m->m.func[0].code);
    assert_int_equal(folded, 0);
    for (u32 pc = 0; pc < k.m->m.func[0].nslot; pc++) {
        const struct insn *i = &code[pc];
        if (pc == 9 || pc == 14)
            assert_true(i->op == OP_mov64 && i->a == i->b);
        else if (pc == 12)
            assert_true(i->op == OP_ja && i->off == 14);
        else
            assert_memory_equal(i, &k.m->m.func[0].code[pc], sizeof *i);
    }
    done(&k);
}

static void forms(void **state) {
    struct kit k;
    const struct insn *code;
    u32 folded;
    (void)state;
    checked(&k, "ldxw r2, [r1+12]\n"  /* 0: 32 bits */
                "mov64 r3, r2\n"      /* 1 */
                "lsh64 r3, 32\n"      /* 2: up */
                "rsh64 r3, 32\n"      /* 3: and down again */
                "sdiv64 r3, 7\n"      /* 4 */
                "arsh64 r2, 3\n"      /* 5 */
                "mov64 r4, 5\n"       /* 6 */
                "stxdw [r10-8], r4\n" /* 7 */
                "ldxdw r5, [r10-8]\n" /* 8: 5 */
                "add64 r4, r5\n"      /* 9: 10 */
                "mov64 r0, r4\n"
                "exit\n");
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    code = proven_code(&k.m->m.func[0], facts(&k), &k.r.arena, &folded);
    assert_true(code[2].op == OP_mov64 && code[2].a == 3 && code[2].b == 3);
    assert_true(code[3].op == OP_mov64 && code[3].a == 3 && code[3].b == 3);
    assert_int_equal(code[4].op, OP_div32i);
    assert_int_equal(code[5].op, OP_rsh64i);
    assert_true(code[8].op == OP_mov64i && code[8].imm == 5);
    assert_true(code[9].op == OP_mov64i && code[9].imm == 10);
    assert_int_equal(folded, 1);
    done(&k);
}

/* A jump between the two: each may be run alone. */
static void not_together(void **state) {
    struct kit k;
    const struct insn *code;
    u32 folded;
    (void)state;
    checked(&k, "ldxw r2, [r1+12]\n"
                "jeq r2, 7, +1\n"
                "lsh64 r2, 32\n" /* 2 */
                "rsh64 r2, 32\n" /* 3 */
                "mov64 r0, 1\n"
                "exit\n");
    code = proven_code(&k.m->m.func[0], facts(&k), &k.r.arena, &folded);
    assert_int_equal(code[2].op, OP_lsh64i);
    done(&k);
}

/* Two ways that differ in a number of which only a division makes use: it is 0 on the one that is left. */
static void divisor_on_a_way_that_is_left(void **state) {
    struct kit k;
    (void)state;
    checked(&k, "ldxw r6, [r1+12]\n"
                "mov64 r7, 0\n"
                "mov64 r2, 5\n"
                "jeq r6, 1, +1\n"
                "ja +2\n"
                "mov64 r2, 0\n" /* 5 */
                "ja +0\n"
                "mov64 r8, r10\n" /* 7: the joined states do not prove what comes: it is walked */
                "jeq r6, 2, +2\n"
                "mov64 r8, 3\n"
                "mov64 r7, 1\n"
                "mov64 r0, 100\n" /* 11 */
                "div64 r0, r2\n"  /* 12 */
                "jne r7, 0, +1\n"
                "stxdw [r8-8], r7\n"
                "mov64 r0, 1\n"
                "exit\n");
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_false(has(&k, 12, FACT_NONZERO));
    done(&k);
}

/* r0 was never written on one of two ways: nothing is known of what is saved of it, or through it. */
static void what_was_never_written(void **state) {
    struct kit k;
    u64 min, max;
    (void)state;
    static const char *const text = "stdw [r10-8], 1\n"
                                    "ldxw r6, [r1+12]\n"
                                    "jeq r6, 1, +1\n"
                                    "mov64 r0, r10\n"
                                    "stxdw [r10-16], r0\n" /* 4 */
                                    "ldxdw r3, [r10-16]\n" /* 5 */
                                    "stxdw [r0-8], r6\n"   /* 6 */
                                    "ldxdw r4, [r10-8]\n"  /* 7 */
                                    "mov64 r0, 0\n"
                                    "exit\n";
    linked(&k, "asm", text, strlen(text));
    k.r = looked_at(&k, (struct check_options){0});
    assert_false(range_at(facts(&k), 5, &min, &max));
    assert_false(range_at(facts(&k), 7, &min, &max));
    done(&k);
}

/* The second call is given what the first was, from another slot's neighbourhood: what was found out of the first holds
 * for it. */
static void a_call_like_another(void **state) {
    static const char *const text = "mov64 r6, 1\n"
                                    "stdw [r10-8], 1\n" /* 1 */
                                    "mov64 r1, r10\n"
                                    "mov64 r2, 5\n"
                                    "call local f\n"      /* 4 */
                                    "ldxdw r7, [r10-8]\n" /* 5: 7 */
                                    "stdw [r10-8], 1\n"
                                    "mov64 r1, r10\n"
                                    "mov64 r2, 5\n"
                                    "call local f\n"      /* 9 */
                                    "ldxdw r8, [r10-8]\n" /* 10: 7, too */
                                    "mov64 r9, r0\n"      /* 11: 6 */
                                    "mov64 r0, 0\n"
                                    "exit\n"
                                    "f:\n"
                                    "ldxdw r3, [r1-8]\n" /* 14: 1 */
                                    "mov64 r0, r2\n"
                                    "mov64 r4, 7\n"
                                    "jne r3, 1, +1\n"
                                    "stxdw [r1-8], r4\n"
                                    "add64 r0, 1\n"
                                    "mov64 r5, 1\n"
                                    "mov64 r5, 2\n"
                                    "mov64 r5, 3\n"
                                    "mov64 r5, 4\n"
                                    "mov64 r5, 5\n"
                                    "mov64 r5, 6\n"
                                    "exit\n";
    struct kit k;
    u64 min, max;
    (void)state;
    checked(&k, text);
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_int_equal(k.r.worst, 14 + 2 * 13);
    assert_in_range(k.r.steps, 14 + 13, 14 + 13 + 3); /* the second is not followed */
    for (u32 pc = 5; pc <= 10; pc += 5)
        assert_true(range_at(facts(&k), pc, &min, &max) && min == 7 && max == 7);
    assert_true(range_at(facts(&k), 9, &min, &max) && min == 6 && max == 6);
    assert_true(range_at(facts(&k), 11, &min, &max) && min == 6 && max == 6);
    assert_int_equal(k.r.stack, 32);
    done(&k);
}

static void meet(void **state) {
    struct kit k;
    struct check_result other;
    const struct func_facts *both;
    struct fact_range mine[] = {{1, 2, 3, 9}, {4, 2, 1, 1}, {6, 0, 5, 5}}, theirs[] = {{1, 2, 5, 20}, {5, 1, 0, 7}};
    u64 min, max;
    (void)state;
    checked(&k, header);
    other = looked_at(&k, (struct check_options){.strict = true});
    ((struct func_facts *)(uintptr_t)k.r.facts)[0].range = mine;
    ((struct func_facts *)(uintptr_t)k.r.facts)[0].nrange = 3;
    ((struct func_facts *)(uintptr_t)other.facts)[0].range = theirs;
    ((struct func_facts *)(uintptr_t)other.facts)[0].nrange = 2;
    ((struct fact *)(uintptr_t)other.facts[0].of)[6].bits = FACT_DEAD;
    both = check_facts_meet(&k.m->m, k.r.facts, other.facts, &k.r.arena);
    assert_non_null(both);
    assert_true(range_at(&both[0], 1, &min, &max) && min == 3 && max == 20);
    assert_false(range_at(&both[0], 4, &min, &max));
    assert_false(range_at(&both[0], 5, &min, &max));
    assert_true(range_at(&both[0], 6, &min, &max) && min == 5); /* the other never runs it */
    check_drop(&other);
    done(&k);
}

/* --- random code --- */

enum {
    MOST = 48,
    FUNCS = 3,
    ROOM = FUNCS * (MOST + 8),
    DEEP = 8,
    FRAME = 512,
    STACK = DEEP * FRAME,
    STEPS = 600,
    INPUTS = 24
};
static const u64 r10 = 0x7ffd12345000;

static u64 rnd(u64 *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static u64 interesting(u64 *s) {
    static const u64 of[] = {0,   1,   2,      31,     32,         63,         64,        127,
                             128, 255, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff};
    u64 v = of[rnd(s) % COUNT(of)];
    switch (rnd(s) % 6) {
    case 0: return 0 - v;
    case 1: return v << 32;
    case 2: return rnd(s);
    case 3: return rnd(s) & 15;
    default: return v;
    }
}

static bool usable(u16 op, u8 shape) {
    return isa_info[op].shape == shape && !(isa_info[op].flags & (WIDE | TRAPS | TYPED));
}

static u16 any_op(u64 *s, u8 shape) {
    u16 op;
    do
        op = (u16)(rnd(s) % OP_COUNT);
    while (!usable(op, shape));
    return op;
}

/* calls: functions behind this one, of which it may call any. */
static struct insn any_insn(u64 *s, u32 pc, u32 n, u32 calls, bool called) {
    struct insn i = {.a = (u16)(rnd(s) % 6), .b = (u16)(rnd(s) % 6), .c = (u16)(rnd(s) % 6)};
    i.imm = (s32)interesting(s);
    if (called && i.a == 1 && rnd(s) % 8)
        i.a = 0; /* r1 leads to the caller's frame, more often than not */
    if (calls && !(rnd(s) % 6)) {
        i.op = OP_callf; /* imm: which; made good when all have their places */
        i.imm = (s32)(rnd(s) % calls);
        return i;
    }
    switch (rnd(s) % 10) {
    case 0:
    case 1: i.op = any_op(s, SHAPE_BIN); break;
    case 2:
    case 3:
    case 4: i.op = any_op(s, SHAPE_BINI); break;
    case 5: i.op = any_op(s, SHAPE_UN); break;
    case 6: { /* saved and loaded again, in parts and through other registers, too */
        static const u16 ops[] = {OP_st64,  OP_ldx64, OP_ldx64, OP_st64,   OP_ldx64,  OP_st32,
                                  OP_ldx32, OP_st8,   OP_ldx8,  OP_ldsx16, OP_aadd64, OP_axchg64};
        i.op = ops[rnd(s) % (rnd(s) % 3 ? 5 : COUNT(ops))];
        i.off = -8 * (s32)(1 + rnd(s) % 4) + (rnd(s) % 4 ? 0 : (s32)(rnd(s) % 4));
        if (isa_info[i.op].shape == SHAPE_ATOM)
            i.a = i.c;
        if (called && rnd(s) % 2)
            i.b = 1;
        else if (rnd(s) % 12)
            i.b = REG_FP;
        else
            i.off = rnd(s) % 2 ? 0 : i.off;
        return i;
    }
    case 7:
        i.op = rnd(s) % 2 ? OP_mov64i : OP_mov32i;
        if (!(rnd(s) % 3))
            i.op = OP_mov64, i.b = REG_FP;
        return i;
    default:
        i.op = any_op(s, rnd(s) % 3 ? SHAPE_JCCI : SHAPE_JCC);
        i.off = (s32)(rnd(s) % 16 ? pc + 1 + rnd(s) % (n - pc) : rnd(s) % n);
        return i;
    }
    i.b = i.a; /* the narrow form */
    if (isa_info[i.op].shape == SHAPE_UN && !(isa_info[i.op].flags & SELF))
        i.b = (u16)(rnd(s) % 6);
    if (isa_info[i.op].shape == SHAPE_BINI && isa_info[i.op].type[1] &&
        (i.op == OP_lsh64i || i.op == OP_rsh64i || i.op == OP_arsh64i))
        i.imm = rnd(s) % 3 ? 32 : (s32)(rnd(s) % 64);
    if (i.op == OP_lsh32i || i.op == OP_rsh32i || i.op == OP_arsh32i)
        i.imm = (s32)(rnd(s) % 32);
    return i;
}

/* A function at slot[0]; calls: see above. The places of its calls are marked by what they call. */
static u32 make_function(u64 *s, u64 *slot, s8 *callee, u32 calls, bool called) {
    u32 least = called ? 13 : 8, n = least + (u32)(rnd(s) % (MOST - least)), at = 0;
    struct insn end = {.op = OP_exit};
    for (u32 k = 0; k <= 4; k++) {
        struct insn i = {.op = k ? OP_st64i : OP_mov64i, .b = REG_FP, .off = -8 * (s32)k, .imm = (s32)interesting(s)};
        assert_int_equal(isa_encode(&i, at, &slot[at]), 1);
        at++;
    }
    while (at < n) {
        struct insn i = any_insn(s, at, n, calls, called);
        u64 two[2];
        callee[at] = -1;
        if (i.op == OP_callf) {
            for (u16 r = 1; r <= 5 && at + 2 < n;
                 r++) { /* what it is given: numbers, the frame, now and then nothing */
                struct insn a = {.op = rnd(s) % 2 ? OP_mov64i : OP_mov64, .a = r, .b = 0, .imm = (s32)(rnd(s) % 9)};
                if (rnd(s) % 4 < (r == 1 ? 3 : 1))
                    a.op = OP_mov64, a.b = REG_FP;
                if (rnd(s) % 16 && isa_encode(&a, at, two) == 1)
                    slot[at++] = two[0], callee[at] = -1;
            }
            slot[at] = 0x1085;
            callee[at++] = (s8)i.imm;
        } else if (isa_encode(&i, at, two) == 1) {
            slot[at++] = two[0];
        }
    }
    assert_int_equal(isa_encode(&end, at, &slot[at]), 1);
    return at + 1;
}

/* A program, and functions behind it that it calls again and again. */
static u32 make(u64 *s, u64 slot[ROOM]) {
    s8 callee[ROOM];
    u32 start[FUNCS + 1] = {0}, n = (u32)(rnd(s) % (FUNCS + 1));
    n = n ? n : 1;
    memset(callee, -1, sizeof callee);
    for (u32 k = 0; k < n; k++)
        start[k + 1] = start[k] + make_function(s, slot + start[k], callee + start[k], n - 1 - k, k > 0);
    for (u32 k = 0; k < n; k++)
        for (u32 at = start[k]; at < start[k + 1]; at++)
            if (callee[at] >= 0)
                slot[at] |= (u64)(u32)(start[k + 1 + (u32)callee[at]] - at - 1) << 32;
    return start[n];
}

static bool holds(const struct func_facts *ff, u32 pc, const struct insn *i, const u64 r[NREG_EBPF], u64 out,
                  bool jumps) {
    const struct fact *f = &ff->of[pc];
    u8 shape = isa_info[i->op].shape;
    bool imm = shape == SHAPE_BINI || shape == SHAPE_JCCI, unary = shape == SHAPE_UN,
         wide = isa_info[i->op].type[1] == 'L';
    u64 x = r[i->b], y = imm ? (u64)(s64)i->imm : unary ? x : r[i->c], min, max;
    if (!(f->bits & FACT_SEEN) || f->bits & FACT_DEAD)
        return false;
    if (shape == SHAPE_JCC || shape == SHAPE_JCCI) {
        if (f->bits & (jumps ? FACT_NOT_TAKEN : FACT_TAKEN))
            return false;
    } else if (shape != SHAPE_LD && shape != SHAPE_BIN && !imm && !unary) {
        return true;
    } else {
        range_at(ff, pc, &min, &max);
        if (out < min || out > max || (f->bits & FACT_SAME && out != x))
            return false;
    }
    if (shape == SHAPE_LD)
        return true;
    if (f->bits & FACT_NONZERO && !(wide ? y : (u32)y))
        return false;
    if (f->bits & FACT_LOW && (x > UINT32_MAX || (!imm && y > UINT32_MAX)))
        return false;
    return !(f->bits & FACT_UNSIGNED) || (wide ? (s64)(x | y) >= 0 : (s32)(x | y) >= 0);
}

/* The frames at these bytes, where all of them are in them. */
static u8 *at(u8 stack[STACK], u64 address, u32 size) {
    u64 off = address - (r10 - STACK);
    return off <= STACK - size ? stack + off : NULL;
}

static bool is_aligned(const struct insn *i, const u64 r[NREG_EBPF]) {
    return isa_info[i->op].shape != SHAPE_ATOM || !((r[i->b] + (u64)(s64)i->off) % isa_info[i->op].size);
}

/* false: it stops there. */
static bool access(u8 stack[STACK], const struct insn *i, u64 r[NREG_EBPF], u64 *out) {
    u32 size = isa_info[i->op].size;
    u8 *p = at(stack, r[i->b] + (u64)(s64)i->off, size);
    u64 v = 0, c = isa_info[i->op].shape == SHAPE_STI ? (u64)(s64)i->imm : r[i->c];
    if (!p || !is_aligned(i, r))
        return false;
    memcpy(&v, p, size);
    *out = i->op == OP_ldsx16 ? (u64)(s64)(s16)v : v;
    if (i->op == OP_aadd64)
        c += v;
    if (isa_info[i->op].shape != SHAPE_LD)
        memcpy(p, &c, size);
    return true;
}

/* What is proven of an access: that it may be done, and where in the frame. */
static bool access_holds(const struct func_facts *ff, u32 pc, const struct insn *i, const u64 r[NREG_EBPF], bool done) {
    const struct fact *f = &ff->of[pc];
    s64 off = (s64)(r[i->b] + (u64)(s64)i->off - r[REG_FP]);
    if (!(f->bits & FACT_SAFE))
        return true;
    return done && (f->region != REGION_STACK || !f->off || f->off == off);
}

struct call {
    u32 func, pc;
    u64 kept[4]; /* r6 .. r9 */
};

/* Runs the code of each function; what is proven of their instructions must hold, where ff is not NULL. What it comes
 * to: r0 at its end, or where an access, a call or the steps end it. */
static u64 run(const struct insn *const code[FUNCS], const struct func_facts *ff, const u64 arg[5], u32 *steps) {
    u64 r[NREG_EBPF] = {[REG_FP] = r10};
    u8 stack[STACK] = {0};
    struct call call[DEEP];
    u32 pc = 0, func = 0, deep = 0;
    memcpy(&r[1], arg, 5 * sizeof *arg);
    for (*steps = 0; *steps < STEPS; ++*steps) {
        const struct insn *i = &code[func][pc];
        u8 shape = isa_info[i->op].shape;
        u64 x = r[i->b], out = 0, min, max;
        bool jumps = false, writes = true, ends = false;
        switch (shape) {
        case SHAPE_BIN:
        case SHAPE_UN: assert_true(isa_eval(i->op, x, r[i->c], &out)); break;
        case SHAPE_BINI: assert_true(isa_eval(i->op, x, (u64)(s64)i->imm, &out)); break;
        case SHAPE_JCC:
        case SHAPE_JCCI:
            assert_true(isa_eval(i->op, x, shape == SHAPE_JCC ? r[i->c] : (u64)(s64)i->imm, &out));
            jumps = out;
            writes = false;
            break;
        case SHAPE_LD:
        case SHAPE_ST:
        case SHAPE_STI:
        case SHAPE_ATOM:
            ends = !access(stack, i, r, &out);
            writes = shape == SHAPE_LD || i->op == OP_axchg64;
            break;
        default:
            if (i->op == OP_exit && !deep)
                return r[0];
            jumps = i->op == OP_ja;
            writes = !jumps && i->op != OP_callf && i->op != OP_exit;
            out = i->op == OP_mov64i ? (u64)(s64)i->imm : (u32)i->imm;
        }
        if (ff && (!holds(&ff[func], pc, i, r, out, jumps) ||
                   (isa_info[i->op].size && !access_holds(&ff[func], pc, i, r, !ends || !is_aligned(i, r))))) {
            range_at(&ff[func], pc, &min, &max);
            fail_msg("program %llu of seed %llu, function %u, instruction %u, %s: bits %x, range %llx to %llx; x %llx, "
                     "result %llx",
                     (unsigned long long)number, (unsigned long long)seed, func, pc, isa_name(i->op),
                     ff[func].of[pc].bits, (unsigned long long)min, (unsigned long long)max, (unsigned long long)x,
                     (unsigned long long)out);
        }
        if (ends || (i->op == OP_callf && deep + 1 == DEEP))
            return pc;
        if (writes)
            r[i->op == OP_axchg64 ? i->c : i->a] = out;
        pc = jumps ? (u32)i->off : pc + 1;
        if (i->op == OP_callf) {
            call[deep] = (struct call){.func = func, .pc = pc};
            memcpy(call[deep++].kept, &r[6], sizeof call->kept);
            func = (u32)i->imm;
            pc = 0;
            r[REG_FP] -= FRAME;
            memset(&r[6], 0, sizeof call->kept);
        } else if (i->op == OP_exit) {
            func = call[--deep].func;
            pc = call[deep].pc;
            memcpy(&r[6], call[deep].kept, sizeof call->kept);
            memset(&r[1], 0, 5 * sizeof *r);
            r[REG_FP] += FRAME;
            if (ff && range_at(&ff[func], pc - 1, &min, &max) && (r[0] < min || r[0] > max))
                fail_msg("program %llu of seed %llu, function %u, call at %u: range %llx to %llx, result %llx",
                         (unsigned long long)number, (unsigned long long)seed, func, pc - 1, (unsigned long long)min,
                         (unsigned long long)max, (unsigned long long)r[0]);
        }
    }
    return r[0];
}

static void random_code(void **state) {
    u64 s = seed * 0x9e3779b97f4a7c15u + 1, nrange = 0, changed = 0, one_way = 0, known = 0;
    (void)state;
    for (number = 0; number < programs; number++) {
        u64 slot[ROOM];
        u32 len = make(&s, slot), folded;
        const struct insn *plain[FUNCS] = {0}, *code[FUNCS] = {0};
        const struct module *m;
        struct kit k;
        linked(&k, "raw", slot, len * 8);
        m = &k.m->m;
        k.r = looked_at(&k, (struct check_options){.any_entry = true});
        if (!k.r.facts || !k.r.facts[0].of) {
            done(&k);
            continue;
        }
        known++;
        for (u32 n = 0; n < m->nfunc; n++) {
            plain[n] = m->func[n].code;
            code[n] = k.r.facts[n].of ? proven_code(&m->func[n], &k.r.facts[n], &k.r.arena, &folded) : plain[n];
            nrange += k.r.facts[n].nrange;
            changed += code[n] != plain[n];
            for (u32 pc = 0; k.r.facts[n].of && pc < m->func[n].nslot; pc++)
                one_way += (k.r.facts[n].of[pc].bits & (FACT_TAKEN | FACT_NOT_TAKEN)) != 0;
        }
        for (u32 t = 0; t < INPUTS; t++) {
            u64 arg[5], want, got;
            u32 steps, other;
            for (u32 j = 0; j < 5; j++)
                arg[j] = interesting(&s);
            want = run(plain, k.r.facts, arg, &steps);
            got = run(code, NULL, arg, &other);
            assert_int_equal(want, got);
            assert_int_equal(steps, other); /* as many instructions: as much fuel */
        }
        done(&k);
    }
    print_message(
        "%llu of %llu programs with facts, %llu rows, %llu jumps that go one way, %llu functions with other code\n",
        (unsigned long long)known, (unsigned long long)programs, (unsigned long long)nrange,
        (unsigned long long)one_way, (unsigned long long)changed);
    assert_true(programs < 100 || (nrange > programs / 2 && one_way > programs / 20 && changed > programs / 4));
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(of_what_is_walked),
        cmocka_unit_test(code_of_it),
        cmocka_unit_test(forms),
        cmocka_unit_test(not_together),
        cmocka_unit_test(meet),
        cmocka_unit_test(divisor_on_a_way_that_is_left),
        cmocka_unit_test(what_was_never_written),
        cmocka_unit_test(a_call_like_another),
        cmocka_unit_test(random_code),
    };
    if (argc > 1)
        programs = strtoull(argv[1], NULL, 0);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
