/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Labels of the encoder: jumps reach them and are as short as they can be, positions are followed, constants and tables
 * stand where the code looks for them. What each instruction looks like is test/x86_enc.sh's business. */
#include "engine/jit/x86_64/enc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { LABELS = 40, JUMPS = 120 };

struct jump {
    u32 pos, label, cc; /* cc 16: jmp */
};

static u32 rnd(u64 *seed, u32 n) {
    *seed = *seed * 6364136223846793005 + 1442695040888963407;
    return (u32)(*seed >> 33) % n;
}
static s32 get32(const u8 *p) {
    s32 v;
    memcpy(&v, p, 4);
    return v;
}

/* Where the jump at pos goes, and how long it is; 0: it is none. */
static u32 jump_at(const u8 *code, u32 pos, u32 cc, u32 *to) {
    const u8 *p = code + pos;
    if (p[0] == (cc == 16 ? 0xeb : 0x70 | cc))
        return *to = pos + 2 + (u32)(s8)p[1], 2;
    if (cc == 16 && p[0] == 0xe9)
        return *to = pos + 5 + (u32)get32(p + 1), 5;
    if (cc < 16 && p[0] == 0x0f && p[1] == (0x80 | cc))
        return *to = pos + 6 + (u32)get32(p + 2), 6;
    return 0;
}

static void jumps_reach(void **state) {
    struct enc e;
    (void)state;
    enc_init(&e, 0);
    for (u64 seed = 1; seed <= 2000; seed++) {
        struct jump jump[JUMPS];
        u32 label[LABELS], nlabel = 0, bound = 0, n = 0, k, follow[JUMPS];
        u64 s = seed;
        u32 most = 1 + rnd(&s, 40); /* of nops between */
        enc_reset(&e);
        for (; nlabel < LABELS; nlabel++)
            label[nlabel] = enc_label(&e);
        while (n < JUMPS || bound < LABELS) {
            if (rnd(&s, 3) && n < JUMPS) {
                jump[n] = (struct jump){enc_pos(&e), rnd(&s, LABELS), rnd(&s, 17)};
                follow[n] = enc_pos(&e);
                if (jump[n].cc == 16)
                    x_jmp(&e, label[jump[n].label]);
                else
                    x_jcc(&e, (enum cc)jump[n].cc, label[jump[n].label]);
                n++;
            } else if (rnd(&s, 2) && bound < LABELS) {
                enc_bind(&e, label[bound++]);
            }
            x_nop(&e, rnd(&s, most));
            if (!rnd(&s, 20))
                enc_align(&e, 4u << rnd(&s, 4));
        }
        assert_true(enc_finish(&e));
        u8 *code = malloc(e.size + 1);
        enc_place(&e, code, 0);
        enc_follow(&e, follow, n, sizeof follow[0]);
        for (k = 0; k < n; k++) {
            u32 want = enc_label_pos(&e, label[jump[k].label]), to = 0, len = jump_at(code, follow[k], jump[k].cc, &to);
            if (!len) { /* a jump to what follows it is left out */
                assert_int_equal(want, follow[k]);
                continue;
            }
            assert_true(len);
            assert_int_equal(to, want);
            if (len != 2 && (s32)(want - follow[k]) <= 2 && (s32)(want - follow[k]) >= -126)
                fail_msg("seed %u: a jump back is long without need", (unsigned)seed);
        }
        free(code);
    }
    enc_free(&e);
}

static void distances(void **state) { /* the longest short jump, and the shortest long one, both ways */
    struct enc e;
    (void)state;
    enc_init(&e, 0);
    for (unsigned n = 120; n < 140; n++) {
        u32 back, ahead, to;
        u8 code[512];
        enc_reset(&e);
        back = enc_label(&e), ahead = enc_label(&e);
        x_jmp(&e, ahead);
        x_nop(&e, n);
        enc_bind(&e, ahead);
        enc_bind(&e, back);
        x_nop(&e, n);
        x_jcc(&e, CC_ne, back);
        assert_true(enc_finish(&e));
        enc_place(&e, code, 0);
        assert_int_equal(jump_at(code, 0, 16, &to), n <= 127 ? 2 : 5);
        assert_int_equal(e.code, (n <= 127 ? 2 : 5) + 2 * n + (n <= 126 ? 2 : 6));
    }
    enc_free(&e);
}

static void data(void **state) {
    static const u64 pair[2] = {1, 2};
    struct enc e;
    u32 l[4], table, c4, c8, c16, pos[3];
    u64 eight = 0x123456789abcdef0, got;
    u32 four = 77;
    u8 code[256] __attribute__((aligned(16)));
    (void)state;
    enc_init(&e, 0);
    for (int again = 0; again < 2; again++, enc_reset(&e)) {
        c4 = enc_const(&e, &four, 4);
        c8 = enc_const(&e, &eight, 8);
        c16 = enc_const(&e, pair, 16);
        assert_int_equal(enc_const(&e, &eight, 8), c8);
        assert_int_not_equal(enc_const(&e, &pair[1], 8), c8);
        for (int k = 0; k < 4; k++)
            l[k] = enc_label(&e);
        table = enc_table(&e, l, 4);
        for (int k = 0; k < 3; k++) {
            enc_bind(&e, l[k]);
            pos[k] = enc_pos(&e);
            x_alu_rm(&e, ALU_add, W64, RAX, mem_label(k ? k == 1 ? c8 : c16 : c4));
        }
        x_alu_mi(&e, ALU_add, W32, mem_label(c4), 5);          /* a byte behind the field */
        x_alu_mi(&e, ALU_add, W32, mem_label(table), 1000000); /* four */
        enc_bind(&e, l[3]);
        assert_true(enc_finish(&e));
        assert_true(e.size <= sizeof code && e.size % 16 == 0);
        enc_place(&e, code, 0);
        memcpy(&got, code + enc_label_pos(&e, c8), 8);
        assert_int_equal(got, eight);
        assert_int_equal(enc_label_pos(&e, c16) % 16, 0);
        assert_memory_equal(code + enc_label_pos(&e, c16), pair, 16);
        assert_int_equal(get32(code + enc_label_pos(&e, c4)), 77);
        for (int k = 0; k < 3; k++) /* 48 03 05 rel32 */
            assert_int_equal(pos[k] + 7 + (u32)get32(code + pos[k] + 3), enc_label_pos(&e, k ? k == 1 ? c8 : c16 : c4));
        assert_int_equal(21 + 7 + get32(code + 21 + 2), enc_label_pos(&e, c4));
        assert_int_equal(28 + 10 + get32(code + 28 + 2), enc_label_pos(&e, table));
        for (int k = 0; k < 4; k++)
            assert_int_equal(enc_label_pos(&e, table) + (u32)get32(code + enc_label_pos(&e, table) + 4 * k),
                             enc_label_pos(&e, l[k]));
    }
    enc_free(&e);
}

static void outside(void **state) {
    struct enc e;
    u8 code[64];
    u64 at = 0x7f0000000000;
    u32 skip;
    const void *near_by = (const void *)(uintptr_t)(at + 0x1000),
               *far_off = (const void *)(uintptr_t)(at + ((u64)1 << 32));
    (void)state;
    enc_init(&e, 0);
    assert_false(enc_in_reach(&e, near_by)); /* nobody said where the code will be */
    e.near_lo = at;
    e.near_hi = at + 0x10000;
    assert_true(enc_in_reach(&e, near_by));
    assert_false(enc_in_reach(&e, far_off));
    skip = enc_label(&e);
    x_jcc(&e, CC_e, skip); /* becomes short: relocations move */
    x_call_to(&e, near_by, RAX);
    x_call_to(&e, far_off, RAX);
    x_call_sym(&e, 5);
    enc_bind(&e, skip);
    assert_true(enc_finish(&e));
    enc_place(&e, code, at);
    assert_int_equal(code[2], 0xe8);
    assert_int_equal(at + 7 + (u64)(s64)get32(code + 3), (u64)(uintptr_t)near_by);
    assert_int_equal(e.nreloc, 2);
    assert_int_equal(e.reloc[1].sym, 5);
    assert_int_equal(code[e.reloc[1].pos - 1], 0xe8);
    assert_int_equal(code[7], 0x48); /* movabs rax */
    enc_free(&e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jumps_reach),
        cmocka_unit_test(distances),
        cmocka_unit_test(data),
        cmocka_unit_test(outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
