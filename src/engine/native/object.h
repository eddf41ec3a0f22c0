/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* object.h - relocatable ELF objects on their way into memory.
 *
 *   block:  | code of part 0 | of part 1 | .. | stubs || GOT | data of part 0 | .. |
 *
 * all of it written, relocated, then sealed; from the page on where the GOT begins nothing runs. */
#ifndef ENGINE_NATIVE_OBJECT_H
#define ENGINE_NATIVE_OBJECT_H
#include "base/arena.h"
#include "base/platform.h"
#include "engine/native/native.h"
#include "ir/module.h"
#include <elf.h>

enum { NOT_LOADED = 0xffffffffu };
enum { LINES_BIAS = NATIVE_LINES_BIAS }; /* addresses in line tables: of the block's begin; 0 says that the code is gone */

/* A section: where it stands in the block. Line tables have memory of their own. */
struct osection {
    u32 at;                 /* in the block, or NOT_LOADED; of data at first from where that begins */
    bool runs;              /* code */
    u8 *lines;              /* .debug_line, .debug_line_str: a copy that stays; else NULL */
};

/* Where calls of a symbol, or loads of its address, may go: 0: nowhere yet, else the number of an entry plus 1. */
struct osymbol { u32 got, stub; };

struct opart {
    struct native_bytes b;
    const Elf64_Ehdr *h;
    const Elf64_Shdr *sh; u32 nsh;
    const char *shstr; u64 nshstr;
    const Elf64_Sym *sym; u32 nsym;
    const char *str; u64 nstr;
    struct osection *sec;   /* nsh */
    struct osymbol *of;     /* nsym */
};

/* A name that a part defines for others. */
struct oname { const char *name; u32 part, sym; };

struct object {
    struct opart *part; u32 npart;
    struct oname *name; u32 nname; /* sorted */
    struct arena a;         /* until it is loaded */
    u32 code, data;         /* bytes of all sections of a kind */
    u32 align;              /* that data wants */
    bool hard;              /* NATIVE_HARDENED: stubs too */
    u32 stub, got;          /* where these begin in the block; stubs of AArch64 reach entries that are near */
    u32 ngot, nstub;
    u64 *got_value;         /* of each entry */
    u64 *stub_target;
    struct native_code_block *block;
    struct error *e;
};

struct native_code_block {
    struct os_code c;
    const struct native_head *head;
    bool faults;            /* known to the handler */
    struct opart_kept {     /* of each part */
        u8 *line, *str; u32 nline, nstr; /* its line tables, with addresses that LINES_BIAS is added to */
        struct buf elf;     /* all of it, where tools are told: sh_addr says where sections are */
    } *part; u32 npart;
};

/* lines.c: what line tables say of a function's code, ascending. */
struct native_at {
    u32 at;                 /* from the function's begin */
    struct line line;       /* file: NULL: not known */
    u64 place; bool placed; /* the line is of instructions */
};
typedef void native_row(void *arg, const struct native_at *r);
void native_rows(const struct native_code_block *c, u32 part, const u8 *code, u32 size, native_row *fn, void *arg);

/* What a machine's relocations want. */
enum reloc_use { RELOC_BAD, RELOC_PLAIN, RELOC_CALL, RELOC_GOT };
struct reloc {
    u64 at;                 /* address of the place, as it runs */
    u8 *p;                  /* the place, room bytes to the section's end */
    u64 room;
    u64 s;                  /* the symbol's value, or for GOT that of its entry */
    s64 a;
    u32 type;
};
struct reloc_machine {
    u16 machine;            /* e_machine */
    u32 stub_bytes, hard_bytes; /* the latter: of objects that are hardened */
    enum reloc_use (*use)(u32 type);
    bool (*apply)(const struct reloc *r); /* false: out of reach or out of the section */
    void (*stub)(u8 *p, u64 at, u64 got_entry, bool hard); /* code that goes where the entry says */
};
extern const struct reloc_machine *const native_machine; /* reloc.c: this one; NULL: none */
const struct reloc_machine *native_machine_of(u16 machine);

bool osymbol_value(struct object *o, u32 part, u32 sym, u64 *v); /* false: it has none: an error */

#endif
