/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_sources.c - programs of files as bare code, to be changed.
 * in:  .t files with assembly, objects       out: for each program its function and those that it calls, one behind the
 * other */
#include "kit_sources.h"
#include "abi/ctxtype.h"
#include "api/api.h"
#include "isa/slot.h"
#include "kit.h"
#include "kit_load.h"
#include <stdlib.h>
#include <string.h>

struct adding {
    struct sources *s;
    struct svm *vm;
    bool kernel;
};

/* ---- code ---- */

enum { MAX_PARTS = 64 };
struct parts {
    u32 func[MAX_PARTS], at[MAX_PARTS], n;
};

static bool is_far(u64 s, u64 kind) { /* a call of a function, or its address */
    return (slot_code(s) == CODE_CALL && slot_src(s) == 1 && kind == 0) ||
           (slot_code(s) == CODE_LDDW && slot_src(s) == 4 && kind == 1);
}

/* Where function f stands among the parts; it is added if it does not. False: there are too many. */
static bool part_of(const struct module *m, struct parts *p, u32 f, u32 *at, u32 *slots) {
    for (u32 k = 0; k < p->n; k++)
        if (p->func[k] == f) {
            *at = p->at[k];
            return true;
        }
    if (p->n == MAX_PARTS || *slots + m->func[f].nslot > EBPF_SLOTS)
        return false;
    p->func[p->n] = f;
    p->at[p->n++] = *at = *slots;
    *slots += m->func[f].nslot;
    return true;
}

/* The slots of a program; false: it has what bare code has not. */
static bool code_of(const struct module *m, const struct prog *prog, struct ebpf_code *c) {
    struct parts p = {0};
    u32 slots = 0, at;
    if (m->func[prog->func].typed || !part_of(m, &p, prog->func, &at, &slots))
        return false;
    for (u32 k = 0; k < p.n; k++) {
        const struct func *f = &m->func[p.func[k]];
        for (u32 i = 0; i < f->nslot; i++) {
            u64 s = f->slot[i];
            u32 here = p.at[k] + i;
            bool pair = slot_code(s) == CODE_LDDW;
            if ((slot_code(s) == CODE_CALL && slot_src(s) == 2) || (pair && slot_src(s) == 3) ||
                slot_code(s) == CODE_GOTOX)
                return false;
            if (is_far(s, 0) || is_far(s, 1)) {
                const struct func *to = module_func_at(m, f->base + i + 1 + (u32)slot_imm(s));
                if (!to || !part_of(m, &p, (u32)(to - m->func), &at, &slots))
                    return false;
                s = slot_make(slot_code(s), slot_dst(s), slot_src(s), slot_off(s), (s32)(at - here - 1));
            }
            c->slot[here] = s;
            if (pair && i + 1 < f->nslot) {
                c->slot[here + 1] = f->slot[i + 1];
                i++;
            }
        }
    }
    c->n = slots;
    c->kind = prog->kind;
    return true;
}

static bool plain_maps(const struct module *m) {
    for (u32 i = 0; i < m->nmap; i++)
        if (m->map[i].inner || m->map[i].nslot || m->map[i].flavour == MAP_KCONFIG ||
            m->map[i].flavour == MAP_JUMPTABLE || m->map[i].type == 33 || m->map[i].type == 29)
            return false;
    return !m->nptr;
}

static void add(struct adding *a, struct svm_module *m, const struct prog *prog, u32 kind, const char *path) {
    struct source *s = realloc(a->s->s, (a->s->n + 1) * sizeof *s);
    struct prog as = *prog;
    char why[160];
    if (!s)
        return;
    a->s->s = s;
    s += a->s->n;
    *s = (struct source){.code = calloc(1, sizeof *s->code), .map = m->m.map, .nmap = m->m.nmap, .m = m};
    as.kind = (u8)kind;
    if (a->kernel)
        s->in_kernel = kernel_maps_make(&s->kernel, &m->m, why, sizeof why);
    if (!s->code || !code_of(&m->m, &as, s->code)) {
        kernel_maps_drop(&s->kernel);
        free(s->code);
        return;
    }
    snprintf(s->name, sizeof s->name, "%.70s %.40s", path, prog->name);
    module_ref(m);
    a->s->n++;
}

/* ---- files ---- */

static void on_test(void *arg, const char *path) {
    struct adding *a = arg;
    const struct section *asm_ = NULL, *ctx;
    struct testfile t;
    struct loaded l = {0};
    struct svm_error err = {0};
    char name[32] = "";
    if (testfile_read(&t, path))
        return;
    asm_ = testfile_get(&t, "asm");
    ctx = testfile_get(&t, "ctx");
    if (asm_ && ctx && sscanf(ctx->arg, "%31s", name) == 1 && ctxtype_named(name) &&
        !load_test(&l, &t, NULL, NULL, NULL, &err))
        add(a, l.m, &l.m->m.prog[0], ctxtype_named(name)->kind, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    loaded_free(&l);
    testfile_free(&t);
}

static void on_object(void *arg, const char *path) {
    struct adding *a = arg;
    struct svm_error err = {0};
    struct svm_module *m = svm_module_load_file(a->vm, path, NULL, &err);
    for (u32 i = 0; m && i < m->m.nprog && plain_maps(&m->m); i++) {
        u32 kind = m->m.prog[i].kind;
        if (kind != PROG_RAW && kind != PROG_OTHER && kind != PROG_FENTRY && kind != PROG_FEXIT && kind != PROG_SYSCALL)
            add(a, m, &m->m.prog[i], kind, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    }
    svm_module_free(m);
}

void sources_add(struct sources *s, struct svm *vm, const char *path, bool kernel) {
    struct adding a = {s, vm, kernel};
    size_t n = strlen(path);
    if (n < 2 || strcmp(path + n - 2, ".o"))
        each_file(path, ".t", on_test, &a);
    if (n < 2 || strcmp(path + n - 2, ".t"))
        each_file(path, ".o", on_object, &a);
}

void sources_drop(struct sources *s) {
    for (u32 i = 0; i < s->n; i++) {
        kernel_maps_drop(&s->s[i].kernel);
        free(s->s[i].code);
        svm_module_free(s->s[i].m);
    }
    free(s->s);
}
