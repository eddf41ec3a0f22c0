/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* carry.c - an object that is to be linked into something takes its line tables along: .debug_line, which no program
 * has in memory, becomes the contents of the section that LLVM has left room for (struct native_lines, abi/native.h).
 * in: an object that LLVM has just made, of x86-64      out: the same, longer
 *
 * Addresses in the copy are offsets in .text: the linker has nothing to do with them. */
#include "engine/native/object.h"
#include <stdlib.h>
#include <string.h>

struct carrier {
    struct buf *b;
    Elf64_Shdr *sh;
    u32 nsh;
    u32 lines, debug;          /* sections; 0: none */
    const Elf64_Rela *to_func; /* the relocation of native_lines.func */
    u32 text;                  /* the section that its function is in */
    u64 func_at;
};

static void *at(const struct carrier *c, u64 off) {
    return c->b->data + off;
}

static const Elf64_Rela *relocs(const struct carrier *c, u32 section, u64 *n) {
    for (u32 k = 0; k < c->nsh; k++)
        if (c->sh[k].sh_type == SHT_RELA && c->sh[k].sh_info == section) {
            *n = c->sh[k].sh_size / sizeof(Elf64_Rela);
            return at(c, c->sh[k].sh_offset);
        }
    *n = 0;
    return NULL;
}

static const Elf64_Sym *symbol(const struct carrier *c, const Elf64_Rela *r) {
    for (u32 k = 0; k < c->nsh; k++)
        if (c->sh[k].sh_type == SHT_SYMTAB)
            return (const Elf64_Sym *)at(c, c->sh[k].sh_offset) + ELF64_R_SYM(r->r_info);
    return NULL;
}

static bool find(struct carrier *c) {
    const Elf64_Ehdr *h = (const void *)c->b->data;
    const Elf64_Sym *y;
    const char *names;
    u64 n;
    c->sh = at(c, h->e_shoff);
    c->nsh = h->e_shnum;
    names = at(c, c->sh[h->e_shstrndx].sh_offset);
    for (u32 k = 1; k < c->nsh; k++) {
        c->lines = !strcmp(names + c->sh[k].sh_name, NATIVE_LINES_SECTION) ? k : c->lines;
        c->debug = !strcmp(names + c->sh[k].sh_name, ".debug_line") ? k : c->debug;
    }
    if (!c->lines || !c->debug || !(c->to_func = relocs(c, c->lines, &n)) || n != 1 || !(y = symbol(c, c->to_func)))
        return false;
    c->text = y->st_shndx;
    c->func_at = y->st_value + (u64)c->to_func->r_addend;
    return c->text && c->text < c->nsh && c->func_at < c->sh[c->text].sh_size;
}

/* Addresses of what is not in .text become 0: no code is there. */
static void relocate(const struct carrier *c, u8 *line) {
    u64 n;
    for (const Elf64_Rela *r = relocs(c, c->debug, &n); n; n--, r++) {
        const Elf64_Sym *y = symbol(c, r);
        u64 v = y && y->st_shndx == c->text ? y->st_value + (u64)r->r_addend + NATIVE_LINES_BIAS : 0;
        if (r->r_offset + 8 <= c->sh[c->debug].sh_size)
            memcpy(line + r->r_offset, &v, 8);
    }
}

int native_carry_lines(struct buf *object, struct error *e) {
    struct carrier c = {.b = object};
    struct native_lines head = {0};
    u64 nline, to;
    u8 *line;
    if (!find(&c) && !c.lines)
        return 0; /* it compares */
    if (!c.to_func || !c.text)
        return fail(e, E_ENGINE, NOWHERE, "LLVM's object is not as expected: its line tables");
    nline = c.sh[c.debug].sh_size;
    if (nline > UINT32_MAX || c.sh[c.text].sh_size > UINT32_MAX)
        return fail(e, E_LIMIT, NOWHERE, "the program's code is too large");
    head.func_at = (u32)c.func_at;
    head.ncode = (u32)c.sh[c.text].sh_size;
    head.nline = (u32)nline;
    if (!(line = malloc(nline + 1)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    memcpy(line, at(&c, c.sh[c.debug].sh_offset), nline);
    relocate(&c, line);
    buf_add(object, "\0\0\0\0\0\0\0", align_up(object->len, 8) - object->len);
    to = object->len;
    buf_add(object, &head, sizeof head);
    buf_add(object, line, nline);
    free(line);
    if (object->oom || !find(&c)) /* the bytes may have moved */
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    c.sh[c.lines].sh_offset = to;
    c.sh[c.lines].sh_size = sizeof head + nline;
    return 0;
}
