/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* random.h - numbers that follow from one that nobody knows: xorshift64* (Vigna 2016). */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H
#include "base/types.h"

/* The next one; *state is not 0. */
static inline u64 random_next(u64 *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * 0x2545f4914f6cdd1d;
}

#endif
