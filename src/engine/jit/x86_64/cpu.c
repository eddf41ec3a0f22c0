/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cpu.c - what this processor can do, and the system lets it. Compilers find that out once, when a program starts: cpuid
 * itself takes microseconds in a virtual machine, and each image asks. */
#include "engine/jit/x86_64/enc.h"

#ifdef __x86_64__
u32 cpu_features(void) {
    u32 f = 0;
    bool avx = __builtin_cpu_supports("avx");
    f |= __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3") ? CPU_SSE41 : 0;
    f |= __builtin_cpu_supports("sse4.2") ? CPU_SSE42 : 0;
    f |= __builtin_cpu_supports("popcnt") ? CPU_POPCNT : 0;
    f |= __builtin_cpu_supports("movbe") ? CPU_MOVBE : 0;
    f |= __builtin_cpu_supports("lzcnt") ? CPU_LZCNT : 0;
    f |= avx ? CPU_AVX : 0;
    f |= avx && __builtin_cpu_supports("avx2") ? CPU_AVX2 : 0;
    f |= avx && __builtin_cpu_supports("bmi") ? CPU_BMI1 : 0; /* VEX forms */
    f |= avx && __builtin_cpu_supports("bmi2") ? CPU_BMI2 : 0;
    return f;
}
#else
u32 cpu_features(void) {
    return 0;
}
#endif
