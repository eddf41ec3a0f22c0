/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_test.c - typed functions and their modules: what is accepted, what is refused and why, and what blocks
 * and liveness make of windows, tables of branches, vectors and handlers. */
#include "front/front.h"
#include "ir/live.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

static int load(struct module *m, const char *text, struct error *e) {
    struct load_options o = {.name = "test"};
    *m = (struct module){0};
    return front_svmasm.load(m, (const u8 *)text, strlen(text), &o, e) ? e->code : validate(m, NULL, e);
}

static void good(struct module *m, const char *text) {
    struct error e = {0};
    if (load(m, text, &e))
        fail_msg("'%s': %s", text, e.text);
}

/* What most cases stand in: two types, a table of each class, memories of both widths, a tag, globals, segments. */
#define WORLD                                                                                                          \
    ".type (i32) -> (i32)\n.type (funcref v128) -> (f64)\n.type ()\n"                                                  \
    ".import func host (i64) -> (i64) \"a\" \"b\"\n.import global i32 \"a\" \"g\"\n"                                   \
    ".table funcref 1 5\n.table externref 2\n.table i64 funcref 0\n.mem 1 2\n.mem i64 1\n"                             \
    ".tag (i32 externref)\n.global mut i64\n.global i32\n.global mut v128\n.global mut exnref\n"                       \
    ".elem funcref f null\n.elem externref null\n.data 0102\n"
#define F(regs, body) WORLD ".func f (i32) -> (i32)\n" regs body

static void refusals(void **state) {
    static const struct {
        const char *text;
        int code;
        const char *why;
    } bad[] = {
        /* registers */
        {F("", "ret r1, 1"), E_REG, "a window of 1 slots at r1 of 1 registers"},
        {F("", "ret r0, 0"), E_REG, "a window of 0 slots, where the type says 1"},
        {F(".reg f64 r1\n", "ret r1, 1"), E_REG, "r1 has type D where I is needed"},
        {F(".reg i64 r0\n", "ret r0, 1"), 0, NULL}, /* the parameter's letter wins */
        {F(".reg externref r1\n.reg funcref r2\n", "r1 = rmov(r2)\nret r0, 1"), E_REG, "r1 and r2 differ in type"},
        {F(".reg externref r1\n.reg any r2\n", "r2 = r1\nret r0, 1"), E_REG, "r1 has type E where L is needed"},
        {F(".reg externref r1\n.reg any r2\n", "r2 = w0 ? r1 : r2\nret r0, 1"), E_REG, "r1 has type E where X"},
        {F(".reg any r1\n", "v1 = vmov(v1)\nret r0, 1"), E_REG, "r1 has type X where V is needed"},
        {F(".reg v128 r1\n", "r2 = r2 + r2\nret r0, 1"), E_REG, "r2 has type v where L is needed"},
        {F(".reg v128 r1\n", "v1 = vconst(pool[0])\nret r0, 1"), E_INDEX, "constant 0: the input has none"},
        {F(".reg v128 r1\n.const ff0102030405060708090a0b0c0d0e0f\n", "v1 = shuffle(v1, v1, pool[0])\nret r0, 1"),
         E_INDEX, "byte 0 comes from 255 of 32"},
        {F(".reg v128 r1\n", "w0 = i16x8_extract_lane_u(v1, 8)\nret r0, 1"), E_INDEX, "lane 8 of 8"},
        {F(".reg v128 r1\n", "v1 = f64x2_replace_lane(v1, d3, 0)\nret r0, 1"), E_REG, "r3 of a function with 3"},
        {F("", "r0 = *(u64 *)(r0 + 0)\nret r0, 1"), E_OPCODE, "ldx64: not in a typed function"},
        {F("", "exit"), E_OPCODE, "exit: not in a typed function"},
        {".func f\nbrtab w1, 0\nexit", E_OPCODE, "this form of it is for typed functions"},
        {".func f\nif r1 == 0 gotol +0\nexit", E_OPCODE, "this form of it is for typed functions"},
        /* windows */
        {F(".reg any r1\n", "callt r1, 1, func[host]\nret r1, 1"), 0, NULL},
        {F(".reg any r1\n", "callt r1, 2, func[host]\nret r1, 1"), E_REG, "2 slots, where the type says 1"},
        {F(".reg any r1\n", "callt r1, 1, func[9]\nret r1, 1"), E_INDEX, "function 9 of 2"},
        {F(".reg externref r1\n", "callt r1, 1, func[host]\nret r1, 1"), E_REG, "r1 has type E where L is needed"},
        {F(".reg any r1-r4\n", "callref r1, 1, r2, type[0]\nret r0, 1"), E_SYNTAX, NULL},
        {F(".reg any r1-r4\n", "callref r1, r2, 1, type[0]\nret r0, 1"), E_REG, "r2 has type X where R is needed"},
        {F(".reg any r1-r4\n.reg exnref r2\n", "callref r1, r2, 1, type[0]\nret r0, 1"), E_REG, "r2 has type N where R"},
        {F(".reg any r1\n", "calltab r1, w0, 1, type[3], table[1]\nret r0, 1"), E_INDEX, "elements of type E for those"},
        {F(".reg any r1\n", "calltab r1, w0, 1, type[0], table[2]\nret r0, 1"), E_REG, "r0 has type I where L"},
        {F(".reg any r1\n", "calltab r1, w0, 1, type[9], table[0]\nret r0, 1"), E_INDEX, "type 9 of"},
        {F(".reg any r1\n", "tcallt r1, 1, func[host]"), E_REG, "result 0 has another type"},
        {F(".reg any r1\n", "throw r0, 1, tag[0]"), E_REG, "1 slots, where the type says 2"},
        {F(".reg any r1\n", "throw r0, 2, tag[0]"), E_REG, "r1 has type X where E is needed"},
        {F(".reg exnref r1\n.reg any r2-r3\n", "exnarg r2, r1, 2, tag[0]\nret r2, 1"), E_REG, "r3 has type X where E"},
        /* objects */
        {F(".reg any r1\n", "gget r1, global[9]\nret r0, 1"), E_INDEX, "global 9 of 5"},
        {F("", "gset r0, global[0]\nret r0, 1"), E_INDEX, "global 0 cannot be set"},
        {F("", "gset r0, global[2]\nret r0, 1"), E_INDEX, "global 2 cannot be set"},
        {F(".reg any r1-r2\n", "gget r1, global[3]\nret r0, 1"), E_REG, "gget: global 3 has another type"},
        {F(".reg any r1-r2\n", "vgget v1, global[3]\nret r0, 1"), 0, NULL},
        {F(".reg any r1\n", "gget r1, global[4]\nret r0, 1"), E_REG, "r1 has type X where N is needed"},
        {F(".reg any r1\n", "tget r1, w0, table[0]\nret r0, 1"), E_REG, "r1 has type X where R is needed"},
        {F(".reg funcref r1\n", "tset r1, w0, table[1]\nret r0, 1"), E_REG, "r1 has type R where E is needed"},
        {F("", "tcopy r0, w0, w0, table[0], table[1]\nret r0, 1"), E_INDEX, "elements of type E for those of type R"},
        {F("", "tinit r0, w0, w0, elem[1], table[0]\nret r0, 1"), E_INDEX, "elements of type E for those of type R"},
        {F(".reg funcref r1\n", "tseg r1, elem[0], item[2]\nret r0, 1"), E_INDEX, "item 2 of 2"},
        {F(".reg externref r1\n", "tseg r1, elem[0], item[1]\nret r0, 1"), E_REG, "r1 has type E where R is needed"},
        {F(".reg externref r1\n", "rfunc r1, func[0]\nret r0, 1"), E_REG, "r1 has type E where R is needed"},
        {F("", "mcopy r0, w0, w0, mem[0], mem[1]\nret r0, 1"), E_REG, "r0 has type I where L is needed"},
        {F("", "minit r0, w0, w0, data[1], mem[0]\nret r0, 1"), E_INDEX, "data segment 1 of 1"},
        {F("", "w0 = *(u32 *)mem1[w0]\nret r0, 1"), E_REG, "r0 has type I where L is needed"},
        {F("", "w0 = *(u32 *)mem2[w0]\nret r0, 1"), E_INDEX, "memory 2 of 2"},
        {F(".reg any r1\n", "macmp32 w1, mem0[w0]\nret r0, 1"), E_REG, "r2 of a function with 2 registers"},
        {F(".reg v128 r1\n", "v128_load16_lane v1, 8, mem0[w0]\nret r0, 1"), E_INDEX, "lane 8 of 8"},
        /* control */
        {F("", "brtab w0, 1\ngoto +0\nret r0, 1"), E_JUMP, "target 1 is no goto"},
        {F("", "brtab w0, 4000000000\ngoto +0\nret r0, 1"), E_JUMP, "4000000000 targets and the default"},
        {F("", "callt r0, 1, func[f]"), E_JUMP, "control falls off the end"},
        {F("", "fence\nl:\nret r0, 1\n.catch l, f, l, r0"), E_JUMP, "handler 0: instructions 1 to 0"},
        {F("", "fence\nl:\nret r0, 1\n.catch f, l, l, r0"), E_REG, "handler 0: r0 is for no exception"},
        /* the module */
        {WORLD ".func f () -> ()\nret r0, 0\n.export table 7 \"t\"", E_INDEX, "export 0 names nothing"},
        {WORLD ".func f () -> ()\nret r0, 0\n.func g\nexit\n.export func g \"t\"", E_INDEX, "function 2 has no type"},
        {WORLD ".tag () -> (i32)\n.func f ()\nret r0, 0", E_INDEX, "tag 1: type 5 is not that of an exception"},
        {".table i32 3\n.func f ()\nret r0, 0", E_FORMAT, "table 0: elements of no reference type"},
        {".mem 3 2\n.func f ()\nret r0, 0", E_FORMAT, "memory 0: its largest size is below its first"},
        {".mem 65537\n.func f ()\nret r0, 0", E_LIMIT, "memory 0: size 65537"},
        {".type sub 0 (i32)\n.func f ()\nret r0, 0", E_SYNTAX, "a type that stands above"},
        {".type (i32)\n.type sub 0 (i32)\n.func f ()\nret r0, 0", E_FORMAT, "does not match its supertype 0"},
        {".type open (i32)\n.type sub 0 (i64)\n.func f ()\nret r0, 0", E_FORMAT, "does not match its supertype 0"},
        {".type open (i32)\n.type sub 0 (i32)\n.func f ()\nret r0, 0", 0, NULL},
        {".type ((ref null 7))\n.func f ()\nret r0, 0", E_FORMAT, "type 0: value 0 has no type"},
        {".start f\n.func f (i32)\nret r0, 0", E_INDEX, "function 0 cannot start an instance"},
        {".start f\n.func f ()\nret r0, 0\n.func g ()\ncallt r0, 0, func[f]\nret r0, 0", E_INDEX, "starts instances"},
        {".start f\n.func f ()\nret r0, 0\n.elem funcref f", E_INDEX, "item 0 is function 0"},
        {".start f\n.func f ()\nret r0, 0\n.export func f \"f\"", E_INDEX, "or starts instances"},
        {".func f ()\nret r0, 0\n.elem funcref g", E_SYNTAX, "line 3: expected a function, not 'g'"},
        {".mem 1\n.import mem 1 \"a\" \"b\"\n.func f ()\nret r0, 0", 0, NULL}, /* imports are read first */
        {".import mem 1 \"a\"\n.func f ()\nret r0, 0", E_SYNTAX, "line 1: expected a name in quotes at the end"},
        {".const 00\n.func f ()\nret r0, 0", E_SYNTAX, "a constant stands in a typed function"},
        {".func f () x\nret r0, 0", E_SYNTAX, "expected the end of the line, not 'x'"},
        {".func f (i32\nret r0, 0", E_SYNTAX, "expected a type"},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(bad); k++) {
        struct module m;
        struct error e = {0};
        int rc = load(&m, bad[k].text, &e);
        module_free(&m);
        if (rc != bad[k].code || (bad[k].why && !strstr(e.text, bad[k].why)))
            fail_msg("'%s' gave %d '%s'", bad[k].text, rc, e.text);
    }
}

/* --- blocks and liveness --- */

struct flow {
    struct module m;
    struct arena a;
    struct cfg c;
    struct live l;
    const struct func *f;
};

static void flow(struct flow *w, const char *text) {
    struct error e = {0};
    memset(w, 0, sizeof *w);
    good(&w->m, text);
    w->f = &w->m.func[w->m.nfunc_import];
    if (cfg_build(&w->c, w->f, &w->a, &e) || live_build(&w->l, w->f, &w->c, &w->a, &e))
        fail_msg("%s", e.text);
    assert_true(w->l.exact);
}
static void flow_end(struct flow *w) {
    arena_drop(&w->a);
    module_free(&w->m);
}

/* The registers that are live in front of instruction pc, below 64. */
static u64 live_at(struct flow *w, u32 pc) {
    u32 b = w->c.of[pc];
    u64 set[4] = {0};
    memcpy(set, live_out(&w->l, b), w->l.nword * sizeof *set);
    for (u32 k = w->c.blk[b].end; k-- > pc;)
        live_step(&w->l, set, k);
    return set[0];
}

static void branch_tables(void **state) {
    struct flow w;
    (void)state;
    flow(&w, ".func f (i32) -> (i32)\n.reg any r1-r9\n"
             "brtab w0, 2\ngoto a\ngoto b\ngoto c\n" /* 0; 2 3 4 */
             "a: w1 = 5\nret r1, 1\n"                /* 5 6 */
             "b: ret r2, 1\n"                        /* 8 */
             "c: w4 = w3\nret r4, 1\n");             /* 10 11 */
    assert_int_equal(w.c.nblk, 7);
    assert_int_equal(w.c.blk[0].ntab, 3);
    assert_int_equal(w.c.blk[0].succ[0], 1);
    assert_int_equal(w.c.nrpo, 7);
    assert_int_equal(w.c.blk[0].charge, 1);
    assert_int_equal(live_at(&w, 0), 1 << 0 | 1 << 2 | 1 << 3);
    flow_end(&w);
}

static void windows(void **state) {
    struct flow w;
    (void)state;
    flow(&w, ".func f (i32 i32) -> (i32)\n.reg any r2-r9\n"
             "callt r4, 2, func[f]\n" /* 0: reads 4 5, all from 4 on is written */
             "w2 = w4 + w8\n"         /* 2: 8 is 0 */
             "w2 += w3\n"             /* 3 */
             "ret r2, 1\n");
    assert_int_equal(live_at(&w, 0), 1 << 3 | 1 << 4 | 1 << 5);
    assert_int_equal(live_at(&w, 2), 1 << 3 | 1 << 4 | 1 << 8);
    flow_end(&w);
}

static void vectors(void **state) {
    struct flow w;
    (void)state;
    flow(&w, ".func f (i32) -> (v128)\n.reg v128 r2-r9\n.mem 1\n.const 00112233445566778899aabbccddeeff\n"
             "v2 = v128_bitselect(v4, v6, v8)\n" /* 0 */
             "v128_load8_lane v2, 0, mem0[w0]\n" /* 2 */
             "v2 = i8x16_replace_lane(v2, w0, 1)\n" /* 4 */
             "ret r2, 2\n");
    assert_int_equal(live_at(&w, 0), 1 | 0x3f0);
    assert_int_equal(live_at(&w, 2), 1 | 0xc);
    assert_int_equal(w.f->npool, 1);
    assert_int_equal(w.f->pool[0][1], 0x11);
    flow_end(&w);
}

/* An exception goes to the handler from inside a block, with what was written until then. */
static void handlers(void **state) {
    struct flow w;
    (void)state;
    flow(&w, ".tag ()\n.func f (i32) -> (i32)\n.reg any r1-r4\n.reg exnref r5\n.reg any r6-r9\n"
             ".catch begin, end, hand, r5\n"
             "w1 = 1\n"                 /* 0 */
             "begin: w2 = 2\n"          /* 1: begins a block */
             "callt r6, 0, func[g]\n"   /* 2: may throw; then r6.. are 0 */
             "w3 = 3\n"                 /* 4 */
             "callt r6, 0, func[g]\n"   /* 5 */
             "end: ret r1, 1\n"         /* 7 */
             "hand: w1 += w2\n"         /* 9: reads 1 2 3 4 5 7 */
             "w1 += w3\nw1 += w4\nw1 += w7\n"
             "throwref r5\n"
             ".func g ()\nret r0, 0\n");
    assert_int_equal(w.c.nblk, 4);
    assert_int_equal(w.c.blk[1].handler, 3);
    assert_int_equal(w.c.blk[0].handler, NBLOCK);
    assert_true(w.c.blk[3].reachable);
    assert_true(w.c.blk[3].jumped_to);
    assert_int_equal(live_at(&w, 5), 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4); /* 7 is 0 in the handler, 5 comes with it */
    assert_int_equal(live_at(&w, 4), 1 << 1 | 1 << 2 | 1 << 4);
    assert_int_equal(live_at(&w, 2), 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4); /* the first call may throw, before r3 is set */
    assert_int_equal(live_at(&w, 1), 1 << 1 | 1 << 3 | 1 << 4);
    assert_int_equal(live_at(&w, 0), 1 << 3 | 1 << 4);
    flow_end(&w);
}

/* Any bits as slots of a typed function: refused, or of a form that the analyses can take. */
static void any_code(void **state) {
    enum { SLOTS = 24 };
    u64 seed = 99;
    (void)state;
    for (u32 round = 0; round < 20000; round++) {
        struct module m;
        struct error e = {0};
        struct arena a = {0};
        struct cfg c;
        struct live l;
        u64 slot[SLOTS];
        good(&m, WORLD ".func f (i32) -> (i32)\n.reg any r1-r9\n.reg v128 r10-r15\n.reg funcref r16-r17\n"
                       ".reg externref r18\n.reg exnref r19\nret r0, 1\n");
        for (u32 k = 0; k < SLOTS; k++) {
            static const u8 code[] = {0xff, 0xf7, 0xef, 0xe7, 0xfe, 0xf6, 0xee, 0xe6, 0xfd, 0xfc, 0xbf, 0x05};
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            slot[k] = (seed & 0x001f001f001fff00) | code[(seed >> 60) % COUNT(code)];
            if (seed >> 56 & 1) /* small fields, as second slots have them */
                slot[k] = seed & 0x0000000300000003;
        }
        slot[SLOTS - 2] = 0x00010000000046e6; /* ret r0, 1 */
        slot[SLOTS - 1] = 0;
        m.func[1].slot = slot;
        m.func[1].nslot = m.nslot = SLOTS;
        m.func[1].line = NULL;
        m.func[1].nline = 0;
        if (validate_func(&m, &m.func[1], &e))
            assert_true(e.code < 0 && e.text[0]);
        else if (cfg_build(&c, &m.func[1], &a, &e) || live_build(&l, &m.func[1], &c, &a, &e))
            fail_msg("%s", e.text);
        arena_drop(&a);
        module_free(&m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals), cmocka_unit_test(branch_tables), cmocka_unit_test(windows),
        cmocka_unit_test(vectors),  cmocka_unit_test(handlers),      cmocka_unit_test(any_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
