/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cstring.c - functions of C that compilers call where a copy is too large to be written out. The kernel has none of
 * them, so objects that import them do not load there. They trap where an access would; 64 bytes cost a unit of fuel.
 */
#include "rt/helpers/helpers.h"
#include <string.h>

K(memset) {
    u8 *to = mem_write(cx, r1, r3);
    if (to && r3 && charge_bytes(cx, r3))
        memset(to, (u8)r2, r3);
    return r1;
}

static u64 copy(struct ctx *cx, u64 r1, u64 r2, u64 r3) {
    u8 *to = mem_write(cx, r1, r3), *from = to ? mem_read(cx, r2, r3) : NULL;
    if (from && r3 && charge_bytes(cx, r3))
        memmove(to, from, r3);
    return r1;
}

K(memcpy) {
    return copy(cx, r1, r2, r3);
}
K(memmove) {
    return copy(cx, r1, r2, r3);
}
