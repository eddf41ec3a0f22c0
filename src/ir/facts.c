/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* facts.c - the row of what is known of one instruction. */
#include "ir/facts.h"

bool facts_range(const struct func_facts *ff, u32 pc, u64 *min, u64 *max) {
    u32 lo = 0, hi = ff && ff->of ? ff->nrange : 0, end = hi;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (ff->range[mid].pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    *min = 0;
    *max = UINT64_MAX;
    if (lo == end || ff->range[lo].pc != pc)
        return false;
    *min = ff->range[lo].min;
    *max = ff->range[lo].max;
    return true;
}
