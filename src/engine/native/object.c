/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* object.c - relocatable objects into memory (ELF-64; System V gABI).
 * in:  bytes, not trusted to be well-formed      out: a sealed block of code, its head
 *
 * What the code does is trusted: who wrote it could do anything. All sections that take memory go into one block, which
 * is written, relocated and then sealed: code runs, data is read; none of them may be writable when it runs. Unwind
 * tables are left out. */
#include "engine/native/object.h"
#include "base/fault.h"
#include "engine/native/run.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 1 << 30, PAGE = 4096 };
static const u64 SPAN = 4 * (u64)LARGEST;

static int bad(struct object *o, u64 at, const char *what) {
    return fail(o->e, E_FORMAT, (s64)at, "native object: %s", what);
}

/* --- its tables --- */

static bool inside(const struct opart *p, u64 off, u64 size) {
    return off <= p->b.n && size <= p->b.n - off;
}

static int read_head(struct object *o, struct opart *p) {
    const Elf64_Ehdr *h = p->h = (const void *)p->b.p;
    if (p->b.n < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG))
        return bad(o, 0, "not an ELF file");
    if ((u64)(uintptr_t)p->b.p % 8)
        return bad(o, 0, "not aligned");
    if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB || h->e_type != ET_REL)
        return bad(o, 0, "not a relocatable object of 64 bits");
    if (!native_machine || h->e_machine != native_machine->machine)
        return fail(o->e, E_UNSUP, 18, "native object: for another machine (%u)", h->e_machine);
    if (h->e_shentsize != sizeof *p->sh || !h->e_shnum || h->e_shoff % 8 ||
        !inside(p, h->e_shoff, (u64)h->e_shnum * sizeof *p->sh))
        return bad(o, h->e_shoff, "section headers");
    p->sh = (const void *)(p->b.p + h->e_shoff);
    p->nsh = h->e_shnum;
    for (u32 k = 0; k < p->nsh; k++)
        if (p->sh[k].sh_type != SHT_NOBITS && p->sh[k].sh_type != SHT_NULL &&
            !inside(p, p->sh[k].sh_offset, p->sh[k].sh_size))
            return bad(o, h->e_shoff + k * sizeof *p->sh, "a section lies outside of the file");
    return 0;
}

/* A string table, whose last byte is 0. */
static bool strings(const struct opart *p, u32 k, const char **s, u64 *n) {
    const Elf64_Shdr *h = k < p->nsh ? &p->sh[k] : NULL;
    if (!h || h->sh_type != SHT_STRTAB || !h->sh_size || p->b.p[h->sh_offset + h->sh_size - 1])
        return false;
    *s = (const char *)p->b.p + h->sh_offset;
    *n = h->sh_size;
    return true;
}

static int read_tables(struct object *o, struct opart *p) {
    if (!strings(p, p->h->e_shstrndx, &p->shstr, &p->nshstr))
        return bad(o, 62, "names of sections");
    for (u32 k = 0; k < p->nsh; k++) {
        const Elf64_Shdr *h = &p->sh[k];
        if (h->sh_name >= p->nshstr)
            return bad(o, p->h->e_shoff, "name of a section");
        if (h->sh_type != SHT_SYMTAB)
            continue;
        if (p->sym || h->sh_offset % 8 || h->sh_entsize != sizeof *p->sym || h->sh_size / sizeof *p->sym > UINT32_MAX ||
            !strings(p, h->sh_link, &p->str, &p->nstr))
            return bad(o, h->sh_offset, "symbol table");
        p->sym = (const void *)(p->b.p + h->sh_offset);
        p->nsym = (u32)(h->sh_size / sizeof *p->sym);
    }
    p->sec = arena_new(&o->a, struct osection, p->nsh);
    p->of = arena_new(&o->a, struct osymbol, p->nsym + 1);
    if (!p->sec || !p->of)
        return fail(o->e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < p->nsym; k++)
        if (p->sym[k].st_name >= p->nstr)
            return bad(o, (u64)((const u8 *)&p->sym[k] - p->b.p), "name of a symbol");
    return 0;
}

static const char *section_name(const struct opart *p, u32 k) {
    return p->shstr + p->sh[k].sh_name;
}

/* --- where sections go --- */

static int place_section(struct object *o, struct opart *p, u32 k) {
    const Elf64_Shdr *h = &p->sh[k];
    const char *name = section_name(p, k);
    u64 align = h->sh_addralign ? h->sh_addralign : 1;
    u32 *size, other;
    p->sec[k].at = NOT_LOADED;
    if (!strcmp(name, ".debug_line") || !strcmp(name, ".debug_line_str")) {
        if (h->sh_type != SHT_PROGBITS || h->sh_size > LARGEST)
            return bad(o, h->sh_offset, "line table");
        if (!(p->sec[k].lines = malloc(h->sh_size + 1)))
            return fail(o->e, E_NOMEM, NOWHERE, "out of memory");
        memcpy(p->sec[k].lines, p->b.p + h->sh_offset, h->sh_size);
        return 0;
    }
    if (!(h->sh_flags & SHF_ALLOC) || h->sh_type == SHT_NOTE || !strcmp(name, ".eh_frame") ||
        (!h->sh_size && (h->sh_type != SHT_PROGBITS || h->sh_flags & SHF_WRITE)))
        return 0;
    if (h->sh_type != SHT_PROGBITS || h->sh_flags & SHF_TLS)
        return fail(o->e, E_UNSUP, (s64)h->sh_offset, "native object: section %s", name);
    if (h->sh_flags & SHF_WRITE && strncmp(name, ".data.rel.ro", 12))
        return fail(o->e, E_UNSUP, (s64)h->sh_offset, "native object: section %s is writable", name);
    if (align > PAGE || align & (align - 1))
        return bad(o, h->sh_offset, "alignment of a section");
    p->sec[k].runs = h->sh_flags & SHF_EXECINSTR;
    size = p->sec[k].runs ? &o->code : &o->data;
    other = p->sec[k].runs ? o->data : o->code;
    if (!p->sec[k].runs && align > o->align)
        o->align = (u32)align;
    if (h->sh_size > LARGEST || align_up(*size, align) + h->sh_size + other > LARGEST)
        return fail(o->e, E_LIMIT, (s64)h->sh_offset, "native object: too large");
    p->sec[k].at = (u32)align_up(*size, align);
    *size = p->sec[k].at + (u32)h->sh_size;
    return 0;
}

/* --- symbols --- */

static int by_name(const void *a, const void *b) {
    const struct oname *x = a, *y = b;
    int c = strcmp(x->name, y->name);
    return c ? c : (x->part > y->part) - (x->part < y->part);
}

static int list_names(struct object *o) {
    u32 n = 0;
    for (u32 k = 0; k < o->npart; k++)
        n += o->part[k].nsym;
    if (!(o->name = arena_new(&o->a, struct oname, n + 1)))
        return fail(o->e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < o->npart; k++)
        for (u32 s = 0; s < o->part[k].nsym; s++) {
            const Elf64_Sym *y = &o->part[k].sym[s];
            if (ELF64_ST_BIND(y->st_info) != STB_LOCAL && y->st_shndx != SHN_UNDEF)
                o->name[o->nname++] = (struct oname){o->part[k].str + y->st_name, k, s};
        }
    qsort(o->name, o->nname, sizeof *o->name, by_name);
    return 0;
}

/* The first whose name is not before s. */
static const struct oname *at_name(const struct object *o, const char *s) {
    u32 lo = 0, hi = o->nname;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (strcmp(o->name[mid].name, s) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < o->nname ? &o->name[lo] : NULL;
}

static u64 extern_named(const char *name) {
    static const struct {
        const char *name;
        const void *at;
    } row[] = {
#define EXTERN(f) {#f, (const void *)(uintptr_t)f},
#include "engine/native/externs.def"
    };
    for (u32 k = 0; k < COUNT(row); k++)
        if (!strcmp(row[k].name, name))
            return (u64)(uintptr_t)row[k].at;
    return 0;
}

static u64 address(const struct object *o, u32 at) {
    return (u64)(uintptr_t)o->block->c.run + at;
}

/* p lies in the block. */
static bool holds(const struct native_code_block *c, const void *p, u64 size) {
    u64 at = (u64)(uintptr_t)p - (u64)(uintptr_t)c->c.run;
    return at <= c->c.size && size <= c->c.size - at;
}

/* Of one that its part defines. */
static bool defined(struct object *o, const struct opart *p, const Elf64_Sym *y, u64 *v) {
    if (y->st_shndx >= p->nsh || y->st_value > p->sh[y->st_shndx].sh_size)
        return false;
    if (p->sec[y->st_shndx].lines) {
        *v = y->st_value; /* an offset in the section */
        return true;
    }
    *v = address(o, p->sec[y->st_shndx].at) + y->st_value;
    return p->sec[y->st_shndx].at != NOT_LOADED;
}

bool osymbol_value(struct object *o, u32 part, u32 sym, u64 *v) {
    const struct opart *p = &o->part[part];
    const Elf64_Sym *y = &p->sym[sym];
    const char *name = p->str + y->st_name;
    const struct oname *n;
    if (y->st_shndx != SHN_UNDEF)
        return defined(o, p, y, v);
    n = at_name(o, name);
    if (n && !strcmp(n->name, name))
        return defined(o, &o->part[n->part], &o->part[n->part].sym[n->sym], v);
    *v = extern_named(name);
    return *v != 0;
}

static u32 stub_at(const struct object *o, u32 k) {
    return o->stub + k * (o->hard ? native_machine->hard_bytes : native_machine->stub_bytes);
}

/* --- relocations --- */

/* Calls fn for each relocation of what is kept. */
typedef int reloc_fn(struct object *o, u32 part, u32 section, const Elf64_Rela *r);
static int each_reloc(struct object *o, u32 part, reloc_fn *fn) {
    const struct opart *p = &o->part[part];
    for (u32 k = 0; k < p->nsh; k++) {
        const Elf64_Shdr *h = &p->sh[k];
        const Elf64_Rela *r;
        if (h->sh_type == SHT_REL)
            return bad(o, h->sh_offset, "relocations without addends");
        if (h->sh_type != SHT_RELA)
            continue;
        if (h->sh_info >= p->nsh || h->sh_entsize != sizeof *r || h->sh_offset % 8)
            return bad(o, h->sh_offset, "relocations");
        if (p->sec[h->sh_info].at == NOT_LOADED && !p->sec[h->sh_info].lines)
            continue;
        r = (const void *)(p->b.p + h->sh_offset);
        for (u64 n = h->sh_size / sizeof *r; n; n--, r++) {
            if (ELF64_R_SYM(r->r_info) >= p->nsym || r->r_offset >= p->sh[h->sh_info].sh_size)
                return bad(o, (u64)((const u8 *)r - p->b.p), "a relocation");
            if (fn(o, part, h->sh_info, r))
                return o->e->code;
        }
    }
    return 0;
}

static int count(struct object *o, u32 part, u32 section, const Elf64_Rela *r) {
    struct opart *p = &o->part[part];
    struct osymbol *s = &p->of[ELF64_R_SYM(r->r_info)];
    enum reloc_use use = native_machine->use((u32)ELF64_R_TYPE(r->r_info));
    if (use == RELOC_BAD)
        return fail(o->e, E_RELOC, (s64)((const u8 *)r - p->b.p), "native object: relocation of type %u in section %s",
                    (u32)ELF64_R_TYPE(r->r_info), section_name(p, section));
    if (use == RELOC_PLAIN || (use == RELOC_CALL && p->sym[ELF64_R_SYM(r->r_info)].st_shndx != SHN_UNDEF))
        return 0;
    if (!s->got)
        s->got = ++o->ngot;
    if (use == RELOC_CALL && !s->stub)
        s->stub = ++o->nstub;
    return 0;
}

static int apply(struct object *o, u32 part, u32 section, const Elf64_Rela *r) {
    struct opart *p = &o->part[part];
    u32 sym = (u32)ELF64_R_SYM(r->r_info);
    const struct osection *in = &p->sec[section];
    struct reloc x = {
        .room = p->sh[section].sh_size - r->r_offset, .a = r->r_addend, .type = (u32)ELF64_R_TYPE(r->r_info)};
    enum reloc_use use = native_machine->use(x.type);
    u64 v;
    if (!osymbol_value(o, part, sym, &v)) {
        const char *name = p->str + p->sym[sym].st_name;
        if (in->lines)
            return 0; /* of code that is not there */
        return fail(o->e, E_RELOC, (s64)((const u8 *)r - p->b.p), "native object: symbol %s",
                    *name ? name : "without a name");
    }
    if (in->lines) {
        const Elf64_Sym *y = &p->sym[sym];
        x.p = in->lines + r->r_offset;
        x.s = y->st_shndx < p->nsh && p->sec[y->st_shndx].lines ? v : v - address(o, 0) + LINES_BIAS;
    } else {
        x.p = o->block->c.write + in->at + r->r_offset;
        x.at = address(o, in->at) + r->r_offset;
        x.s = v;
        if (use == RELOC_GOT)
            x.s = address(o, o->got + 8 * (p->of[sym].got - 1));
        else if (use == RELOC_CALL && !holds(o->block, (const void *)(uintptr_t)v, 1))
            x.s = address(o, stub_at(o, p->of[sym].stub - 1));
    }
    if (!native_machine->apply(&x))
        return fail(o->e, E_RELOC, (s64)((const u8 *)r - p->b.p),
                    "native object: relocation of type %u is out of reach", x.type);
    return 0;
}

/* Entries of the GOT, and stubs that go there. */
static int fill(struct object *o, u32 part) {
    const struct opart *p = &o->part[part];
    for (u32 k = 0; k < p->nsym; k++) {
        const struct osymbol *s = &p->of[k];
        u64 v;
        if (!s->got)
            continue;
        if (!osymbol_value(o, part, k, &v))
            return fail(o->e, E_RELOC, NOWHERE, "native object: symbol %s", p->str + p->sym[k].st_name);
        memcpy(o->block->c.write + o->got + 8 * (s->got - 1), &v, 8);
        if (s->stub) {
            u32 at = stub_at(o, s->stub - 1);
            native_machine->stub(o->block->c.write + at, address(o, at), address(o, o->got + 8 * (s->got - 1)),
                                 o->hard);
        }
    }
    return 0;
}

/* --- the block --- */

static bool holds_lines(const struct native_code_block *c, const struct native_lines *l) {
    return !l || ((u64)(uintptr_t)l % 8 == 0 && holds(c, l, sizeof *l) && holds(c, l->line, l->nline) &&
                  holds(c, l->func, 1) && holds(c, l->func - l->func_at, l->ncode));
}

/* Its flags, before it is in place; of what is no head nothing is believed yet. */
static u32 head_flags(const struct object *o) {
    const struct oname *n = at_name(o, NATIVE_HEAD);
    const struct opart *p = n ? &o->part[n->part] : NULL;
    const Elf64_Sym *y = n ? &p->sym[n->sym] : NULL;
    const u64 at = offsetof(struct native_head, flags);
    const Elf64_Shdr *h;
    u32 flags;
    if (!n || y->st_shndx >= p->nsh)
        return 0;
    h = &p->sh[y->st_shndx];
    if (h->sh_type != SHT_PROGBITS || h->sh_size < at + sizeof flags || y->st_value > h->sh_size - at - sizeof flags)
        return 0;
    memcpy(&flags, p->b.p + h->sh_offset + y->st_value + at, sizeof flags);
    return flags;
}

static int find_head(struct object *o) {
    struct native_code_block *c = o->block;
    const struct oname *n = at_name(o, NATIVE_HEAD);
    const struct native_head *h;
    u64 v;
    if (!n || strncmp(n->name, NATIVE_HEAD, strlen(NATIVE_HEAD)) ||
        !defined(o, &o->part[n->part], &o->part[n->part].sym[n->sym], &v))
        return fail(o->e, E_FORMAT, NOWHERE, "native object: no symbol %s", NATIVE_HEAD);
    h = (const void *)(uintptr_t)v;
    if (v % 8 || !holds(c, h, sizeof *h) || (u64)(uintptr_t)h->enter % 8 || !holds(c, h->enter, (u64)h->nfunc * 8) ||
        (h->nbind && ((u64)(uintptr_t)h->bind % 4 || !holds(c, h->bind, (u64)h->nbind * sizeof *h->bind))) ||
        (h->module && !holds(c, h->module, h->nmodule)) || (h->assumed && !holds(c, h->assumed, h->nfunc)) ||
        !holds_lines(c, h->lines))
        return fail(o->e, E_FORMAT, NOWHERE, "native object: %s", n->name);
    for (u32 f = 0; f < h->nfunc; f++)
        if (h->enter[f] && !holds(c, h->enter[f], 1))
            return fail(o->e, E_FORMAT, NOWHERE, "native object: function %u of %s", f, n->name);
    c->head = h;
    return 0;
}

/* The block lies at a random place below this code, or else anywhere: calls out of it go through stubs. */
static int make_block(struct object *o) {
    struct native_code_block *c = o->block;
    size_t size, page = os_page();
    u32 data;
    o->stub = (u32)align_up(o->code, 16);
    o->got = (u32)align_up((u64)stub_at(o, o->nstub) + 1, page > PAGE ? page : PAGE);
    data = (u32)align_up(o->got + 8 * (u64)o->ngot, o->align);
    size = (size_t)data + o->data;
    for (u32 k = 0; k < o->npart; k++)
        for (u32 s = 0; s < o->part[k].nsh; s++)
            if (o->part[k].sec[s].at != NOT_LOADED && !o->part[k].sec[s].runs)
                o->part[k].sec[s].at += data;
    for (int tries = 0; tries < 9; tries++) {
        u64 here = (u64)(uintptr_t)make_block, lo = ((u64)1 << 32) + (os_random() >> 18); /* anywhere in 46 bits */
        if (!tries && here > SPAN)
            lo = here - SPAN;
        if (os_code_new(&c->c, size, lo, lo + SPAN, false)) {
            os_code_touch(&c->c, 0, size);
            return 0;
        }
    }
    return fail(o->e, E_NOMEM, NOWHERE, "no memory for native code");
}

static int copy_sections(struct object *o) {
    for (u32 k = 0; k < o->npart; k++)
        for (u32 s = 0; s < o->part[k].nsh; s++)
            if (o->part[k].sec[s].at != NOT_LOADED)
                memcpy(o->block->c.write + o->part[k].sec[s].at, o->part[k].b.p + o->part[k].sh[s].sh_offset,
                       o->part[k].sh[s].sh_size);
    for (u32 k = 0; k < o->npart; k++)
        if (fill(o, k) || each_reloc(o, k, apply))
            return o->e->code;
    return 0;
}

static int load(struct object *o) {
    for (u32 k = 0; k < o->npart; k++) {
        struct opart *p = &o->part[k];
        if (read_head(o, p) || read_tables(o, p))
            return o->e->code;
        for (u32 s = 0; s < p->nsh; s++)
            if (place_section(o, p, s))
                return o->e->code;
    }
    if (list_names(o))
        return o->e->code;
    o->hard = head_flags(o) & NATIVE_HARDENED;
    for (u32 k = 0; k < o->npart; k++)
        if (each_reloc(o, k, count))
            return o->e->code;
    if (make_block(o) || copy_sections(o))
        return o->e->code;
    if (!os_code_seal(&o->block->c) || !os_code_data(&o->block->c, o->got))
        return fail(o->e, E_NOMEM, NOWHERE, "the system forbids native code");
    return find_head(o);
}

/* Line tables stay with the block, or go. */
static void keep_lines(struct object *o, bool ok) {
    struct native_code_block *c = o->block;
    c->part = ok ? calloc(o->npart, sizeof *c->part) : NULL;
    for (u32 k = 0; k < o->npart; k++) {
        struct opart *p = &o->part[k];
        for (u32 s = 0; p->sec && s < p->nsh; s++) {
            struct osection *x = &p->sec[s];
            bool str = x->lines && !strcmp(section_name(p, s), ".debug_line_str");
            struct opart_kept *l = c->part ? &c->part[k] : NULL;
            if (!x->lines)
                continue;
            if (!l || (str ? l->str : l->line)) {
                free(x->lines); /* a second one of that name is nothing that compilers make */
            } else if (str) {
                l->str = x->lines;
                l->nstr = (u32)p->sh[s].sh_size;
            } else {
                l->line = x->lines;
                l->nline = (u32)p->sh[s].sh_size;
            }
        }
    }
    c->npart = c->part ? o->npart : 0;
}

/* The objects, whose section heads say where they are. */
static void keep_objects(struct object *o) {
    struct native_code_block *c = o->block;
    for (u32 k = 0; k < c->npart; k++) {
        const struct opart *p = &o->part[k];
        struct buf *b = &c->part[k].elf;
        buf_add(b, p->b.p, p->b.n);
        for (u32 s = 0; !b->oom && s < p->nsh; s++)
            if (p->sec[s].at != NOT_LOADED)
                ((Elf64_Shdr *)(void *)(b->data + p->h->e_shoff))[s].sh_addr = address(o, p->sec[s].at);
        if (b->oom)
            buf_free(b);
    }
}

struct native_code_block *native_load(const struct native_bytes *part, u32 n, bool told, struct error *e) {
    struct native_code_block *c = calloc(1, sizeof *c);
    struct object o = {.npart = n, .align = 1, .block = c, .e = e};
    o.part = arena_new(&o.a, struct opart, n + 1);
    if (!c || !o.part) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    } else {
        for (u32 k = 0; k < n; k++)
            o.part[k].b = part[k];
        load(&o);
        keep_lines(&o, !e->code);
        if (told && !e->code)
            keep_objects(&o);
        if (!e->code && c->head->flags & NATIVE_GUARDED)
            c->faults = !fault_code_add(c->c.run, c->c.size, native_fault);
        if (!e->code && c->head->flags & NATIVE_GUARDED && !c->faults)
            fail(e, E_NOMEM, NOWHERE, "faults of native code cannot be caught");
    }
    arena_drop(&o.a);
    if (!e->code)
        return c;
    native_unload(c);
    return NULL;
}

void native_unload(struct native_code_block *c) {
    if (!c)
        return;
    if (c->faults)
        fault_code_remove(c->c.run, c->c.size);
    for (u32 k = 0; k < c->npart; k++) {
        free(c->part[k].line);
        free(c->part[k].str);
        buf_free(&c->part[k].elf);
    }
    free(c->part);
    os_code_free(&c->c);
    free(c);
}

const struct native_head *native_head_of(const struct native_code_block *c) {
    return c->head;
}
