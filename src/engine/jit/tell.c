/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tell.c - which tools are told of code, and the source lines that they are told of. */
#include "engine/jit/tell.h"
#include "engine/jit/jit.h"
#include <stdlib.h>

static const char *name_of(const struct module *m, u32 f) {
    const char *name = m->func[f].name;
    return name && *name ? name : "(no name)";
}

static void gdb_pieces(struct jimage *im, const struct jit_piece *p, u32 n) {
    struct buf elf = {0};
    gdb_elf(&elf, im->m, im->machine, p, n);
    gdb_tell(&im->told, &elf);
}

static void tell_gdb(struct jimage *im, const struct jbody *b, u32 n) {
    struct jit_piece *p = calloc(n, sizeof *p);
    for (u32 k = 0; p && k < n; k++)
        p[k] = (struct jit_piece){name_of(im->m, b[k].func), b[k].code, b[k].size, &b[k], THUNK_NONE};
    if (p)
        gdb_pieces(im, p, n);
    free(p);
}

/* What lines are asked of. */
struct told_body {
    const struct module *m;
    const struct jbody *b;
};
static void lines_of(const void *of, void (*fn)(void *arg, u32 at, const struct line *l), void *arg) {
    const struct told_body *t = of;
    jit_lines(t->m, t->b, fn, arg);
}

static void tell_perf(struct jimage *im, const struct jbody *b) {
    struct told_body t = {im->m, b};
    perf_add(im->perf, &(struct perf_code){name_of(im->m, b->func), b->code, b->size, lines_of, &t});
}

void jit_tell(struct jimage *im, const struct jbody *b, u32 n) {
    if (im->l.jit.perf && !im->perf)
        im->perf = perf_open();
    for (u32 k = 0; im->perf && k < n; k++)
        tell_perf(im, &b[k]);
    if (im->l.jit.debug && n)
        tell_gdb(im, b, n);
}

void jit_tell_thunk(struct jimage *im, const u8 *code, u32 size, enum jit_thunk kind) {
    /* gdb lets a frame's caller stand lower on no other condition than this name of libgcc's (its frame.c) */
    bool other_stack = kind == THUNK_SERVICE || kind == THUNK_BETWEEN;
    struct jit_piece p = {other_stack ? "__morestack" : "supervm_thunk", code, size, NULL, kind};
    if (im->l.jit.debug)
        gdb_pieces(im, &p, 1);
}

void jit_forget(struct jimage *im) {
    perf_close(im->perf);
    gdb_forget(im->told);
    im->perf = NULL;
    im->told = NULL;
}

void jit_lines(const struct module *m, const struct jbody *b, void (*fn)(void *arg, u32 at, const struct line *l),
               void *arg) {
    const struct line *last = NULL, *l;
    for (u32 k = 0; k < b->nspot; k++) {
        l = b->spot[k].pc == SPOT_NONE ? NULL : module_line(m, b->func, b->spot[k].pc);
        if (!l || !l->file || (last && l->line == last->line && l->file == last->file))
            continue;
        if (!last && b->spot[k].at)
            fn(arg, 0, l); /* what comes before the first instruction is its line's */
        fn(arg, b->spot[k].at, l);
        last = l;
    }
}
