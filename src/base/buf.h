/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* buf.h - a growable run of bytes, for text and for code that is being made.
 * Sticky: after an allocation fails, nothing more is added; check oom once. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/types.h"

struct buf {
    u8 *data;
    size_t len, cap;
    bool oom;
};

void buf_add(struct buf *b, const void *p, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_u32(struct buf *b, u32 v); /* little endian */
void buf_u64(struct buf *b, u64 v);
const char *buf_str(struct buf *b); /* NUL-terminated; "" when empty or out of memory */
void buf_clear(struct buf *b);      /* empties, keeps the memory */
void buf_free(struct buf *b);
/* Reads a whole file; 0 or a negative code of error.h with errno set. "-" is standard input. */
int buf_read_file(struct buf *b, const char *path, size_t limit);

#endif
