/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm.h - a WebAssembly module, decoded and validated; private to this folder.
 *
 * Everything that is long stays in the file's own bytes: bodies, names, constant expressions,
 * items and contents of segments are offsets into them, so the bytes must outlive the module.
 * Arrays lie in the arena; imports come first in each index space. After wasm_load() each
 * index in the module and in the bodies holds, and each body is typed as the specification
 * says: lowering may assert what it reads. */
#ifndef FRONT_WASM_WASM_H
#define FRONT_WASM_WASM_H
#include "base/arena.h"
#include "front/wasm/leb.h"
#include "ir/valtype.h"

enum { WASM_NONE = 0xffffffffu };

enum {
#define LIMIT(id, most, what) WASM_MAX_##id = most,
#include "front/wasm/limits.def"
};

enum wasm_feature {
#define FEATURE(id, text) WF_##id,
#include "front/wasm/wasm.def"
    WF_COUNT
};
/* All but what is refused in any case. */
#define WASM_FEATURES_ALL ((1u << WF_COUNT) - 1u - (1u << WF_GC) - (1u << WF_LEGACY_EH))
const char *wasm_feature_name(unsigned f);

/* --- value types: ir/valtype.h, and in this folder also ---
 *
 *   packed   'B' i8   'H' i16, in fields only
 *   0        any type at all: an operand in dead code
 *
 * A heap type below HEAP_GROUP is a canonical type index; or it is an abstract type HEAP_*. */
#define WT_MUTABLE 0x20000000u /* a field that can be written */
enum { HEAP_GROUP = 0x800000 }; /* + n: type n of the recursive group that is being read */

/* A defined type. Those that the specification calls equal share one canonical index, that of
 * the first; an entry that repeats an earlier one is a copy of it. */
struct wasm_type {
    u32 canon;
    u32 super;      /* canonical index of the supertype, or WASM_NONE */
    u32 first;      /* in pool[]: parameters, then results; or fields */
    u32 group, ngroup; /* its recursive group: type[group] .. type[group + ngroup - 1] */
    u16 n, nresult; /* parameters or fields; results */
    u8 kind;        /* 'f' function, 's' structure, 'a' array */
    u8 depth;       /* supertypes above it */
    bool final;
};

struct wasm_span { u32 off, len; };     /* of the module's bytes; where one is optional, len 0: none */

enum { WASM_FUNC, WASM_TABLE, WASM_MEMORY, WASM_GLOBAL, WASM_TAG, WASM_KINDS }; /* the binary format's numbers */

struct wasm_import { struct wasm_span module, name; u32 index; u8 kind; };
struct wasm_export { struct wasm_span name; u32 index; u8 kind; };
/* type: canonical; of an import, body.off is its index in import[], and len 0 */
struct wasm_func { u32 type; struct wasm_span body; };
struct wasm_limits { u64 min, max; bool has_max, shared, is64; }; /* max: all ones where the file says nothing */
struct wasm_table { u32 type; struct wasm_limits lim; struct wasm_span init; };
struct wasm_memory { struct wasm_limits lim; };        /* in pages of 64 KiB */
struct wasm_global { u32 type; bool mutable; struct wasm_span init; };
struct wasm_tag { u32 type; };                         /* canonical index of a function type */

enum { SEG_ACTIVE, SEG_PASSIVE, SEG_DECLARED };
struct wasm_elem {
    u8 mode;
    bool exprs;             /* items are constant expressions; else function indices */
    u32 table, type, n;
    struct wasm_span at;
    struct wasm_span items;
};
struct wasm_data { u8 mode; u32 memory; struct wasm_span at, bytes; };

struct wasm_module {
    const u8 *p; u32 size;
    struct arena *arena;
    u32 features;               /* bit set of what may be used */
    struct wasm_type *type;     u32 ntype;
    u32 *pool;
    struct wasm_import *import; u32 nimport;
    struct wasm_func *func;     u32 nfunc, nfunc_import;
    struct wasm_table *table;   u32 ntable, ntable_import;
    struct wasm_memory *memory; u32 nmemory, nmemory_import;
    struct wasm_global *global; u32 nglobal, nglobal_import;
    struct wasm_tag *tag;       u32 ntag, ntag_import;
    struct wasm_export *export; u32 nexport;
    u32 *export_order;          /* indices of export[] sorted by name, for wasm_export_find() */
    struct wasm_elem *elem;     u32 nelem;
    struct wasm_data *data;     u32 ndata;
    u32 start;                  /* function, or WASM_NONE */
    u32 data_count;             /* what the data count section says, or WASM_NONE */
    u8 *referenced;             /* bit set over func[]: a reference to it can exist (ref.func, element, export) */
    struct wasm_span name;      /* the module's own, from the name section */
    u32 *func_name;             /* offset of each name's length, 0: none; NULL: no names at all */
    struct wasm_span local_names; /* subsection of the name section, unread; len 0: none */
    struct dwarf *dwarf;        /* dwarf.c: once it was asked for, under the lock of the struct module */
    u32 pending;                /* types of the group that is being read, behind type[ntype]; else 0 */
};

/* --- load.c: the stages in order --- */
/* Decodes and validates all of a module whose bytes outlive it. features: 0 for all. threads: validate_all.c. */
int wasm_load(struct wasm_module *m, struct arena *a, const u8 *p, size_t n, u32 features, u32 threads,
              struct error *e);

/* --- decode.c --- */
/* Everything but the bodies, which it only delimits. v: of m, for constant expressions. */
struct validator;
int wasm_decode(struct wasm_module *m, struct validator *v, struct error *e);
/* Sections, custom ones too, without state: start with *pos = 8; false at the end. */
struct wasm_section { u8 id; struct wasm_span name, body; }; /* name: of custom ones */
bool wasm_section_next(const struct wasm_module *m, u32 *pos, struct wasm_section *s);

/* --- validate.c --- */
struct validator *validator_new(const struct wasm_module *m, struct error *e); /* NULL: out of memory */
void validator_free(struct validator *v);
const struct wasm_module *validator_module(const struct validator *v);
void validator_refill(struct validator *v); /* as much work allowed as at first */
/* Bodies of functions first..end-1 (absolute indices) of v's module, which is only read: threads may share the work. */
int wasm_validate(struct validator *v, u32 first, u32 end, struct error *e);

/* --- validate_all.c --- */
/* All bodies; of a large module by so many threads, 0: as many as there are processors. The error is the first one's. */
int wasm_validate_all(struct validator *v, u32 threads, struct error *e);

/* --- types.c --- */
bool wasm_heap_match(const struct wasm_module *m, u32 a, u32 b);  /* heap type a is a subtype of b */
bool wasm_type_match(const struct wasm_module *m, u32 a, u32 b);  /* value type a is a subtype of b */
bool wasm_defaultable(u32 t);                                     /* has a zero: all but (ref x) */
u32 wasm_read_valtype(const struct wasm_module *m, struct bytes *b);
u32 wasm_read_reftype(const struct wasm_module *m, struct bytes *b);
u32 wasm_read_heaptype(const struct wasm_module *m, struct bytes *b); /* type index or HEAP_* */
struct wasm_text { char s[40]; };
struct wasm_text wasm_type_text(u32 t);                           /* "i32", "(ref null 3)" */

/* --- names.c --- */
void wasm_names(struct wasm_module *m);                           /* reads the name section, if any and in order */
struct wasm_span wasm_func_name(const struct wasm_module *m, u32 f); /* len 0: none */
/* Puts "(function 3 "f", offset 0x51)" behind the text of e. */
int wasm_place_func(const struct wasm_module *m, u32 f, struct error *e);
int wasm_place_section(struct error *e, const char *section);     /* the same with "(type section, offset 0x51)" */
const struct wasm_export *wasm_export_find(const struct wasm_module *m, const char *name, size_t len);

/* --- insn.c: instructions, decoded once for the validator, the lowering and the disassembler --- */
enum wasm_imm {
#define IMM(id) IMM_##id,
#include "front/wasm/wasm.def"
};
enum wasm_opcode {
    W_illegal,
#define OP(id, ...) W_##id,
#include "front/wasm/wasm.def"
    W_COUNT
};
struct wasm_op {
    char name[36];      /* in the row, since a pointer is work for the dynamic linker */
    char sig[6];        /* wasm.def */
    u8 npop;            /* operands in sig */
    u8 imm, feature, page;
    u16 code;
};
extern const struct wasm_op wasm_op[W_COUNT];

struct wasm_insn {
    u16 op;             /* W_* */
    u32 n, x, y;        /* as the IMM rows of wasm.def say */
    u64 imm;
    const u8 *at;       /* the opcode */
    const u8 *ext;
};
/* Block types: 0 nothing, a value type, or a function type (canonical index). */
#define BLOCK_TYPE 0x10000000u
struct wasm_types { const u32 *t; u32 n; };
struct wasm_types wasm_block_params(const struct wasm_module *m, const u32 *block);
struct wasm_types wasm_block_results(const struct wasm_module *m, const u32 *block);
struct wasm_types wasm_params(const struct wasm_module *m, u32 type);
struct wasm_types wasm_results(const struct wasm_module *m, u32 type);
/* The next instruction; false when the bytes are malformed (b->e). Types and labels in it are not checked. */
bool wasm_insn_read(const struct wasm_module *m, struct bytes *b, struct wasm_insn *i);
struct bytes wasm_bytes(const struct wasm_module *m, struct wasm_span s, struct error *e);

enum { CATCH_TAG, CATCH_TAG_REF, CATCH_ALL, CATCH_ALL_REF, CATCH_KINDS };
struct wasm_catch { u8 kind; u32 tag, label; };
bool wasm_catch_read(struct bytes *b, struct wasm_catch *c); /* one of the n catches at ext */

#endif
