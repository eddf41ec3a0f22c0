/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_lpm.c - the LPM trie against a list of prefixes that is searched from end to end. */
#include "map_model.h"
#include <errno.h>

enum { LPM = 11, MAX = 400, DATA = 256 };

struct prefix {
    u32 len;
    u8 data[DATA];
    u64 value;
};
struct key {
    u32 len;
    u8 data[DATA];
};

static bool bits_equal(const u8 *a, const u8 *b, u32 n) {
    if (memcmp(a, b, n / 8))
        return false;
    return n % 8 == 0 || !((a[n / 8] ^ b[n / 8]) >> (8 - n % 8));
}

struct model {
    struct prefix p[MAX];
    u32 n;
};

static struct prefix *exact(struct model *o, const struct key *k) {
    for (u32 i = 0; i < o->n; i++)
        if (o->p[i].len == k->len && bits_equal(o->p[i].data, k->data, k->len))
            return &o->p[i];
    return NULL;
}

static struct prefix *longest(struct model *o, const struct key *k) {
    struct prefix *best = NULL;
    for (u32 i = 0; i < o->n; i++)
        if (o->p[i].len <= k->len && bits_equal(o->p[i].data, k->data, o->p[i].len) &&
            (!best || o->p[i].len > best->len))
            best = &o->p[i];
    return best;
}

/* Keys that share long beginnings, so that nodes are split and joined at every depth. */
static void random_key(struct key *k, u32 bytes, u64 *seed) {
    static const u8 fill[] = {0x00, 0xff, 0xaa, 0x0a};
    memset(k, 0, sizeof *k);
    memset(k->data, fill[rnd(seed, 4)], bytes);
    for (u32 i = rnd(seed, 4); i; i--)
        k->data[rnd(seed, bytes)] ^= (u8)(1u << rnd(seed, 8));
    k->len = rnd(seed, 4) ? rnd(seed, bytes * 8 + 1) : bytes * 8;
}

static void check_all(struct map *m, struct model *o) {
    struct key k, next;
    u32 n = 0;
    for (s64 r = map_next(m, NULL, &next); !r; r = map_next(m, &k, &next)) {
        k = next;
        assert_non_null(exact(o, &k));
        assert_memory_equal(k.data, exact(o, &k)->data, m->key_size - 4); /* as last written */
        n++;
    }
    assert_int_equal(n, o->n);
}

static void against_model(u32 bytes, u32 max, u32 steps) {
    struct world w;
    struct model *o = calloc(1, sizeof *o);
    u64 seed = bytes;
    world_open(&w);
    struct map *m = map_of(&w, LPM, 4 + bytes, 8, max, NO_PREALLOC);
    for (u32 i = 0; i < steps; i++) {
        struct key k;
        struct prefix *p;
        u64 v = rnd(&seed, 1u << 30), f = rnd(&seed, 4), *got;
        u32 what = rnd(&seed, 5);
        random_key(&k, bytes, &seed);
        if (o->n && what == 2)
            memcpy(&k, &o->p[rnd(&seed, o->n)], sizeof k);
        p = exact(o, &k);
        if (i % 50 == 0)
            run_end(&w);
        if (i % 50 == 1)
            run_begin(&w);
        switch (what) {
        case 0:
        case 1: {
            s64 want = f > 2               ? -EINVAL
                       : p && f == 1       ? -EEXIST
                       : !p && f == 2      ? -ENOENT
                       : !p && o->n >= max ? -ENOSPC
                                           : 0;
            assert_int_equal(map_put(m, &k, &v, f), want);
            if (want)
                break;
            if (!p)
                p = &o->p[o->n++];
            p->len = k.len;
            memcpy(p->data, k.data, DATA);
            p->value = v;
            break;
        }
        case 2:
            assert_int_equal(map_del(m, &k), p ? 0 : -ENOENT);
            if (p)
                *p = o->p[--o->n];
            break;
        default:
            p = longest(o, &k);
            got = m->kind->lookup(m, &k);
            assert_int_equal(got != NULL, p != NULL);
            if (p)
                assert_int_equal(*got, p->value);
        }
        if (i % 1000 == 999)
            check_all(m, o);
    }
    while (o->n) {
        assert_int_equal(map_del(m, &o->p[0]), 0);
        o->p[0] = o->p[--o->n];
    }
    check_all(m, o);
    run_end(&w);
    map_unref(m);
    world_close(&w);
    free(o);
}

static void small(void **state) {
    (void)state;
    against_model(1, 100, 20000);
    against_model(2, 200, 20000);
    against_model(3, 300, 20000);
}
static void ipv4(void **state) {
    (void)state;
    against_model(4, MAX, 40000);
}
static void ipv6(void **state) {
    (void)state;
    against_model(16, MAX, 40000);
}
static void longest_keys(void **state) {
    (void)state;
    against_model(31, 150, 10000);
    against_model(256, 100, 10000);
}

static void sizes(void **state) {
    struct world w;
    struct key k = {.len = 33};
    u64 v = 1;
    (void)state;
    world_open(&w);
    refused_map(&w, LPM, 8, 8, 10, 0, "BPF_F_NO_PREALLOC");
    refused_map(&w, LPM, 4, 8, 10, NO_PREALLOC, "5 to 260");
    refused_map(&w, LPM, 261, 8, 10, NO_PREALLOC, "5 to 260");
    struct map *m = map_of(&w, LPM, 8, 8, 10, NO_PREALLOC);
    assert_int_equal(map_put(m, &k, &v, 0), -EINVAL);
    assert_null(m->kind->lookup(m, &k));
    k.len = 0;
    assert_int_equal(map_put(m, &k, &v, 0), 0);
    k.len = 32;
    assert_non_null(m->kind->lookup(m, &k));
    map_unref(m);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small),        cmocka_unit_test(ipv4),  cmocka_unit_test(ipv6),
        cmocka_unit_test(longest_keys), cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
