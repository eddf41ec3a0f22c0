/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.c - looking things up in a module: functions by slot, lines, places, programs. */
#include "ir/module.h"
#include <stdlib.h>
#include <string.h>

struct limits limits_or_default(const struct limits *l) {
    struct limits r = l ? *l : (struct limits){0};
    if (!r.insns)
        r.insns = 1000000;
    if (!r.maps)
        r.maps = 1024;
    if (!r.funcs)
        r.funcs = 16384;
    if (!r.memory)
        r.memory = 1ull << 30;
    return r;
}

const struct func *module_func_at(const struct module *m, u32 slot) {
    u32 lo = 0, hi = m->nfunc;
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (m->func[mid].base <= slot)
            lo = mid;
        else
            hi = mid;
    }
    if (hi == lo || slot < m->func[lo].base || slot - m->func[lo].base >= m->func[lo].nslot)
        return NULL;
    return &m->func[lo];
}

const struct line *func_line(const struct func *f, u32 pc) {
    u32 lo = 0, hi = f->nline;
    if (!f->line || !hi || f->line[0].insn > pc)
        return NULL;
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (f->line[mid].insn <= pc)
            lo = mid;
        else
            hi = mid;
    }
    return &f->line[lo];
}

void print_place(struct buf *b, const struct func *f, u32 pc) {
    const struct line *l = func_line(f, pc);
    buf_printf(b, "%s: insn %u", f->name ? f->name : "?", pc);
    if (l && l->file)
        buf_printf(b, " (%s:%u)", l->file, l->line);
    else if (l)
        buf_printf(b, " (line %u)", l->line);
}

const struct prog *module_prog(const struct module *m, const char *name) {
    for (u32 k = 0; k < m->nprog; k++)
        if (m->prog[k].name && !strcmp(m->prog[k].name, name))
            return &m->prog[k];
    for (u32 k = 0; k < m->nprog; k++)
        if (m->prog[k].section && !strcmp(m->prog[k].section, name))
            return &m->prog[k];
    return NULL;
}

void module_free(struct module *m) {
    arena_drop(&m->arena);
    if (m->own_bytes)
        free((void *)(uintptr_t)m->bytes);
    if (m->lower)
        pthread_mutex_destroy(&m->lock);
    *m = (struct module){0};
}
