/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* leb.h - integers and runs of bytes out of a WebAssembly module.
 *
 * Sticky: the first failure goes to e with its offset, in the specification's words; from
 * then on everything reads 0 from an empty rest. The one-byte cases are inline: most integers in
 * a module are such, and the validator does little else than to read them. */
#ifndef FRONT_WASM_LEB_H
#define FRONT_WASM_LEB_H
#include "base/error.h"

struct bytes {
    const u8 *base;     /* offset 0 of the module */
    const u8 *p, *end;  /* what is left */
    struct error *e;
};

u32 leb_u32_long(struct bytes *b);
u64 leb_u64(struct bytes *b);
s32 leb_s32_long(struct bytes *b);
s64 leb_s33(struct bytes *b);
s64 leb_s64(struct bytes *b);
const u8 *leb_bytes(struct bytes *b, size_t n);        /* n bytes, or NULL */
/* Fails at the byte p, and empties the rest. */
int bad(struct bytes *b, int code, const u8 *p, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int bad_end(struct bytes *b);                       /* "unexpected end of section or function" */
bool utf8_valid(const u8 *p, size_t n);             /* RFC 3629: no surrogates, nothing overlong */

static inline size_t left(const struct bytes *b) { return (size_t)(b->end - b->p); }

static inline u32 leb_u32(struct bytes *b) {
    if (likely(b->p < b->end && *b->p < 0x80)) return *b->p++;
    return leb_u32_long(b);
}

static inline s32 leb_s32(struct bytes *b) {
    if (likely(b->p < b->end && *b->p < 0x80)) return (s32)((u32)*b->p++ << 25) >> 25;
    return leb_s32_long(b);
}

static inline u8 take_u8(struct bytes *b) {
    if (likely(b->p < b->end)) return *b->p++;
    bad_end(b);
    return 0;
}

#endif
