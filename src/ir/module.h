/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.h - what a file says, in the one form that everything after the front ends reads.
 *
 * A module is made by a front end in its arena, validated, and then immutable: threads
 * share it. Imports stay symbolic; linking them is rt's work. */
#ifndef IR_MODULE_H
#define IR_MODULE_H
#include "base/arena.h"
#include "base/error.h"
#include "ir/valtype.h"
#include "isa/isa.h"
#include <pthread.h>
#include <stdatomic.h>

/* What a register may hold; the letters of isa.def. */
/* ANY, in typed functions: a slot of 64 bits that holds a number of any type but no reference (an i32 or f32
 * zero-extended); two of them, one behind the other, hold a v128. What was written is what is read, as bits. */
enum { TYPE_ANY = 'X', TYPE_I64 = 'L', TYPE_I32 = 'I', TYPE_F32 = 'F', TYPE_F64 = 'D', TYPE_V128 = 'V', TYPE_VHIGH = 'v',
       TYPE_FUNC = 'R', TYPE_EXTERN = 'E', TYPE_EXN = 'N' };
/* References never mix with numbers nor one class of them with another (vt_letter): that is what keeps one from being
 * forged. Within a class heap types are not told apart by registers: callref, calltab and exnarg compare the type or
 * the tag of what they meet when they run. So a register's letter is all that validate_func() has to know. */

/* Instruction first..first of the next row comes from this place in the source. */
struct line {
    u32 insn;
    u32 line, column;
    const char *file, *text; /* text: the source line itself, where BTF.ext has it */
};

/* A function is one of two kinds. An eBPF function has r0 .. r10 and their calling convention. A
 * *typed* function has a signature and registers of its own alone, numbered from 0: its parameters first (a
 * v128 takes two numbers and is named by the first), and no frame pointer; it calls and returns through windows
 * (isa.def). An imported function has a type and no code. */
enum { NO_INDEX = 0xffffffffu };

/* An exception that is raised in instructions start .. end - 1 goes on at target, in register reg. */
struct handler { u32 start, end, target; u16 reg; };

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

    /* --- typed functions; code stands after func_ready(), and slot is NULL unless the file had slots --- */
    bool typed, imported;
    u32 type;                   /* in module.type[], a function type */
    u32 import;                 /* in module.ext[], of an imported function */
    const u32 *where;           /* offset in the file of what each instruction came from; NULL: not known */
    const u8 (*pool)[16]; u32 npool; /* v128 constants and lane lists that its instructions name */
    const struct handler *handler; u32 nhandler; /* of nested ones the inner first */
    atomic_bool ready;          /* of lazily lowered functions */
    bool lazy;                  /* module.lower makes its code when it is first needed */
    atomic_bool lined;          /* where there is module.lines: it has looked for line */
};

/* --- what typed code names; each entity space begins with its imports --- */

struct deftype {
    u32 super;                  /* index in type[], or NO_INDEX */
    u32 group, ngroup;          /* its recursive group: type[group] .. type[group + ngroup - 1] */
    u8 kind;                    /* 'f' function; 's' structure, 'a' array: no values of them exist */
    bool final;
    const u32 *vt;              /* nparam parameters, then nresult results; or fields (flags of the front end's) */
    u32 nparam, nresult;
    u32 param_slots, result_slots;
    u32 result_at;              /* slot of a window in which its results begin; see deftype_slots() */
};
/* Fills param_slots, result_slots and result_at of a function type from vt. Results come back from slot 0 of a window on; only
 * where that would make one register hold a reference before the call and a number after it, or the like (a register is of
 * one class for good), they come back behind the arguments, from slot param_slots on. */
void deftype_slots(struct deftype *t);

/* A name: any bytes, with a 0 behind them that does not count. */
struct str { const char *p; u32 n; };

enum entity_kind { ENTITY_FUNC, ENTITY_TABLE, ENTITY_MEMORY, ENTITY_GLOBAL, ENTITY_TAG };
struct entity { struct str space, name; u8 kind; u32 index; }; /* index: in the entity space of its kind */

struct size_limits { u64 min, max; bool is64, shared; };   /* max: UINT64_MAX where there is none */
struct memory_def { struct size_limits lim; };              /* pages of 64 KiB */
struct table_def { struct size_limits lim; u32 vt; };
struct global_def { u32 vt; bool mutable; };
struct tag_def { u32 type; };                               /* a function type without results */
/* Items of an element segment: functions, or NO_INDEX: null, or set by tseg when an instance starts. */
struct elem_seg { u32 vt; const u32 *func; u32 n; };
struct data_seg { const u8 *p; u32 n; };

/* A program: a function that a host starts. */
struct prog {
    const char *name, *section;
    u32 func;                   /* its main function */
    u8 kind;                    /* enum prog_kind of abi/ctxtype.h, from the section's name */
    bool sleepable;
    const char *ops;            /* "tcp_congestion_ops.init": it stands in such a table of the kernel's functions; NULL: in none */
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
    u32 memory_pages;           /* of linear memory 0 (64 KiB each) of eBPF-like .svm assembly; 0: none */

    /* --- of modules with typed functions --- */
    struct deftype *type;          u32 ntype;
    struct entity *ext;            u32 next;     /* imports, in the file's order */
    struct entity *export;         u32 nexport;  /* space: empty */
    struct memory_def *memory;  u32 nmemory, nmemory_import;
    struct table_def *table;    u32 ntable, ntable_import;
    struct global_def *global;  u32 nglobal, nglobal_import;
    struct tag_def *tag;        u32 ntag, ntag_import;
    struct elem_seg *elem;      u32 nelem;
    struct data_seg *data;      u32 ndata;
    u32 nfunc_import;           /* func[0 .. nfunc_import - 1] */
    /* A typed function without parameters and results that every new instance runs once: sets globals and tables,
     * copies segments, drops them, calls the file's own start function. */
    u32 init; bool has_init;
    /* Makes func[f].code, where, pool, handler, reg_type, nreg (not yet validated); front is its own data. */
    int (*lower)(struct module *m, u32 f, struct error *e);
    /* Makes func[f].line of the offsets in where, if the file says which lines these are; NULL: lines stand as they are. */
    void (*lines)(struct module *m, u32 f);
    void *front_data;
    const u8 *bytes; u64 nbytes;/* the file itself, for lower; owned by the module when own_bytes */
    bool own_bytes;
    pthread_mutex_t lock;       /* held while a function is lowered or gets its lines; the arena is its own then */
    const u8 *btf; u32 btf_size;/* the .BTF section as it stands, checked; NULL: none */
    bool core_target;           /* offsets of CO-RE are those of another BTF, that of the target */
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

/* The same for one function whose code stands, typed or not. */
int validate_func(struct module *m, struct func *f, struct error *e);
/* Makes sure that the code of func[f] stands: lowers and validates it if nobody has yet. Any thread. Once the
 * module has loaded it fails for memory only, or for registers (E_LIMIT) where references and numbers stand in each
 * other's places in windows of thousands of slots. */
int func_ready(const struct module *m, u32 f, struct error *e);

/* Makes sure that func[f].line stands, if lines are known at all; its code does. Any thread. */
void func_lines(const struct module *m, u32 f);
/* The source line of instruction pc of func[f]; NULL: not known. Any thread, also where code of it has come out of a cache and nobody
 * has lowered it. */
const struct line *module_line(const struct module *m, u32 f, u32 pc);
/* The same: its offset in the file, or NOWHERE. */
s64 module_where(const struct module *m, u32 f, u32 pc);

/* Which function holds module slot s, or NULL. func[] is sorted by base. */
const struct func *module_func_at(const struct module *m, u32 slot);
/* The same among the lines that stand. A line of number 0 says that from there on none is known. */
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
    const char *wasm_without;    /* features to refuse, by name, with commas between; NULL: none */
    const char *kconfig;         /* text of "CONFIG_X=y" lines; NULL: none */
    u32 threads;                 /* that validate a large input; 0: as many as there are processors */
    bool may_keep;               /* the bytes are on the heap: a module may own them from now on, and says own_bytes */
};
/* What tools show of an input that has instructions of its own. */
struct front_view {
    /* Those of function f that begin at file offsets from .. upto, a line each; from 0: what is declared in front of them,
     * too. Returns the offset behind them. */
    u64 (*insns)(const struct module *m, u32 f, u64 from, u64 upto, struct buf *b);
    u64 (*size)(const struct module *m, u32 f); /* bytes that they take */
    /* Section i among those that the front end leaves alone; false past the last. */
    bool (*custom)(const struct module *m, u32 i, struct str *name, u64 *size);
};
struct front {
    const char *name;
    bool (*sniff)(const u8 *p, size_t n);
    /* Fills *m (zeroed, arena ready); on failure the caller frees the arena. */
    int (*load)(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e);
    const struct front_view *view; /* NULL: the input has nothing of its own to show */
};

#endif
