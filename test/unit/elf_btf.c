/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* elf_btf.c - what our check of BTF refuses: one row for each way to be wrong. */
#include "front/elf/elf_load.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { HEADER = 24, STRINGS = 8, MAX_WORDS = 40 };
enum {
    INT = 1 << 24,
    PTR = 2 << 24,
    ARRAY = 3 << 24,
    STRUCT = 4 << 24,
    ENUM = 6 << 24,
    FWD = 7 << 24,
    TYPEDEF = 8 << 24,
    CONST = 10 << 24,
    FUNC = 12 << 24,
    PROTO = 13 << 24,
    VAR = 14 << 24,
    DATASEC = 15 << 24,
    FLOAT = 16 << 24,
    TAG = 17 << 24
};

/* Strings are "\0a\0bc\0..": offsets 0, 1, 3. Type 1 is int where a row begins with these four. */
#define AN_INT 1, INT, 4, 32

#define T(...)                                                                                                         \
    sizeof((u32[]){__VA_ARGS__}) / 4, {                                                                                \
        __VA_ARGS__                                                                                                    \
    }

struct row {
    const char *says;
    u32 n;
    u32 type[MAX_WORDS];
};
static const struct row rows[] = {
    {NULL, T(AN_INT)},
    {NULL, T(AN_INT, 1, STRUCT | 2, 12, 1, 1, 0, 3, 3, 32, 0, PTR, 2, 1, TYPEDEF, 3)},
    {"cut off", T(1, INT, 4)},
    {"unknown kind 31", T(0, 31 << 24, 0)},
    {"unknown kind 0", T(0, 0, 0)},
    {"reserved bits", T(0, PTR | 1 << 16, 0)},
    {"count of 3", T(0, PTR | 3, 0)},
    {"name offset 0x8", T(8, INT, 4, 32)},
    {"size 3", T(1, INT, 3, 24)},
    {"33 bits at bit 0", T(1, INT, 4, 33)},
    {"32 bits at bit 8", T(1, INT, 4, 8 << 16 | 32)},
    {"refers to type 9 of 2", T(0, PTR, 9)},
    {"refers to type 2, which is a VAR", T(0, PTR, 2, 1, VAR, 0, 1, 0, PTR, 0)},
    {"contains itself", T(1, TYPEDEF, 1)},
    {"contains itself", T(0, CONST, 2, 1, TYPEDEF, 1)},
    {"contains itself", T(1, STRUCT | 1, 4, 1, 1, 0)},
    {"contains itself", T(1, STRUCT | 1, 4, 1, 2, 0, 0, ARRAY, 0, 1, 1, 1)},
    {"comes back to itself", T(0, PTR, 1)},
    {"comes back to itself", T(0, PTR, 2, 1, TYPEDEF, 1)},
    {"comes back to itself", T(0, PTR, 2, 0, PROTO, 1)},
    {"comes back to itself", T(0, PTR, 2, 0, STRUCT | 1, 8, 1, 1, 0)},
    {NULL, T(0, PTR, 2, 1, STRUCT | 1, 8, 1, 1, 0)},
    {"32 bits at bit 8 lie outside its 4", T(AN_INT, 1, STRUCT | 1, 4, 1, 1, 8)},
    {"5 bits at bit 30 lie outside", T(AN_INT, 1, STRUCT | 1 | 1u << 31, 4, 1, 1, 5u << 24 | 30)},
    {"of a type without a size", T(1, STRUCT | 1, 4, 1, 0, 0)},
    {"of a type without a size", T(1, FWD, 0, 1, STRUCT | 1, 4, 1, 1, 0)},
    {"elements of a type without a size", T(AN_INT, 0, ARRAY, 0, 0, 1, 3)},
    {"larger than 4 GiB", T(AN_INT, 0, ARRAY, 0, 1, 1, 0x40000000)},
    {"elements of no bytes", T(AN_INT, 1, STRUCT, 0, 0, ARRAY, 0, 2, 1, 0x10001)},
    {"no function prototype", T(AN_INT, 1, FUNC, 1)},
    {"unknown linkage 3", T(0, PROTO, 0, 1, FUNC | 3, 1)},
    {"unknown linkage 9", T(AN_INT, 1, VAR, 1, 9)},
    {"is no variable", T(AN_INT, 1, DATASEC | 1, 4, 1, 0, 4)},
    {"0x4 bytes at 0x4 lie outside", T(AN_INT, 1, VAR, 1, 1, 1, DATASEC | 1, 4, 2, 4, 4)},
    {NULL, T(AN_INT, 1, VAR, 1, 1, 1, DATASEC | 1, 0, 2, 4, 4)},
    {"size 3", T(1, FLOAT, 3)},
    {"size 16", T(1, ENUM, 16)},
    {"takes no tags", T(AN_INT, 1, TAG, 1, 0)},
    {"component 1 of 1", T(AN_INT, 1, STRUCT | 1, 4, 1, 1, 0, 1, TAG, 2, 1)},
};

static size_t blob(u8 *p, const u32 *type, u32 n) {
    u32 i;
    put_le(p, 4, 0x0001eb9f);
    put_le(p + 4, 4, HEADER);
    put_le(p + 8, 4, 0);
    put_le(p + 12, 4, n * 4);
    put_le(p + 16, 4, n * 4);
    put_le(p + 20, 4, STRINGS);
    for (i = 0; i < n; i++)
        put_le(p + HEADER + 4 * i, 4, type[i]);
    memcpy(p + HEADER + 4 * n, "\0a\0bc\0d", STRINGS);
    return HEADER + 4 * n + STRINGS;
}

static int check(const u8 *p, size_t n, struct error *e) {
    struct arena tmp = {0};
    int r = btf_check(p, n, &tmp, e);
    arena_drop(&tmp);
    return r;
}

static void types(void **state) {
    u8 p[HEADER + 4 * MAX_WORDS + STRINGS];
    size_t i;
    (void)state;
    for (i = 0; i < COUNT(rows); i++) {
        struct error e = {0};
        int r = check(p, blob(p, rows[i].type, rows[i].n), &e);
        if (!r != !rows[i].says)
            fail_msg("row %zu: %s", i, r ? e.text : "was taken");
        if (r && (r != E_BTF || !strstr(e.text, rows[i].says)))
            fail_msg("row %zu: says '%s', not '%s'", i, e.text, rows[i].says);
    }
}

static void headers(void **state) {
    static const struct {
        u32 at, value;
        const char *says;
    } wrong[] = {
        {0, 0x00019feb, "big-endian"},  {0, 0x00010000, "magic"}, {0, 0x0002eb9f, "version 2"},
        {0, 0x0101eb9f, "flags"},       {4, 20, "bad length"},    {4, 26, "bad length"},
        {4, 4000, "bad length"},        {8, 2, "not aligned"},    {8, 0xfffffffc, "end behind"},
        {12, 0xfffffffc, "end behind"}, {16, 0, "overlap"},       {16, 400, "end behind"},
        {20, 0, "begin and end"},       {20, 5, "begin and end"}, {20, 0xffffffff, "end behind"},
    };
    static const u32 type[] = {AN_INT};
    u8 p[HEADER + 16 + STRINGS];
    size_t i, n;
    (void)state;
    for (i = 0; i < COUNT(wrong); i++) {
        struct error e = {0};
        n = blob(p, type, 4);
        put_le(p + wrong[i].at, 4, wrong[i].value);
        if (!check(p, n, &e))
            fail_msg("row %zu was taken", i);
        if (!strstr(e.text, wrong[i].says))
            fail_msg("row %zu: says '%s', not '%s'", i, e.text, wrong[i].says);
    }
    for (n = blob(p, type, 4); n--;) {
        struct error e = {0};
        if (!check(p, n, &e))
            fail_msg("%zu bytes were taken", n);
    }
}

/* Nesting that would carry a recursive reader off its stack, and trees that grow by doubling. */
static void depth(void **state) {
    enum { N = 200 };
    static u32 type[12 * N];
    static u8 p[HEADER + sizeof type + STRINGS];
    struct error e = {0};
    u32 i;
    (void)state;
    for (i = 0; i < N; i++)
        memcpy(type + 3 * i, (u32[]){1, TYPEDEF, i + 2}, 12);
    memcpy(type + 3 * N, (u32[]){AN_INT}, 16);
    assert_int_equal(check(p, blob(p, type, 3 * N + 4), &e), E_BTF);
    assert_non_null(strstr(e.text, "nested more than"));
    for (i = 0; i < 60; i++)
        memcpy(type + 9 * i, (u32[]){1, STRUCT | 2, 0, 1, i + 2, 0, 1, i + 2, 0}, 36);
    memcpy(type + 9 * 60, (u32[]){1, STRUCT, 0}, 12);
    e = (struct error){0};
    assert_int_equal(check(p, blob(p, type, 9 * 60 + 3), &e), E_BTF);
    assert_non_null(strstr(e.text, "made of more than"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(types), cmocka_unit_test(headers), cmocka_unit_test(depth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
