/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dwarf.c - the source lines of a function's instructions.
 * in:  func.where (offsets in the file), the debug sections      out: func.line
 *
 * The sections are read when the first function is asked for, once. They get half of the memory that the module may
 * still take, so that the code of functions has room whatever they say. */
#include "front/wasm/dwarf.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_PATH = 4096, NO_LIMIT_ROOM = 256 << 20 };

/* --- the tables --- */

static void find_sections(const struct wasm_module *w, struct dwarf *d) {
    struct {
        const char *name;
        struct wasm_span *span;
    } want[] = {{".debug_line", &d->line}, {".debug_line_str", &d->line_str}, {".debug_str", &d->str}};
    struct wasm_section s;
    u32 pos = 8;
    while (wasm_section_next(w, &pos, &s)) {
        if (s.id == 10)
            d->code = s.body;
        for (u32 k = 0; !s.id && k < COUNT(want); k++)
            if (!want[k].span->len && s.name.len == strlen(want[k].name) &&
                !memcmp(w->p + s.name.off, want[k].name, s.name.len))
                *want[k].span = s.body;
    }
}

static int by_start(const void *a, const void *b) {
    const struct dwarf_run *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static void *take(struct dwarf *d, struct arena *a, size_t n) {
    if (n > d->room)
        return NULL;
    d->room -= n;
    return arena_alloc(a, n);
}

/* From a buffer to the arena; 0: nothing there, or no room. */
static u32 settle(struct dwarf *d, struct arena *a, const struct buf *b, size_t size, void *array) {
    void *p = b->len && !b->oom ? take(d, a, b->len) : NULL;
    if (!p)
        return 0;
    memcpy(p, b->data, b->len);
    memcpy(array, &p, sizeof p); /* a pointer to any type: struct pointers are alike */
    return (u32)(b->len / size);
}

static struct dwarf *dwarf_open(struct arena *a, const struct wasm_module *w) {
    struct dwarf *d = arena_new(a, struct dwarf, 1);
    struct dwarf_tables t = {0};
    if (!d)
        return NULL;
    d->p = w->p;
    d->room = a->limit ? (a->limit - a->used) / 2 : NO_LIMIT_ROOM;
    find_sections(w, d);
    if (!d->line.len || !d->code.len)
        return d;
    dwarf_line_read(d, &t);
    d->nfile = settle(d, a, &t.file, sizeof *d->file, &d->file);
    d->nrow = settle(d, a, &t.row, sizeof *d->row, &d->row);
    if (d->nrow)
        d->nrun = settle(d, a, &t.run, sizeof *d->run, &d->run);
    if (d->nrun)
        qsort(d->run, d->nrun, sizeof *d->run, by_start);
    buf_free(&t.file);
    buf_free(&t.row);
    buf_free(&t.run);
    return d;
}

/* --- looking up --- */

static const struct dwarf_row *row_at(const struct dwarf *d, u32 off) {
    u32 addr = off - d->code.off, lo = 0, hi = d->nrun;
    const struct dwarf_run *run;
    if (off < d->code.off || !hi || addr < d->run[0].start)
        return NULL;
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (d->run[mid].start <= addr)
            lo = mid;
        else
            hi = mid;
    }
    run = &d->run[lo];
    if (addr >= run->end)
        return NULL;
    lo = run->first;
    hi = lo + run->n;
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (d->row[mid].addr <= addr)
            lo = mid;
        else
            hi = mid;
    }
    return d->row[lo].line ? &d->row[lo] : NULL;
}

/* Length of a text; MAX_PATH: it is longer than paths are. */
static u32 text_len(struct dwarf *d, struct wasm_span s) {
    u32 n = (u32)strnlen((const char *)d->p + s.off, (size_t)min64(s.len, MAX_PATH));
    d->room -= min64(d->room, n); /* each file may name the same long text */
    return n == s.len ? MAX_PATH : n;
}

/* Directory and name, or NULL. */
static const char *make_path(struct dwarf *d, struct arena *a, const struct dwarf_file *f) {
    u32 nname = f->name.len ? text_len(d, f->name) : 0, ndir = 0;
    char *path;
    if (f->dir.len && d->p[f->name.off] != '/')
        ndir = text_len(d, f->dir);
    if (!nname || nname >= MAX_PATH || ndir >= MAX_PATH || !(path = take(d, a, (size_t)ndir + nname + 2)))
        return NULL;
    memcpy(path, d->p + f->dir.off, ndir);
    if (ndir)
        path[ndir++] = '/';
    memcpy(path + ndir, d->p + f->name.off, nname);
    if (!utf8_valid((const u8 *)path, (size_t)ndir + nname))
        return NULL;
    for (char *c = path; *c; c++)
        if ((u8)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return path;
}

static const char *path_of(struct dwarf *d, struct arena *a, u32 file) {
    static const char none[] = "";
    struct dwarf_file *f = file < d->nfile ? &d->file[file] : NULL;
    if (!f)
        return NULL;
    if (!f->path && !(f->path = make_path(d, a, f)))
        f->path = none;
    return *f->path ? f->path : NULL;
}

static bool same(const struct dwarf_row *x, const struct dwarf_row *y) {
    return x == y || (x && y && x->line == y->line && x->column == y->column && x->file == y->file);
}

/* Counts what changes from one instruction to the next, and with line fills it in. */
static u32 walk(struct dwarf *d, struct arena *a, const struct func *f, struct line *line) {
    const struct dwarf_row *last = NULL;
    u32 n = 0;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct dwarf_row *row = row_at(d, f->where[pc]);
        if (same(row, last))
            continue;
        if (line && row)
            line[n] = (struct line){pc, row->line, row->column, path_of(d, a, row->file), NULL};
        else if (line)
            line[n] = (struct line){.insn = pc};
        n++;
        last = row;
    }
    return n;
}

void wasm_lines(struct module *m, u32 f) {
    struct wasm_module *w = m->front_data;
    struct func *fn = &m->func[f];
    struct line *line;
    u32 n;
    if (!w->dwarf)
        w->dwarf = dwarf_open(&m->arena, w);
    if (!w->dwarf || !w->dwarf->nrun || !fn->where)
        return;
    n = walk(w->dwarf, &m->arena, fn, NULL);
    if (!n || !(line = take(w->dwarf, &m->arena, n * sizeof *line)))
        return;
    walk(w->dwarf, &m->arena, fn, line);
    fn->line = line;
    fn->nline = n;
}
