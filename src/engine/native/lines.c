/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lines.c - from addresses of code to instructions and source lines, by the line tables that the compiler has made.
 * They are read when something is looked for, which is when a program has trapped, or a tool asks. */
#include "engine/native/object.h"
#include "front/wasm/dwarf.h"
#include <string.h>

/* The tables of one part, read. */
struct lines {
    struct buf all; /* both sections */
    struct dwarf_tables t;
};

static void lines_drop(struct lines *x) {
    buf_free(&x->all);
    buf_free(&x->t.row);
    buf_free(&x->t.run);
    buf_free(&x->t.file);
}

static void lines_read(struct lines *x, const struct native_code_block *c, const struct opart_kept *l) {
    struct dwarf d = {.line = {0, l->nline},
                      .line_str = {l->nline, l->nstr},
                      .code = {0, (u32)c->c.size + LINES_BIAS},
                      .room = 1u << 30};
    *x = (struct lines){.all = {0}};
    buf_add(&x->all, l->line, l->nline);
    buf_add(&x->all, l->str, l->nstr);
    d.p = x->all.data;
    if (!x->all.oom && l->nline)
        dwarf_line_read(&d, &x->t);
}

/* Rows of the run that holds address at, from the one that this belongs to on. */
static const struct dwarf_row *row_at(const struct lines *x, u32 at, u32 *n) {
    const struct dwarf_run *run = (const void *)x->t.run.data;
    const struct dwarf_row *row = (const void *)x->t.row.data, *best = NULL;
    for (size_t k = 0; k < x->t.run.len / sizeof *run; k++)
        for (u32 i = 0; at >= run[k].start && at < run[k].end && i < run[k].n && row[run[k].first + i].addr <= at;
             i++) {
            best = &row[run[k].first + i];
            *n = run[k].n - i;
        }
    return best;
}

static const char *file_of(const struct lines *x, const struct dwarf_row *row) {
    const struct dwarf_file *f = (const void *)x->t.file.data;
    const char *name;
    if (row->file == NO_INDEX || !f[row->file].name.len)
        return NULL;
    name = (const char *)x->all.data + f[row->file].name.off;
    return memchr(name, 0, f[row->file].name.len) ? name : NULL;
}

/* A number in decimal digits, and nothing else. */
static bool number(const char *p, u32 *v) {
    u64 x = 0;
    u32 k = 0;
    for (; p && p[k] >= '0' && p[k] <= '9' && x <= UINT32_MAX; k++)
        x = x * 10 + (u64)(p[k] - '0');
    *v = (u32)x;
    return k && !p[k] && x <= UINT32_MAX;
}

static bool place_of(const struct lines *x, const struct dwarf_row *row, u64 *place) {
    u32 func;
    if (!row->line || !number(file_of(x, row), &func))
        return false;
    *place = native_place(func, row->line - 1);
    return true;
}

static u64 offset(const struct native_code_block *c, const void *p) {
    return c ? (u64)(uintptr_t)p - (u64)(uintptr_t)c->c.run : 0;
}

bool native_place_at(const struct native_code_block *c, const void *p, u64 *place) {
    u64 at = offset(c, p);
    bool found = false;
    for (u32 k = 0; c && at < c->c.size && k < c->npart && !found; k++) {
        struct lines x;
        const struct dwarf_row *row;
        u32 n;
        lines_read(&x, c, &c->part[k]);
        row = row_at(&x, (u32)at + LINES_BIAS, &n);
        found = row && place_of(&x, row, place);
        lines_drop(&x);
    }
    return found;
}

void native_rows(const struct native_code_block *c, u32 part, const u8 *code, u32 size, native_row *fn, void *arg) {
    struct lines x;
    u32 from = (u32)offset(c, code) + LINES_BIAS, n = 0;
    const struct dwarf_row *row;
    lines_read(&x, c, &c->part[part]);
    row = row_at(&x, from, &n);
    for (u32 k = 0; k < n && row[k].addr < from + size; k++) {
        struct native_at r = {.at = row[k].addr > from ? row[k].addr - from : 0,
                              .line = {.line = row[k].line, .column = row[k].column, .file = file_of(&x, &row[k])}};
        r.placed = place_of(&x, &row[k], &r.place);
        fn(arg, &r);
    }
    lines_drop(&x);
}
