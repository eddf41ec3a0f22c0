/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_model.h - what the tests of maps share: random numbers that can be repeated, and maps
 * made from a few numbers, with an epoch and a run that can be "in progress". */
#ifndef TEST_MAP_MODEL_H
#define TEST_MAP_MODEL_H
#include "rt/program.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NO_PREALLOC = 1, CPUS = 4 };

struct world {
    struct map_budget budget;
    struct epoch epoch;
    struct instance in; /* of which only the epoch is used */
    struct map_env env;
};

static inline void world_open(struct world *w) {
    memset(w, 0, sizeof *w);
    w->budget.limit = (u64)1 << 32;
    w->epoch.now = 1;
    w->env = (struct map_env){&w->budget, &w->epoch, CPUS};
    epoch_join(&w->epoch, &w->in, CPUS);
}

static inline void run_begin(struct world *w) {
    atomic_store(&w->in.active, atomic_load(&w->epoch.now));
}
static inline void run_end(struct world *w) {
    atomic_store(&w->in.active, 0);
}

static inline void world_close(struct world *w) {
    epoch_part(&w->epoch, &w->in);
    assert_int_equal(w->budget.used, 0); /* every byte was given back */
}

static inline struct map *map_of(struct world *w, u32 type, u32 key, u32 value, u32 entries, u32 flags) {
    struct map_def d = {
        .name = "m", .type = type, .key_size = key, .value_size = value, .max_entries = entries, .flags = flags};
    struct error e = {0};
    struct map *m = map_new(&d, &w->env, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static inline void refused_map(struct world *w, u32 type, u32 key, u32 value, u32 entries, u32 flags, const char *why) {
    struct map_def d = {
        .name = "m", .type = type, .key_size = key, .value_size = value, .max_entries = entries, .flags = flags};
    struct error e = {0};
    if (map_new(&d, &w->env, &e))
        fail_msg("type %u key %u value %u entries %u was made", type, key, value, entries);
    if (!strstr(e.text, why))
        fail_msg("'%s' does not say '%s'", e.text, why);
}

static inline u32 rnd(u64 *s, u32 n) {
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (u32)(*s >> 33) % n;
}

#endif
