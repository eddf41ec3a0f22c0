/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* quicksort.c - 20,000 integers by median of three, insertion sort below 12: branches that nobody foresees.
 * bench: n=1 */
#include "bench.h"

enum { COUNT = 20000, SMALL = 12 };
static s32 v[COUNT];

static void swap(s32 *x, s32 *y) {
    s32 t = *x;
    *x = *y;
    *y = t;
}

static void insertion(s32 *p, s32 n) {
    for (s32 i = 1; i < n; i++) {
        s32 x = p[i], j = i;
        for (; j > 0 && p[j - 1] > x; j--)
            p[j] = p[j - 1];
        p[j] = x;
    }
}

static NOINLINE void sort(s32 *p, s32 n) {
    while (n > SMALL) {
        s32 mid, i = 0, j = n - 1;
        if (p[0] > p[n / 2])
            swap(&p[0], &p[n / 2]);
        if (p[n / 2] > p[n - 1])
            swap(&p[n / 2], &p[n - 1]);
        if (p[0] > p[n / 2])
            swap(&p[0], &p[n / 2]);
        mid = p[n / 2];
        while (i <= j) {
            while (p[i] < mid)
                i++;
            while (p[j] > mid)
                j--;
            if (i <= j)
                swap(&p[i++], &p[j--]);
        }
        if (j + 1 < n - i) { /* the smaller part by a call: depth stays logarithmic */
            sort(p, j + 1);
            p += i;
            n -= i;
        } else {
            sort(p + i, n - i);
            n = j + 1;
        }
    }
    insertion(p, n);
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    u64 seed = 3;
    for (u32 r = 0; r < n; r++) {
        for (u32 i = 0; i < COUNT; i++)
            v[i] = (s32)next_random(&seed);
        sort(v, COUNT);
        for (u32 i = 0; i < COUNT; i += 97)
            h = mix(h, (u32)v[i]);
        for (u32 i = 1; i < COUNT; i++)
            h += v[i - 1] > v[i];
    }
    return h;
}
