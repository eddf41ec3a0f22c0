/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stack.c - stacks that typed functions run on: address space for the deepest chain of calls, which takes memory where
 * it is touched. */
#include "base/platform.h"
#include "engine/native/run.h"

enum { GUARD = 1 << 20, FOR_C = 8 << 20 };
static const u64 most = (u64)64 << 30;

struct nstack *nstack_new(u32 frames) {
    u64 page = os_page(), places = align_up(((u64)frames + 2) * sizeof(u64), page);
    u64 bytes = min64((u64)frames * NATIVE_FRAME, most);
    size_t size;
    struct nstack *s;
    u8 *map;
    for (;; bytes /= 2) { /* address space may be limited: then fewer frames have room */
        size = (size_t)(GUARD + FOR_C + bytes + places + page);
        if ((map = os_reserve_none(size)) && os_commit(map + GUARD, size - GUARD))
            break;
        os_release(map, size);
        if (bytes < NATIVE_FRAME)
            return NULL;
    }
    s = (struct nstack *)(void *)(map + size - page);
    s->map = map;
    s->size = size;
    s->floor = map + GUARD + FOR_C;
    s->place_low = (u64 *)(void *)(map + size - page - places);
    s->place = (u64 *)(void *)s - 1;
    s->head.high = s->head.low = (u8 *)s->place_low;
    return s;
}

void nstack_free(struct nstack *s) {
    if (s)
        os_release(s->map, s->size);
}
