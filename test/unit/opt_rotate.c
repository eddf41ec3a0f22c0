/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt_rotate.c - rotates found again: by hand, what is none, and random blocks run both ways. */
#include "opt_kit.h"
#include "front/front.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h> /* wants the others before it */

enum { TIMES = 20 };

struct found {
    struct module m;
    struct arena a;
    struct cfg g;
    struct live l;
    struct rotates t;
};

static void find(struct found *o, const struct func *f, u64 *seed) {
    struct error e = {0};
    const char *bad;
    o->a = (struct arena){0};
    if (cfg_build(&o->g, f, &o->a, &e) || live_build(&o->l, f, &o->g, &o->a, &e) ||
        rotates_find(&o->t, f, &o->g, &o->l, &o->a, &e))
        fail_msg("%s", e.text);
    if ((bad = opt_check_rotates(f, &o->g, &o->l, &o->t, TIMES, seed))) {
        struct buf b = {0};
        for (u32 pc = 0; pc < f->nslot; pc++) {
            buf_printf(&b, "%3u  ", pc);
            isa_print(&b, &f->code[pc], pc, NULL);
            buf_printf(&b, "\n");
        }
        opt_print(&(struct opt){.rotates = o->t}, &b);
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

static void by_hand(void **state) {
    static const struct {
        const char *text;
        u32 first, root, from, n, wide, ndie;
    } of[] = {
        /* the value itself is destroyed */
        {"r3 = r2\nr3 >>= 51\nr2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n", 0, 3, 2, 13, 1, 3},
        /* it lives on; the other way round; xor, and two moves */
        {"r3 = r2\nr3 <<= 13\nr4 = r2\nr5 = r4\nr5 >>= 51\nr5 ^= r3\nr0 = r5\nr0 += r2\nexit\n", 0, 5, 2, 13, 1, 5},
        /* 32 bits, added */
        {"w3 = w2\nw3 >>= 25\nw2 <<= 7\nw3 += w2\nr0 = r3\nexit\n", 0, 3, 2, 7, 0, 3},
        /* one shift is read by another too, so it stays; the value is read from its copy, whose shift dies */
        {"r3 = r2\nr3 >>= 32\nr2 <<= 32\nr4 = r2\nr2 |= r3\nr0 = r2\nr0 += r4\nexit\n", 1, 4, 3, 32, 1, 1},
        {"r3 = r2\nr4 = r2\nr2 <<= 32\nr5 = r2\nr4 >>= 32\nr5 |= r4\nr0 = r5\nr0 += r3\nr0 += r2\nexit\n", 3, 5, 4, 32,
         1, 2},
        /* 64-bit shifts of what has no upper half, cut behind: where it was cut does not matter */
        {"w2 = w2\nr3 = r2\nr3 <<= 9\nr2 >>= 23\nw3 |= w2\nr0 = r3\nexit\n", 0, 4, 2, 9, 0, 4},
        /* halves turned, and joined by a 64-bit instruction */
        {"r3 = r2\nw3 <<= 9\nw2 >>= 23\nr3 |= r2\nr0 = r3\nexit\n", 0, 3, 2, 9, 0, 3},
        /* loads and stores on the way */
        {"r3 = r2\nr3 >>= 51\n*(u64 *)(r1 + 0) = r2\nr2 <<= 13\nr4 = *(u8 *)(r1 + 9)\nr2 |= r3\nr0 = r2\nr0 += "
         "r4\nexit\n",
         0, 5, 2, 13, 1, 3},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(of); k++) {
        struct found o;
        const struct rotate *r;
        in_text(&o, of[k].text);
        if (o.t.n != 1)
            fail_msg("'%s': %u found", of[k].text, o.t.n);
        for (r = o.t.of; r < o.t.of + o.t.n; r++)
            if (r->first != of[k].first || r->root != of[k].root || r->from != of[k].from || r->n != of[k].n ||
                r->wide != of[k].wide || r->ndie != of[k].ndie)
                fail_msg("'%s': %u..%u, r%u by %u, %u die", of[k].text, r->first, r->root, r->from, r->n, r->ndie);
        done(&o);
    }
}

static void none(void **state) {
    static const char *const text[] = {
        "r3 = r2\nr3 >>= 50\nr2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n",          /* 63 bits */
        "r3 = r2\nr3 s>>= 51\nr2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n",         /* a sign comes in */
        "r3 = r1\nr3 >>= 51\nr2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n",          /* of two values */
        "r3 = r2\nr3 >>= 51\nr2 += 1\nr2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n", /* it changed */
        "r3 = r2\nr3 >>= 51\nr2 <<= 13\nr2 -= r3\nr0 = r2\nexit\n",          /* not joined */
        "r3 = r2\nr3 >>= 51\nr2 <<= 13\nw2 |= w3\nr0 = r2\nexit\n",          /* cut */
        "r3 = r2\nr3 >>= 23\nr2 <<= 9\nw2 |= w3\nr0 = r2\nexit\n",           /* an upper half comes in */
        "w2 = w2\nr3 = r2\nr3 >>= 23\nr2 <<= 9\nr2 |= r3\nr0 = r2\nexit\n",  /* an upper half stays */
        "w3 = w2\nr3 >>= 51\nr2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n",          /* the upper half of a copy is gone */
        "r6 = r2\nr7 = r6\nr7 >>= 51\ncall 5\nr6 <<= 13\nr6 |= r7\nr0 = r6\nexit\n", /* a call on the way */
        "r3 = r2\nr3 >>= 51\nif r3 == 0 goto x\nx: r2 <<= 13\nr2 |= r3\nr0 = r2\nexit\n",
        "r3 = r2\nr3 >>= 51\nr2 <<= 13\nr4 = r2\nr2 = r4\nr2 |= r3\nr0 = r2\nr0 += r4\nr0 += r3\nexit\n", /* all is read
                                                                                                           */
    };
    (void)state;
    for (size_t k = 0; k < COUNT(text); k++) {
        struct found o;
        in_text(&o, text[k]);
        if (o.t.n)
            fail_msg("'%s': %u..%u", text[k], o.t.of[0].first, o.t.of[0].root);
        done(&o);
    }
}

/* ---- random ---- */

enum { SLOTS = 400 };
struct random_func {
    struct func f;
    struct insn code[SLOTS];
    u32 n;
    u64 seed;
};

static u32 pick(struct random_func *r, u32 n) {
    return (u32)(opt_rnd(&r->seed) % n);
}
static u16 reg(struct random_func *r) {
    return (u16)(1 + pick(r, 5)); /* few, so that they meet */
}
static void put(struct random_func *r, u16 op, u16 a, u16 b, u16 c, s32 off, s32 imm) {
    r->code[r->n++] = (struct insn){op, a, b, c, off, imm};
}

static void noise(struct random_func *r) {
    u16 a = reg(r), b = reg(r), c = reg(r);
    switch (pick(r, 11)) {
    case 0: put(r, OP_mov64, a, b, 0, 0, 0); break;
    case 1: put(r, OP_mov32, a, b, 0, 0, 0); break;
    case 2: put(r, OP_lsh64i, a, b, 0, 0, (s32)pick(r, 64)); break;
    case 3: put(r, OP_rsh32i, a, b, 0, 0, (s32)pick(r, 32)); break;
    case 4: put(r, OP_or64, a, b, c, 0, 0); break;
    case 5: put(r, OP_xor32, a, b, c, 0, 0); break;
    case 6: put(r, OP_mov64i, a, 0, 0, 0, (s32)pick(r, 3)); break;
    case 7: put(r, OP_ldx8, a, b, 0, (s32)pick(r, 8), 0); break;
    case 8: put(r, OP_st32, 0, a, b, (s32)pick(r, 8), 0); break;
    case 9: put(r, OP_add64, a, b, c, 0, 0); break;
    default: put(r, pick(r, 4) ? OP_and64i : OP_call, a, b, 0, 0, pick(r, 4) ? 0x7fffffff : 5); break;
    }
}

/* One shift of two, behind a move or not, somewhere or in place. */
static u16 shifted(struct random_func *r, u16 x, u16 to, bool left, bool wide, u32 n) {
    bool w = wide || pick(r, 4) == 0;
    u16 op = left ? (w ? OP_lsh64i : OP_lsh32i) : (w ? OP_rsh64i : OP_rsh32i);
    u32 k = pick(r, 3);
    if (k == 0)
        to = x;
    if (k == 1)
        put(r, wide || pick(r, 2) ? OP_mov64 : OP_mov32, to, x, 0, 0, 0);
    if (pick(r, 5) == 0)
        noise(r);
    put(r, op, to, k == 1 ? to : x, 0, 0, (s32)n);
    if (pick(r, 6) == 0) {
        put(r, wide || pick(r, 2) ? OP_mov64 : OP_mov32, reg(r), to, 0, 0, 0);
        to = r->code[r->n - 1].a;
    }
    return to;
}

static void idiom(struct random_func *r) {
    bool wide = pick(r, 2), left = pick(r, 2);
    u32 bits = wide ? 64 : 32, n = 1 + pick(r, bits - 1), m = bits - n + (pick(r, 20) == 0);
    u16 x = reg(r), p = reg(r), q = reg(r), a, b;
    if (pick(r, 3) == 0)
        put(r, OP_mov32, x, x, 0, 0, 0);
    if (pick(r, 2)) /* keep a copy, so that the first may be done in place */
        put(r, OP_mov64, q, x, 0, 0, 0);
    else
        q = x;
    a = shifted(r, x, p, left, wide, left ? n : m);
    b = shifted(r, q, reg(r), !left, wide, left ? m : n);
    if (pick(r, 5) == 0)
        noise(r);
    put(r,
        (u16[]){OP_or32, OP_xor32, OP_add32, OP_or64, OP_xor64, OP_add64}[pick(r, 3) + (wide || !pick(r, 4) ? 3 : 0)],
        pick(r, 3) ? a : reg(r), a, b, 0, 0);
}

static void make(struct random_func *r) {
    u32 parts = 1 + pick(r, 6);
    r->n = 0;
    for (u32 k = 0; k < parts; k++) {
        idiom(r);
        if (pick(r, 2))
            noise(r);
    }
    put(r, OP_ja, 0, 0, 0, (s32)r->n + 1, 0); /* another block reads some of it */
    for (u16 k = 1; k < 6; k++)
        if (pick(r, 2))
            put(r, OP_add64, 0, 0, k, 0, 0);
    put(r, OP_exit, 0, 0, 0, 0, 0);
    r->f = (struct func){.name = "random", .nslot = r->n, .code = r->code, .nreg = NREG_EBPF};
}

static void random_blocks(void **state) {
    static struct random_func r;
    u64 runs = getenv("SVM_RUNS") ? strtoull(getenv("SVM_RUNS"), NULL, 10) : 20000, n = 0, wide = 0, die = 0;
    (void)state;
    for (u64 k = 0; k < runs; k++) {
        struct found o = {0};
        r.seed = k;
        make(&r);
        find(&o, &r.f, &r.seed);
        n += o.t.n;
        for (u32 t = 0; t < o.t.n; t++) {
            wide += o.t.of[t].wide;
            die += o.t.of[t].ndie;
        }
        arena_drop(&o.a);
    }
    assert_true(wide > runs / 10 && n - wide > runs / 10); /* there are such */
    assert_true(die > 2 * n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(none),
        cmocka_unit_test(random_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
