/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cpu.c - what this processor can do, and the system lets it. The C library has found that out when the program was started:
 * cpuid takes microseconds in a virtual machine, so nobody asks it a second time. Compilers' own lists
 * (__builtin_cpu_supports) ask ten times before main(), in each program that has these lines in it. */
#include "engine/jit/x86_64/enc.h"

#ifdef __x86_64__
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define HAS(c_library, compiler) CPU_FEATURE_ACTIVE(c_library)
#else
#define HAS(c_library, compiler) __builtin_cpu_supports(compiler)
#endif

u32 cpu_features(void) {
    u32 f = 0;
    bool avx = HAS(AVX, "avx");
    f |= HAS(SSE4_1, "sse4.1") && HAS(SSSE3, "ssse3") ? CPU_SSE41 : 0;
    f |= HAS(SSE4_2, "sse4.2") ? CPU_SSE42 : 0;
    f |= HAS(POPCNT, "popcnt") ? CPU_POPCNT : 0;
    f |= HAS(MOVBE, "movbe") ? CPU_MOVBE : 0;
    f |= HAS(LZCNT, "lzcnt") ? CPU_LZCNT : 0;
    f |= avx ? CPU_AVX : 0;
    f |= avx && HAS(AVX2, "avx2") ? CPU_AVX2 : 0;
    f |= avx && HAS(BMI1, "bmi") ? CPU_BMI1 : 0; /* VEX forms */
    f |= avx && HAS(BMI2, "bmi2") ? CPU_BMI2 : 0;
    return f;
}
#else
u32 cpu_features(void) {
    return 0;
}
#endif
