/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fib.c - Fibonacci's numbers the long way: calls and returns, and little else.
 * bench: n=25 */
#include "bench.h"

static NOINLINE u32 fib(u32 n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

EXPORT u32 bench(u32 n) {
    return fib(n);
}
