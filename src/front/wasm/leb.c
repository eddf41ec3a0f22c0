/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* leb.c - LEB128 by the letter (WebAssembly 3.0, 5.2.2): at most ceil(bits / 7) bytes, and the
 * bits of the last byte that lie beyond the integer are copies of its sign, or zero. */
#include "front/wasm/leb.h"
#include <stdarg.h>
#include <stdio.h>

int bad(struct bytes *b, int code, const u8 *p, const char *fmt, ...) {
    char text[sizeof b->e->text];
    va_list ap;

    if (!b->e->code) {
        va_start(ap, fmt);
        vsnprintf(text, sizeof text, fmt, ap);
        va_end(ap);
        fail(b->e, code, p - b->base, "%s", text);
    }
    b->p = b->end;
    return b->e->code;
}

int bad_end(struct bytes *b) { return bad(b, E_TRUNC, b->end, "unexpected end of section or function"); }

const u8 *leb_bytes(struct bytes *b, size_t n) {
    const u8 *p = b->p;

    if (n > left(b)) {
        bad_end(b);
        return NULL;
    }
    b->p += n;
    return p;
}

/* From the first byte again, with all that can be wrong: it is at the end of the bytes, or as long as may be. */
static u64 leb_careful(struct bytes *b, unsigned bits, bool is_signed) {
    const u8 *start = b->p;
    u64 v = 0;

    for (unsigned shift = 0;; shift += 7) {
        unsigned room = bits - shift;
        u8 byte = take_u8(b);

        if (b->e->code) return 0;
        v |= (u64)(byte & 0x7f) << shift;
        if (room <= 7) {
            unsigned rest = (byte & 0x7fu) >> (is_signed ? room - 1 : room);
            if (byte & 0x80) bad(b, E_FORMAT, start, "integer representation too long");
            else if (rest && !(is_signed && rest == 0x7fu >> (room - 1))) bad(b, E_FORMAT, start, "integer too large");
            if (b->e->code) return 0;
            return is_signed && byte & 0x40 && shift + 7 < 64 ? v | ~(u64)0 << (shift + 7) : v;
        }
    }
}

/* The low `bits` bits of the result hold the integer; signed ones are extended to 64. No byte but the last
 * possible one can be wrong. */
static u64 leb(struct bytes *b, unsigned bits, bool is_signed) {
    const u8 *p = b->p;
    u64 v = 0;

    for (unsigned shift = 0; shift + 7 < bits && p < b->end; shift += 7) {
        u8 byte = *p++;
        v |= (u64)(byte & 0x7f) << shift;
        if (byte & 0x80) continue;
        b->p = p;
        return is_signed && byte & 0x40 ? v | ~(u64)0 << (shift + 7) : v;
    }
    return leb_careful(b, bits, is_signed);
}

u32 leb_u32_long(struct bytes *b) { return (u32)leb(b, 32, false); }
u64 leb_u64(struct bytes *b) { return leb(b, 64, false); }
s32 leb_s32_long(struct bytes *b) { return (s32)leb(b, 32, true); }
s64 leb_s33(struct bytes *b) { return (s64)leb(b, 33, true); }
s64 leb_s64(struct bytes *b) { return (s64)leb(b, 64, true); }

bool utf8_valid(const u8 *p, size_t n) {
    for (size_t i = 0; i < n;) {
        u8 c = p[i++];
        unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        u8 low = 0x80, high = 0xbf; /* of the second byte */

        if (c < 0x80) continue;
        if (c < 0xc2 || c > 0xf4 || more > n - i) return false;
        if (c == 0xe0) low = 0xa0;  /* else it fits in two bytes */
        if (c == 0xed) high = 0x9f; /* surrogates */
        if (c == 0xf0) low = 0x90;  /* else it fits in three */
        if (c == 0xf4) high = 0x8f; /* beyond 0x10ffff */
        if (p[i] < low || p[i] > high) return false;
        for (unsigned k = 1; k < more; k++)
            if ((p[i + k] & 0xc0) != 0x80) return false;
        i += more;
    }
    return true;
}
