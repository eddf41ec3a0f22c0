/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* median.c - the number in the middle. */
#include "median.h"
#include <stdlib.h>

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *v, unsigned n) {
    qsort(v, n, sizeof *v, by_size);
    return !n ? 0 : n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}
