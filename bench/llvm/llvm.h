/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* llvm.h - figures of compiling by LLVM: what each file measures, and in what. */
#ifndef BENCH_LLVM_H
#define BENCH_LLVM_H
#include "../start/start.h"

struct taken {
    double ms, cpu_ms, peak_mb;
    double left; /* what fn counted */
};
typedef bool child_fn(const void *arg, struct taken *t); /* false: it failed, and said why */
enum { CHILDREN = 11 };
bool in_child(child_fn *fn, const void *arg, struct taken *t);
bool in_children(child_fn *fn, const void *arg, struct taken *t); /* medians of several */

bool bench_straight(struct report *r); /* straight.c */
bool bench_module(struct report *r, const char *path,
                  unsigned mb);                     /* module.c: path: what is grown, or of 10 MB as it is */
bool bench_hit(struct report *r, const char *path); /* hit.c: path: an eBPF object */
#endif
