/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps.h - the two sides that run the programs of maps.bpf.c: us, and the kernel. */
#ifndef BENCH_MAPS_H
#define BENCH_MAPS_H
#include "../median.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { OPS = 1000, PLACES = 4 }; /* operations in a run; programs NAME_0 .. of each */

struct state { /* the packet, as maps.bpf.c sees it */
    uint64_t x;
    uint32_t mask, or ;
    uint64_t sum;
    uint64_t moved[6];
};

struct side {
    /* ns of one run, of `runs` in a row from state s on; below 0: it failed */
    double (*run)(struct side *side, const char *prog, struct state *s, unsigned runs);
    double (*memory)(struct side *side, const char *map); /* bytes */
    void (*close)(struct side *side);
};
struct side *us_open(const char *object, const char *engine, const char **error);
struct side *kernel_open(const char *object, const char **error);
/* Two threads on distinct halves of the keys 0 .. n - 1: how many times the work of one. */
double us_scale(struct side *us, const char *prog, uint32_t n, unsigned runs);

/* What was measured, and what it is to be. report.c prints each as it comes and keeps it for the file. */
struct figure {
    const char *name, *what, *unit; /* "hash_hit", "hash, 1 M entries, hit", "ns" */
    double us, kernel, ratio;       /* kernel, ratio 0: not measured */
    double most, least, most_ratio; /* bars: us at most, us at least, ratio at most; 0: none */
};
struct report {
    struct figure figure[32];
    unsigned n, bars, met;
};
void report(struct report *r, const struct figure *f);
void report_end(const struct report *r); /* how many bars are met */
bool report_json(const struct report *r, const char *engine, const char *path);

/* Puts the same entries into the maps of either side. */
typedef bool put_fn(void *side, const char *map, const void *key, const void *value);
bool fill(put_fn *put, void *side);
uint64_t key_of(uint32_t i);
double cpu_ns(void);

#endif
