/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.c - holds the verdicts of the checker, and those of the running kernel, against files.
 * in:  supervm-check [--kernel|--saved] [--show] FILE.t|DIR...
 * out: a line for each verdict that is another, 'N passed, N failed'
 *
 * A file is one program (or, in C, several) with sections as docs/TESTING.md has them, and in place of results:
 *   -- ctx KIND               the type of the program (of C its section says it)
 *   -- accepted [PROG]        strict mode accepts it
 *   -- rejected [PROG:] TEXT  strict mode rejects it, with this message, the whole of it; * in TEXT stands for any text
 * and behind such a section, what the kernel's verifier (--kernel) says, where that is not the same:
 *   -- kernel rejects TEXT    with a log that ends in a line with TEXT
 *   -- kernel accepts         and a comment in the file why
 *   -- kernel cannot WHY      it has no such thing, or none that can be loaded so
 * --show prints what was said, a line a verdict, and compares nothing; --saved looks at each program as it comes back from
 * a .svm file. */
#include "abi/ctxtype.h"
#include "kit.h"
#include "kit_kernel.h"
#include "kit_load.h"
#include "kit_saved.h"
#include "kit_verdict.h"
#include <stdlib.h>
#include <string.h>

struct run {
    bool kernel, saved, show;
    struct counts counts;
};

struct file { /* one file, read and made ready */
    const struct testfile *t;
    struct run *r;
    struct loaded l;
    const struct section *source; /* the program */
    struct buf bytes;             /* of C: the object */
    struct svm_error err;         /* why it did not come so far; a refusal at load is a verdict, too */
};

static bool is(const struct section *s, const char *name) {
    return !strcmp(s->name, name);
}
static bool has_verdict(const struct section *s) {
    return is(s, "accepted") || is(s, "rejected");
}

/* "PROG: TEXT" of a file in C, "TEXT" of others. */
static void words_of(const struct file *f, const struct section *s, char prog[64], char text[512]) {
    const char *p = s->arg;
    size_t n = strcspn(p, ": ");
    prog[0] = 0;
    if (is(f->source, "c")) {
        snprintf(prog, 64, "%.*s", (int)n, p);
        p += n + (p[n] == ':');
        p += strspn(p, " ");
    }
    snprintf(text, 512, "%s", p);
}

static u32 kind_of(const struct file *f, const struct section *s) {
    const struct section *ctx = testfile_get(f->t, "ctx");
    const struct ctxtype *c;
    char name[32] = "";
    if (ctx)
        sscanf(ctx->arg, "%31s", name);
    c = ctxtype_named(name);
    if (!c)
        check(&f->r->counts, false, "%s:%u: no such context '%s'", f->t->path, s->line, name);
    return c ? c->kind : PROG_RAW;
}

/* ---- the kernel ---- */

static void kernel_says(struct file *f, const struct section *s, const char *prog, struct kernel_verdict *v) {
    struct kernel_maps maps;
    struct module m = {0};
    struct buf text = {0};
    char why[160];

    if (is(f->source, "c")) {
        kernel_verify_object(f->bytes.data, f->bytes.len, prog, v);
        return;
    }
    *v = (struct kernel_verdict){0};
    buf_add(&text, f->source->body, strlen(f->source->body));
    if (is(f->source, "raw")) {
        buf_clear(&text);
        hex_parse(f->source->body, &text);
    }
    f->err = (struct svm_error){0};
    if (!bare_module(&m, f->source->name, &text, testfile_get(f->t, "maps"), &f->err)) {
        snprintf(v->said, sizeof v->said, "%.300s", f->err.text);
    } else if (!kernel_maps_make(&maps, &m, why, sizeof why)) {
        snprintf(v->said, sizeof v->said, "%.300s", why);
    } else {
        kernel_verify(&maps, &m, kind_of(f, s), false, v);
        kernel_maps_drop(&maps);
    }
    module_free(&m);
    buf_free(&text);
}

/* s: the verdict; k: what stands behind it of the kernel, or NULL. */
static void hold_kernel(struct file *f, const struct section *s, const struct section *k) {
    bool accepts = k ? !strncmp(k->arg, "accepts", 7) : is(s, "accepted");
    const char *want = k && !strncmp(k->arg, "rejects ", 8) ? k->arg + 8 : "";
    struct kernel_verdict v;
    char prog[64], text[512];

    words_of(f, s, prog, text);
    if (k && !strncmp(k->arg, "cannot", 6)) {
        printf("not in the kernel: %s %s: %s\n", f->t->path, prog, k->arg + 6 + strspn(k->arg + 6, " "));
        return;
    }
    kernel_says(f, s, prog, &v);
    if (f->r->show)
        printf("%s\t%s\t%s\t%s\n", f->t->path, prog, v.accepted ? "accepts" : "rejects", v.said);
    else
        check(&f->r->counts, v.accepted == accepts && strstr(v.said, want),
              "%s:%u %s: the kernel %s: %s; expected: %s %s", f->t->path, s->line - 1, prog,
              v.accepted ? "accepts" : "rejects", v.said, accepts ? "accepts" : "rejects", want);
}

/* ---- ours ---- */

/* The whole of said; a * in text stands for anything. */
static bool is_message(const char *text, const char *said) {
    const char *star = NULL, *from = NULL;
    while (*said) {
        if (*text == '*') {
            star = ++text;
            from = said;
        } else if (*text == *said) {
            text++, said++;
        } else if (star) {
            text = star;
            said = ++from;
        } else {
            return false;
        }
    }
    text += strspn(text, "*");
    return !*text;
}

static void hold_ours(struct file *f, const struct section *s) {
    bool accepts = is(s, "accepted");
    struct verdict v = {0};
    char prog[64], text[512];

    words_of(f, s, prog, text);
    if (f->err.code)
        snprintf(v.message, sizeof v.message, "%s", f->err.text);
    else
        verdict_of(f->l.m, *prog ? prog : NULL, *prog ? PROG_RAW : kind_of(f, s), &v);
    if (f->r->show)
        printf("%s\t%s\t%s\t%s\n", f->t->path, prog, v.accepted ? "accepted" : "rejected", v.message);
    else
        check(&f->r->counts, v.accepted == accepts && (accepts || is_message(text, v.message)),
              "%s:%u %s: %s: %s; expected: %s%s%s", f->t->path, s->line - 1, prog, v.accepted ? "accepted" : "rejected",
              v.message, s->name, accepts ? "" : ": ", text);
}

static void on_file(void *arg, const char *path) {
    struct run *r = arg;
    struct testfile t;
    struct file f = {.t = &t, .r = r};
    int rc = 0, n = 0;

    if (testfile_read(&t, path)) {
        r->counts.failed++;
        return;
    }
    f.source = testfile_get(&t, "c");
    if (!f.source)
        f.source = testfile_get(&t, testfile_get(&t, "asm") ? "asm" : "raw");
    if (!f.source) {
        check(&r->counts, false, "%s: no program", path);
        testfile_free(&t);
        return;
    }
    if (!r->kernel)
        rc = load_test(&f.l, &t, NULL, NULL, NULL, &f.err);
    else if (is(f.source, "c"))
        rc = compile_test(&f.l, f.source, path, &f.bytes, &f.err);
    if (r->saved && !rc && !(f.l.m = saved_module(f.l.vm, f.l.m, &f.err)))
        rc = SVM_EUSAGE;
    if (rc == LOAD_SKIP) {
        printf("skipped: %s: %s\n", path, f.l.skip);
        r->counts.skipped++;
    } else if (rc == SVM_EUSAGE) {
        check(&r->counts, false, "%s: %s", path, f.err.text);
    } else {
        for (size_t i = 0; i < t.n; i++) {
            const struct section *next = i + 1 < t.n && is(&t.s[i + 1], "kernel") ? &t.s[i + 1] : NULL;
            if (!has_verdict(&t.s[i]))
                continue;
            n++;
            r->kernel ? hold_kernel(&f, &t.s[i], next) : hold_ours(&f, &t.s[i]);
        }
        if (!n)
            check(&r->counts, false, "%s: no verdict", path);
    }
    buf_free(&f.bytes);
    loaded_free(&f.l);
    testfile_free(&t);
}

int main(int argc, char **argv) {
    struct run r = {0};
    char why[160];
    int first = 1;

    for (; first < argc && !strncmp(argv[first], "--", 2); first++)
        if (!strcmp(argv[first], "--kernel"))
            r.kernel = true;
        else if (!strcmp(argv[first], "--saved"))
            r.saved = true;
        else if (!strcmp(argv[first], "--show"))
            r.show = true;
        else
            argc = 0;
    if (first >= argc || (r.kernel && r.saved)) {
        fprintf(stderr, "usage: supervm-check [--kernel|--saved] [--show] FILE.t|DIR...\n");
        return 1;
    }
    if (r.kernel && !kernel_verifies(why, sizeof why)) {
        printf("skipped: %s\n", why);
        return 77;
    }
    for (; first < argc; first++)
        if (each_file(argv[first], ".t", on_file, &r))
            r.counts.failed++;
    return r.show ? 0 : counts_end(&r.counts);
}
