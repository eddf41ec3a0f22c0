/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* elf_load.h - what the steps of loading an eBPF object share; private to this folder.
 *
 * elf_parse() turns the file into arrays of sections, symbols and relocations whose bounds
 * and indices hold; the steps in elf.c then fill the module from them. Two lifetimes: what
 * the module keeps lives in m->arena, the rest in l->tmp. */
#ifndef FRONT_ELF_ELF_LOAD_H
#define FRONT_ELF_ELF_LOAD_H
#include "front/elf/btf_check.h"
#include "ir/module.h"

enum { NONE = 0xffffffffu };

/* Relocation types of the BPF psABI (llvm: docs/BPF); older elf.h know two of them. */
enum { REL_NONE = 0, REL_64_64 = 1, REL_ABS64 = 2, REL_ABS32 = 3, REL_NODYLD32 = 4, REL_64_32 = 10 };

enum role { /* what a section is for, by its name (sections.c) */
    ROLE_NONE, ROLE_PROGRAMS, ROLE_TEXT, ROLE_MAPS, ROLE_MAPS_LEGACY, ROLE_DATA, ROLE_RODATA, ROLE_BSS, ROLE_ARENA,
    ROLE_LICENSE, ROLE_VERSION, ROLE_JUMPTABLES, ROLE_BTF, ROLE_BTF_EXT,
};

struct rel { u64 off; u32 type, sym; s64 addend; }; /* addend: beyond what stands in place (RELA, of old clang) */

struct sec {
    const char *name;
    u32 index, type, link, info;
    u64 flags, off, size;
    const u8 *data;                     /* in the input; NULL: no bytes there (SHT_NOBITS) */
    const struct rel *rel; u32 nrel;    /* that apply to this section */
    u8 role;
    u32 base;                           /* code: module slot of its first instruction */
    u32 map;                            /* data: index in m->map */
    u8 *bytes;                          /* data: the module's copy, relocated in place */
};

enum { SYM_NOTYPE, SYM_OBJECT, SYM_FUNC, SYM_SECTION, SYM_OTHER };
struct sym {
    const char *name;
    u64 value, size;
    u32 sec;                            /* index of its section; 0: undefined; NONE: absolute or common */
    u32 extern_id;                      /* undefined: 1 + index in l->ext once looked up */
    u8 type;
    bool local, weak;
};

struct elf_file {
    const u8 *p; size_t n;
    struct sec *sec; u32 nsec;
    struct sym *sym; u32 nsym;
};

/* Where a map of the module came from. */
struct map_place {
    u32 sec;
    u64 off, size;
    u32 values_off;                     /* of the member "values"; NONE: there is none */
    u32 func;                           /* jump tables: the function that jumps */
};

/* A name for a function that a section defines. */
struct entry { const char *name; u32 sec; u32 func; u64 off, size; bool local, sized; };

/* An extern variable or function that BTF describes (.kconfig, .ksyms), or that code uses. */
struct ext {
    const char *name, *value;           /* value: .kconfig: its text, NULL: none */
    u32 nvalue, size, type;
    u32 map, off;                       /* .kconfig: place in that map */
    u32 import;                         /* .ksyms: index in m->import, or NONE */
    bool func, kconfig, weak;
};

struct core_rec { u32 sec, slot, type, kind; const char *access; };

struct named { const char *name; u32 id; };

struct btf;
struct loader {
    struct module *m;
    const struct load_options *o;
    struct limits lim;
    struct error *e;
    struct arena tmp;
    struct elf_file f;
    u64 *slot;                          /* all code of the module */
    struct entry *entry; u32 nentry, cap_entry;
    struct map_place *place; u32 cap_place; /* one for each m->map */
    u32 cap_map, cap_var, cap_import, cap_ptr;
    struct ext *ext; u32 next, cap_ext; /* the first nbtf_ext are sorted by name */
    u32 nbtf_ext;
    u8 *btf_bytes;                      /* = m->btf, while it is still patched */
    struct btf *btf, *target;           /* libbpf's view; target == btf: the object's own */
    struct named *datasec; u32 ndatasec;/* sorted by name */
    struct core_rec *core; u32 ncore, cap_core;
    u64 core_work;                      /* steps of CO-RE matching so far; see core_match.c */
    u8 *called;                         /* one for each function: something calls it */
};

/* elf_file.c: any_machine for BTF files of other machines; strings point into p. */
int elf_parse(struct elf_file *f, const u8 *p, size_t n, bool any_machine, struct arena *tmp, struct error *e);

/* util.c: failing with the place in front, and arrays that grow in an arena */
int fail_sec(struct loader *l, const struct sec *s, u64 off, int code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
int fail_insn(struct loader *l, const struct sec *s, u64 off, int code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
int no_memory(struct loader *l);
/* Room for one more of *n elements of that size; the old array when it suffices. NULL: no memory. */
void *grow(struct arena *a, void *old, u32 n, u32 *cap, size_t size);
struct map_def *add_map(struct loader *l, const struct map_place *at); /* NULL: failed */
u64 le(const u8 *p, u32 size); /* little-endian number of 1, 2, 4 or 8 bytes */
void put_le(u8 *p, u32 size, u64 v);
static inline bool is_code(const struct sec *s) { return s->role == ROLE_PROGRAMS || s->role == ROLE_TEXT; }
static inline bool is_data(const struct sec *s) { return s->role >= ROLE_DATA && s->role <= ROLE_ARENA; }

/* The fields of a slot that loading patches. */
enum { CODE_LD64 = 0x18, CODE_CALL = 0x85 };
enum { SRC_MAP_FD = 1, SRC_MAP_VALUE_FD = 2, SRC_SYMBOL = 3, SRC_FUNC = 4, SRC_MAP = 5, SRC_MAP_VALUE = 6,
       CALL_LOCAL = 1, CALL_IMPORT = 2 };
static inline u8 slot_code(u64 s) { return (u8)s; }
static inline u8 slot_src(u64 s) { return s >> 12 & 15; }
static inline s32 slot_imm(u64 s) { return (s32)(s >> 32); }
static inline u64 slot_patch(u64 s, u8 src, s32 imm) { return (s & 0xffff0fff) | (u64)src << 12 | (u64)(u32)imm << 32; }

/* The steps, in the order in which elf.c takes them; each returns 0 or fails. */
int classify_sections(struct loader *l);     /* sections.c: roles, license, version */
int load_btf(struct loader *l);              /* btf_load.c */
int find_functions(struct loader *l);        /* functions.c: m->func, l->slot, l->entry */
int load_btf_ext(struct loader *l);          /* btf_ext.c: func.line, l->core */
int load_btf_maps(struct loader *l);         /* maps_btf.c */
int load_legacy_maps(struct loader *l);      /* maps_legacy.c */
int load_data(struct loader *l);             /* data.c: maps and variables of data sections */
int load_externs(struct loader *l);          /* kconfig.c: .kconfig values, .ksyms names */
int relocate_core(struct loader *l);         /* core_relo.c */
int relocate_code(struct loader *l);         /* reloc.c */
int relocate_data(struct loader *l);         /* reloc.c */
int make_programs(struct loader *l);         /* functions.c */
int find_struct_ops(struct loader *l);       /* struct_ops.c: prog.ops */
int fill_map_slots(struct loader *l);        /* maps_btf.c: .values = {...} */

/* --- between steps --- */
/* jumptable.c: the map of the table at off of section t, for jumps of f; NONE: failed */
u32 jump_table(struct loader *l, const struct sec *s, u64 at, const struct sec *t, u64 off, u64 size, u32 func);
bool allow_jump(struct loader *l, u32 func, u32 slot); /* marks slot of func in jump_ok; false: no memory */
struct ext *find_extern(struct loader *l, struct sym *sym, bool func); /* kconfig.c; NULL: no memory */
/* The function that starts at module slot s, or NONE. */
u32 func_starting_at(const struct loader *l, u64 slot);

/* --- BTF --- */
/* btf_load.c: checks, then opens; NULL: failed. */
struct btf *btf_open(const u8 *p, size_t n, struct arena *tmp, struct error *e);
void btf_close(struct btf *b);
const char *btf_str(const struct btf *b, u32 off);      /* "" where there is none */
u32 btf_skip(const struct btf *b, u32 id);              /* past typedefs, const and the like */
u32 btf_datasec(const struct loader *l, const char *name); /* id of the BTF_KIND_DATASEC, or 0 */

#endif
