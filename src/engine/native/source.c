/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* source.c - line tables for people: those of typed functions say instructions (abi/native.h), by which faults are
 * found; what gdb and perf read of an object says the lines of its source, as the module knows them. in: an object of
 * LLVM's      out: the same, with another .debug_line behind all else
 *
 * Failing to tell is no failure to compile: then it stays as it was. */
#include "engine/native/lines.h"
#include <stdlib.h>
#include <string.h>

enum {
    VERSION = 4,
    OPCODES = 13,
    EXTENDED = 0,
    NEW_ROW = 1,
    ADVANCE_PC,
    ADVANCE_LINE,
    SET_FILE,
    SET_COLUMN,
    END_SEQUENCE = 1,
    SET_ADDRESS
};
enum { MOST_FILES = 4096 };

struct translated {
    const struct module *m;
    struct native_tables from;
    struct buf line, rela; /* of the new section */
    struct buf file;       /* const char *, each once */
    u64 info;              /* r_info of its relocations */
    bool known;            /* some line is */
};

static void byte(struct buf *b, u32 v) {
    u8 c = (u8)v;
    buf_add(b, &c, 1);
}
static void half(struct buf *b, u32 v) {
    byte(b, v);
    byte(b, v >> 8);
}
static void uleb(struct buf *b, u64 v) {
    for (; v > 127; v >>= 7)
        byte(b, (u32)v | 128);
    byte(b, (u32)v);
}
static void sleb(struct buf *b, s64 v) {
    for (; v < -64 || v > 63; v >>= 7)
        byte(b, (u32)v | 128);
    byte(b, (u32)v & 127);
}
static void command(struct buf *b, u32 op, u64 v) {
    byte(b, op);
    uleb(b, v);
}

/* Its number, from 1 on; 0: there are too many. */
static u32 file_number(struct translated *t, const char *name) {
    const char *const *of = (const void *)t->file.data;
    u32 n = (u32)(t->file.len / sizeof *of);
    for (u32 k = n; k-- > 0;)
        if (of[k] == name || !strcmp(of[k], name))
            return k + 1;
    if (n == MOST_FILES)
        return 0;
    buf_add(&t->file, &name, sizeof name);
    return n + 1;
}

/* One run of code. */
static void sequence(struct translated *t, const struct dwarf_run *run) {
    const struct dwarf_row *row = (const struct dwarf_row *)(const void *)t->from.t.row.data + run->first;
    struct {
        u32 addr, line, file, column;
    } now = {run->start, 1, 1, 0};
    Elf64_Rela r = {.r_info = t->info, .r_addend = (s64)run->start - LINES_BIAS};
    byte(&t->line, EXTENDED);
    uleb(&t->line, 9);
    byte(&t->line, SET_ADDRESS);
    r.r_offset = t->line.len;
    buf_u64(&t->line, 0);
    buf_add(&t->rela, &r, sizeof r);
    for (u32 k = 0; k < run->n; k++) {
        u64 place;
        const struct line *l = NULL;
        u32 file = 0, line = 0, column = 0;
        if (native_row_place(&t->from, &row[k], &place) && place >> 32 < t->m->nfunc)
            l = module_line(t->m, (u32)(place >> 32), (u32)place);
        if (l && l->file && l->line && (file = file_number(t, l->file)))
            line = l->line, column = l->column;
        t->known |= line != 0;
        file = file ? file : now.file;
        if (k && line == now.line && file == now.file && column == now.column)
            continue;
        command(&t->line, ADVANCE_PC, row[k].addr - now.addr);
        byte(&t->line, ADVANCE_LINE);
        sleb(&t->line, (s64)line - (s64)now.line);
        command(&t->line, SET_FILE, file);
        command(&t->line, SET_COLUMN, column);
        byte(&t->line, NEW_ROW);
        now.addr = row[k].addr;
        now.line = line;
        now.file = file;
        now.column = column;
    }
    command(&t->line, ADVANCE_PC, run->end - now.addr);
    byte(&t->line, EXTENDED);
    uleb(&t->line, 1);
    byte(&t->line, END_SEQUENCE);
}

/* The whole unit, in front of whose program stands its head. */
static void unit(struct translated *t) {
    static const u8 operands[OPCODES - 1] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
    const struct dwarf_run *run = (const void *)t->from.t.run.data;
    struct buf program, head = {0};
    const char *const *file;
    for (size_t k = 0; k < t->from.t.run.len / sizeof *run; k++)
        sequence(t, &run[k]);
    program = t->line;
    file = (const void *)t->file.data;
    byte(&head, 1); /* bytes of the least instruction, operations in one */
    byte(&head, 1);
    byte(&head, 1); /* rows are statements */
    byte(&head, 0); /* special opcodes: least line, how many; none is used */
    byte(&head, 1);
    byte(&head, OPCODES);
    buf_add(&head, operands, sizeof operands);
    byte(&head, 0); /* no folders */
    for (size_t k = 0; k < t->file.len / sizeof *file; k++) {
        buf_add(&head, file[k], strlen(file[k]) + 1);
        buf_add(&head, "\0\0", 3); /* its folder, time, length */
    }
    byte(&head, 0);
    t->line = (struct buf){0};
    buf_u32(&t->line, (u32)(2 + 4 + head.len + program.len));
    half(&t->line, VERSION);
    buf_u32(&t->line, (u32)head.len);
    buf_add(&t->line, head.data, head.len);
    for (u64 k = 0, n = t->rela.len / sizeof(Elf64_Rela); k < n; k++)
        ((Elf64_Rela *)(void *)t->rela.data)[k].r_offset += t->line.len;
    buf_add(&t->line, program.data, program.len);
    t->line.oom |= head.oom || program.oom;
    buf_free(&head);
    buf_free(&program);
}

/* --- in the object --- */

struct sections {
    Elf64_Shdr *line, *rela;
};

static bool find(struct buf *b, struct sections *s) {
    const Elf64_Ehdr *h = (const void *)b->data;
    Elf64_Shdr *sh = (void *)(b->data + h->e_shoff);
    const char *names = (const char *)b->data + sh[h->e_shstrndx].sh_offset;
    *s = (struct sections){NULL, NULL};
    for (u32 k = 1; k < h->e_shnum; k++)
        if (!strcmp(names + sh[k].sh_name, ".debug_line"))
            s->line = &sh[k];
    for (u32 k = 1; s->line && k < h->e_shnum; k++)
        if (sh[k].sh_type == SHT_RELA && &sh[sh[k].sh_info] == s->line)
            s->rela = &sh[k];
    return s->rela;
}

/* Reads the tables that are there, whose addresses are all of one section. */
static bool read_tables(struct translated *t, const struct buf *b, const struct sections *s) {
    const Elf64_Rela *r = (const void *)(b->data + s->rela->sh_offset);
    u64 n = s->rela->sh_size / sizeof *r, size = s->line->sh_size;
    u8 *line = n && size < UINT32_MAX / 2 ? malloc(size) : NULL;
    if (!line)
        return false;
    memcpy(line, b->data + s->line->sh_offset, size);
    t->info = r[0].r_info;
    for (u64 k = 0; k < n; k++) {
        u64 v = (u64)r[k].r_addend + LINES_BIAS;
        if (r[k].r_info != t->info || r[k].r_offset + 8 > size) {
            free(line);
            return false;
        }
        memcpy(line + r[k].r_offset, &v, 8);
    }
    native_tables_read(&t->from, line, (u32)size, NULL, 0, 1u << 30);
    free(line);
    return true;
}

static u64 add_section(struct buf *b, const struct buf *what) {
    u64 at;
    buf_add(b, "\0\0\0\0\0\0\0", align_up(b->len, 8) - b->len);
    at = b->len;
    buf_add(b, what->data, what->len);
    return at;
}

void native_source_lines(struct buf *object, const struct module *m) {
    struct translated t = {.m = m};
    struct sections s;
    u64 line, rela;
    if (object->len && find(object, &s) && read_tables(&t, object, &s)) {
        unit(&t);
        if (t.known && !t.line.oom && !t.rela.oom && !t.file.oom) {
            line = add_section(object, &t.line);
            rela = add_section(object, &t.rela);
            if (!object->oom && find(object, &s)) { /* the bytes may have moved */
                s.line->sh_offset = line;
                s.line->sh_size = t.line.len;
                s.rela->sh_offset = rela;
                s.rela->sh_size = t.rela.len;
            }
        }
    }
    native_tables_drop(&t.from);
    buf_free(&t.line);
    buf_free(&t.rela);
    buf_free(&t.file);
}
