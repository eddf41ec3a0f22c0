/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stats.h - what the runs of a program did. Only programs that were linked so are counted: their helpers
 * that work on maps have a thunk more, and their instances a struct stats; all others have neither. */
#ifndef RT_STATS_H
#define RT_STATS_H
#include "rt/program.h"

enum map_count { COUNT_LOOKUP, COUNT_MISS, COUNT_UPDATE, COUNT_DELETE, COUNT_FAILED, COUNT_LOST, MAP_COUNTS };

/* Times, by their logarithm: eight rows for each power of two. */
enum { STATS_BUCKETS = 496 };

struct stats_sum {
    u64 runs, traps, insns, ns, ns_max, tail_calls;
    u64 bucket[STATS_BUCKETS];
    u64 map[MAP_COUNTS]; /* of one map, or of all */
};
enum { ALL_MAPS = 0xffffffffu };

/* Puts the counting rows in place of those of table (arena memory); false: out of memory. */
bool stats_bind(struct program *p, const struct helper **table, u32 n);
void stats_drop(struct program *p);
bool stats_join(struct instance *in);  /* a new instance of a program that counts; false: out of memory */
void stats_part(struct instance *in);
/* instance_run, counted. */
u32 stats_run(struct instance *in, u32 func, const struct run_input *i, u64 *insns);
/* Over all instances that there are and were. map: a row, nmap for maps that are not the program's own, or
 * ALL_MAPS. False: the program does not count. */
bool stats_read(const struct program *p, u32 map, struct stats_sum *out);
/* So many ns that the given part of a thousand runs took no longer. */
u64 stats_quantile(const struct stats_sum *s, u32 per_mille);

#endif
