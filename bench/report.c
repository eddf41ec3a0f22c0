/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.c - what was measured, as a table and as JSON. */
#include "bench.h"
#include <math.h>

void report_header(const struct suite *s, const struct prog *p) {
    printf("\n%-16s %9s", s->name, "insns");
    if (s->source)
        printf("  / %s", s->source);
    printf(" %10s", "native ns");
    for (unsigned i = 1; i < p->nv; i++)
        printf("  %14.14s ns  ns/insn  ratio", p->v[i].label);
    printf("\n");
}

void report_row(const struct suite *s, const struct prog *p) {
    printf("%-16s %9llu", p->name, (unsigned long long)p->insns);
    if (s->source)
        printf("  %6.3f", p->source ? (double)p->insns / (double)p->source : 0);
    printf(" %10.1f", p->v[0].ns);
    for (unsigned i = 1; i < p->nv; i++) {
        const struct variant *v = &p->v[i];
        if (v->error[0])
            printf("  %17s  %7s  %5s", "-", "-", "-");
        else
            printf("  %17.1f  %7.3f  %5.1f", v->ns, p->insns ? v->ns / (double)p->insns : 0, v->ns / p->v[0].ns);
    }
    printf("\n");
    fflush(stdout);
}

static struct sum summed(struct prog *const *all, unsigned n, unsigned i) {
    struct sum s = {0};
    double ratio = 0, insn = 0;
    for (unsigned k = 0; k < n; k++) {
        const struct prog *p = all[k];
        double r = p->v[i].ns / p->v[0].ns;
        if (i >= p->nv || p->v[i].error[0] || p->v[0].error[0])
            continue;
        s.n++;
        ratio += log(r);
        insn += log(p->v[i].ns / (double)(p->insns ? p->insns : 1));
        if (r > s.worst) {
            s.worst = r;
            s.worst_name = p->name;
        }
    }
    if (s.n) {
        s.ratio = exp(ratio / s.n);
        s.insn = exp(insn / s.n);
    }
    return s;
}

/* Bytecode for each instruction of the input: the geometric mean. */
static double by_source(struct prog *const *all, unsigned n) {
    double sum = 0;
    unsigned have = 0;
    for (unsigned k = 0; k < n; k++)
        if (all[k]->source && all[k]->insns) {
            sum += log((double)all[k]->insns / (double)all[k]->source);
            have++;
        }
    return have ? exp(sum / have) : 0;
}

void report_totals(const struct suite *s, struct prog *const *all, unsigned n) {
    double first = n && all[0]->nv > 1 ? summed(all, n, 1).ratio : 0; /* what the others are held against, too */
    printf("\n%-28s %8s %9s %9s %9s %8s\n", "geometric means", "programs", "ns/insn", "x native", "x first", "worst");
    for (unsigned i = 1; n && i < all[0]->nv; i++) {
        struct sum m = summed(all, n, i);
        if (m.n)
            printf("%-28s %8u %9.3f %9.2f %9.3f %8.1f  %s\n", all[0]->v[i].label, m.n, m.insn, m.ratio,
                   first > 0 ? m.ratio / first : 0, m.worst, m.worst_name);
    }
    if (s->source && n)
        printf("bytecode instructions for each of %s: %.3f\n", s->source, by_source(all, n));
}

void report_json(const struct suite *s, FILE *f, struct prog *const *all, unsigned n) {
    fprintf(f, "\"programs\":[");
    for (unsigned k = 0; k < n; k++) {
        const struct prog *p = all[k];
        fprintf(f, "%s\n {\"name\":\"%s\",\"insns\":%llu,", k ? "," : "", p->name, (unsigned long long)p->insns);
        if (s->source)
            fprintf(f, "\"%s_insns\":%llu,", s->source, (unsigned long long)p->source);
        fprintf(f, "\"variants\":[");
        for (unsigned i = 0, sep = 0; i < p->nv; i++) {
            const struct variant *v = &p->v[i];
            if (v->error[0])
                continue;
            fprintf(f, "%s{\"name\":\"%s\",\"ns\":%.2f,\"compile_us\":%.2f,\"ratio\":%.3f}", sep++ ? "," : "", v->label,
                    v->ns, (double)v->compile_ns / 1e3, p->v[0].ns > 0 ? v->ns / p->v[0].ns : 0);
        }
        fprintf(f, "]}");
    }
    fprintf(f, "],\n \"geomeans\":[");
    for (unsigned i = 1, sep = 0; n && i < all[0]->nv; i++) {
        struct sum m = summed(all, n, i);
        if (m.n)
            fprintf(f,
                    "%s\n "
                    "{\"name\":\"%s\",\"programs\":%u,\"ns_per_insn\":%.4f,\"ratio\":%.3f,\"worst\":%.2f,\"worst_"
                    "program\":\"%s\"}",
                    sep++ ? "," : "", all[0]->v[i].label, m.n, m.insn, m.ratio, m.worst, m.worst_name);
    }
    fprintf(f, "]");
    if (s->source)
        fprintf(f, ",\n \"insns_per_%s_insn\":%.4f", s->source, by_source(all, n));
}
