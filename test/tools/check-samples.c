/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check-samples.c - strict verdicts of the programs of real projects.
 * in:  supervm-check-samples [--expect FILE] [--show] [--table] DIR|FILE.o...
 * out: each rejection that FILE does not expect; how many are accepted, rejections by class, times; 'N passed, N
 * failed'
 *
 * FILE says, by the path below DIR:
 *   kind PATH SECTION NAME             programs whose section does not say their type are loaded as those of section
 * NAME; SECTION * is any gpl PATH WHY                       its loader, not the object, says that the license is
 * GPL-compatible CLASS PATH PROG TEXT               is rejected, with a message that holds TEXT; CLASS: unsafe (the
 * kernel rejects it, too, or it would trap), kernel (it needs what the kernel alone has), imprecise (it is safe, and we
 * do not see it) accepts N                          at least so many percent are accepted median N microseconds that a
 * program may take, in the middle of all All other programs are accepted. --show prints every rejection, --table the
 * rejections as rows of docs/CHECKER.md. */
#include "abi/ctxtype.h"
#include "api/api.h"
#include "kit.h"
#include "kit_verdict.h"
#include "supervm/verify.h"
#include <stdlib.h>
#include <string.h>

enum { LINE = 900, MANY = 8192 };
static const char *const classes[] = {"unsafe", "kernel", "imprecise", "none"};
enum { UNSAFE, KERNEL, IMPRECISE, NO_CLASS, CLASSES };

struct run {
    struct svm *vm;
    const char *dir, *expect;
    bool show, table;
    struct counts counts;
    u64 time[MANY], insns, checks, proven;
    u32 n, accepted, rejected[CLASSES];
};

/* The line of FILE with these first words; what follows them is copied to rest. */
static const char *line_of(const struct run *r, const char *w1, const char *w2, const char *w3, char rest[LINE]) {
    char head[LINE];
    int n = snprintf(head, sizeof head, "%s%s%s%s%s ", w1, w2 ? " " : "", w2 ? w2 : "", w3 ? " " : "", w3 ? w3 : "");
    for (const char *p = r->expect; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (!strncmp(p, head, (size_t)n)) {
            snprintf(rest, LINE, "%.*s", (int)strcspn(p + n, "\r\n"), p + n);
            return rest;
        }
    return NULL;
}

static void one(struct run *r, const char *path, const struct svm_verdict *d) {
    char message[LINE], want[LINE] = "";
    u32 class = 0;

    if (r->n < MANY)
        r->time[r->n++] = d->time_ns;
    r->insns += d->insns;
    r->checks += d->checks_total;
    r->proven += d->checks_proven;
    while (class < NO_CLASS && !line_of(r, classes[class], path, d->prog, want))
        class ++;
    if (d->accepted) {
        r->accepted++;
        check(&r->counts, class == NO_CLASS, "%s %s: accepted; expected: %s: %s", path, d->prog, classes[class], want);
        return;
    }
    r->rejected[class]++;
    snprintf(message, sizeof message, "%s: %s", d->reason, d->text);
    if (r->show)
        printf("%s\t%s\t%s\t%s\t%s\n", path, d->prog, d->section ? d->section : "", classes[class], message);
    if (r->table)
        printf("| %s | %s | %s | %s |\n", path, d->prog, classes[class], d->text);
    check(&r->counts, class != NO_CLASS && strstr(message, want), "%s %s: %s; expected: %s", path, d->prog, message,
          class == NO_CLASS ? "accepted" : want);
}

/* What objects leave to their loaders. */
static void as_loaded(struct run *r, struct svm_module *m, const char *path) {
    char rest[LINE];
    m->m.gpl |= line_of(r, "gpl", path, NULL, rest) != NULL;
    for (u32 i = 0; i < m->m.nprog; i++) {
        struct prog *p = &m->m.prog[i];
        if (p->kind != PROG_RAW ||
            (!line_of(r, "kind", path, p->section, rest) && !line_of(r, "kind", path, "*", rest)))
            continue;
        p->section = arena_strdup(&m->m.arena, rest);
        p->kind = prog_kind_of_section(rest, NULL, NULL);
    }
}

static void on_object(void *arg, const char *path) {
    struct run *r = arg;
    struct svm_verify_options o = SVM_VERIFY_INIT;
    struct svm_verdict d = SVM_VERDICT_INIT;
    struct svm_error err = {0};
    struct svm_module *m = svm_module_load_file(r->vm, path, NULL, &err);
    struct svm_verdicts *all;
    const char *name = path + strlen(r->dir);

    name += strspn(name, "/");
    if (!m) {
        check(&r->counts, false, "%s: %s", name, err.text);
        return;
    }
    as_loaded(r, m, name);
    o.mode = SVM_VERIFY_STRICT;
    all = svm_verify(m, &o, &err);
    if (!all)
        check(&r->counts, false, "%s: %s", name, err.text);
    for (size_t i = 0; svm_verdicts_at(all, i, &d); i++)
        one(r, name, &d);
    svm_verdicts_free(all);
    svm_module_free(m);
}

static int by_time(const void *x, const void *y) {
    u64 a = *(const u64 *)x, b = *(const u64 *)y;
    return a < b ? -1 : a > b;
}

static void result(struct run *r) {
    u32 n = r->n ? r->n : 1, rejected = 0;
    u64 total = 0;
    char rest[LINE];
    double percent = 100.0 * r->accepted / n, median;

    qsort(r->time, r->n, sizeof *r->time, by_time);
    for (u32 i = 0; i < r->n; i++)
        total += r->time[i];
    median = (double)r->time[r->n / 2] / 1e3;
    for (u32 k = 0; k < CLASSES; k++)
        rejected += r->rejected[k];
    printf("%u programs: %u accepted (%.1f %%), %u rejected: %u unsafe, %u kernel, %u imprecise (%.1f %%), %u without "
           "a class\n",
           r->n, r->accepted, percent, rejected, r->rejected[UNSAFE], r->rejected[KERNEL], r->rejected[IMPRECISE],
           100.0 * r->rejected[IMPRECISE] / n, r->rejected[NO_CLASS]);
    printf("time a program: median %.0f us, mean %.0f us, 95 %% below %.0f us, longest %.1f ms; %llu instructions; "
           "%llu of %llu checks proven (%.1f %%)\n",
           median, (double)total / n / 1e3, (double)r->time[r->n * 95 / 100] / 1e3,
           r->n ? (double)r->time[r->n - 1] / 1e6 : 0.0, (unsigned long long)r->insns, (unsigned long long)r->proven,
           (unsigned long long)r->checks, r->checks ? 100.0 * (double)r->proven / (double)r->checks : 0.0);
    if (line_of(r, "accepts", NULL, NULL, rest))
        check(&r->counts, percent >= strtod(rest, NULL), "only %.1f %% are accepted, of %s", percent, rest);
    if (line_of(r, "median", NULL, NULL, rest))
        check(&r->counts, median <= strtod(rest, NULL), "the median is %.0f us, not %s", median, rest);
}

int main(int argc, char **argv) {
    static struct run r = {.expect = "", .dir = ""};
    struct svm_error err = {0};
    struct buf text = {0};
    int i;

    for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++)
        if (!strcmp(argv[i], "--show"))
            r.show = true;
        else if (!strcmp(argv[i], "--table"))
            r.table = true;
        else if (!strcmp(argv[i], "--expect") && i + 1 < argc && !buf_read_file(&text, argv[i + 1], 1 << 24))
            r.expect = buf_str(&text), i++;
        else
            argc = 0;
    if (i >= argc || !(r.vm = svm_new(NULL, &err))) {
        fprintf(stderr, "usage: supervm-check-samples [--expect FILE] [--show] [--table] DIR|FILE.o...\n");
        return 1;
    }
    for (; i < argc; i++) {
        size_t n = strlen(argv[i]);
        r.dir = n > 2 && !strcmp(argv[i] + n - 2, ".o") ? "" : argv[i];
        each_file(argv[i], ".o", on_object, &r);
    }
    result(&r);
    svm_free(r.vm);
    buf_free(&text);
    return counts_end(&r.counts);
}
