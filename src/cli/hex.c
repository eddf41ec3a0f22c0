/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hex.c - bytes as text, both ways. */
#include "cli/cli.h"
#include <ctype.h>
#include <string.h>

static int digit(int c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool read_hex(const char *text, struct buf *out) {
    const char *p = text;
    if (p[0] == '0' && (p[1] | 32) == 'x')
        p += 2;
    while (*p) {
        int hi, lo;
        u8 byte;
        if (isspace((unsigned char)*p) || *p == ':') {
            p++;
            continue;
        }
        hi = digit((unsigned char)p[0]);
        lo = hi < 0 ? -1 : digit((unsigned char)p[1]);
        if (lo < 0)
            return false;
        byte = (u8)(hi << 4 | lo);
        buf_add(out, &byte, 1);
        p += 2;
    }
    return !out->oom;
}

void print_hex(struct buf *b, const void *p, size_t n, const char *between) {
    const u8 *byte = p;
    size_t i;
    for (i = 0; i < n; i++)
        buf_printf(b, "%s%02x", i ? between : "", byte[i]);
}
