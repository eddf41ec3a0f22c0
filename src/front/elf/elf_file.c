/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* elf_file.c - an ELF file as arrays of sections, symbols and relocations.
 * in: bytes      out: struct elf_file, every index and bound in it checked
 * Our own look at the headers comes first, so that libelf only ever sees tables that lie
 * inside the file and have the entry sizes it expects; libelf then does the reading. */
#include "front/elf/elf_load.h"
#include "base/late.h"
#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>

/* clang-format off */
#define FUNCTIONS(F)                                                                                                   \
    F(elf_version) F(elf_memory) F(elf_end) F(elf_errmsg) F(elf_getscn) F(elf_getdata)                                 \
    F(gelf_getshdr) F(gelf_getsym) F(gelf_getrel) F(gelf_getrela)
/* clang-format on */
static LATE_LIBRARY(, FUNCTIONS) lib = LATE_INIT(HAVE_LIBELF, FUNCTIONS);

enum { MACHINE_BPF = 247, SHDR = 64, SYM = 24, REL = 16, RELA = 24 };

static bool inside(u64 off, u64 size, u64 n) {
    return off <= n && size <= n - off;
}

static int check_header(const u8 *p, size_t n, bool any_machine, struct error *e) {
    u32 shnum, machine;
    if (n < 16 || memcmp(p, "\177ELF", 4))
        return fail(e, E_FORMAT, 0, "not an ELF file");
    if (p[EI_CLASS] == ELFCLASS32)
        return fail(e, E_UNSUP, EI_CLASS, "a 32-bit ELF file; eBPF objects are 64-bit");
    if (p[EI_CLASS] != ELFCLASS64)
        return fail(e, E_FORMAT, EI_CLASS, "bad ELF class %u", p[EI_CLASS]);
    if (p[EI_DATA] == ELFDATA2MSB)
        return fail(e, E_UNSUP, EI_DATA, "a big-endian object; compile with -target bpfel (or bpf on this machine)");
    if (p[EI_DATA] != ELFDATA2LSB)
        return fail(e, E_FORMAT, EI_DATA, "bad ELF data encoding %u", p[EI_DATA]);
    if (n < sizeof(Elf64_Ehdr))
        return fail(e, E_TRUNC, (s64)n, "ELF header: the file ends after %zu bytes", n);
    if (p[EI_VERSION] != EV_CURRENT || le(p + 20, 4) != EV_CURRENT)
        return fail(e, E_FORMAT, EI_VERSION, "unknown ELF version");
    machine = (u32)le(p + 18, 2);
    /* Early LLVM left the machine 0. */
    if (!any_machine && machine != MACHINE_BPF && machine != EM_NONE)
        return fail(e, E_UNSUP, 18, "an object for machine %u, not for BPF (%u)", machine, MACHINE_BPF);
    if (!any_machine && le(p + 16, 2) != ET_REL)
        return fail(e, E_UNSUP, 16, "not a relocatable object (ELF type %u); pass the output of clang -c",
                    (u32)le(p + 16, 2));
    if (le(p + 52, 2) != sizeof(Elf64_Ehdr))
        return fail(e, E_FORMAT, 52, "ELF header: its size is not 64");
    shnum = (u32)le(p + 60, 2);
    if (!le(p + 40, 8))
        return fail(e, E_FORMAT, 40, "no section table");
    if (!shnum)
        return fail(e, E_UNSUP, 60, "no sections, or more than 65,279 of them");
    if (le(p + 58, 2) != SHDR)
        return fail(e, E_FORMAT, 58, "section headers of %u bytes, not 64", (u32)le(p + 58, 2));
    if (!inside(le(p + 40, 8), (u64)shnum * SHDR, n))
        return fail(e, E_TRUNC, 40, "the table of %u section headers at 0x%llx lies outside the file (%zu bytes)",
                    shnum, (unsigned long long)le(p + 40, 8), n);
    if (le(p + 62, 2) == 0 || le(p + 62, 2) >= shnum)
        return fail(e, E_INDEX, 62, "section names: no section %u", (u32)le(p + 62, 2));
    return 0;
}

static int check_section(const u8 *h, u32 i, u32 shnum, size_t n, s64 at, struct error *e) {
    u32 type = (u32)le(h + 4, 4), link = (u32)le(h + 40, 4), info = (u32)le(h + 44, 4);
    u64 off = le(h + 24, 8), size = le(h + 32, 8), entsize = le(h + 56, 8);
    u64 want = type == SHT_SYMTAB ? SYM : type == SHT_REL ? REL : type == SHT_RELA ? RELA : 0;
    if (type == SHT_NULL)
        return 0;
    if (type != SHT_NOBITS && !inside(off, size, n))
        return fail(e, E_TRUNC, at, "section %u: 0x%llx bytes at 0x%llx lie outside the file (%zu bytes)", i,
                    (unsigned long long)size, (unsigned long long)off, n);
    if (link >= shnum)
        return fail(e, E_INDEX, at + 40, "section %u: sh_link: no section %u", i, link);
    if (want && entsize != want)
        return fail(e, E_FORMAT, at + 56, "section %u: entries of %llu bytes, not %llu", i, (unsigned long long)entsize,
                    (unsigned long long)want);
    if (want && size % want)
        return fail(e, E_TRUNC, at + 32, "section %u: ends inside an entry", i);
    if ((type == SHT_REL || type == SHT_RELA) && info >= shnum)
        return fail(e, E_INDEX, at + 44, "section %u: sh_info: no section %u", i, info);
    return 0;
}

/* A string table must end in NUL, so that any offset inside it is a string. */
static int check_strings(const u8 *p, const u8 *table, u32 i, struct error *e) {
    const u8 *h = table + (u64)i * SHDR;
    u64 off = le(h + 24, 8), size = le(h + 32, 8);
    if (le(h + 4, 4) != SHT_STRTAB)
        return fail(e, E_FORMAT, h - p, "section %u should be a string table", i);
    if (!size || p[off + size - 1])
        return fail(e, E_FORMAT, (s64)off, "section %u: the string table does not end in NUL", i);
    return 0;
}

static int check_file(const u8 *p, size_t n, bool any_machine, struct error *e) {
    const u8 *table;
    u32 i, shnum, nsymtab = 0;
    int r = check_header(p, n, any_machine, e);
    if (r)
        return r;
    table = p + le(p + 40, 8);
    shnum = (u32)le(p + 60, 2);
    for (i = 0; i < shnum; i++)
        if ((r = check_section(table + (u64)i * SHDR, i, shnum, n, table + (u64)i * SHDR - p, e)))
            return r;
    if ((r = check_strings(p, table, (u32)le(p + 62, 2), e)))
        return r;
    for (i = 0; i < shnum; i++) {
        const u8 *h = table + (u64)i * SHDR, *names = table + le(p + 62, 2) * SHDR;
        if (le(h, 4) >= le(names + 32, 8))
            return fail(e, E_INDEX, h - p, "section %u: its name lies outside the string table", i);
        if (le(h + 4, 4) != SHT_SYMTAB)
            continue;
        if (nsymtab++)
            return fail(e, E_FORMAT, h - p, "section %u: a second symbol table", i);
        if ((r = check_strings(p, table, (u32)le(h + 40, 4), e)))
            return r;
    }
    return 0;
}

static int read_symbols(struct elf_file *f, Elf *elf, const struct sec *s, struct arena *tmp, struct error *e) {
    Elf_Data *d = lib.elf_getdata(lib.elf_getscn(elf, s->index), NULL);
    u32 i, n = (u32)(s->size / SYM);
    if (s->size / SYM > NONE / 64)
        return fail(e, E_LIMIT, (s64)s->off, "too many symbols");
    if (!n)
        return 0;
    if (!d)
        return fail(e, E_FORMAT, (s64)s->off, "symbol table: %s", lib.elf_errmsg(-1));
    if (!(f->sym = arena_new(tmp, struct sym, n)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    f->nsym = n;
    for (i = 0; i < n; i++) {
        const struct sec *strings = &f->sec[s->link];
        struct sym *y = &f->sym[i];
        s64 at = (s64)(s->off + (u64)i * SYM);
        GElf_Sym g;
        if (!lib.gelf_getsym(d, (int)i, &g))
            return fail(e, E_FORMAT, at, "symbol %u: %s", i, lib.elf_errmsg(-1));
        if (g.st_name >= strings->size)
            return fail(e, E_INDEX, at, "symbol %u: its name lies outside the string table", i);
        if (g.st_shndx == SHN_XINDEX || (g.st_shndx < SHN_LORESERVE && g.st_shndx >= f->nsec))
            return fail(e, E_INDEX, at, "symbol %u: no section %u", i, g.st_shndx);
        y->name = (const char *)strings->data + g.st_name;
        y->value = g.st_value;
        y->size = g.st_size;
        y->sec = g.st_shndx >= SHN_LORESERVE ? NONE : g.st_shndx;
        y->local = GELF_ST_BIND(g.st_info) == STB_LOCAL;
        y->weak = GELF_ST_BIND(g.st_info) == STB_WEAK;
        switch (GELF_ST_TYPE(g.st_info)) {
        case STT_NOTYPE: y->type = SYM_NOTYPE; break;
        case STT_OBJECT: y->type = SYM_OBJECT; break;
        case STT_FUNC: y->type = SYM_FUNC; break;
        case STT_SECTION: y->type = SYM_SECTION; break;
        default: y->type = SYM_OTHER;
        }
        if (y->type == SYM_SECTION && y->sec != NONE && !*y->name)
            y->name = f->sec[y->sec].name;
    }
    return 0;
}

static int read_relocations(struct elf_file *f, Elf *elf, const struct sec *s, struct arena *tmp, struct error *e) {
    struct sec *to = &f->sec[s->info];
    Elf_Data *d = lib.elf_getdata(lib.elf_getscn(elf, s->index), NULL);
    u32 i, entry = s->type == SHT_RELA ? RELA : REL, n = (u32)(s->size / entry);
    struct rel *rel;
    if (s->size / entry > NONE / 64)
        return fail(e, E_LIMIT, (s64)s->off, "too many relocations");
    if (to->rel)
        return fail(e, E_FORMAT, (s64)s->off, "section %s: relocated by two sections", to->name);
    if (!n)
        return 0;
    if (!d)
        return fail(e, E_FORMAT, (s64)s->off, "section %s: %s", s->name, lib.elf_errmsg(-1));
    if (!(rel = arena_new(tmp, struct rel, n)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (i = 0; i < n; i++) {
        s64 at = (s64)(s->off + (u64)i * entry);
        GElf_Rela g = {0};
        GElf_Rel plain = {0};
        if (s->type == SHT_RELA ? !lib.gelf_getrela(d, (int)i, &g) : !lib.gelf_getrel(d, (int)i, &plain))
            return fail(e, E_FORMAT, at, "section %s: %s", s->name, lib.elf_errmsg(-1));
        if (s->type != SHT_RELA)
            g.r_offset = plain.r_offset, g.r_info = plain.r_info;
        if (GELF_R_SYM(g.r_info) >= f->nsym)
            return fail(e, E_INDEX, at, "section %s, relocation %u: no symbol %llu", s->name, i,
                        (unsigned long long)GELF_R_SYM(g.r_info));
        rel[i] = (struct rel){g.r_offset, (u32)GELF_R_TYPE(g.r_info), (u32)GELF_R_SYM(g.r_info), g.r_addend};
    }
    to->rel = rel;
    to->nrel = n;
    return 0;
}

/* Debugging information is most of an object's relocations, and nothing here reads it. */
static bool wants_relocation(const struct sec *to) {
    return to->flags & SHF_ALLOC || !strcmp(to->name, ".BTF");
}

static int read_tables(struct elf_file *f, Elf *elf, bool any_machine, struct arena *tmp, struct error *e) {
    const u8 *strings = f->p + le(f->p + 40, 8) + le(f->p + 62, 2) * SHDR;
    const char *names = (const char *)f->p + le(strings + 24, 8);
    u32 i;
    int r;
    for (i = 1; i < f->nsec; i++) {
        struct sec *s = &f->sec[i];
        GElf_Shdr h;
        if (!lib.gelf_getshdr(lib.elf_getscn(elf, i), &h))
            return fail(e, E_FORMAT, NOWHERE, "section %u: %s", i, lib.elf_errmsg(-1));
        s->index = i;
        s->type = h.sh_type;
        s->flags = h.sh_flags;
        s->off = h.sh_offset;
        s->size = h.sh_type == SHT_NULL ? 0 : h.sh_size;
        s->link = h.sh_link;
        s->info = h.sh_info;
        s->map = NONE;
        s->data = h.sh_type == SHT_NOBITS || h.sh_type == SHT_NULL ? NULL : f->p + h.sh_offset;
        s->name = names + h.sh_name;
    }
    f->sec[0].name = "";
    f->sec[0].map = NONE;
    if (any_machine)
        return 0;
    for (i = 1; i < f->nsec; i++)
        if (f->sec[i].type == SHT_SYMTAB && (r = read_symbols(f, elf, &f->sec[i], tmp, e)))
            return r;
    for (i = 1; i < f->nsec; i++) {
        const struct sec *s = &f->sec[i];
        if ((s->type != SHT_REL && s->type != SHT_RELA) || !wants_relocation(&f->sec[s->info]))
            continue;
        if ((r = read_relocations(f, elf, s, tmp, e)))
            return r;
    }
    return 0;
}

int elf_parse(struct elf_file *f, const u8 *p, size_t n, bool any_machine, struct arena *tmp, struct error *e) {
    Elf *elf;
    int r = check_file(p, n, any_machine, e);
    if (r)
        return r;
    if (late_open(&lib.late, lib.slot, e))
        return e->code;
    f->p = p;
    f->n = n;
    f->nsec = (u32)le(p + 60, 2);
    if (!(f->sec = arena_new(tmp, struct sec, f->nsec)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    lib.elf_version(EV_CURRENT);
    /* Opened for reading, libelf leaves the bytes as they are. */
    if (!(elf = lib.elf_memory((char *)(uintptr_t)p, n)))
        return fail(e, E_FORMAT, 0, "libelf: %s", lib.elf_errmsg(-1));
    r = read_tables(f, elf, any_machine, tmp, e);
    lib.elf_end(elf);
    if (r)
        return r;
    return 0;
}
