/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* samples.c - loads, validates and disassembles the objects of real projects.
 * in:  supervm-samples [--expect FILE] [--write] DIR
 * out: a line for each object that is refused, and why; counts; 'N passed, N failed'
 *
 * FILE says what must become of each object, by its path below DIR, and so that nothing is
 * refused for a wrong reason: "linux/x.o loaded" or "linux/x.o refused: TEXT", where the
 * message must hold TEXT. --write prints such lines instead. */
#include "kit.h"
#include <stdlib.h>
#include <string.h>

struct run {
    struct svm *vm;
    const char *dir;
    char *expect;            /* text of FILE, or NULL */
    bool write;
    struct counts counts;
    unsigned loaded, refused, progs, maps, insns, lines;
};

/* The line of FILE for this object, without its path; NULL: none. */
static const char *expected(const struct run *r, const char *name, char *out, size_t size) {
    size_t n = strlen(name);
    for (const char *p = r->expect; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (!strncmp(p, name, n) && p[n] == ' ') {
            snprintf(out, size, "%.*s", (int)strcspn(p + n + 1, "\r\n"), p + n + 1);
            return out;
        }
    return NULL;
}

static bool disassembles(struct run *r, struct svm_module *m) {
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    bool ok = f && !svm_module_disasm(m, NULL, SVM_DISASM_SOURCE, f);

    if (f)
        fclose(f);
    for (size_t i = 0; ok && i < n; i++)
        r->lines += text[i] == '\n';
    free(text);
    return ok && n;
}

static void on_object(void *arg, const char *path) {
    struct run *r = arg;
    const char *name = path + strlen(r->dir), *want;
    struct svm_error err = {0};
    struct svm_module *m = svm_module_load_file(r->vm, path, NULL, &err);
    struct svm_prog_info prog;
    struct svm_map_info map;
    char line[600];

    name += strspn(name, "/");
    if (m) {
        r->loaded++;
        for (size_t i = 0; svm_module_prog(m, i, &prog); i++, r->progs++)
            r->insns += prog.insns;
        for (size_t i = 0; svm_module_map(m, i, &map); i++)
            r->maps++;
    } else {
        r->refused++;
    }
    if (r->write) {
        printf("%s %s%s\n", name, m ? "loaded" : "refused: ", m ? "" : err.text);
    } else if (!m) {
        printf("refused: %s\n", err.text);
    }
    want = expected(r, name, line, sizeof line);
    if (m && !disassembles(r, m))
        check(&r->counts, false, "%s: cannot be disassembled", path);
    else if (!r->expect)
        check(&r->counts, m, "%s: %s", path, err.text);
    else if (!want)
        check(&r->counts, false, "%s: no line says what must become of it", path);
    else if (!strncmp(want, "refused: ", 9))
        check(&r->counts, !m && strstr(err.text, want + 9), "%s: %s; expected: %s", path, m ? "loaded" : err.text, want);
    else
        check(&r->counts, m, "%s: %s; expected: %s", path, err.text, want);
    svm_module_free(m);
}

int main(int argc, char **argv) {
    struct run r = {0};
    struct svm_error err = {0};
    struct buf text = {0};

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--write"))
            r.write = true;
        else if (!strcmp(argv[i], "--expect") && i + 1 < argc && !buf_read_file(&text, argv[i + 1], 1 << 24))
            r.expect = (char *)buf_str(&text), i++;
        else
            r.dir = argv[i];
    }
    if (!r.dir || !(r.vm = svm_new(NULL, &err))) {
        fprintf(stderr, "%s\n", r.dir ? err.text : "usage: supervm-samples [--expect FILE] [--write] DIR");
        return 1;
    }
    if (each_file(r.dir, ".o", on_object, &r))
        return 1;
    svm_free(r.vm);
    buf_free(&text);
    if (r.write)
        return 0;
    printf("%u objects: %u loaded (%u programs, %u instructions, %u maps; %u lines of disassembly), %u refused\n",
           r.loaded + r.refused, r.loaded, r.progs, r.insns, r.maps, r.lines, r.refused);
    return counts_end(&r.counts);
}
