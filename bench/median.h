/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* median.h - for all programs of make bench. */
#ifndef BENCH_MEDIAN_H
#define BENCH_MEDIAN_H

double median(double *v, unsigned n); /* of an even number the mean of the two in the middle; of none 0. Sorts them */

#endif
