/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lines.h - what lines.c has from another file. */
static inline int hundredth(int x) {
    return 100 / x; /* at: hundredth */
}
