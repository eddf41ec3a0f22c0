/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stats.c - the counters of rt/stats.c as the host sees them. */
#include "rt/stats.h"
#include "api/api.h"
#include <string.h>

/* A struct of the size that the caller knows: what it has less than ours is not written. */
static int give(void *out, size_t size, const void *from, size_t ours) {
    if (size < sizeof size)
        return E_USAGE;
    memcpy((u8 *)out + sizeof size, (const u8 *)from + sizeof size, min64(size, ours) - sizeof size);
    return 0;
}

int svm_stats(const struct svm_program *p, struct svm_stats *out) {
    struct stats_sum s;
    struct svm_stats r = SVM_STATS_INIT;
    if (!p || !out || !stats_read(&p->p, ALL_MAPS, &s))
        return E_USAGE;
    r.runs = s.runs;
    r.traps = s.traps;
    r.insns = s.insns;
    r.tail_calls = s.tail_calls;
    r.ns = s.ns;
    r.ns_max = s.ns_max;
    r.ns_p50 = stats_quantile(&s, 500);
    r.ns_p99 = stats_quantile(&s, 990);
    r.lookups = s.map[COUNT_LOOKUP];
    r.misses = s.map[COUNT_MISS];
    r.updates = s.map[COUNT_UPDATE];
    r.deletes = s.map[COUNT_DELETE];
    r.failed = s.map[COUNT_FAILED];
    r.lost = s.map[COUNT_LOST];
    r.checks = svm_program_checks(p, false);
    r.proven = svm_program_checks(p, true);
    return give(out, out->size, &r, sizeof r);
}

int svm_map_stats(const struct svm_program *p, const char *map, struct svm_map_stats *out) {
    struct stats_sum s;
    struct svm_map_stats r = SVM_MAP_STATS_INIT;
    const struct module *m;
    u32 i = 0;
    if (!p || !out)
        return E_USAGE;
    m = &p->m->m;
    while (i < m->nmap && (!map || strcmp(m->map[i].name, map)))
        i++;
    if (map && i == m->nmap)
        return E_NOENT;
    if (!stats_read(&p->p, i, &s))
        return E_USAGE;
    r.lookups = s.map[COUNT_LOOKUP];
    r.misses = s.map[COUNT_MISS];
    r.updates = s.map[COUNT_UPDATE];
    r.deletes = s.map[COUNT_DELETE];
    r.failed = s.map[COUNT_FAILED];
    r.lost = s.map[COUNT_LOST];
    return give(out, out->size, &r, sizeof r);
}
