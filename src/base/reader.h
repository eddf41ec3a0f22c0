/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* reader.h - little-endian fields out of untrusted bytes.
 * Sticky: past the end it returns 0 and remembers; check bad once, after the last field. */
#ifndef BASE_READER_H
#define BASE_READER_H
#include "base/types.h"

struct reader {
    const u8 *p;
    size_t pos, len;
    bool bad;
};

static inline struct reader reader_on(const void *p, size_t len) {
    return (struct reader){p, 0, len, false};
}
const u8 *get_bytes(struct reader *r, size_t n); /* NULL past the end */
u8 get_u8(struct reader *r);
u16 get_u16(struct reader *r);
u32 get_u32(struct reader *r);
u64 get_u64(struct reader *r);
void seek_to(struct reader *r, size_t pos);

#endif
