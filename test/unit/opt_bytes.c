/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt_bytes.c - wide values in bytes found again: by hand, what is none, and random blocks run both ways. */
#include "opt_kit.h"
#include "front/front.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h> /* wants the others before it */

enum { TIMES = 60 };

struct found {
    struct module m;
    struct arena a;
    struct cfg g;
    struct live l;
    struct bytes y;
};

static void find(struct found *o, const struct func *f, u64 *seed) {
    struct error e = {0};
    const char *bad;
    o->a = (struct arena){0};
    if (cfg_build(&o->g, f, &o->a, &e) || live_build(&o->l, f, &o->g, &o->a, &e) ||
        bytes_find(&o->y, f, &o->g, &o->l, &o->a, &e))
        fail_msg("%s", e.text);
    if ((bad = opt_check_bytes(f, &o->g, &o->l, &o->y, TIMES, seed))) {
        struct buf b = {0};
        for (u32 pc = 0; pc < f->nslot; pc++) {
            buf_printf(&b, "%3u  ", pc);
            isa_print(&b, &f->code[pc], pc, NULL);
            buf_printf(&b, "\n");
        }
        opt_print(&(struct opt){.bytes = o->y}, &b);
        fprintf(stderr, "%s", buf_str(&b));
        fail_msg("%s", bad);
    }
}

static void in_text(struct found *o, const char *text) {
    struct load_options opt = {.name = "test"};
    struct error e = {0};
    u64 seed = 1;
    *o = (struct found){0};
    if (front_asm.load(&o->m, (const u8 *)text, strlen(text), &opt, &e) || validate(&o->m, &opt.limits, &e))
        fail_msg("%s", e.text);
    find(o, &o->m.func[0], &seed);
}

static void done(struct found *o) {
    arena_drop(&o->a);
    module_free(&o->m);
}

#define LITTLE_FIRST (!OPT_BIG)

static void loads(void **state) {
    struct found o;
    (void)state;
    in_text(&o, "r3 = *(u8 *)(r1 + 5)\n" /* 0: two bytes, little end first */
                "r0 = *(u8 *)(r1 + 4)\n"
                "r3 <<= 8\n"
                "r3 |= r0\n"
                "r4 = *(u8 *)(r1 + 7)\n" /* 4: two more, big end first; one of them is read later */
                "r5 = *(u8 *)(r1 + 6)\n"
                "w5 <<= 8\n"
                "w4 += w5\n"
                "r0 = r3\n"
                "r0 += r4\n"
                "r0 += r5\n"
                "exit\n");
    assert_int_equal(o.y.n, 1); /* of the second, one load alone would die */
    const struct joined *j = &o.y.of[0];
    assert_int_equal(j->first, 0);
    assert_int_equal(j->last, 3);
    assert_int_equal(j->base, 1);
    assert_int_equal(j->off, 4);
    assert_int_equal(j->size, 2);
    assert_false(j->store);
    assert_int_equal(j->swap, !LITTLE_FIRST);
    assert_true(j->base_stays);
    assert_int_equal(j->npiece, 2);
    assert_int_equal(j->ndie, 3);
    for (u32 k = 0; k < 3; k++)
        assert_int_equal(j->die[k], k);
    done(&o);
    in_text(&o, "r2 = r1\n" /* the base moves on; halves of words; one register for all */
                "r2 += 100\n"
                "r3 = *(u16 *)(r1 + 2)\n" /* 2 */
                "r4 = *(u8 *)(r1 + 0)\n"
                "r1 = *(u8 *)(r2 - 99)\n"
                "r1 <<= 8\n"
                "r1 |= r4\n"
                "r3 <<= 16\n"
                "r1 |= r3\n"
                "r1 = be32 r1\n"
                "r0 = r1\n"
                "exit\n");
    assert_int_equal(o.y.n, 1);
    assert_int_equal(o.y.of[0].first, 2);
    assert_int_equal(o.y.of[0].last, LITTLE_FIRST ? 9 : 8);
    assert_int_equal(o.y.of[0].size, 4);
    assert_int_equal(o.y.of[0].off, 0);
    assert_int_equal(o.y.of[0].npiece, 3);
    assert_false(o.y.of[0].base_stays);
    done(&o);
}

static void stores(void **state) {
    struct found o;
    (void)state;
    in_text(&o, "*(u8 *)(r1 + 3) = r2\n" /* big end first, one shift is read later */
                "r3 = r2\n"
                "r3 >>= 8\n"
                "*(u8 *)(r1 + 2) = r3\n"
                "r4 = r2\n"
                "w4 >>= 16\n"
                "*(u8 *)(r1 + 1) = r4\n"
                "r2 >>= 24\n"
                "*(u8 *)(r1 + 0) = r2\n"
                "r0 = r4\n"
                "exit\n");
    assert_int_equal(o.y.n, 1);
    const struct joined *j = &o.y.of[0];
    assert_int_equal(j->first, 0);
    assert_int_equal(j->last, 8);
    assert_true(j->store);
    assert_int_equal(j->base, 1);
    assert_int_equal(j->off, 0);
    assert_int_equal(j->value, 2);
    assert_int_equal(j->size, 4);
    assert_int_equal(j->swap, LITTLE_FIRST);
    assert_int_equal(j->npiece, 4);
    assert_int_equal(j->ndie, 7);
    done(&o);
}

static void none(void **state) {
    static const char *const text[] = {
        "r3 = *(u8 *)(r1 + 1)\nr0 = *(u8 *)(r1 + 0)\nr3 <<= 7\nr0 |= r3\nexit\n", /* no whole byte */
        "r3 = *(u8 *)(r1 + 2)\nr0 = *(u8 *)(r1 + 0)\nr3 <<= 8\nr0 |= r3\nexit\n", /* not side by side */
        "r3 = *(u8 *)(r1 + 1)\nr0 = *(u8 *)(r2 + 0)\nr3 <<= 8\nr0 |= r3\nexit\n", /* two bases */
        "r3 = *(s8 *)(r1 + 1)\nr0 = *(u8 *)(r1 + 0)\nr3 <<= 8\nr0 |= r3\nexit\n", /* a sign */
        "r3 = *(u8 *)(r1 + 1)\n*(u8 *)(r2 + 0) = r3\nr0 = *(u8 *)(r1 + 0)\nr3 <<= 8\nr0 |= r3\nexit\n",
        "r6 = r1\nr7 = *(u8 *)(r6 + 1)\ncall 5\nr0 = *(u8 *)(r6 + 0)\nr7 <<= 8\nr0 |= r7\nexit\n",
        "r3 = *(u8 *)(r1 + 1)\nr1 += 1\nr0 = *(u8 *)(r1 + 0)\nr3 <<= 8\nr0 |= r3\nexit\n", /* the same byte twice */
        "r3 = *(u8 *)(r1 + 1)\nif r3 == 0 goto x\nr0 = *(u8 *)(r1 + 0)\nr3 <<= 8\nr0 |= r3\nexit\nx: r0 = 0\nexit\n",
        "r3 = *(u16 *)(r1 + 1)\nr0 = *(u8 *)(r1 + 0)\nw3 &= 0xff\nr3 <<= 8\nr0 |= r3\nexit\n", /* reads more */
        "*(u8 *)(r1 + 0) = r2\nr0 = *(u8 *)(r1 + 9)\nr2 >>= 8\n*(u8 *)(r1 + 1) = r2\nexit\n",
        ("r2 = *(u16 *)(r1 + 0)\n*(u8 *)(r1 + 0) = r3\nr4 = *(u8 *)(r1 + 0)\n*(u8 *)(r5 + 0) = r4\nr2 >>= 8\n"
         "*(u8 *)(r5 + 1) = r2\nr0 = 0\nexit\n"), /* it was changed meanwhile */
        "*(u8 *)(r1 + 0) = r2\nr2 >>= 8\n*(u8 *)(r1 + 2) = r2\nr0 = 0\nexit\n",
        "*(u8 *)(r1 + 0) = r2\n*(u8 *)(r1 + 0) = r3\nr2 >>= 8\n*(u8 *)(r1 + 1) = r2\nr0 = 0\nexit\n",
        "r2 >>= 8\nr3 = r2\nr3 >>= 8\n*(u8 *)(r1 + 0) = r2\n*(u8 *)(r1 + 1) = r4\nr0 = 0\nexit\n",
        "r2 = *(u32 *)(r1 + 0)\n*(u32 *)(r3 + 0) = r2\nr2 >>= 32\n*(u32 *)(r3 + 4) = r2\nr0 = 0\nexit\n", /* of a field
                                                                                  of a context it may be more than 0 */
    };
    (void)state;
    for (size_t k = 0; k < COUNT(text); k++) {
        struct found o;
        in_text(&o, text[k]);
        if (o.y.n)
            fail_msg("'%s': %u..%u", text[k], o.y.of[0].first, o.y.of[0].last);
        done(&o);
    }
}

/* ---- random ---- */

enum { SLOTS = 600 };
struct random_func {
    struct func f;
    struct insn code[SLOTS];
    u32 n;
    u64 seed;
};

static u32 pick(struct random_func *r, u32 n) {
    return (u32)(opt_rnd(&r->seed) % n);
}
static void put(struct random_func *r, u16 op, u16 a, u16 b, u16 c, s32 off, s32 imm) {
    r->code[r->n++] = (struct insn){op, a, b, c, off, imm};
}

/* A value of size bytes at base + off, put together in a random order of its pieces, or nearly so. */
static void load_idiom(struct random_func *r, u16 acc, u16 piece) {
    static const u16 ld[] = {OP_ldx8, OP_ldx16, OP_ldx32};
    u32 size = 2u << pick(r, 3), at = 0, n = 0;
    bool big = pick(r, 2), wide = size == 8 || pick(r, 2);
    u16 base = (u16)(1 + pick(r, 2));
    s32 off = (s32)pick(r, 12) - 4;
    while (at < size) {
        u32 log = pick(r, 3);
        while (at % (1u << log) || at + (1u << log) > size || (1u << log) == size)
            log--;
        u16 to = n ? piece : acc;
        s32 up = (s32)(8 * (big ? size - at - (1u << log) : at)), wrong = pick(r, 60) == 0 ? 8 : 0;
        put(r, ld[log], to, base, 0, off + (s32)at + (pick(r, 60) == 0), 0);
        if (big && log)
            put(r, log == 1 ? OP_be16 : OP_be32, to, to, 0, 0, 0);
        if (up + wrong)
            put(r, wide ? OP_lsh64i : OP_lsh32i, to, to, 0, 0, up + wrong);
        if (n)
            put(r, (u16[]){OP_or64, OP_add64, OP_xor64, OP_or32, OP_add32, OP_xor32}[pick(r, 3) + (wide ? 0 : 3)], acc,
                pick(r, 2) ? acc : piece, 0, 0, 0);
        if (n)
            r->code[r->n - 1].c = r->code[r->n - 1].b == acc ? piece : acc;
        at += 1u << log;
        n++;
    }
    if (pick(r, 4) == 0)
        put(r, (u16[]){OP_be16, OP_be32, OP_be64, OP_bswap16, OP_bswap32, OP_bswap64}[pick(r, 6)], acc, acc, 0, 0, 0);
    if (pick(r, 2))
        put(r, OP_mov64, (u16)(6 + pick(r, 4)), acc, 0, 0, 0);
}

static void store_idiom(struct random_func *r) {
    u32 size = 2u << pick(r, 3);
    bool big = pick(r, 2), down = pick(r, 2);
    u16 base = (u16)(1 + pick(r, 2)), value = (u16)(6 + pick(r, 4)), part = (u16)(3 + pick(r, 3));
    s32 off = (s32)pick(r, 12) - 4;
    for (u32 k = 0; k < size; k++) {
        u32 n = down ? size - 1 - k : k;
        u16 from = n ? part : value;
        if (n) {
            put(r, pick(r, 2) ? OP_mov64 : OP_mov32, part, value, 0, 0, 0);
            put(r, r->code[r->n - 1].op == OP_mov64 ? OP_rsh64i : OP_rsh32i, part, part, 0, 0, 8 * (s32)n);
        }
        put(r, OP_st8, 0, base, from, off + (s32)(big ? size - 1 - n : n) + (pick(r, 60) == 0), 0);
    }
}

static void noise(struct random_func *r) {
    u16 a = (u16)(3 + pick(r, 7)), b = (u16)(1 + pick(r, 9)), c = (u16)(3 + pick(r, 7));
    switch (pick(r, 12)) {
    case 0: put(r, OP_ldx8, a, (u16)(1 + pick(r, 2)), 0, (s32)pick(r, 8), 0); break;
    case 1: put(r, OP_st8, 0, (u16)(1 + pick(r, 2)), c, (s32)pick(r, 8), 0); break;
    case 2: put(r, OP_lsh64i, a, b, 0, 0, (s32)pick(r, 9) * 8); break;
    case 3: put(r, OP_rsh32i, a, b, 0, 0, (s32)pick(r, 40)); break;
    case 4: put(r, OP_or64, a, b, c, 0, 0); break;
    case 5: put(r, OP_and64i, a, b, 0, 0, (s32[]){0xff, 0xffff, -1, -256, 0x7f}[pick(r, 5)]); break;
    case 6: put(r, OP_mov64i, a, 0, 0, 0, (s32)pick(r, 3)); break;
    case 7: put(r, OP_add64i, (u16)(1 + pick(r, 2)), (u16)(1 + pick(r, 2)), 0, 0, (s32)pick(r, 5) - 2); break;
    case 8: put(r, OP_mov64, a, b, 0, 0, 0); break;
    case 9: put(r, pick(r, 4) ? OP_xor32 : OP_call, a, b, c, 0, pick(r, 4) ? 0 : 5); break;
    case 10: put(r, OP_ldsx16, a, (u16)(1 + pick(r, 2)), 0, (s32)pick(r, 8), 0); break;
    default: put(r, OP_mov32, a, b, 0, 0, 0); break;
    }
}

/* Two loads, their instructions in turns. */
static void two_loads(struct random_func *r) {
    struct insn both[2][96];
    u32 n[2], at[2] = {0, 0}, from = r->n;
    for (u32 k = 0; k < 2; k++) {
        r->n = from;
        load_idiom(r, (u16)(3 + 3 * k), (u16)(4 + 3 * k));
        n[k] = r->n - from;
        memcpy(both[k], &r->code[from], n[k] * sizeof **both);
    }
    r->n = from;
    while (at[0] < n[0] || at[1] < n[1]) {
        u32 k = at[0] == n[0] || (at[1] < n[1] && pick(r, 2));
        r->code[r->n++] = both[k][at[k]];
        at[k]++;
    }
}

static void make(struct random_func *r) {
    u32 parts = 1 + pick(r, 5);
    r->n = 0;
    for (u32 k = 0; k < parts; k++) {
        u32 from = r->n;
        switch (pick(r, 4)) {
        case 0: store_idiom(r); break;
        case 1: two_loads(r); break;
        default: load_idiom(r, (u16)(3 + pick(r, 2)), 5);
        }
        if (pick(r, 2)) { /* something else in the middle */
            struct insn last = r->code[--r->n];
            u32 at = from + pick(r, r->n - from + 1), count = r->n - at;
            struct insn tail[128];
            memcpy(tail, &r->code[at], count * sizeof *tail);
            r->n = at;
            noise(r);
            memcpy(&r->code[r->n], tail, count * sizeof *tail);
            r->n += count;
            r->code[r->n++] = last;
        }
        if (pick(r, 3) == 0)
            noise(r);
    }
    put(r, OP_ja, 0, 0, 0, (s32)r->n + 1, 0); /* another block reads some of it */
    for (u16 k = 3; k < 10; k++)
        if (pick(r, 2))
            put(r, OP_add64, 0, 0, k, 0, 0);
    put(r, OP_exit, 0, 0, 0, 0, 0);
    r->f = (struct func){.name = "random", .nslot = r->n, .code = r->code, .nreg = NREG_EBPF};
}

static void random_blocks(void **state) {
    static struct random_func r;
    u64 runs = getenv("SVM_RUNS") ? strtoull(getenv("SVM_RUNS"), NULL, 10) : 10000, nload = 0, nstore = 0, nspan = 0;
    (void)state;
    for (u64 n = 0; n < runs; n++) {
        struct found o = {0};
        r.seed = n;
        make(&r);
        find(&o, &r.f, &r.seed);
        nspan += o.y.nspan;
        for (u32 k = 0; k < o.y.n; k++) {
            nload += !o.y.of[k].store;
            nstore += o.y.of[k].store;
        }
        arena_drop(&o.a);
    }
    assert_true(nload > runs / 2); /* there are such */
    assert_true(nstore > runs / 5);
    assert_true(nload + nstore > nspan + runs / 20); /* some overlap */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads),
        cmocka_unit_test(stores),
        cmocka_unit_test(none),
        cmocka_unit_test(random_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
