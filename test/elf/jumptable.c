/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jumptable.c - switches that become jump tables (clang 22, -mcpu=v4), in a program and in a
 * subprogram, and a table of labels. */
#include "bpf.h"
u32 g = 3, h;
NOINLINE static int sub(u32 x, u32 y) {
    switch (x) {
    case 0: g ^= y; g += x * 3; break;
    case 1: g += x * 3; h -= y; break;
    case 2: h = g * y; h = g * y; break;
    case 3: y ^= h >> 3; y = g / 7; break;
    case 4: g |= 9; y ^= h >> 3; break;
    case 5: h -= y; g ^= y; break;
    case 6: y = g / 7; g |= 9; break;
    case 7: g ^= y; g += x * 3; break;
    case 8: g += x * 3; h -= y; break;
    case 9: h = g * y; h = g * y; break;
    case 10: y ^= h >> 3; y = g / 7; break;
    case 11: g |= 9; y ^= h >> 3; break;
    case 12: h -= y; g ^= y; break;
    case 13: y = g / 7; g |= 9; break;
    case 14: g ^= y; g += x * 3; break;
    case 15: g += x * 3; h -= y; break;
    case 16: h = g * y; h = g * y; break;
    case 17: y ^= h >> 3; y = g / 7; break;
    case 18: g |= 9; y ^= h >> 3; break;
    case 19: h -= y; g ^= y; break;
    }
    return g + y;
}
SEC("xdp") int program(u32 *p) {
    u32 x = p[0], y = p[1];
    switch (x) {
    case 0: g ^= y; g += x * 3; break;
    case 1: g += x * 3; h -= y; break;
    case 2: h = g * y; h = g * y; break;
    case 3: y ^= h >> 3; y = g / 7; break;
    case 4: g |= 9; y ^= h >> 3; break;
    case 5: h -= y; g ^= y; break;
    case 6: y = g / 7; g |= 9; break;
    case 7: g ^= y; g += x * 3; break;
    case 8: g += x * 3; h -= y; break;
    case 9: h = g * y; h = g * y; break;
    case 10: y ^= h >> 3; y = g / 7; break;
    case 11: g |= 9; y ^= h >> 3; break;
    case 12: h -= y; g ^= y; break;
    case 13: y = g / 7; g |= 9; break;
    case 14: g ^= y; g += x * 3; break;
    case 15: g += x * 3; h -= y; break;
    case 16: h = g * y; h = g * y; break;
    case 17: y ^= h >> 3; y = g / 7; break;
    case 18: g |= 9; y ^= h >> 3; break;
    case 19: h -= y; g ^= y; break;
    case 20: y = g / 7; g |= 9; break;
    case 21: g ^= y; g += x * 3; break;
    case 22: g += x * 3; h -= y; break;
    case 23: h = g * y; h = g * y; break;
    default: return 5;
    }
    return sub(y, x);
}
SEC("xdp") int labels(u32 *p) {
    static const void *const where[] = {&&one, &&two, &&three};
    goto *where[*p % 3];
one: return 5;
two: g++; return 8;
three: h++; return 9;
}
