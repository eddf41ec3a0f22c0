/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* show_stats.c - what the runs did, as text: the program as a whole, then each map that it used. */
#include "cli/run.h"
#include <stdio.h>

static void line(const char *what, u64 n) {
    char count[32];
    printf("%-20s %14s\n", what, with_commas(n, count));
}

static void map_line(const char *name, const struct svm_map_stats *m) {
    const u64 column[] = {m->lookups, m->misses, m->updates, m->deletes, m->failed, m->lost};
    char count[32];
    u32 i;
    printf("%-20s", name);
    for (i = 0; i < COUNT(column); i++)
        printf(" %14s", with_commas(column[i], count));
    printf("\n");
}

static bool used(const struct svm_map_stats *m) {
    return m->lookups || m->updates || m->deletes || m->failed || m->lost;
}

static void show_map_stats(const struct run *r) {
    struct svm_map_stats m = SVM_MAP_STATS_INIT;
    struct svm_map_info info;
    bool any = false;
    size_t i;
    for (i = 0;; i++) {
        bool own = svm_module_map(r->module, i, &info);
        if (!svm_map_stats(r->program, own ? info.name : NULL, &m) && used(&m)) {
            if (!any)
                printf("%s%-20s %14s %14s %14s %14s %14s %14s%s\n", style(stdout, STYLE_BOLD), "map", "lookups",
                       "misses", "updates", "deletes", "failed", "lost", style(stdout, STYLE_PLAIN));
            any = true;
            map_line(own ? info.name : "(others)", &m);
        }
        if (!own)
            break;
    }
}

void show_stats(const struct run *r) {
    struct svm_stats s = SVM_STATS_INIT;
    char p50[32], p99[32], most[32];
    if (svm_stats(r->program, &s))
        return;
    line("runs", s.runs);
    line("traps", s.traps);
    line("instructions", s.insns);
    line("tail calls", s.tail_calls);
    line("events lost", s.lost);
    line("nanoseconds", s.ns);
    printf("%-20s %14.1f  half within %s, 99%% within %s, the longest %s\n", "  each",
           s.runs ? (double)s.ns / (double)s.runs : 0, with_commas(s.ns_p50, p50), with_commas(s.ns_p99, p99),
           with_commas(s.ns_max, most));
    line("accesses in the code", s.checks);
    line("  proven before", s.proven);
    show_map_stats(r);
}
