/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sum.c - sums of 16-bit words, as checksums want them, by vectors of 256 bits. */
#include "engine/jit/x86_64/emit.h"

#ifdef __x86_64__
#include <immintrin.h>
#include <string.h>

/* Each half of a lane of 32 bits is one word. What is added whole holds both: the lower halves are what is left once
 * the upper ones are taken out again, modulo 2^32. CHUNK words leave room for that. */
__attribute__((target("avx2"))) static u64 sum16(const u8 *p, u64 n) {
    enum { CHUNK = 32768, STEP = 32 };
    u64 s = 0;
    while (n >= STEP) {
        u64 m = n < CHUNK ? n & ~(u64)(STEP - 1) : CHUNK;
        __m256i whole = _mm256_setzero_si256(), upper = whole, whole2 = whole, upper2 = whole;
        u32 a[8], b[8];
        for (u64 k = 0; k < m; k += STEP) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(p + 2 * k));
            __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(p + 2 * k + 32));
            whole = _mm256_add_epi32(whole, v);
            whole2 = _mm256_add_epi32(whole2, w);
            upper = _mm256_add_epi32(upper, _mm256_srli_epi32(v, 16));
            upper2 = _mm256_add_epi32(upper2, _mm256_srli_epi32(w, 16));
        }
        whole = _mm256_add_epi32(whole, whole2);
        upper = _mm256_add_epi32(upper, upper2);
        whole = _mm256_sub_epi32(whole, _mm256_slli_epi32(upper, 16));
        _mm256_storeu_si256((__m256i *)(void *)a, whole);
        _mm256_storeu_si256((__m256i *)(void *)b, upper);
        for (u32 k = 0; k < 8; k++)
            s += (u64)a[k] + b[k];
        p += 2 * m;
        n -= m;
    }
    for (; n; n--, p += 2) {
        u16 v;
        memcpy(&v, p, 2);
        s += v;
    }
    return s;
}

u64 (*x86_64_sum(u32 size, u32 cpu))(const u8 *p, u64 n) {
    return size == 2 && cpu & CPU_AVX2 ? sum16 : NULL;
}
#else
u64 (*x86_64_sum(u32 size, u32 cpu))(const u8 *p, u64 n) {
    (void)size, (void)cpu;
    return NULL;
}
#endif
