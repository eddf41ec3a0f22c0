/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.h - what a file says, in the one form that everything after the front ends reads.
 *
 * A module is made by a front end in its arena, validated, and then immutable: threads
 * share it. Imports stay symbolic; linking them is rt's work. */
#ifndef IR_MODULE_H
#define IR_MODULE_H
#include "base/arena.h"
#include "base/error.h"
#include "isa/isa.h"

/* What a register may hold; the letters of isa.def. */
enum { TYPE_I64 = 'L', TYPE_I32 = 'I', TYPE_F32 = 'F', TYPE_F64 = 'D', TYPE_V128 = 'V', TYPE_REF = 'R' };

/* Instruction first..first of the next row comes from this place in the source. */
struct line {
    u32 insn;
    u32 line, column;
    const char *file, *text; /* text: the source line itself, where BTF.ext has it */
};

struct func {
    const char *name, *section; /* section: NULL where there is none */
    u64 file_off;               /* of slot[0] in the input, for messages */
    u32 base;                   /* index of slot[0] among all slots of the module */
    u32 nslot;
    const u64 *slot;
    struct insn *code;          /* nslot entries, made by validate() */
    const u8 *reg_type;         /* nreg letters, or NULL: all i64 */
    u16 nreg;                   /* registers, at least NREG_EBPF */
    bool wide;                  /* may use escapes (from .svm only) */
    bool global;                /* a global subprogram (STB_GLOBAL) */
    const struct line *line;    /* sorted by insn; may be NULL */
    u32 nline;
    /* a set of slots that jump tables name: bit i of jump_ok[i / 64]; NULL: no gotox here */
    const u64 *jump_ok;
};

/* A program: a function that a host starts. */
struct prog {
    const char *name, *section;
    u32 func;                   /* its main function */
    u8 kind;                    /* enum prog_kind of abi/ctxtype.h, from the section's name */
    bool sleepable;
};

enum { /* map_def.flavour */
    MAP_PLAIN, MAP_RODATA, MAP_DATA, MAP_BSS, MAP_KCONFIG, MAP_JUMPTABLE
};

struct map_slot { u32 index; u32 kind; u32 target; }; /* kind: 0 map, 1 program (index in prog[]) */

struct map_def {
    const char *name;
    u32 type;                   /* BPF_MAP_TYPE_*, abi/maps.def */
    u32 key_size, value_size, max_entries, flags;
    u64 extra;                  /* map_extra */
    u32 pinning, numa_node;
    u32 btf_key, btf_value;     /* type ids in module.btf, 0: unknown */
    u8 flavour;                 /* MAP_RODATA and so on: one entry, the section's bytes */
    const u8 *init;             /* first bytes of the value of entry 0, or NULL: zero */
    u32 init_size;
    const struct map_def *inner;        /* for maps of maps */
    const struct map_slot *slot; u32 nslot; /* static initialisers (.values = {...}) */
    const char *section; u64 file_off;
};

/* A variable of a data section, or one that the linker patches. */
struct var {
    const char *name;
    u32 map, off, size;
    u32 btf_type;               /* 0: unknown */
    bool read_only;
};

/* An address inside the first bytes of a data map, which only linking knows: the 8 bytes at off
 * of the value of map become the address of the value of map target, plus add. (Addresses of
 * functions, labels and maps are handles; the front end writes those itself.) */
struct map_ptr { u32 map, off, target; u64 add; };

enum { IMPORT_FUNC, IMPORT_VAR };
struct import {
    const char *name;
    u8 kind;                    /* IMPORT_* */
    bool weak;                  /* unresolved: zero */
    u32 btf_type;
};

struct module {
    struct arena arena;         /* everything below lives here */
    const char *name;           /* file name or "" */
    const char *front;          /* "elf", "raw", "hex", "asm" */
    const char *license;        /* "" where the input says nothing */
    bool gpl;                   /* the license is GPL-compatible, or the input has no license at all (raw code) */
    u32 kernel_version;
    struct func *func;  u32 nfunc;
    struct prog *prog;  u32 nprog;
    struct map_def *map; u32 nmap;
    struct var *var;    u32 nvar;
    struct map_ptr *ptr; u32 nptr;
    struct import *import; u32 nimport;
    u32 nslot;                  /* all functions together */
    u32 memory_pages;           /* of linear memory 0 (64 KiB each); 0: none */
    const u8 *btf; u32 btf_size;/* the .BTF section as it stands, checked; NULL: none */
};

/* What replaces an instruction whose CO-RE relocation has no answer in the target: a call of this
 * helper, as libbpf does it. Programs ask first whether a field exists, so most are never reached. */
enum { CORE_POISON = 0xbad2310 };

/* Slot-level encodings that front ends leave behind, so that code stays plain eBPF:
 *   call, src 1: imm32 relative to the next slot, over the slots of the whole module (func.base)
 *   call, src 2: imm32 = index in import[]
 *   0x18 src 5 / 6: imm32 = index in map[]; src 6: second imm32 = offset in the value
 *   0x18 src 3: imm32 = index in import[]
 *   0x18 src 4: imm32 relative to this slot + 1, over the slots of the whole module
 *   (src 1 and 2, map file descriptors, are rewritten to 5 and 6 by the front end, or refused.) */

struct limits {                 /* of loading; 0 fields take the defaults in parentheses */
    u32 insns;                  /* slots of a module (1,000,000) */
    u32 maps;                   /* (1,024) */
    u32 funcs;                  /* (16,384) */
    u64 memory;                 /* bytes that a module may take (1 GiB) */
};
struct limits limits_or_default(const struct limits *l);

/* Decodes and checks every function: encodings, registers and their types, jump targets,
 * calls, that control cannot fall off the end, map, import and function indices. One linear
 * pass. After it, func.code stands and engines may trust its structure (not its values). */
int validate(struct module *m, const struct limits *lim, struct error *e);

/* Which function holds module slot s, or NULL. func[] is sorted by base. */
const struct func *module_func_at(const struct module *m, u32 slot);
/* The source line of instruction pc of f, or NULL. */
const struct line *func_line(const struct func *f, u32 pc);
/* "xdp_prog: insn 12 (hello.bpf.c:31)": the place for a message. */
void print_place(struct buf *b, const struct func *f, u32 pc);
const struct prog *module_prog(const struct module *m, const char *name); /* by name or section */
void module_free(struct module *m);

/* --- front ends --- */
struct load_options {
    const char *name;            /* for messages; may be NULL */
    const char *target_btf;      /* file with the BTF to relocate CO-RE against; NULL: the object's own */
    struct limits limits;
    const char *kconfig;         /* text of "CONFIG_X=y" lines; NULL: none */
};
struct front {
    const char *name;
    bool (*sniff)(const u8 *p, size_t n);
    /* Fills *m (zeroed, arena ready); on failure the caller frees the arena. */
    int (*load)(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e);
};

#endif
