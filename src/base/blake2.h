/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* blake2.h - BLAKE2b (RFC 7693) without a key: bytes to 32 bytes that nobody finds other bytes for. */
#ifndef BASE_BLAKE2_H
#define BASE_BLAKE2_H
#include "base/types.h"

enum { BLAKE2_BYTES = 32 };
struct blake2 {
    u64 h[8], n;    /* n: bytes that were hashed */
    u8 block[128];
    u32 used;       /* of block */
};
void blake2_begin(struct blake2 *s);
void blake2_add(struct blake2 *s, const void *p, size_t n);
void blake2_end(struct blake2 *s, u8 out[BLAKE2_BYTES]);

#endif
