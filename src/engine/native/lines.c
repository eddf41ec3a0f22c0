/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lines.c - from addresses of code to instructions and source lines, by the line tables that the compiler has made.
 * They are read when something is looked for, which is when a program has trapped, or a tool asks. */
#include "engine/native/lines.h"
#include <string.h>

void native_tables_drop(struct native_tables *x) {
    buf_free(&x->all);
    buf_free(&x->t.row);
    buf_free(&x->t.run);
    buf_free(&x->t.file);
}

void native_tables_read(struct native_tables *x, const u8 *line, u32 nline, const u8 *str, u32 nstr, u32 code) {
    struct dwarf d = {.line = {0, nline}, .line_str = {nline, nstr}, .code = {0, code}, .room = 1u << 30};
    *x = (struct native_tables){.all = {0}};
    buf_add(&x->all, line, nline);
    buf_add(&x->all, str, nstr);
    d.p = x->all.data;
    if (!x->all.oom && nline)
        dwarf_line_read(&d, &x->t);
}

static void lines_read(struct native_tables *x, const struct native_code_block *c, const struct opart_kept *l) {
    native_tables_read(x, l->line, l->nline, l->str, l->nstr, (u32)c->c.size + LINES_BIAS);
}

/* Rows of the run that holds address at, from the one that this belongs to on. */
static const struct dwarf_row *row_at(const struct native_tables *x, u32 at, u32 *n) {
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

static const char *file_of(const struct native_tables *x, const struct dwarf_row *row) {
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

bool native_row_place(const struct native_tables *x, const struct dwarf_row *row, u64 *place) {
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
        struct native_tables x;
        const struct dwarf_row *row;
        u32 n;
        lines_read(&x, c, &c->part[k]);
        row = row_at(&x, (u32)at + LINES_BIAS, &n);
        found = row && native_row_place(&x, row, place);
        native_tables_drop(&x);
    }
    return found;
}

void native_rows(const struct native_code_block *c, u32 part, const u8 *code, u32 size, native_row *fn, void *arg) {
    struct native_tables x;
    u32 from = (u32)offset(c, code) + LINES_BIAS, n = 0;
    const struct dwarf_row *row;
    lines_read(&x, c, &c->part[part]);
    row = row_at(&x, from, &n);
    for (u32 k = 0; k < n && row[k].addr < from + size; k++) {
        struct native_at r = {.at = row[k].addr > from ? row[k].addr - from : 0,
                              .line = {.line = row[k].line, .column = row[k].column, .file = file_of(&x, &row[k])}};
        r.placed = native_row_place(&x, &row[k], &r.place);
        fn(arg, &r);
    }
    native_tables_drop(&x);
}
