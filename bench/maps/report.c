/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.c - figures in, a table and a file out, each with its bar and whether that is met. */
#include "maps.h"
#include <errno.h>
#include <string.h>

static bool has_bar(const struct figure *f) {
    return f->most > 0 || f->least > 0 || (f->most_ratio > 0 && f->kernel > 0);
}

static bool is_met(const struct figure *f) {
    return (f->most <= 0 || f->us <= f->most) && (f->least <= 0 || f->us >= f->least) &&
           (f->most_ratio <= 0 || f->kernel <= 0 || f->ratio <= f->most_ratio);
}

void report(struct report *r, const struct figure *f) {
    printf("%-54s %8.1f ", f->what, f->us);
    if (f->kernel > 0)
        printf("%8.1f %8.2f", f->kernel, f->ratio);
    else
        printf("%8s %8s", "-", "-");
    if (f->most > 0)
        printf("   at most %.0f %s", f->most, f->unit);
    if (f->least > 0)
        printf("   at least %.1f%s", f->least, f->unit);
    if (f->most_ratio > 0)
        printf("   at most %.1f x the kernel's", f->most_ratio);
    if (has_bar(f)) {
        printf(is_met(f) ? ": met" : ": MISSED");
        r->bars++;
        r->met += is_met(f);
    }
    putchar('\n');
    fflush(stdout);
    if (r->n < sizeof r->figure / sizeof *r->figure)
        r->figure[r->n++] = *f;
}

void report_end(const struct report *r) {
    printf("\n%u of %u bars met\n", r->met, r->bars);
}

static void number(FILE *f, const char *key, double v) {
    if (v > 0)
        fprintf(f, ",\"%s\":%.3f", key, v);
}

bool report_json(const struct report *r, const char *engine, const char *path) {
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
        return false;
    }
    fprintf(f, "{\"engine\":\"%s\",\"bars\":%u,\"met\":%u,\"figures\":[", engine, r->bars, r->met);
    for (unsigned i = 0; i < r->n; i++) {
        const struct figure *g = &r->figure[i];
        fprintf(f, "%s\n {\"name\":\"%s\",\"what\":\"%s\",\"unit\":\"%s\"", i ? "," : "", g->name, g->what, g->unit);
        number(f, "value", g->us);
        number(f, "kernel", g->kernel);
        number(f, "ratio", g->ratio);
        number(f, "at_most", g->most);
        number(f, "at_least", g->least);
        number(f, "at_most_ratio", g->most_ratio);
        if (has_bar(g))
            fprintf(f, ",\"met\":%s", is_met(g) ? "true" : "false");
        fprintf(f, "}");
    }
    fprintf(f, "]}\n");
    return !fclose(f);
}
