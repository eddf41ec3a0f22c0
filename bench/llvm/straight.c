/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* straight.c - compiling straight code: words of the input are mixed into eight registers, which depend on each other,
 * and some are stored; so nothing folds, and what is left of it is counted. */
#include "llvm.h"
#include "supervm/native.h"
#include <stdlib.h>
#include <string.h>

enum { INSNS = 13000, STEP = 9, BYTES = 1024 };

struct text {
    char *p;
    unsigned n;
    uint64_t state;
};

static unsigned draw(struct text *t, unsigned n) {
    t->state = t->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(t->state >> 33) % n;
}

/* A word of the input, a rotate, an addition, a multiplication; one time in four the word is replaced. */
static void step(struct text *t) {
    static const unsigned reg[] = {0, 1, 2, 3, 4, 5, 7, 8};
    unsigned from = draw(t, 8), a = reg[from], b = reg[(from + 1 + draw(t, 7)) % 8], at = draw(t, BYTES / 8) * 8;
    t->p += sprintf(t->p,
                    "ldxdw r9, [r6+%u]\nxor r%u, r9\nmov r9, r%u\nlsh r9, %u\nadd r%u, r%u\nrsh r%u, 7\nor r%u, r9\n"
                    "mul r%u, %u\n",
                    at, a, a, 1 + draw(t, 62), a, b, a, a, a, draw(t, 1 << 30) | 1);
    t->n += 8;
    if (!draw(t, 4)) {
        t->p += sprintf(t->p, "stxdw [r6+%u], r%u\n", at, a);
        t->n++;
    }
}

static char *straight_code(void) {
    char *all = malloc(32 * (size_t)INSNS);
    struct text t = {.p = all, .n = 11, .state = 1};
    if (!all)
        return NULL;
    t.p += sprintf(t.p, "mov r0, 0\njlt r2, %u, out\nmov r6, r1\n", BYTES);
    for (unsigned k = 1; k < 9; k++)
        if (k != 6)
            t.p += sprintf(t.p, "ldxdw r%u, [r6+%u]\n", k, 8 * k);
    while (t.n + STEP <= INSNS)
        step(&t);
    while (t.n++ < INSNS)
        t.p += sprintf(t.p, "add r0, r1\n");
    sprintf(t.p, "out:\nexit\n");
    return all;
}

/* Lines of an assembler's text that are instructions. */
static double count_left(struct svm_module *m) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    double n = 0;
    void *p;
    size_t len;
    o.kind = SVM_EMIT_ASSEMBLY;
    o.verify = SVM_VERIFY_GUARDED;
    if (svm_module_emit(m, &o, &p, &len, NULL))
        return -1;
    for (const char *line = p, *end = line + len, *next; line < end; line = next) {
        next = memchr(line, '\n', (size_t)(end - line));
        next = next ? next + 1 : end;
        n += end - line > 2 && line[0] == '\t' && line[1] != '.' && line[1] != '#';
    }
    free(p);
    return n;
}

/* LLVM is opened before by a program of one instruction; memory and time are of what comes then. */
static bool compile(const void *arg, struct taken *t) {
    const char *text = arg;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_error err;
    struct svm_module *m, *small;
    struct svm_program *p;
    struct svm *vm;
    double cpu;
    c.cache = "";
    o.engine = "llvm";
    o.verify = SVM_VERIFY_GUARDED;
    vm = svm_new(&c, &err);
    small = vm ? svm_module_load(vm, "mov r0, 0\nexit\n", 15, NULL, &err) : NULL;
    p = small ? svm_program_link(small, &o, &err) : NULL;
    m = p ? svm_module_load(vm, text, strlen(text), NULL, &err) : NULL;
    cpu = cpu_ns();
    p = m ? svm_program_link(m, &o, &err) : NULL;
    t->cpu_ms = (cpu_ns() - cpu) / 1e6;
    if (!p) {
        fprintf(stderr, "bench: %s\n", err.text);
        return false;
    }
    t->ms = (double)svm_program_compile_ns(p) / 1e6;
    t->left = t->ms > 0 ? count_left(m) : -1;
    return t->left >= 0; /* the process ends here */
}

bool bench_straight(struct report *r) {
    char *text = straight_code();
    struct taken t;
    bool good = text && in_children(compile, text, &t);
    free(text);
    if (!good)
        return false;
    report(r, &(struct figure){.name = "straight",
                               .what = "13,000 instructions of straight code, level 2",
                               .unit = "s",
                               .value = t.cpu_ms / 1e3,
                               .most = 0.5});
    report(r, &(struct figure){.name = "straight_left",
                               .what = "    machine instructions that it became",
                               .unit = "",
                               .value = t.left});
    report(r,
           &(struct figure){
               .name = "straight_peak", .what = "    the process's memory at most", .unit = "MB", .value = t.peak_mb});
    return true;
}
