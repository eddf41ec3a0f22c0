/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* isa_test.c - the table against itself: every row, with random operands, must survive
 * encode and decode, and print and assemble. */
#include "isa/isa.h"
#include "isa/slot.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

enum { ROUNDS = 400, PC = 100000 };

static u64 rnd(u64 *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Registers and numbers as programs have them, with the edges over-represented. */
static u16 any_reg(u64 *s, bool wide) {
    u64 r = rnd(s);
    u16 reg = wide && r % 2 ? (u16)(rnd(s) % (r % 4 < 2 ? 65535 : 40)) : (u16)(rnd(s) % NREG_EBPF);
    return reg;
}
static u16 any_dst(u64 *s, bool wide) {
    u16 r = any_reg(s, wide);
    return r == REG_FP ? 0 : r;
}
static s32 any_imm(u64 *s) {
    static const s32 edge[] = {0, 1, -1, 5, 127, 128, -128, 32767, -32768, 32768, 65535, INT32_MAX, INT32_MIN};
    return rnd(s) % 2 ? edge[rnd(s) % COUNT(edge)] : (s32)rnd(s);
}
static s32 any_off(u64 *s) {
    return (s16)any_imm(s);
}
static s32 any_target(u64 *s) {
    return PC + 1 + any_off(s);
}

/* The operands of a row in their one canonical form. */
static struct insn make(u16 op, bool wide, u64 *s) {
    struct insn i = {.op = op};
    const struct isa_row *r = &isa_info[op];
    switch ((enum shape)r->shape) {
    case SHAPE_BIN: i.a = any_dst(s, wide), i.b = rnd(s) % 2 ? i.a : any_reg(s, wide), i.c = any_reg(s, wide); break;
    case SHAPE_BINI:
        i.a = any_dst(s, wide), i.b = rnd(s) % 2 ? i.a : any_reg(s, wide);
        i.imm = i.a == i.b && i.a < 16 && !(r->flags & WIDE) ? any_imm(s) : any_off(s);
        if (r->type[1] == 'V')
            i.imm = (s32)(rnd(s) % (16 / r->size));
        break;
    case SHAPE_UN: i.a = any_dst(s, wide), i.b = r->flags & SELF && rnd(s) % 2 ? i.a : any_reg(s, wide); break;
    case SHAPE_JCC:
    case SHAPE_JCCI:
        i.b = any_reg(s, wide);
        i.a = wide && rnd(s) % 2; /* the long form */
        i.off = i.a ? PC + 1 + any_imm(s) / 2 : any_target(s);
        if (r->shape == SHAPE_JCC)
            i.c = any_reg(s, wide);
        else
            i.imm = i.b < 16 && !i.a ? any_imm(s) : any_off(s);
        break;
    case SHAPE_LD: i.a = any_dst(s, false), i.b = any_reg(s, false), i.off = any_off(s); break;
    case SHAPE_ST: i.b = any_reg(s, false), i.c = any_reg(s, false), i.off = any_off(s); break;
    case SHAPE_STI: i.b = any_reg(s, false), i.imm = any_imm(s), i.off = any_off(s); break;
    case SHAPE_ATOM:
        i.b = any_reg(s, false), i.off = any_off(s);
        if (r->atom == ATOM_LDACQ)
            i.a = any_dst(s, false);
        else
            i.c = any_dst(s, false);
        if (r->atom >= ATOM_FADD && r->atom <= ATOM_XCHG)
            i.a = i.c;
        break;
    case SHAPE_PKT: i.imm = any_imm(s), i.b = r->type[1] ? any_reg(s, false) : 0; break;
    case SHAPE_TER:
        i.a = any_reg(s, true), i.b = any_reg(s, true), i.c = any_reg(s, true), i.imm = any_reg(s, true);
        break;
    case SHAPE_LANE:
        i.a = any_reg(s, true), i.b = any_reg(s, true), i.c = any_reg(s, true), i.off = (s32)(rnd(s) % (16 / r->size));
        break;
    case SHAPE_OBJ:
        if (isa_has(r->type[0]) || r->window)
            i.a = any_reg(s, true);
        if (isa_has(r->type[1]))
            i.b = any_reg(s, true);
        if (isa_has(r->type[2]) || r->window)
            i.c = any_reg(s, true);
        i.imm = r->imm ? any_imm(s) : 0, i.off = r->off ? any_imm(s) : 0;
        break;
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM:
        i.a = any_dst(s, wide), i.b = any_reg(s, wide), i.c = (u16)rnd(s), i.imm = any_imm(s), i.off = any_imm(s);
        break;
    case SHAPE_CTL:
        switch (op) {
        case OP_mov64i:
        case OP_mov32i: i.a = any_dst(s, wide), i.imm = any_imm(s); break;
        case OP_const64: i.a = any_dst(s, wide), i.imm = any_imm(s), i.off = any_imm(s); break;
        case OP_ldmap:
        case OP_ldsym: i.a = any_dst(s, false), i.imm = any_imm(s); break;
        case OP_ldmapval: i.a = any_dst(s, false), i.imm = any_imm(s), i.off = any_imm(s); break;
        case OP_ldfunc: i.a = any_dst(s, false), i.imm = any_target(s); break;
        case OP_ja: i.off = PC + 1 + any_imm(s) / 2; break;
        case OP_may_goto: i.off = any_target(s); break;
        case OP_gotox:
        case OP_callx: i.b = any_reg(s, false); break;
        case OP_call:
        case OP_callk: i.imm = any_imm(s); break;
        case OP_callf: i.imm = any_target(s); break;
        case OP_cast_kern:
        case OP_cast_user: i.a = any_dst(s, false), i.b = any_reg(s, false); break;
        case OP_vselect:
        case OP_select:
            i.a = any_dst(s, true), i.b = any_reg(s, true), i.c = any_reg(s, true), i.imm = any_reg(s, true);
            break;
        case OP_trap: i.imm = any_imm(s); break;
        case OP_vconst: i.a = any_reg(s, true), i.imm = any_imm(s); break;
        case OP_shuffle:
            i.a = any_reg(s, true), i.b = any_reg(s, true), i.c = any_reg(s, true), i.imm = any_imm(s);
            break;
        case OP_brtab: i.b = any_reg(s, true), i.imm = any_imm(s); break;
        case OP_memsize: i.a = any_dst(s, true), i.imm = (u16)rnd(s); break;
        case OP_memgrow: i.a = any_dst(s, true), i.b = any_reg(s, true), i.imm = (u16)rnd(s); break;
        }
        break;
    case SHAPE_BAD: break;
    }
    return i;
}

static void expect_same(const struct insn *x, const struct insn *y, const char *how) {
    if (memcmp(x, y, sizeof *x))
        fail_msg("%s: %s: a %u b %u c %u off %d imm %d became %s: a %u b %u c %u off %d imm %d", isa_name(x->op),
                 how, x->a, x->b, x->c, x->off, x->imm, isa_name(y->op), y->a, y->b, y->c, y->off, y->imm);
}

static enum isa_mode mode_of(u16 op) {
    return isa_info[op].flags & TYPED ? ISA_TYPED : ISA_WIDE;
}

static bool only_wide(const struct insn *i) {
    return isa_info[i->op].flags & WIDE;
}

/* Relative targets make sense at PC only, so that the decoder sees slots that start there. */
static u64 program[PC + 2];

static void decode_encode(void **state) {
    u64 seed = 0x5eed;
    (void)state;
    for (u16 op = 1; op < OP_COUNT; op++) {
        for (int k = 0; k < ROUNDS && op != OP_pad; k++) {
            bool wide = k % 2 || isa_info[op].flags & WIDE;
            struct insn i = make(op, wide, &seed), back;
            struct error e = {0};
            int len, n = isa_encode(&i, PC, program + PC);
            assert_in_range(n, 1, 2);
            if (isa_decode(program, PC + (size_t)n, PC, mode_of(op), &back, &len, &e))
                fail_msg("%s: %s", isa_name(op), e.text);
            assert_int_equal(n, len);
            assert_int_equal(n, isa_len(&i));
            expect_same(&i, &back, "encode, decode");
            if (n == 2)
                assert_int_equal(isa_decode(program, PC + 1, PC, ISA_WIDE, &back, &len, &e), E_TRUNC);
            e = (struct error){0};
            if (isa_info[op].flags & WIDE && slot_code(program[PC]) != CODE_LDDW)
                assert_int_equal(isa_decode(program, PC + (size_t)n, PC, ISA_EBPF, &back, &len, &e), E_OPCODE);
        }
    }
}

static void print_assemble(void **state) {
    u64 seed = 0xa53;
    struct buf text = {0};
    (void)state;
    for (u16 op = 1; op < OP_COUNT; op++) {
        for (int k = 0; k < ROUNDS / 4 && op != OP_pad; k++) {
            bool wide = k % 2 || isa_info[op].flags & WIDE;
            struct insn i = make(op, wide, &seed), back;
            struct asm_out out;
            struct error e = {0};
            u64 slot[2];
            int len, n;
            /* the printed target is relative: assemble it as the first instruction */
            s32 *to = op == OP_callf || op == OP_ldfunc ? &i.imm : &i.off;
            bool jump = op == OP_callf || op == OP_ldfunc || op == OP_ja || op == OP_may_goto ||
                        isa_info[op].shape == SHAPE_JCC || isa_info[op].shape == SHAPE_JCCI;
            if (jump)
                *to -= PC;
            buf_clear(&text);
            if (isa_info[op].flags & TYPED)
                buf_printf(&text, ".func f ()\n");
            isa_print(&text, &i, 0, NULL);
            if (isa_asm(buf_str(&text), text.len, true, &out, &e))
                fail_msg("'%s': %s", buf_str(&text), e.text);
            n = (int)(out.slots.len / sizeof(u64));
            memcpy(slot, out.slots.data, out.slots.len);
            if (isa_decode(slot, (size_t)n, 0, mode_of(op), &back, &len, &e))
                fail_msg("'%s': %s", buf_str(&text), e.text);
            expect_same(&i, &back, buf_str(&text));
            assert_int_equal(out.nline, n);
            assert_int_equal(out.line[0], isa_info[op].flags & TYPED ? 2 : 1);
            asm_out_free(&out);
            /* what needs a wide form is refused in plain eBPF assembly, the rest is the same */
            e = (struct error){0};
            if (!isa_asm(buf_str(&text), text.len, false, &out, &e)) {
                assert_false(only_wide(&i));
                assert_memory_equal(out.slots.data, slot, out.slots.len);
                asm_out_free(&out);
            }
        }
    }
    buf_free(&text);
}

/* Any 64 bits at all: decode refuses, or what it gives is printable and encodes. */
static void any_slots(void **state) {
    u64 seed = 77;
    struct buf text = {0};
    (void)state;
    for (int k = 0; k < 300000; k++) {
        u64 slot[2] = {rnd(&seed), rnd(&seed)};
        struct insn i;
        struct error e = {0};
        int len;
        slot[0] = (slot[0] & ~0xffull) | (u8)k;
        if (k % 3 == 0)
            slot[0] &= 0xffff;
        if (k % 3 == 1)
            slot[0] &= 0xffffff000000ffull, slot[1] &= 0xffffffff00000000;
        if (isa_decode(slot, 2, 0, (enum isa_mode)(k % 3), &i, &len, &e)) {
            assert_true(e.code < 0 && e.text[0]);
            continue;
        }
        buf_clear(&text);
        isa_print(&text, &i, 0, NULL);
        assert_true(text.len > 0);
        struct regs r = isa_reads(&i), w = isa_writes(&i);
        assert_true(r.n <= COUNT(r.r) && w.n <= COUNT(w.r));
    }
    buf_free(&text);
}

static void reserved_fields(void **state) {
    static const struct {
        u64 slot, second;
        int code;
    } bad[] = {
        {0x0000000100010007, 0, E_RESERVED}, /* add64 r0, 1 with off 1 */
        {0x0000000100001007, 0, E_RESERVED}, /* with src */
        {0x000000010000000f, 0, E_RESERVED}, /* register form with imm */
        {0x0000000000020037, 0, E_RESERVED}, /* div with off 2 */
        {0x00000000000100bf, 0, E_RESERVED}, /* mov with off 1 and no cast */
        {0x00000011000000d4, 0, E_OPCODE},   /* le17 */
        {0x0000000000003085, 0, E_RESERVED}, /* call, src 3 */
        {0x0000000000000185, 0, E_RESERVED}, /* call, dst 1 */
        {0x0000000000007018, 0, E_RESERVED}, /* 64-bit immediate, src 7 */
        {0x0000000000000018, 1, E_RESERVED}, /* its second slot has a code */
        {0x0000000000000018, 0x100, E_RESERVED},
        {0x0000000000001018, 0x100000000, E_RESERVED}, /* a map has no offset */
        {0x00000000000010e5, 0, E_RESERVED},           /* may_goto, src 1 */
        {0x000000000000a10d, 0, E_RESERVED},           /* gotox, src */
        {0x00000077000000db, 0, E_RESERVED},           /* no such atomic operation */
        {0x0000000000000ab7, 0, E_REG},                /* r10 = 0 */
        {0x0000000000000bb7, 0, E_REG},                /* r11 = 0 */
        {0x000000000000a179 | 0xa00, 0, E_REG},
        {0x00000001000000db | 0xa100, 0, E_REG}, /* fetch into r10 */
        {0x0000000b0000008d, 0, E_REG},          /* callx r11, the old way */
        {0x00000000000000f5, 0, E_OPCODE},       /* the kernel's own */
        {0x0000000000000099, 0, E_OPCODE},       /* no 64-bit sign-extending load */
        {0x00000000000000ff, 0, E_OPCODE},       /* an escape */
    };
    (void)state;
    for (size_t k = 0; k < COUNT(bad); k++) {
        u64 slot[2] = {bad[k].slot, bad[k].second};
        struct insn i;
        struct error e = {0};
        int len;
        if (isa_decode(slot, 2, 0, ISA_EBPF, &i, &len, &e) != bad[k].code)
            fail_msg("0x%llx: %d %s", (unsigned long long)slot[0], e.code, e.text);
    }
}

static void callx_forms(void **state) {
    u64 slot[2] = {0x000000000000038d, 0x000000030000008d}; /* LLVM 19, LLVM 18 */
    struct insn i;
    struct error e = {0};
    int len;
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(isa_decode(slot, 2, k, ISA_EBPF, &i, &len, &e), 0);
        assert_int_equal(i.op, OP_callx);
        assert_int_equal(i.b, 3);
    }
}

static u64 eval(u16 op, u64 x, u64 y) {
    u64 v = 0xdead;
    assert_true(isa_eval(op, x, y, &v));
    return v;
}

static u64 bits(double d) {
    u64 v;
    memcpy(&v, &d, sizeof v);
    return v;
}

static double number(u64 v) {
    double d;
    memcpy(&d, &v, sizeof d);
    return d;
}

static void evaluation(void **state) {
    u64 v;
    (void)state;
    assert_int_equal(eval(OP_div64, 7, 0), 0);
    assert_int_equal(eval(OP_mod64i, 7, 0), 7);
    assert_int_equal(eval(OP_mod32, 0x1100000007, 0), 7);
    assert_int_equal(eval(OP_sdiv64, (u64)INT64_MIN, (u64)-1), (u64)INT64_MIN);
    assert_int_equal(eval(OP_sdiv32, 0x80000000, 0xffffffff), 0x80000000);
    assert_int_equal(eval(OP_smod64, (u64)-13, 4), (u64)-1);
    assert_int_equal(eval(OP_arsh32, 0x80000000, 31), 0xffffffff);
    assert_int_equal(eval(OP_lsh64, 1, 65), 2);
    assert_int_equal(eval(OP_movsx8_32, 0x80, 0), 0xffffff80);
    assert_int_equal(eval(OP_movsx32_64, 0x80000000, 0), 0xffffffff80000000);
    assert_int_equal(eval(OP_bswap16, 0x1234, 0), 0x3412);
    assert_int_equal(eval(OP_jslt32, 0xffffffff, 0), 1);
    assert_int_equal(eval(OP_jlt32i, 0xffffffff, 0), 0);
    assert_int_equal(eval(OP_rotl32, 0x80000001, 1), 3);
    assert_int_equal(eval(OP_rotr64, 1, 0), 1);
    assert_int_equal(eval(OP_clz32, 0, 0), 32);
    assert_int_equal(eval(OP_fadd64, bits(1.5), bits(2.25)), bits(3.75));
    assert_int_equal(eval(OP_flt64, bits(NAN), bits(1)), 0);
    assert_int_equal(eval(OP_f64_s32, 0xffffffff, 0), bits(-1));
    assert_int_equal(eval(OP_f32_f64, bits(1.5), 0), 0x3fc00000);
    assert_int_equal(eval(OP_fneg64, bits(2), 0), bits(-2));
    assert_int_equal(eval(OP_fmin64, bits(0.0), bits(-0.0)), bits(-0.0));
    assert_int_equal(eval(OP_fmax64, bits(-0.0), bits(0.0)), bits(0.0));
    assert_true(isnan(number(eval(OP_fmin64, bits(1), bits(NAN)))));
    assert_int_equal(eval(OP_fcopysign64, bits(3), bits(-0.0)), bits(-3));
    assert_int_equal(eval(OP_fnear64, bits(2.5), 0), bits(2));
    assert_int_equal(eval(OP_fnear64, bits(-0.25), 0), bits(-0.0));
    assert_int_equal(eval(OP_ftrunc64, bits(-1.75), 0), bits(-1));
    assert_int_equal(eval(OP_fceil64, bits(-0.5), 0), bits(-0.0));
    assert_int_equal(eval(OP_ctz64, 0, 0), 64);
    assert_int_equal(eval(OP_popcnt32, 0x1ff00000001, 0), 1);
    assert_int_equal(eval(OP_sat_s32_f64, bits(1e10), 0), INT32_MAX);
    assert_int_equal(eval(OP_sat_u64_f64, bits(NAN), 0), 0);
    assert_int_equal(eval(OP_sat_s64_f64, bits(-0x1p63), 0), (u64)INT64_MIN);
    assert_int_equal(eval(OP_trunc_u32_f64, bits(-0.9), 0), 0);
    assert_int_equal(eval(OP_trunc_s64_f64, bits(-0x1p63), 0), (u64)INT64_MIN);
    assert_false(isa_eval(OP_trunc_u32_f64, bits(-1), 0, &v));
    assert_false(isa_eval(OP_trunc_s64_f64, bits(0x1p63), 0, &v));
    assert_false(isa_eval(OP_trunc_s32_f64, bits(NAN), 0, &v));
    assert_int_equal(eval(OP_isnull, 0, 0), 1);
    assert_false(isa_eval(OP_divt64, 1, 0, &v));
    assert_false(isa_eval(OP_sdivt32, 0x80000000, 0xffffffff, &v));
    assert_false(isa_eval(OP_ldx8, 1, 0, &v));
    assert_false(isa_eval(OP_COUNT, 1, 0, &v));
}

/* Texts that must be refused, and what the message must say. */
static void refused_text(void **state) {
    static const struct {
        const char *text, *why;
        bool svm;
    } bad[] = {
        {"mov32 %r0, 2147483648\nexit", "line 1: 2147483648 does not fit 32 bits", false},
        {"exit\nldxq %r0, %r1", "line 2: unknown mnemonic 'ldxq'", false},
        {"ja nowhere\nexit", "line 1: no label 'nowhere'", false},
        {"x:\nexit\nx:\nexit", "line 3: label 'x' is defined twice", false},
        {"or %r0, %r50", "line 1: no register '%r50' in eBPF", false},
        {"lock or [%r10-8]", "expected ','", false},
        {"lock", "expected an atomic operation", false},
        {"ldxb %r0, [%r1+0x10000]", "offset 0x10000 does not fit 16 bits", false},
        {"r1 = r2 + r3", "add64: eBPF has no such form", false},
        {"r1 = rotl64(r2, r3)", "rotl64: eBPF has no such form", false},
        {".func main", "directive '.func' is for .svm assembly", false},
        {"r10 = 5", "r10 is read-only", false},
        {"r1 = w2", "r1 is read as w2", false},
        {"if r1 > w2 goto +1", "mixes r and w", false},
        {"w1 = *(u64 *)(r1 + 0)", "no load of a u64 to w registers", false},
        {"r0 = cmpxchg_64(r10 - 8, r1, r2)", "goes to r1", false},
        {"", "no instructions", false},
        {"goto +70000", "too far", false},
        {"exit exit", "did not expect 'exit'", false},
        {"r1 = 12abc", "did not expect '12abc'", false},
        {".func a\n.func b\nexit", "function 'a' has no instructions", true},
        {".reg i64 r3-r4\nexit", "r0 to r10 are 64-bit integers", true},
        {".reg i99 r11\nexit", "expected a type", true},
        {".memory 0\nexit", "1 to 65536 pages", true},
        {".func f (i32) -> (i32)\ncallt r1, 1, table[0]", "expected 'func' before 'table'", true},
        {".func f ()\ncallt r1, 1, func[g]", "no label 'g'", true},
        {".func f ()\nl:\ncallt r1, 70000, func[f]", "a window of 70000 slots", true},
        {".func f ()\nr1 = 0\nl:\ncallt r1, 1, func[l]", "'l' is no function", true},
        {".import func g () \"a\" \"b\"\n.func f ()\ngoto g", "'g' is an imported function", true},
        {".func f ()\ngget r1, global[0], 3", "did not expect ','", true},
        {".func f ()\nexnis d1, r2, tag[0]", "exnis takes w registers here, not 'd1'", true},
        {".func f ()\nv128_load8_lane v1, 16, mem0[w1]", "no lane 16 of memory 0", true},
        {".func f ()\nw1 = i8x16_add(v2, v3)", "goes to v registers", true},
        {".func f ()\nv1 = i8x16_add(v2, 3)", "expected a register, not '3'", true},
        {".func f ()\nv1 = i8x16_replace_lane(v2, r3, 1)", "takes w registers", true},
        {".func f ()\n.reg v128 r65535\nret r0, 0", "no registers", true},
        {".func f\n.reg v128 r11\nexit", "expected a type: i64 i32 f32 f64", true},
        {".func f\n.catch f, f, f, r1\nexit", "only typed functions catch", true},
        {".func f ()\n.catch f, f, g, r1\nret r0, 0\n.func g ()\nret r0, 0", "no label 'g' in this function", true},
        {".func f ()\n.what\nret r0, 0", "unknown directive '.what'", true},
        {"d11 = 3", "has a decimal point", true},
        {"d11 = clz64(r1)", "goes to r registers", true},
        {"r20 = *(u8 *)(r1 + 0)", "no encoding holds these operands", true},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(bad); k++) {
        struct asm_out out;
        struct error e = {0};
        if (!isa_asm(bad[k].text, strlen(bad[k].text), bad[k].svm, &out, &e))
            fail_msg("'%s' was accepted", bad[k].text);
        if (!strstr(e.text, bad[k].why))
            fail_msg("'%s' gave '%s'", bad[k].text, e.text);
        assert_null(out.func);
    }
}

static void both_notations(void **state) {
    static const struct {
        const char *suite, *objdump;
    } same[] = {
        {"mov %r1, -5", "r1 = -0x5"},
        {"mov32 %r1, 0x80000000", "w1 = -0x80000000"},
        {"mov r1, r2", "r1 = r2"},
        {"add %r1, 3", "r1 += 3"},
        {"sdiv32 %r1, %r2", "w1 s/= w2"},
        {"arsh %r1, 4", "r1 s>>= 0x4"},
        {"neg %r3", "r3 = -r3"},
        {"movsx832 %r1, %r2", "w1 = (s8)w2"},
        {"be16 %r1", "r1 = be16 r1"},
        {"swap32 %r1", "r1 = bswap32 r1"},
        {"ldxw %r1, [%r2+4]", "r1 = *(u32 *)(r2 + 4)"},
        {"ldxw %r1, [%r2-4]", "w1 = *(u32 *)(r2 - 0x4)"},
        {"ldxsb %r1, [%r2]", "r1 = *(s8 *)(r2 + 0x0)"},
        {"stxdw [%r10-8], %r1", "*(u64 *)(r10 - 0x8) = r1"},
        {"stb [%r1], 7", "*(u8 *)(r1 + 0x0) = 0x7"},
        {"lddw %r1, 0x1122334455667788", "r1 = 0x1122334455667788 ll"},
        {"jsgt %r1, -3, +2", "if r1 s> -0x3 goto +0x2 <LBB0_1>"},
        {"jset32 %r1, %r2, -1", "if w1 & w2 goto -0x1"},
        {"ja +1", "goto +0x1"},
        {"ja32 +1", "gotol +0x1"},
        {"call 6", "call 0x6 <bpf_trace_printk>"},
        {"call %r2", "callx r2"},
        {"call local +1", "call local +0x1"},
        {"lock add [%r1+8], %r2", "lock *(u64 *)(r1 + 0x8) += r2"},
        {"lock fetch xor32 [%r1+8], %r2", "w2 = atomic_fetch_xor((u32 *)(r1 + 0x8), w2)"},
        {"lock xchg [%r10-8], %r2", "r2 = xchg_64(r10 - 0x8, r2)"},
        {"lock cmpxchg32 [%r10-8], %r2", "w0 = cmpxchg32_32(r10 - 0x8, w0, w2)"},
        {"exit", "exit"},
        {"ldabsh 4", "r0 = *(u16 *)skb[0x4]"},
        {"ldindb %r3, 0", "r0 = *(u8 *)skb[r3]"},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(same); k++) {
        struct asm_out x, y;
        struct error e = {0};
        if (isa_asm(same[k].suite, strlen(same[k].suite), false, &x, &e))
            fail_msg("%s", e.text);
        if (isa_asm(same[k].objdump, strlen(same[k].objdump), false, &y, &e))
            fail_msg("%s", e.text);
        if (x.slots.len != y.slots.len || memcmp(x.slots.data, y.slots.data, x.slots.len))
            fail_msg("'%s' is not '%s'", same[k].suite, same[k].objdump);
        asm_out_free(&x);
        asm_out_free(&y);
    }
}

static void directives(void **state) {
    static const char text[] = ".memory 2\n.func one\n.reg f64 r11-r12\n.reg i32 r13\nd11 = 1.5\nd12 = d11 * d11\n"
                               "call local two\nexit\n.func two\nloop: r0 = 1\nif r0 != 0x1 goto loop\nexit\n";
    struct asm_out o;
    struct error e = {0};
    u64 half;
    double d = 1.5;
    (void)state;
    if (isa_asm(text, strlen(text), true, &o, &e))
        fail_msg("%s", e.text);
    assert_int_equal(o.memory_pages, 2);
    assert_int_equal(o.nfunc, 2);
    assert_string_equal(o.func[0].name, "one");
    assert_int_equal(o.func[0].nreg, 14);
    assert_memory_equal(o.func[0].reg_type, "LLLLLLLLLLLDDI", 14);
    assert_int_equal(o.func[1].start, 5);
    assert_int_equal(o.func[1].nslot, 3);
    memcpy(&half, &d, sizeof half);
    memcpy(&d, o.slots.data, sizeof d);
    u64 first, second;
    memcpy(&first, o.slots.data, 8);
    memcpy(&second, o.slots.data + 8, 8);
    assert_int_equal((first >> 32) | second, half);
    assert_int_equal(o.line[2], 6);
    asm_out_free(&o);
}

static bool same_regs(struct regs x, u32 n, u16 r0, u16 r1) {
    return x.n == n && (n < 1 || x.r[0] == r0) && (n < 2 || x.r[1] == r1);
}

/* What isa_brief says of an operation is what the switches say. */
static void brief(void **state) {
    u64 seed = 5;
    (void)state;
    for (u16 op = OP_bad + 1; op < OP_COUNT; op++) {
        struct insn i = make(op, isa_info[op].flags & (WIDE | TYPED), &seed);
        u8 k = isa_brief[op], shape = isa_info[op].shape;
        bool b = k & BRIEF_B, c = k & BRIEF_C;
        assert_int_equal(!!(k & BRIEF_JCC), shape == SHAPE_JCC || shape == SHAPE_JCCI);
        assert_true(isa_falls_through(op) || isa_ends_block(op));
        if (k & BRIEF_ODD)
            continue;
        assert_true(same_regs(isa_odd_writes(&i), !!(k & BRIEF_A), i.a, 0));
        assert_true(same_regs(isa_odd_reads(&i), b + c, b ? i.b : i.c, i.c));
        assert_int_equal(isa_window(&i).n + isa_window_out(&i).n, 0);
        assert_false(isa_throws(op));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decode_encode),   cmocka_unit_test(print_assemble), cmocka_unit_test(any_slots),
        cmocka_unit_test(reserved_fields), cmocka_unit_test(callx_forms),    cmocka_unit_test(evaluation),
        cmocka_unit_test(refused_text),    cmocka_unit_test(both_notations), cmocka_unit_test(directives),
        cmocka_unit_test(brief),
    };
    return cmocka_run_group_tests_name("isa", tests, NULL, NULL);
}
