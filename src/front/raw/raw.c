/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* raw.c - front ends for bare instructions: binary, and hexadecimal text.
 *
 * Text: tokens between white space or commas; '#' starts a comment. Digits in pairs are bytes
 * in memory order ("b7000000 05000000", "b7 00"), "0x" with one or two digits is one byte
 * (a C array), with more it is one 64-bit word ("0x00000005000000b7"). */
#include "front/front.h"
#include "front/raw/split.h"
#include <string.h>

static bool elf_magic(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\177ELF", 4);
}
static bool wasm_magic(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\0asm", 4);
}

static bool sniff_raw(const u8 *p, size_t n) {
    return n && !(n % 8) && !elf_magic(p, n) && !wasm_magic(p, n);
}

static int load_raw(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    return raw_begin(m, "raw", o, e) ? e->code : raw_bytes(m, p, n, o, e);
}

const struct front front_raw = {"raw", sniff_raw, load_raw, NULL};

/* --- hexadecimal text --- */

static int digit(u8 c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}
static bool blank(u8 c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

/* The next token, past blanks and comments; false at the end. */
static bool token(const u8 *p, size_t n, size_t *at, size_t *len) {
    size_t k = *at;
    while (k < n && (blank(p[k]) || p[k] == '#')) {
        if (p[k] == '#')
            while (k < n && p[k] != '\n')
                k++;
        else
            k++;
    }
    *at = k;
    while (k < n && !blank(p[k]) && p[k] != '#')
        k++;
    *len = k - *at;
    return *len > 0;
}

static bool all_digits(const u8 *p, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (digit(p[k]) < 0)
            return false;
    return n > 0;
}

/* One token into b; false: it is none. */
static bool parse(struct buf *b, const u8 *p, size_t n) {
    u64 v = 0;
    if (n > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        if (n > 18 || !all_digits(p + 2, n - 2))
            return false;
        for (size_t k = 2; k < n; k++)
            v = v << 4 | (u64)digit(p[k]);
        if (n > 4) {
            buf_u64(b, v);
        } else {
            u8 byte = (u8)v;
            buf_add(b, &byte, 1);
        }
        return true;
    }
    if (n % 2 || !all_digits(p, n))
        return false;
    for (size_t k = 0; k < n; k += 2) {
        u8 byte = (u8)(digit(p[k]) << 4 | digit(p[k + 1]));
        buf_add(b, &byte, 1);
    }
    return true;
}

static bool sniff_hex(const u8 *p, size_t n) {
    size_t at = 0, len = 0, tokens = 0;
    for (; token(p, n, &at, &len); at += len, tokens++) {
        bool x = len > 2 && p[at] == '0' && (p[at + 1] == 'x' || p[at + 1] == 'X');
        if (x ? len > 18 || !all_digits(p + at + 2, len - 2) : len % 2 || !all_digits(p + at, len))
            return false;
    }
    return tokens > 0;
}

static int load_hex(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    struct buf b = {0};
    size_t at = 0, len = 0;
    if (raw_begin(m, "hex", o, e))
        return e->code;
    for (; !e->code && token(p, n, &at, &len); at += len)
        if (!parse(&b, p + at, len))
            fail(e, E_FORMAT, (s64)at, "'%.*s' is neither pairs of hexadecimal digits nor 0x and up to 16 of them",
                 (int)min64(len, 40), p + at);
    if (b.oom)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (!e->code)
        raw_bytes(m, b.data, b.len, o, e);
    buf_free(&b);
    return e->code;
}

const struct front front_hex = {"hex", sniff_hex, load_hex, NULL};
