/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lines.c - from an address of code to an instruction, by the line tables that the compiler has made. They are read when
 * something is looked for, which is when a program has trapped. */
#include "engine/native/object.h"
#include "front/wasm/dwarf.h"

/* A number in decimal digits, and nothing else. */
static bool number(const u8 *p, u32 n, u32 *v) {
    u64 x = 0;
    u32 k = 0;
    for (; k < n && p[k] >= '0' && p[k] <= '9' && x <= UINT32_MAX; k++)
        x = x * 10 + p[k] - '0';
    *v = (u32)x;
    return k && k < n && !p[k] && x <= UINT32_MAX;
}

static const struct dwarf_row *row_at(const struct dwarf_tables *t, u32 at) {
    const struct dwarf_run *run = (const void *)t->run.data;
    const struct dwarf_row *row = (const void *)t->row.data, *best = NULL;
    for (size_t k = 0; k < t->run.len / sizeof *run; k++)
        for (u32 i = 0; at >= run[k].start && at < run[k].end && i < run[k].n && row[run[k].first + i].addr <= at; i++)
            best = &row[run[k].first + i];
    return best;
}

/* What one part says. */
static bool look(const struct olines *l, u32 size, u32 at, u64 *place) {
    struct buf all = {0};
    struct dwarf d = {.line = {0, l->nline}, .line_str = {l->nline, l->nstr}, .code = {0, size}, .room = 1u << 30};
    struct dwarf_tables t = {{0}, {0}, {0}};
    const struct dwarf_row *row;
    u32 func;
    bool found = false;
    buf_add(&all, l->line, l->nline);
    buf_add(&all, l->str, l->nstr);
    d.p = all.data;
    if (!all.oom && l->nline)
        dwarf_line_read(&d, &t);
    row = row_at(&t, at);
    if (row && row->line && row->file != NO_INDEX) {
        const struct dwarf_file *f = (const struct dwarf_file *)(const void *)t.file.data + row->file;
        found = number(all.data + f->name.off, f->name.len, &func);
        *place = native_place(func, row->line - 1);
    }
    buf_free(&all);
    buf_free(&t.row);
    buf_free(&t.run);
    buf_free(&t.file);
    return found;
}

bool native_place_at(const struct native_code_block *c, const void *p, u64 *place) {
    u64 at = c ? (u64)(uintptr_t)p - (u64)(uintptr_t)c->c.run : 0;
    bool found = false;
    for (u32 k = 0; c && at < c->c.size && k < c->nlines && !found; k++)
        found = look(&c->lines[k], (u32)c->c.size + LINES_BIAS, (u32)at + LINES_BIAS, place);
    return found;
}
