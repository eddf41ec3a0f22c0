/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "base/reader.h"
#include <string.h>

const u8 *get_bytes(struct reader *r, size_t n) {
    const u8 *p;
    if (r->bad || n > r->len - r->pos) {
        r->bad = true;
        return NULL;
    }
    p = r->p + r->pos;
    r->pos += n;
    return p;
}

static u64 get(struct reader *r, size_t n) {
    const u8 *p = get_bytes(r, n);
    u64 v = 0;
    while (p && n--) v = v << 8 | p[n];
    return v;
}

u8 get_u8(struct reader *r) { return (u8)get(r, 1); }
u16 get_u16(struct reader *r) { return (u16)get(r, 2); }
u32 get_u32(struct reader *r) { return (u32)get(r, 4); }
u64 get_u64(struct reader *r) { return get(r, 8); }

void seek_to(struct reader *r, size_t pos) {
    if (pos > r->len) r->bad = true;
    else r->pos = pos;
}
