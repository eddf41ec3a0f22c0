/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gdb_elf.c - an object file in memory that says where functions are, which source lines they came from, and how their
 * frames are unwound. The code itself is not in it.
 *
 *   | ELF head | .eh_frame | .debug_info | .debug_abbrev | .debug_line | .symtab | .strtab | .shstrtab | section heads
 * |
 *
 * DWARF 4: one unit, a row of attributes for each function, one line program. */
#include "engine/jit/gdb.h"
#include "engine/jit/jit.h"
#include "engine/jit/tell.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>

enum section { S_NULL, S_TEXT, S_FRAME, S_INFO, S_ABBREV, S_LINE, S_SYMTAB, S_STRTAB, S_SHSTRTAB, SECTIONS };
static const char *const names[SECTIONS] = {
    "", ".text", ".eh_frame", ".debug_info", ".debug_abbrev", ".debug_line", ".symtab", ".strtab", ".shstrtab"};

enum {
    DW_TAG_compile_unit = 0x11,
    DW_TAG_subprogram = 0x2e,
    DW_AT_name = 0x03,
    DW_AT_stmt_list = 0x10,
    DW_AT_low_pc = 0x11,
    DW_AT_high_pc = 0x12,
    DW_AT_language = 0x13,
    DW_AT_producer = 0x25,
    DW_FORM_addr = 0x01,
    DW_FORM_data2 = 0x05,
    DW_FORM_data8 = 0x07,
    DW_FORM_string = 0x08,
    DW_FORM_sec_offset = 0x17,
    DW_LANG_C99 = 0x0c,
    DW_LNS_copy = 1,
    DW_LNS_advance_pc = 2,
    DW_LNS_advance_line = 3,
    DW_LNS_set_file = 4,
    DW_LNE_end_sequence = 1,
    DW_LNE_set_address = 2,
};

static void u8_(struct buf *b, u32 v) {
    u8 x = (u8)v;
    buf_add(b, &x, 1);
}
static void u16_(struct buf *b, u32 v) {
    u8_(b, v);
    u8_(b, v >> 8);
}
static void uleb(struct buf *b, u64 v) {
    do
        u8_(b, (u32)(v & 127) | (v > 127 ? 128 : 0));
    while (v >>= 7);
}
static void sleb(struct buf *b, s64 v) {
    bool more;
    do {
        u32 byte = (u32)(v & 127);
        v >>= 7;
        more = !((v == 0 && !(byte & 64)) || (v == -1 && byte & 64));
        u8_(b, byte | (more ? 128 : 0));
    } while (more);
}
static void text(struct buf *b, const char *s) {
    buf_add(b, s, strlen(s) + 1);
}
static void patch(struct buf *b, size_t at, u32 v) {
    if (!b->oom)
        memcpy(b->data + at, &v, 4);
}

/* --- frames --- */

static size_t begin_length(struct buf *b) {
    size_t at = b->len;
    buf_u32(b, 0);
    return at;
}
static void end_length(struct buf *b, size_t at, u32 align) {
    while (align && (b->len - at) % align)
        u8_(b, 0); /* nop */
    patch(b, at, (u32)(b->len - at - 4));
}

static void frames(struct buf *b, const struct machine *mc, const struct jit_piece *p, u32 n) {
    size_t start = b->len, at = begin_length(b);
    buf_u32(b, 0); /* what all share */
    u8_(b, 1);
    text(b, "");
    uleb(b, 1);
    sleb(b, -8);
    u8_(b, mc->dwarf_return);
    mc->unwind(b, NULL);
    end_length(b, at, 8);
    for (u32 k = 0; k < n; k++) {
        at = begin_length(b);
        buf_u32(b, (u32)(b->len - start)); /* back to that */
        buf_u64(b, (u64)(uintptr_t)p[k].code);
        buf_u64(b, p[k].size);
        mc->unwind(b, &p[k]);
        end_length(b, at, 8);
    }
    buf_u32(b, 0);
}

/* --- functions and lines --- */

static void abbrevs(struct buf *b) {
    static const u8 unit[] = {DW_AT_producer,
                              DW_FORM_string,
                              DW_AT_language,
                              DW_FORM_data2,
                              DW_AT_name,
                              DW_FORM_string,
                              DW_AT_low_pc,
                              DW_FORM_addr,
                              DW_AT_high_pc,
                              DW_FORM_data8,
                              DW_AT_stmt_list,
                              DW_FORM_sec_offset,
                              0,
                              0};
    static const u8 function[] = {
        DW_AT_name, DW_FORM_string, DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_data8, 0, 0};
    u8_(b, 1), u8_(b, DW_TAG_compile_unit), u8_(b, true);
    buf_add(b, unit, sizeof unit);
    u8_(b, 2), u8_(b, DW_TAG_subprogram), u8_(b, false);
    buf_add(b, function, sizeof function);
    u8_(b, 0);
}

static void info(struct buf *b, const struct module *m, const struct jit_piece *p, u32 n) {
    size_t at = begin_length(b);
    u64 lo = (u64)(uintptr_t)p[0].code, hi = (u64)(uintptr_t)p[n - 1].code + p[n - 1].size;
    u16_(b, 4);
    buf_u32(b, 0);
    u8_(b, 8);
    u8_(b, 1);
    text(b, "SuperVM");
    u16_(b, DW_LANG_C99);
    text(b, m->name ? m->name : "");
    buf_u64(b, lo);
    buf_u64(b, hi - lo);
    buf_u32(b, 0);
    for (u32 k = 0; k < n; k++) {
        u8_(b, 2);
        text(b, p[k].name);
        buf_u64(b, (u64)(uintptr_t)p[k].code);
        buf_u64(b, p[k].size);
    }
    u8_(b, 0);
    end_length(b, at, 0);
}

/* One walk collects the files, another writes the rows. */
struct lines {
    struct buf *b;
    const char **file;
    u32 nfile, cfile;
    u64 code;
    u32 at, line, now; /* of the line machine: address, line, file */
    bool begun, oom;
};

static u32 file_of(const struct lines *s, const char *name) {
    for (u32 k = 0; k < s->nfile; k++)
        if (s->file[k] == name || !strcmp(s->file[k], name))
            return k + 1;
    return 0;
}
static void add_file(void *arg, u32 at, const struct line *l) {
    struct lines *s = arg;
    (void)at;
    if (s->oom || file_of(s, l->file))
        return;
    if (s->nfile == s->cfile) {
        u32 want = s->cfile ? 2 * s->cfile : 8;
        const char **grown = realloc(s->file, want * sizeof *grown);
        s->oom = !grown;
        if (!grown)
            return;
        s->file = grown;
        s->cfile = want;
    }
    s->file[s->nfile++] = l->file;
}

static void extended(struct buf *b, u32 op, u64 v, bool has) {
    u8_(b, 0);
    uleb(b, has ? 9 : 1);
    u8_(b, op);
    if (has)
        buf_u64(b, v);
}
static void add_row(void *arg, u32 at, const struct line *l) {
    struct lines *s = arg;
    u32 file = file_of(s, l->file);
    if (!file)
        return;
    if (!s->begun)
        extended(s->b, DW_LNE_set_address, s->code + at, true);
    else if (at != s->at)
        u8_(s->b, DW_LNS_advance_pc), uleb(s->b, at - s->at);
    if (file != s->now)
        u8_(s->b, DW_LNS_set_file), uleb(s->b, file);
    if (l->line != s->line)
        u8_(s->b, DW_LNS_advance_line), sleb(s->b, (s64)l->line - s->line);
    u8_(s->b, DW_LNS_copy);
    s->begun = true;
    s->at = at, s->line = l->line, s->now = file;
}

/* gdb stops at functions whose lines it knows: where there are none, all of one is line 1 of the module. */
struct one_line {
    struct line l;
    bool none;
};
static void seen(void *arg, u32 at, const struct line *l) {
    (void)at, (void)l;
    ((struct one_line *)arg)->none = false;
}
static void any_lines(const struct module *m, const struct jbody *b,
                      void (*fn)(void *arg, u32 at, const struct line *l), void *arg) {
    struct one_line all = {{.line = 1, .file = m->name && *m->name ? m->name : "guest"}, true};
    u32 k = 0;
    jit_lines(m, b, seen, &all);
    if (!all.none) {
        jit_lines(m, b, fn, arg);
        return;
    }
    while (k < b->nspot && b->spot[k].pc == SPOT_NONE)
        k++;
    fn(arg, 0, &all.l);
    if (k < b->nspot && b->spot[k].at)
        fn(arg, b->spot[k].at, &all.l);
}

static void line_program(struct buf *b, const struct module *m, const struct jit_piece *p, u32 n) {
    static const u8 operands[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}; /* of standard opcodes */
    struct lines s = {.b = b};
    size_t at = begin_length(b), head;
    for (u32 k = 0; k < n; k++)
        if (p[k].body)
            any_lines(m, p[k].body, add_file, &s);
    u16_(b, 4);
    head = begin_length(b);
    u8_(b, 1), u8_(b, 1), u8_(b, 1), u8_(b, (u32)-5), u8_(b, 14), u8_(b, COUNT(operands) + 1);
    buf_add(b, operands, sizeof operands);
    u8_(b, 0); /* folders */
    for (u32 k = 0; k < s.nfile; k++) {
        text(b, s.file[k]);
        u8_(b, 0), u8_(b, 0), u8_(b, 0);
    }
    u8_(b, 0);
    end_length(b, head, 0);
    for (u32 k = 0; k < n; k++) {
        s.code = (u64)(uintptr_t)p[k].code;
        s.begun = false, s.at = 0, s.line = 1, s.now = 1;
        if (p[k].body)
            any_lines(m, p[k].body, add_row, &s);
        if (!s.begun)
            continue;
        u8_(b, DW_LNS_advance_pc), uleb(b, p[k].size - s.at);
        extended(b, DW_LNE_end_sequence, 0, false);
    }
    end_length(b, at, 0);
    b->oom |= s.oom;
    free(s.file);
}

/* --- the file --- */

static void symbols(struct buf *b, struct buf *str, const struct jit_piece *p, u32 n) {
    Elf64_Sym none = {0};
    text(str, "");
    buf_add(b, &none, sizeof none);
    for (u32 k = 0; k < n; k++) {
        Elf64_Sym s = {.st_name = (Elf64_Word)str->len,
                       .st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC),
                       .st_shndx = S_TEXT,
                       .st_value = (u64)(p[k].code - p[0].code),
                       .st_size = p[k].size};
        buf_add(b, &s, sizeof s);
        text(str, p[k].name);
    }
}

void gdb_elf(struct buf *out, const struct module *m, const struct machine *mc, const struct jit_piece *p, u32 n) {
    struct buf part[SECTIONS] = {{0}};
    Elf64_Shdr head[SECTIONS] = {{0}};
    Elf64_Ehdr e = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                    .e_type = ET_REL,
                    .e_machine = mc->elf_machine,
                    .e_version = EV_CURRENT,
                    .e_ehsize = sizeof e,
                    .e_shentsize = sizeof head[0],
                    .e_shnum = SECTIONS,
                    .e_shstrndx = S_SHSTRTAB};
    bool oom = false;
    frames(&part[S_FRAME], mc, p, n);
    info(&part[S_INFO], m, p, n);
    abbrevs(&part[S_ABBREV]);
    line_program(&part[S_LINE], m, p, n);
    symbols(&part[S_SYMTAB], &part[S_STRTAB], p, n);
    for (u32 k = 0; k < SECTIONS; k++) {
        head[k].sh_name = (Elf64_Word)part[S_SHSTRTAB].len;
        text(&part[S_SHSTRTAB], names[k]);
    }
    buf_add(out, &e, sizeof e);
    for (u32 k = 1; k < SECTIONS; k++) {
        while (out->len % 8)
            u8_(out, 0);
        head[k].sh_type = SHT_PROGBITS;
        head[k].sh_offset = out->len;
        head[k].sh_size = part[k].len;
        head[k].sh_addralign = 1;
        if (part[k].len)
            buf_add(out, part[k].data, part[k].len);
        oom |= part[k].oom;
        buf_free(&part[k]);
    }
    head[S_TEXT].sh_type = SHT_NOBITS;
    head[S_TEXT].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
    head[S_TEXT].sh_addr = (u64)(uintptr_t)p[0].code;
    head[S_TEXT].sh_size = (u64)(p[n - 1].code - p[0].code) + p[n - 1].size;
    head[S_TEXT].sh_addralign = 16;
    head[S_FRAME].sh_flags = SHF_ALLOC;
    head[S_FRAME].sh_addralign = 8;
    head[S_SYMTAB].sh_type = SHT_SYMTAB;
    head[S_SYMTAB].sh_link = S_STRTAB;
    head[S_SYMTAB].sh_info = n + 1;
    head[S_SYMTAB].sh_entsize = sizeof(Elf64_Sym);
    head[S_SYMTAB].sh_addralign = 8;
    head[S_STRTAB].sh_type = head[S_SHSTRTAB].sh_type = SHT_STRTAB;
    while (out->len % 8)
        u8_(out, 0);
    e.e_shoff = out->len;
    buf_add(out, head, sizeof head);
    out->oom |= oom;
    if (!out->oom)
        memcpy(out->data, &e, sizeof e);
}
