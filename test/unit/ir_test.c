/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ir_test.c - front ends for bare code, structural validation, blocks and liveness. */
#include "abi/ctxtype.h"
#include "front/front.h"
#include "ir/cfg.h"
#include "ir/live.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

static int load(struct module *m, const struct front *f, const void *p, size_t n, struct error *e) {
    struct load_options o = {.name = "test"};
    *m = (struct module){0};
    return f->load(m, p, n, &o, e) || validate(m, &o.limits, e) ? e->code : 0;
}

static void good(struct module *m, const struct front *f, const char *text) {
    struct error e = {0};
    if (load(m, f, text, strlen(text), &e))
        fail_msg("'%s': %s", text, e.text);
}

static void refused(const struct front *f, const char *text, int code, const char *why) {
    struct module m;
    struct error e = {0};
    if (!load(&m, f, text, strlen(text), &e))
        fail_msg("'%s' was accepted", text);
    if (e.code != code || !strstr(e.text, why))
        fail_msg("'%s' gave %d '%s'", text, e.code, e.text);
    module_free(&m);
}

static void sniffing(void **state) {
    static const struct {
        const char *bytes;
        size_t n;
        const struct front *front;
    } in[] = {
        {"\xb7\0\0\0\5\0\0\0\x95\0\0\0\0\0\0\0", 16, &front_raw},
        {"b7 00 00 00 05 00 00 00", 23, &front_hex},
        {"0x00000005000000b7\n0x0000000000000095 # exit\n", 45, &front_hex},
        {"mov r0, 1\nexit\n", 15, &front_asm},
        {"# comment\n  .func main\nexit\n", 28, &front_svmasm},
        {"\1\2\3", 3, NULL},
        {"", 0, NULL},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(in); k++)
        assert_ptr_equal(front_sniff((const u8 *)in[k].bytes, in[k].n), in[k].front);
    assert_ptr_equal(front_named("hex"), &front_hex);
    assert_null(front_named("nothing"));
}

static void hex_forms(void **state) {
    static const char *const same[] = {
        "b7 00 00 00 05 00 00 00 95 00 00 00 00 00 00 00",
        "b700000005000000 9500000000000000",
        "b7000000050000009500000000000000\n",
        "0x00000005000000b7 0x0000000000000095",
        "0xb7, 0, 0x0, 0x00, 0x5, 0, 0, 0x0", /* odd ones: "0" alone is no pair */
    };
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        struct module m;
        good(&m, &front_hex, same[k]);
        assert_int_equal(m.nfunc, 1);
        assert_int_equal(m.func[0].code[0].op, OP_mov64i);
        assert_int_equal(m.func[0].code[0].imm, 5);
        assert_int_equal(m.prog[0].kind, PROG_RAW);
        assert_true(m.gpl);
        module_free(&m);
    }
    refused(&front_hex, same[4], E_FORMAT, "'0' is neither");
    refused(&front_hex, "b7 00 zz", E_FORMAT, "'zz' is neither");
    refused(&front_hex, "b7 00 00", E_TRUNC, "3 bytes");
}

static void validation(void **state) {
    static const struct {
        const char *text;
        int code;
        const char *why;
    } bad[] = {
        {"r0 = 1", E_JUMP, "offset 0x0: main: insn 0 (test:1): control falls off the end"},
        {"if r0 == 0 goto +5\nexit", E_JUMP, "jump to instruction 6 of a function of 2"},
        {"goto -2\nexit", E_JUMP, "jump to instruction -1"},
        {"if r0 == 0 goto +1\nr1 = 5 ll\nexit", E_JUMP, "into the second half of instruction 1"},
        {"r1 = map[0] ll\nexit", E_INDEX, "map 0: the input has none"},
        {"call import[3]\nexit", E_INDEX, "import 3: the input has none"},
        {"r1 = import[0] ll\nexit", E_INDEX, "import 0: the input has none"},
        {"call local +9\nexit", E_JUMP, "no function is there"},
        {"r1 = 5 ll\ncall local -2\nexit", E_JUMP, "into function main, 1 instructions behind its start"},
        {"gotox r1\nexit", E_JUMP, "without jump tables"},
        {"call local f\ngoto f\nf:\nexit", E_JUMP, "offset 0x8: main: insn 1 (test:2): jump to instruction 2"},
    };
    static const struct {
        const char *text;
        int code;
        const char *why;
    } bad_svm[] = {
        {".func f\nr11 = r0\nexit", E_REG, "r11 of a function with 11 registers"},
        {".func f\n.reg f64 r11\nr11 = r0 + r1\nexit", E_REG, "r11 has type D where L is needed"},
        {".func f\n.reg f64 r11\nr11 = w0 ? r11 : r0\nexit", E_REG, "differ in type"},
        {".func f\nr1 = *(u64 *)mem0[w2]\nexit", E_INDEX, "linear memory 0: the input has none"},
        {".func f\n.memory 1\nw1 = memsize(mem1)\nexit", E_INDEX, "linear memory 1 of 1"},
        {".func f\ntrap 65", E_INDEX, "trap 65 is none that a program may raise"},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(bad); k++)
        refused(&front_asm, bad[k].text, bad[k].code, bad[k].why);
    for (size_t k = 0; k < COUNT(bad_svm); k++)
        refused(&front_svmasm, bad_svm[k].text, bad_svm[k].code, bad_svm[k].why);
    refused(&front_hex, "18 11 00 00 05 00 00 00 00 00 00 00 00 00 00 00 95 00 00 00 00 00 00 00", E_UNSUP,
            "file descriptor (5)");
    refused(&front_hex, "ff 00 00 00 00 00 00 00", E_OPCODE, "from .svm input only");
    refused(&front_raw, "abc", E_TRUNC, "3 bytes");
}

static void limits(void **state) {
    struct limits small = {.insns = 2};
    struct load_options o = {.limits = small};
    struct module m = {0};
    struct error e = {0};
    (void)state;
    assert_int_equal(front_asm.load(&m, (const u8 *)"r0 = 1\nr0 = 2\nexit", 18, &o, &e), E_LIMIT);
    module_free(&m);
    assert_int_equal(limits_or_default(NULL).insns, 1000000);
    assert_int_equal(limits_or_default(&small).insns, 2);
    assert_int_equal(limits_or_default(&small).maps, 1024);
}

static void functions(void **state) {
    struct module m;
    struct buf b = {0};
    (void)state;
    good(&m, &front_asm, "call local sub\nr1 = func[other] ll\nexit\nsub:\nr0 = 1\nexit\nother:\nr0 = 2\nexit\n");
    assert_int_equal(m.nfunc, 3);
    assert_string_equal(m.func[0].name, "main");
    assert_string_equal(m.func[1].name, "sub");
    assert_string_equal(m.func[2].name, "other");
    assert_int_equal(m.func[0].code[0].imm, 1);
    assert_int_equal(m.func[0].code[1].imm, 2);
    assert_int_equal(m.func[0].code[2].op, OP_pad);
    assert_int_equal(m.func[2].base, 6);
    assert_ptr_equal(module_func_at(&m, 5), &m.func[1]);
    assert_null(module_func_at(&m, 8));
    assert_int_equal(func_line(&m.func[2], 1)->line, 9);
    assert_string_equal(func_line(&m.func[2], 0)->text, "r0 = 2");
    print_place(&b, &m.func[2], 1);
    assert_string_equal(buf_str(&b), "other: insn 1 (test:9)");
    assert_ptr_equal(module_prog(&m, "main"), &m.prog[0]);
    assert_null(module_prog(&m, "x"));
    buf_free(&b);
    module_free(&m);
}

static void blocks(void **state) {
    struct module m;
    struct arena a = {0};
    struct cfg c;
    struct error e = {0};
    struct live l;
    (void)state;
    good(&m, &front_asm,
         "r1 = 5 ll\n"            /* 0 1: block 0 */
         "loop: r1 -= 1\n"        /* 2: block 1 */
         "if r1 == 7 goto out\n"  /* 3 */
         "r2 = 0\n"               /* 4: block 2 */
         "if r1 != 0 goto loop\n" /* 5 */
         "r0 = r2\nexit\n"        /* 6 7: block 3 */
         "r0 = 99\n"              /* 8: block 4, unreachable */
         "out: r0 = 1\nexit\n");  /* 9 10: block 5 */
    assert_int_equal(cfg_build(&c, &m.func[0], &a, &e), 0);
    assert_int_equal(c.nblk, 6);
    assert_int_equal(c.blk[0].charge, 1 + 2); /* a pair is one; falls into the loop */
    assert_int_equal(c.blk[1].charge, 2);
    assert_int_equal(c.blk[4].charge, 3);
    assert_int_equal(c.blk[1].succ[0], 2);
    assert_int_equal(c.blk[1].succ[1], 5);
    assert_int_equal(c.blk[3].succ[0], NBLOCK);
    assert_false(c.blk[4].reachable);
    assert_true(c.blk[1].jumped_to);
    assert_false(c.blk[2].jumped_to);
    assert_int_equal(c.of[1], 0);
    assert_int_equal(c.nrpo, 5);
    assert_int_equal(c.rpo[0], 0);
    assert_int_equal(c.rpo[1], 1);
    assert_int_equal(live_build(&l, &m.func[0], &c, &a, &e), 0);
    assert_true(l.exact);
    assert_true(live_has(live_in(&l, 1), 1));
    assert_false(live_has(live_in(&l, 0), 1));
    assert_true(live_has(live_out(&l, 2), 2)); /* r2 is read in block 3 */
    assert_false(live_has(live_out(&l, 1), 2));
    assert_false(live_has(live_in(&l, 5), 0));
    arena_drop(&a);
    module_free(&m);
}

/* A jump table by hand: what front ends make of .jumptables. */
static void jump_tables(void **state) {
    struct module m = {0};
    struct arena a = {0};
    struct error e = {0};
    struct cfg c;
    struct live l;
    struct asm_out o;
    struct func f = {.name = "f", .nreg = NREG_EBPF};
    u64 ok[1] = {1ull << 2 | 1ull << 4};
    static const char text[] = "r6 = 1\ngotox r1\nr0 = r7\nexit\nr0 = r6\nexit";
    (void)state;
    assert_int_equal(isa_asm(text, strlen(text), false, &o, &e), 0);
    f.slot = (const u64 *)(const void *)o.slots.data;
    f.nslot = m.nslot = 6;
    f.jump_ok = ok;
    m.func = &f;
    m.nfunc = 1;
    if (validate(&m, NULL, &e))
        fail_msg("%s", e.text);
    assert_int_equal(cfg_build(&c, &f, &a, &e), 0);
    assert_int_equal(c.nblk, 3);
    assert_int_equal(c.nrpo, 3);
    assert_true(c.blk[1].jumped_to && c.blk[2].reachable);
    assert_int_equal(live_build(&l, &f, &c, &a, &e), 0);
    assert_true(live_has(live_in(&l, 0), 7)); /* through the table */
    assert_false(live_has(live_in(&l, 0), 6));
    assert_true(live_has(live_out(&l, 0), 6));
    arena_drop(&a);
    arena_drop(&m.arena);
    asm_out_free(&o);
}

/* Large and ugly: every size must stay linear. */
static void hostile_sizes(void **state) {
    enum { SLOTS = 400000 };
    struct buf b = {0};
    struct module m = {0};
    struct arena a = {0};
    struct error e = {0};
    struct cfg c;
    struct live l;
    (void)state;
    for (u32 k = 0; k < SLOTS - 1; k++) /* forwards to the end of reach, then backwards, alternating */
        buf_u64(&b, k % 2 && k > 40000 ? 0x0000000080000115 : k + 40000 < SLOTS ? 0x000000007fff0115 : 0xb7);
    buf_u64(&b, 0x95);
    assert_int_equal(front_raw.load(&m, b.data, b.len, NULL, &e), 0);
    if (validate(&m, NULL, &e))
        fail_msg("%s", e.text);
    assert_int_equal(cfg_build(&c, &m.func[0], &a, &e), 0);
    assert_int_equal(live_build(&l, &m.func[0], &c, &a, &e), 0);
    arena_drop(&a);
    module_free(&m);
    buf_free(&b);
}

/* What live.c knows of rows by their types is what isa_reads and isa_writes say. */
static void live_of_every_row(void **state) {
    (void)state;
    for (u32 op = 1; op < OP_COUNT; op++) {
        struct insn code = {.op = (u16)op, .a = 8, .b = 12, .c = 3, .imm = 20};
        struct block b = {.end = 1, .handler = NBLOCK};
        u32 of = 0;
        struct func f = {.name = "one", .nslot = 1, .code = &code, .nreg = 40, .typed = true};
        struct cfg c = {.blk = &b, .nblk = 1, .of = &of};
        struct live l = {.nword = 1, .exact = true, .f = &f, .c = &c};
        struct regs r = isa_reads(&code), w = isa_writes(&code);
        u64 set = 0xffffffffff, all = set, none = 0;
        if (isa_info[op].window)
            continue; /* those have their own tests */
        for (u16 k = 0; k < w.n; k++)
            all &= ~(1ull << w.r[k]);
        for (u16 k = 0; k < r.n; k++) {
            all |= 1ull << r.r[k];
            none |= 1ull << r.r[k];
        }
        live_step(&l, &set, 0);
        if (set != all)
            fail_msg("%s: %llx, not %llx", isa_name(op), (unsigned long long)set, (unsigned long long)all);
        set = 0;
        live_step(&l, &set, 0);
        assert_int_equal(set, none);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_of_every_row),
        cmocka_unit_test(sniffing),    cmocka_unit_test(hex_forms),     cmocka_unit_test(validation),
        cmocka_unit_test(limits),      cmocka_unit_test(functions),     cmocka_unit_test(blocks),
        cmocka_unit_test(jump_tables), cmocka_unit_test(hostile_sizes),
    };
    return cmocka_run_group_tests_name("ir", tests, NULL, NULL);
}
