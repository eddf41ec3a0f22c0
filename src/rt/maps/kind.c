/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kind.c - checks and allocations that several kinds of maps do alike. */
#include "rt/maps/kind.h"

enum { AREA_BITS = 46, LARGE = 4 << 20 }; /* a 47-bit address space holds no larger area */

int kind_flags(const struct map *m, u32 allowed, struct error *e) {
    u32 odd = m->flags & ~(allowed | MAP_ACCESS | MAP_NUMA_NODE);
    return odd ? fail(e, E_UNSUP, NOWHERE, "flags 0x%x are not for this type", odd) : 0;
}

int kind_bad(struct error *e, const char *what) {
    return fail(e, E_FORMAT, NOWHERE, "%s", what);
}

void *kind_area(struct map *m, u64 n, u64 size, bool charge, u64 *len, struct error *e) {
    u64 bytes, used = m->max_entries * size;
    void *p;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes >> AREA_BITS) {
        fail(e, E_LIMIT, NOWHERE, "%llu entries of %llu bytes are too many", (unsigned long long)n,
             (unsigned long long)size);
        return NULL;
    }
    bytes = align_up(bytes ? bytes : 1, 4096);
    if (charge && !map_charge(m, bytes)) {
        fail(e, E_LIMIT, NOWHERE, "over the memory limit of maps");
        return NULL;
    }
    if (!(p = os_reserve(bytes)))
        fail(e, E_NOMEM, NOWHERE, "%llu bytes of address space", (unsigned long long)bytes);
    /* Random lookups in a large map miss the TLB more than the cache; small maps stay small. */
    if (p && used >= LARGE)
        os_prefer_large_pages(p, bytes);
    *len = bytes;
    return p;
}
