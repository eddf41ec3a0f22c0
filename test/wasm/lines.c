/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lines.c - functions that trap in known lines: "at:" marks the lines in which test/unit/wasm_dwarf.c finds them.
 * Each is exported, so that no optimiser knows all of its callers. */
#include "lines.h"
#define EXPORT(name) __attribute__((noinline, export_name(#name)))

EXPORT(inner) int inner(int x, int y) {
    int sum = x + y;
    if (sum == 1000)
        return 1;
    return sum % y; /* at: inner */
}

EXPORT(middle) int middle(int x) {
    int r = 3;

    r += inner(x, x - 7); /* at: middle */
    return r * x;
}

EXPORT(outer) int outer(int x) {
    return x +
           middle(x); /* at: outer */
}

EXPORT(inlined) int inlined(int x) {
    int r;
    r = hundredth(x); /* at: inlined */
    return r + 1;
}

int dropped(int x) { /* by the linker: its lines must not be taken for others' */
    return x * 7;
}
