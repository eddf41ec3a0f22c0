/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* x86-enc.c - supervm-x86-enc: every row of the encoder, with every register and form of address, as bytes and as text.
 *
 *     supervm-x86-enc [--full] BYTES TEXT
 *     supervm-x86-enc --brief
 *
 * Line n of BYTES ("0x48 0x01 0xc8") is for llvm-mc --disassemble, which must say line n of TEXT ("add rax, rcx"). With
 * --full also all triples of registers and all addresses with each row. --brief lists a case of each row and shape. */
#include "engine/jit/x86_64/enc.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
    struct enc e;
    u32 from;       /* where the case begins */
    FILE *bytes, *text;
    bool brief, full;
} t;

/* clang-format off: a case a line */

/* --- names --- */

static const char *const names[4][16] = {
    {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"},
    {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w"},
    {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"},
    {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"},
};
static const char *const cc_names[16] = {"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"};
static const char *size_name(int bytes) {
    static const char *const name[] = {"byte", "word", "dword", "qword", "xmmword"};
    return name[__builtin_ctz((unsigned)bytes)];
}

/* An address as LLVM writes it. */
struct text {
    char s[80];
};
static struct text mem_text(struct mem m, int bytes) {
    struct text x;
    int n = 0;
#define ADD(...) n += snprintf(x.s + n, sizeof x.s - (size_t)n, __VA_ARGS__)
    if (bytes)
        ADD("%s ptr ", size_name(bytes));
    ADD("[");
    if (m.base == RIP) {
        ADD("rip]");
        return x;
    }
    if (m.base == NOREG && m.index != NOREG && m.scale < 2) { /* the encoder's shorter way to say it */
        ADD(m.scale ? "%s + %s" : "%s", names[W64][m.index], names[W64][m.index]);
    } else {
        if (m.base != NOREG)
            ADD("%s", names[W64][m.base]);
        if (m.index != NOREG && m.scale)
            ADD(m.base == NOREG ? "%d*%s" : " + %d*%s", 1 << m.scale, names[W64][m.index]);
        else if (m.index != NOREG)
            ADD(" + %s", names[W64][m.index]);
    }
    if (m.base == NOREG && m.index == NOREG)
        ADD("%d", m.disp);
    else if (m.disp)
        ADD(" %c %" PRId64, m.disp < 0 ? '-' : '+', m.disp < 0 ? -(s64)m.disp : m.disp);
    ADD("]");
    return x;
#undef ADD
}

/* --- a case: what was encoded since the last one means this --- */

static void flush(void) {
    u32 n, k;
    if (!enc_finish(&t.e)) {
        fprintf(stderr, "supervm-x86-enc: out of memory\n");
        exit(1);
    }
    u8 *code = malloc(t.e.size ? t.e.size : 1);
    n = t.e.code;
    enc_place(&t.e, code, 0);
    if (t.e.ncon) /* the one constant is not where the next instruction is: text says [rip] */
        memset(code + n - 4, 0, 4);
    for (k = 0; k < n; k++)
        fprintf(t.bytes, t.brief ? "%02x" : "0x%02x%c", code[k], k + 1 < n ? ' ' : '\n');
    if (t.brief)
        fputc('\n', t.bytes);
    free(code);
    enc_reset(&t.e);
}
__attribute__((format(printf, 1, 2))) static void is(const char *fmt, ...) {
    char text[200], *p;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (t.brief && (p = strchr(text, '\n')))
        *p = ';';
    fprintf(t.text, "%s%c", text, t.brief ? '\t' : '\n');
    flush();
}

/* --- what to go through --- */

static struct mem *addresses;
static unsigned naddress;

static void make_addresses(void) {
    static const s32 disps[] = {0, 1, -1, 127, -128, 128, -129, INT32_MAX, INT32_MIN};
    unsigned base, index, scale, d;
    addresses = malloc(sizeof *addresses * 17 * 64 * COUNT(disps));
    for (base = 0; base <= NOREG; base++)
        for (index = 0; index <= NOREG; index++)
            for (scale = 0; scale < 4; scale++)
                for (d = 0; d < COUNT(disps); d++) {
                    bool some = base == (index * 5 + 3) % 17 && d == (index + scale) % COUNT(disps);
                    if (index == RSP || (index == NOREG && scale))
                        continue;
                    if (t.brief ? base == R12 && index == R9 && scale == 2 && disps[d] == -129
                                : t.full || index == NOREG || some)
                        addresses[naddress++] = (struct mem){(u8)base, (u8)index, (u8)scale, disps[d]};
                }
}
#define EACH_MEM(m) for (unsigned m##_ = 0; m##_ < naddress; m##_++) for (struct mem m = addresses[m##_], *m##p = &m; m##p; m##p = NULL)
#define EACH_REG(r) for (unsigned r = t.brief ? R9 : 0; r < (t.brief ? R10 : 16); r++)
#define EACH_REG2(r) for (unsigned r = t.brief ? RSI : 0; r < (t.brief ? RDI : 16); r++)
/* The third register: all of them, or one that depends on the others. */
#define EACH_REG3(r, other) for (unsigned r = t.full ? 0 : (other) % 16, r##_ = 0; r##_ < (t.full ? 16 : 1); r##_++, r++)
#define EACH_WIDTH(w, lo) for (enum width w = lo; w <= W64; w++)
static unsigned reg_of(struct mem m) { return (m.base * 3u + m.index + m.scale + (u32)m.disp) & 15; }
#define N(w, r) names[w][r]
#define M(m, bytes) mem_text(m, bytes).s
#define BYTES(w) (1 << (w))

/* An immediate as LLVM writes it: signed where the instruction extends it, else as wide as the operand. */
static const char *imm_text(enum width w, s32 v, bool extended) {
    static char s[32];
    if (w == W8 || extended || w == W64)
        snprintf(s, sizeof s, "%d", w == W8 ? (s8)v : v);
    else
        snprintf(s, sizeof s, "%u", w == W16 ? (u16)v : (u32)v);
    return s;
}
static const s32 imms[] = {0, 1, -1, 127, -128, 128, -129, 255, 32767, -32768, 0x12345678, INT32_MAX, INT32_MIN};
static bool fits(enum width w, s32 v) { return w == W8 ? v == (s8)v : w == W16 ? v == (s16)v : true; }
#define EACH_IMM(w, v) for (unsigned v##_ = t.brief; v##_ < COUNT(imms); v##_ += t.brief ? 5 : 1) for (s32 v = imms[v##_], v##o = fits(w, v); v##o; v##o = 0)
static bool is8(s32 v) { return v == (s8)v; }

/* --- general registers --- */

static const struct {
    const char *name;
    unsigned op;
} alus[] = {
#define ALU(name, ...) {#name, ALU_##name},
#include "engine/jit/x86_64/enc.def"
}, shifts[] = {
#define SHIFT(name, ...) {#name, SH_##name},
#include "engine/jit/x86_64/enc.def"
}, ones[] = {
#define ONE(name, ...) {#name, ONE_##name},
#include "engine/jit/x86_64/enc.def"
}, twos[] = {
#define TWO(name, ...) {#name, TWO_##name},
#include "engine/jit/x86_64/enc.def"
}, bits[] = {{"bt", BIT_bt}, {"bts", BIT_bts}, {"btr", BIT_btr}, {"btc", BIT_btc}};
#define EACH(table, op, name) \
    for (unsigned op##_ = 0; op##_ < COUNT(table); op##_++) \
        for (unsigned op = table[op##_].op, op##o = 1; op##o; op##o = 0) \
            for (const char *name = table[op##_].name; name; name = NULL)

static void alu(void) {
    EACH(alus, op, name) EACH_WIDTH(w, W8) {
        EACH_REG(d) {
            EACH_REG2(s) { x_alu_rr(&t.e, op, w, d, s); is("%s %s, %s", name, N(w, d), N(w, s)); }
            EACH_IMM(w, v) {
                x_alu_ri(&t.e, op, w, d, v);
                is("%s %s, %s", name, N(w, d), imm_text(w, v, is8(v)));
            }
        }
        EACH_MEM(m) {
            unsigned r = reg_of(m);
            s32 v = imms[r % 9];
            x_alu_rm(&t.e, op, w, r, m); is("%s %s, %s", name, N(w, r), M(m, BYTES(w)));
            x_alu_mr(&t.e, op, w, m, r); is("%s %s, %s", name, M(m, BYTES(w)), N(w, r));
            v = fits(w, v) ? v : 3;
            x_alu_mi(&t.e, op, w, m, v); is("%s %s, %s", name, M(m, BYTES(w)), imm_text(w, v, is8(v)));
            if (op == ALU_cmp)
                continue;
            x_lock_alu_mr(&t.e, op, w, m, r); is("lock\n%s %s, %s", name, M(m, BYTES(w)), N(w, r));
            x_lock_alu_mi(&t.e, op, w, m, v); is("lock\n%s %s, %s", name, M(m, BYTES(w)), imm_text(w, v, is8(v)));
        }
    }
}

static void moves(void) {
    static const u64 wide[] = {0, 1, UINT32_MAX, (u64)1 << 32, UINT64_MAX, (u64)INT32_MIN, 0x123456789abcdef0};
    EACH_WIDTH(w, W8) {
        EACH_REG(d) {
            EACH_REG2(s) {
                x_test_rr(&t.e, w, d, s); is("test %s, %s", N(w, d), N(w, s));
                x_zx(&t.e, w, d, s);
                is(w < W32 ? "movzx %s, %s" : "mov %s, %s", N(w == W64 ? W64 : W32, d), N(w, s));
                for (enum width to = W32; to <= W64; to++)
                    if (w < to) {
                        x_sx(&t.e, w, to, d, s);
                        is(w == W32 ? "movsxd %s, %s" : "movsx %s, %s", N(to, d), N(w, s));
                    }
                x_xchg_rr(&t.e, w, d, s); is("xchg %s, %s", N(w, s), N(w, d)); /* which is first says nothing */
                if (w >= W32) { x_mov_rr(&t.e, w, d, s); is("mov %s, %s", N(w, d), N(w, s)); }
            }
            EACH_IMM(w, v) { x_test_ri(&t.e, w, d, v); is("test %s, %s", N(w, d), imm_text(w, v, false)); }
        }
        EACH_MEM(m) {
            unsigned r = reg_of(m);
            s32 v = fits(w, imms[r % 13]) ? imms[r % 13] : 3;
            x_test_mr(&t.e, w, m, r); is("test %s, %s", M(m, BYTES(w)), N(w, r));
            x_test_mi(&t.e, w, m, v); is("test %s, %s", M(m, BYTES(w)), imm_text(w, v, false));
            x_load(&t.e, w, r, m);
            is(w < W32 ? "movzx %s, %s" : "mov %s, %s", N(w == W64 ? W64 : W32, r), M(m, BYTES(w)));
            for (enum width to = W32; to <= W64; to++)
                if (w < to) {
                    x_load_sx(&t.e, w, to, r, m);
                    is(w == W32 ? "movsxd %s, %s" : "movsx %s, %s", N(to, r), M(m, BYTES(w)));
                }
            x_store(&t.e, w, m, r); is("mov %s, %s", M(m, BYTES(w)), N(w, r));
            x_store_i(&t.e, w, m, v); is("mov %s, %s", M(m, BYTES(w)), imm_text(w, v, false));
            x_xchg_mr(&t.e, w, m, r); is("xchg %s, %s", M(m, BYTES(w)), N(w, r));
            x_lock_xadd(&t.e, w, m, r); is("lock\nxadd %s, %s", M(m, BYTES(w)), N(w, r));
            x_lock_cmpxchg(&t.e, w, m, r); is("lock\ncmpxchg %s, %s", M(m, BYTES(w)), N(w, r));
            if (w >= W32) { x_lea(&t.e, w, r, m); is("lea %s, %s", N(w, r), M(m, 0)); }
            if (w >= W16) {
                x_movbe_rm(&t.e, w, r, m); is("movbe %s, %s", N(w, r), M(m, BYTES(w)));
                x_movbe_mr(&t.e, w, m, r); is("movbe %s, %s", M(m, BYTES(w)), N(w, r));
            }
        }
    }
    EACH_REG(d) {
        for (unsigned k = 0; k < COUNT(wide); k++) {
            x_mov_ri(&t.e, d, wide[k]);
            if (wide[k] <= UINT32_MAX)
                is("mov %s, %" PRIu64, N(W32, d), wide[k]);
            else
                is(wide[k] == (u64)(s32)wide[k] ? "mov %s, %" PRId64 : "movabs %s, %" PRId64, N(W64, d), (s64)wide[k]);
        }
        x_zero(&t.e, d); is("xor %s, %s", N(W32, d), N(W32, d));
        x_bswap(&t.e, W32, d); is("bswap %s", N(W32, d));
        x_bswap(&t.e, W64, d); is("bswap %s", N(W64, d));
        x_push(&t.e, d); is("push %s", N(W64, d));
        x_pop(&t.e, d); is("pop %s", N(W64, d));
        x_jmp_r(&t.e, d); is("jmp %s", N(W64, d));
        x_call_r(&t.e, d); is("call %s", N(W64, d));
    }
    EACH_IMM(W64, v) { x_push_i(&t.e, v); is("push %d", v); }
    EACH_MEM(m) {
        x_push_m(&t.e, m); is("push %s", M(m, 8));
        x_pop_m(&t.e, m); is("pop %s", M(m, 8));
        x_jmp_m(&t.e, m); is("jmp %s", M(m, 8));
        x_call_m(&t.e, m); is("call %s", M(m, 8));
    }
}

static void operations(void) {
    EACH(ones, op, name) EACH_WIDTH(w, W8) {
        EACH_REG(d) { x_one_r(&t.e, op, w, d); is("%s %s", name, N(w, d)); }
        EACH_MEM(m) {
            x_one_m(&t.e, op, w, m); is("%s %s", name, M(m, BYTES(w)));
            if (op == ONE_inc || op == ONE_dec || op == ONE_not || op == ONE_neg) {
                x_lock_one_m(&t.e, op, w, m); is("lock\n%s %s", name, M(m, BYTES(w)));
            }
        }
    }
    EACH(twos, op, name) EACH_WIDTH(w, W16) {
        EACH_REG(d) EACH_REG2(s) { x_two_rr(&t.e, op, w, d, s); is("%s %s, %s", name, N(w, d), N(w, s)); }
        EACH_MEM(m) {
            unsigned r = reg_of(m);
            x_two_rm(&t.e, op, w, r, m); is("%s %s, %s", name, N(w, r), M(m, BYTES(w)));
        }
    }
    EACH_WIDTH(w, W16) {
        EACH_REG(d) EACH_REG2(s) EACH_IMM(w, v) {
            x_imul_rri(&t.e, w, d, s, v); is("imul %s, %s, %s", N(w, d), N(w, s), imm_text(w, v, is8(v)));
        }
        EACH_MEM(m) {
            unsigned r = reg_of(m);
            s32 v = fits(w, imms[r % 13]) ? imms[r % 13] : 3;
            x_imul_rmi(&t.e, w, r, m, v); is("imul %s, %s, %s", N(w, r), M(m, BYTES(w)), imm_text(w, v, is8(v)));
        }
        EACH_REG(d) EACH_REG2(s) {
            unsigned n = (d * 7 + s) % (8u << w);
            x_shd_rri(&t.e, true, w, d, s, n); is("shld %s, %s, %u", N(w, d), N(w, s), n);
            x_shd_rri(&t.e, false, w, d, s, n); is("shrd %s, %s, %u", N(w, d), N(w, s), n);
            x_shd_rrc(&t.e, true, w, d, s); is("shld %s, %s, cl", N(w, d), N(w, s));
            x_shd_rrc(&t.e, false, w, d, s); is("shrd %s, %s, cl", N(w, d), N(w, s));
        }
    }
    EACH(shifts, op, name) EACH_WIDTH(w, W8) {
        EACH_REG(d) {
            for (unsigned n = 0; n < 8u << w; n += t.brief ? 5 : 1) {
                x_shift_ri(&t.e, op, w, d, n);
                if (n == 1)
                    is("%s %s", name, N(w, d));
                else
                    is("%s %s, %u", name, N(w, d), n);
            }
            x_shift_rc(&t.e, op, w, d); is("%s %s, cl", name, N(w, d));
        }
        EACH_MEM(m) {
            unsigned n = reg_of(m) % (8u << w);
            x_shift_mi(&t.e, op, w, m, n);
            if (n == 1)
                is("%s %s", name, M(m, BYTES(w)));
            else
                is("%s %s, %u", name, M(m, BYTES(w)), n);
            x_shift_mc(&t.e, op, w, m); is("%s %s, cl", name, M(m, BYTES(w)));
        }
    }
    EACH(bits, op, name) EACH_WIDTH(w, W16) EACH_REG(d) {
        EACH_REG2(s) { x_bit_rr(&t.e, op, w, d, s); is("%s %s, %s", name, N(w, d), N(w, s)); }
        for (unsigned n = 0; n < 8u << w; n += t.brief ? 5 : 1) {
            x_bit_ri(&t.e, op, w, d, n); is("%s %s, %u", name, N(w, d), n);
        }
    }
    for (unsigned cc = 0; cc < 16; cc++) {
        EACH_REG(d) {
            x_setcc(&t.e, cc, d); is("set%s %s", cc_names[cc], N(W8, d));
            EACH_WIDTH(w, W16) EACH_REG2(s) {
                x_cmov_rr(&t.e, cc, w, d, s); is("cmov%s %s, %s", cc_names[cc], N(w, d), N(w, s));
            }
        }
        EACH_MEM(m) {
            unsigned r = reg_of(m);
            x_setcc_m(&t.e, cc, m); is("set%s %s", cc_names[cc], M(m, 1));
            EACH_WIDTH(w, W16) { x_cmov_rm(&t.e, cc, w, r, m); is("cmov%s %s, %s", cc_names[cc], N(w, r), M(m, BYTES(w))); }
        }
    }
}

static void bmi(void) {
    static const struct {
        const char *name;
        unsigned op;
        bool vvvv_first;
    } row[] = {
#define IS_a true
#define IS_b false
#define BMI(name, pp, code, vvvv) {#name, BMI_##name, IS_##vvvv},
#include "engine/jit/x86_64/enc.def"
    };
    static const char *const bls[] = {"", "blsr", "blsmsk", "blsi"};
    for (unsigned k = 0; k < COUNT(row); k++)
        EACH_WIDTH(w, W32) {
            EACH_REG(d) EACH_REG2(a) EACH_REG3(b, 5 * d + 3 * a) {
                x_bmi_rrr(&t.e, row[k].op, w, d, a, b); is("%s %s, %s, %s", row[k].name, N(w, d), N(w, a), N(w, b));
            }
            EACH_MEM(m) {
                unsigned d = reg_of(m), r = d * 3 % 16;
                if (row[k].vvvv_first) {
                    x_bmi_rrm(&t.e, row[k].op, w, d, r, m);
                    is("%s %s, %s, %s", row[k].name, N(w, d), N(w, r), M(m, BYTES(w)));
                } else {
                    x_bmi_rmr(&t.e, row[k].op, w, d, m, r);
                    is("%s %s, %s, %s", row[k].name, N(w, d), M(m, BYTES(w)), N(w, r));
                }
            }
        }
    EACH_WIDTH(w, W32) {
        EACH_REG(d) EACH_REG2(s) {
            unsigned n = (d * 7 + s) % (8u << w);
            for (enum bls op = BLS_blsr; op <= BLS_blsi; op++) {
                x_bls_rr(&t.e, op, w, d, s); is("%s %s, %s", bls[op], N(w, d), N(w, s));
            }
            x_rorx_rri(&t.e, w, d, s, n); is("rorx %s, %s, %u", N(w, d), N(w, s), n);
        }
        EACH_MEM(m) {
            unsigned r = reg_of(m);
            x_rorx_rmi(&t.e, w, r, m, 7); is("rorx %s, %s, 7", N(w, r), M(m, BYTES(w)));
        }
    }
}

static void others(void) {
    static const char *const plain[] = {
        [PLAIN_ret] = "ret", [PLAIN_leave] = "leave", [PLAIN_int3] = "int3", [PLAIN_ud2] = "ud2", [PLAIN_cdq] = "cdq",
        [PLAIN_cqo] = "cqo", [PLAIN_pause] = "pause", [PLAIN_mfence] = "mfence", [PLAIN_lfence] = "lfence",
        [PLAIN_rep_movsb] = "rep movsb byte ptr es:[rdi], byte ptr [rsi]",
        [PLAIN_rep_movsq] = "rep movsq qword ptr es:[rdi], qword ptr [rsi]",
        [PLAIN_rep_stosb] = "rep stosb byte ptr es:[rdi], al", [PLAIN_rep_stosq] = "rep stosq qword ptr es:[rdi], rax",
        [PLAIN_endbr64] = "endbr64",
    };
    u64 zero = 0;
    for (unsigned k = 0; k < COUNT(plain); k++) { x_plain(&t.e, k); is("%s", plain[k]); }
    EACH_WIDTH(w, W8) EACH_REG(d) { /* addresses in the code itself, with each length of what follows */
        struct mem m = mem_label(enc_const(&t.e, &zero, 8));
        x_alu_rm(&t.e, ALU_add, w, d, m); is("add %s, %s", N(w, d), M(m, BYTES(w)));
    }
}

/* --- xmm registers --- */

enum shape { SHAPE_V2, SHAPE_V2I, SHAPE_V3, SHAPE_V3I, SHAPE_VST, SHAPE_VSTI, SHAPE_VSHI };
static const struct vec_row {
    const char *name, *operands;
    enum shape shape;
    bool w;
    int size;
} vecs[] = {
#define ROW(shape, name, w, operands, size) [V_##name] = {#name, operands, shape, w, size},
#define V2(name, pp, map, code, w, operands, size) ROW(SHAPE_V2, name, w, operands, size)
#define V2I(name, pp, map, code, w, operands, size) ROW(SHAPE_V2I, name, w, operands, size)
#define V3(name, pp, map, code, w, operands, size) ROW(SHAPE_V3, name, w, operands, size)
#define V3I(name, pp, map, code, w, operands, size) ROW(SHAPE_V3I, name, w, operands, size)
#define VST(name, pp, map, code, w, operands, size) ROW(SHAPE_VST, name, w, operands, size)
#define VSTI(name, pp, map, code, w, operands, size) ROW(SHAPE_VSTI, name, w, operands, size)
#define VSHI(name, code, digit) ROW(SHAPE_VSHI, name, 0, "xx", 0)
#include "engine/jit/x86_64/enc.def"
};

/* The name as LLVM has it: without what tells forms apart here, with the v of VEX; compares have their condition in it. */
static struct text vec_name(const struct vec_row *r, int imm) {
    static const char *const cond[] = {"eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"};
    static const char *const tail[] = {"_ld", "_st", "_xg", "_gx", "_i", "32", "64"};
    struct text x;
    char name[32];
    size_t len = strlen(r->name), k;
    memcpy(name, r->name, len + 1);
    for (k = 0; k < COUNT(tail); k++)
        if (len > strlen(tail[k]) && !strcmp(name + len - strlen(tail[k]), tail[k]))
            name[len - strlen(tail[k])] = 0;
    if (imm >= 0 && !strncmp(name, "cmp", 3)) {
        char of[4];
        memcpy(of, name + 3, 3);
        snprintf(name, sizeof name, "cmp%s%.2s", cond[imm & 7], of);
    }
    snprintf(x.s, sizeof x.s, "%s%s", t.e.cpu & CPU_AVX ? "v" : "", name);
    return x;
}
static struct text vec_reg(const struct vec_row *r, char kind, unsigned reg) {
    struct text x;
    if (kind == 'g')
        snprintf(x.s, sizeof x.s, "%s", names[r->w ? W64 : W32][reg]);
    else
        snprintf(x.s, sizeof x.s, "xmm%u", reg);
    return x;
}
#define R(k, reg) vec_reg(r, r->operands[k], reg).s

static void vec_regs(enum vop op, const struct vec_row *r) {
    bool vex = t.e.cpu & CPU_AVX, i = r->shape == SHAPE_V3I || r->shape == SHAPE_V2I || r->shape == SHAPE_VSTI;
    if (r->size < 0)
        return;
    EACH_REG(d) EACH_REG2(a) {
        int imm = i || r->shape == SHAPE_VSHI ? (int)(d * 5 + a) % 16 : -1;
        struct text name = vec_name(r, imm), last = {""};
        if (imm >= 0 && strncmp(r->name, "cmp", 3))
            snprintf(last.s, sizeof last.s, ", %d", imm);
        if (!strncmp(r->name, "cmp", 3))
            imm &= 7;
        switch (r->shape) {
        case SHAPE_V2:
            v_rr(&t.e, op, d, a);
            is("%s %s, %s", name.s, R(0, d), R(1, a));
            break;
        case SHAPE_V2I:
            v_rri(&t.e, op, d, a, (unsigned)imm);
            is("%s %s, %s%s", name.s, R(0, d), R(1, a), last.s);
            break;
        case SHAPE_VST:
            v_rr(&t.e, op, d, a);
            is("%s %s, xmm%u", name.s, R(0, d), a);
            break;
        case SHAPE_VSTI:
            v_rri(&t.e, op, d, a, (unsigned)imm);
            is("%s %s, xmm%u%s", name.s, R(0, d), a, last.s);
            break;
        case SHAPE_VSHI:
            v_rri(&t.e, op, d, a, (unsigned)imm);
            if (vex)
                is("%s xmm%u, xmm%u%s", name.s, d, a, last.s);
            else if (d == a)
                is("%s xmm%u%s", name.s, d, last.s);
            else
                is("movaps xmm%u, xmm%u\n%s xmm%u%s", d, a, name.s, d, last.s);
            break;
        case SHAPE_V3:
        case SHAPE_V3I:
            EACH_REG3(b, 5 * d + 3 * a) {
                bool general = r->operands[2] == 'g', merge = r->operands[1] == 'm';
                if (!vex && d != a && d == b && !general && !merge)
                    continue;
                if (r->shape == SHAPE_V3)
                    v_rrr(&t.e, op, d, a, b);
                else
                    v_rrri(&t.e, op, d, a, b, (unsigned)imm);
                if (vex)
                    is("%s xmm%u, xmm%u, %s%s", name.s, d, a, R(2, b), last.s);
                else if (d == a || merge)
                    is("%s xmm%u, %s%s", name.s, d, R(2, b), last.s);
                else
                    is("movaps xmm%u, xmm%u\n%s xmm%u, %s%s", d, a, name.s, d, R(2, b), last.s);
            }
            break;
        }
    }
}
static void vec_mems(enum vop op, const struct vec_row *r) {
    bool vex = t.e.cpu & CPU_AVX;
    int size = r->size < 0 ? -r->size : r->size;
    if (!size)
        return;
    EACH_MEM(m) {
        unsigned d = reg_of(m), a = vex ? d * 3 % 16 : d, imm = d & 7;
        bool cmp = !strncmp(r->name, "cmp", 3);
        struct text name = vec_name(r, (int)imm), last = {""};
        if (!cmp)
            snprintf(last.s, sizeof last.s, ", %u", imm);
        switch (r->shape) {
        case SHAPE_V2:
            v_rm(&t.e, op, d, m);
            is("%s %s, %s", name.s, R(0, d), M(m, size));
            break;
        case SHAPE_V2I:
            v_rmi(&t.e, op, d, m, imm);
            is("%s %s, %s%s", name.s, R(0, d), M(m, size), last.s);
            break;
        case SHAPE_VST:
            v_mr(&t.e, op, m, d);
            is("%s %s, xmm%u", name.s, M(m, size), d);
            break;
        case SHAPE_VSTI:
            v_mri(&t.e, op, m, d, imm);
            is("%s %s, xmm%u%s", name.s, M(m, size), d, last.s);
            break;
        case SHAPE_VSHI: break;
        case SHAPE_V3:
        case SHAPE_V3I:
            if (r->shape == SHAPE_V3)
                v_rrm(&t.e, op, d, a, m);
            else
                v_rrmi(&t.e, op, d, a, m, imm);
            if (vex)
                is("%s xmm%u, xmm%u, %s%s", name.s, d, a, M(m, size), r->shape == SHAPE_V3I ? last.s : "");
            else
                is("%s xmm%u, %s%s", name.s, d, M(m, size), r->shape == SHAPE_V3I ? last.s : "");
            break;
        }
    }
}
static void vectors(u32 cpu) {
    static const char *const blend[][2] = {{"pblendvb", "vpblendvb"}, {"blendvps", "vblendvps"}, {"blendvpd", "vblendvpd"}};
    t.e.cpu = cpu;
    for (unsigned op = 0; op < V_COUNT; op++) {
        if (!cpu && strstr(vecs[op].name, "broadcast"))
            continue;
        vec_regs(op, &vecs[op]);
        vec_mems(op, &vecs[op]);
    }
    EACH_REG(d) EACH_REG2(b) for (enum blendv op = BLENDV_b; op <= BLENDV_pd; op++) {
        if (cpu) {
            v_blendv(&t.e, op, d, b, (d + b) % 16, (d * 3 + b) % 16);
            is("%s xmm%u, xmm%u, xmm%u, xmm%u", blend[op][1], d, b, (d + b) % 16, (d * 3 + b) % 16);
        } else if (d != XMM0) {
            v_blendv(&t.e, op, d, d, b, XMM0);
            is("%s xmm%u, xmm%u, xmm0", blend[op][0], d, b);
        }
    }
    EACH_REG(d) EACH_REG2(s) if (d != s) {
        v_mov(&t.e, d, s);
        is("%s xmm%u, xmm%u", cpu ? "vmovaps" : "movaps", d, s);
    }
}

int main(int argc, char **argv) {
    t.brief = argc == 2 && !strcmp(argv[1], "--brief");
    t.full = argc == 4 && !strcmp(argv[1], "--full");
    if (argc != 3 && !t.brief && !t.full) {
        fprintf(stderr, "usage: supervm-x86-enc [--full] BYTES TEXT\n       supervm-x86-enc --brief\n");
        return 1;
    }
    t.bytes = t.brief ? stdout : fopen(argv[argc - 2], "w");
    t.text = t.brief ? stdout : fopen(argv[argc - 1], "w");
    if (!t.bytes || !t.text) {
        perror("supervm-x86-enc");
        return 1;
    }
    enc_init(&t.e, 0);
    make_addresses();
    alu();
    moves();
    operations();
    bmi();
    others();
    vectors(0);
    vectors(CPU_AVX | CPU_AVX2);
    enc_free(&t.e);
    free(addresses);
    if (t.brief)
        return fflush(stdout) != 0;
    return fclose(t.bytes) || fclose(t.text);
}
