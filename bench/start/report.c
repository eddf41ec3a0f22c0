/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.c - files, clocks, and rows of figures, each with its bar and whether that is met; the same as a
 * file. */
#include "start.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool read_file(const char *path, uint8_t **p, size_t *len) {
    FILE *f = fopen(path, "rb");
    long n = f && !fseek(f, 0, SEEK_END) ? ftell(f) : -1;
    bool good = n > 8 && !fseek(f, 0, SEEK_SET) && (*p = malloc((size_t)n)) && fread(*p, 1, (size_t)n, f) == (size_t)n;
    if (f)
        fclose(f);
    *len = good ? (size_t)n : 0;
    if (!good)
        fprintf(stderr, "bench: %s cannot be read\n", path);
    return good;
}

double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

double cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static bool is_met(const struct figure *f) {
    return (f->most <= 0 || f->value <= f->most) && (f->least <= 0 || f->value >= f->least);
}

void report(struct report *r, const struct figure *f) {
    printf("%-54s %10.2f %-5s", f->what, f->value, f->unit);
    if (f->most > 0)
        printf("  at most %g %s", f->most, f->unit);
    if (f->least > 0)
        printf("  at least %g %s", f->least, f->unit);
    if (f->most > 0 || f->least > 0) {
        printf(is_met(f) ? ": met" : ": MISSED");
        r->bars++;
        r->met += is_met(f);
    }
    putchar('\n');
    fflush(stdout);
    if (r->n < sizeof r->figure / sizeof *r->figure)
        r->figure[r->n++] = *f;
}

bool report_json(const struct report *r, const char *path) {
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
        return false;
    }
    fprintf(f, "{\"bars\":%u,\"met\":%u,\"figures\":[", r->bars, r->met);
    for (unsigned i = 0; i < r->n; i++) {
        const struct figure *g = &r->figure[i];
        fprintf(f, "%s\n {\"name\":\"%s\",\"unit\":\"%s\",\"value\":%.3f", i ? "," : "", g->name, g->unit, g->value);
        if (g->most > 0)
            fprintf(f, ",\"at_most\":%g", g->most);
        if (g->least > 0)
            fprintf(f, ",\"at_least\":%g", g->least);
        if (g->most > 0 || g->least > 0)
            fprintf(f, ",\"met\":%s", is_met(g) ? "true" : "false");
        fprintf(f, "}");
    }
    fprintf(f, "]}\n");
    return !fclose(f);
}
