/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine.h - how a host adds an engine of its own: decoded instructions in, a way to run
 * them out.
 *
 *   static int compile(void *user, const struct svm_link *l, void **image, struct svm_error *err);
 *   static void run(void *user, const void *image, struct svm_ctx *cx, uint32_t func);
 *   ...
 *   struct svm_engine e = SVM_ENGINE_INIT;
 *   e.name = "mine"; e.compile = compile; e.run = run; e.free = drop;
 *   svm_engine_register(vm, &e);
 *
 * An engine is trusted code: the library hands it validated instructions, and it keeps the
 * promises of docs/ISA.md (checks, fuel, traps). compile() sees the program through svm_link_*
 * functions; what it makes, the image, is immutable and run by many threads at once, each with
 * its own svm_ctx. The structs here are views: valid while compile() runs, and what they point
 * to (instructions, names, callees) as long as the image. */
#ifndef SUPERVM_ENGINE_H
#define SUPERVM_ENGINE_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- instructions ---- */

/* One for each 64-bit slot, so that the index of an instruction is the index of its slot; the
 * second slot of a pair is "pad". Jump targets are such indices, in off. */
struct svm_insn {
    uint16_t op;             /* number of the operation: compare by svm_op_find at start-up. Numbers
                                change between minor versions, names do not */
    uint16_t a, b, c;        /* registers: destination, first and second source */
    int32_t off;             /* memory offset, or target of a branch */
    int32_t imm;             /* immediate; with off (high half) a 64-bit one */
};

enum svm_shape {             /* what the fields are, by operation; docs/ISA.md has each in full */
    SVM_SHAPE_BAD,
    SVM_SHAPE_BIN,           /* a := b op c */
    SVM_SHAPE_BINI,          /* a := b op imm */
    SVM_SHAPE_UN,            /* a := op b */
    SVM_SHAPE_JCC,           /* if b op c goto off */
    SVM_SHAPE_JCCI,          /* if b op imm goto off */
    SVM_SHAPE_LD,            /* a := [b + off] */
    SVM_SHAPE_ST,            /* [b + off] := c */
    SVM_SHAPE_STI,           /* [b + off] := imm */
    SVM_SHAPE_ATOM,          /* [b + off] op= c */
    SVM_SHAPE_PKT,           /* r0 := packet[imm (+ b)] */
    SVM_SHAPE_MLD,           /* a := memory c [b + off64] */
    SVM_SHAPE_MST,           /* memory c [b + off64] := a */
    SVM_SHAPE_CTL            /* calls, jumps, constants, ... */
};
struct svm_op_info {
    const char *name;        /* "add64", "add64i", "ldx32", "exit" */
    uint8_t shape;           /* enum svm_shape */
    uint8_t size;            /* bytes of memory touched, or 0 */
    bool wide;               /* never in an eBPF program */
};
SVM_API bool svm_op_describe(uint16_t op, struct svm_op_info *out); /* false past the last */
SVM_API int svm_op_find(const char *name);                         /* the number, or SVM_ENOENT */
/* What a BIN, UN or JCC operation computes (immediate forms take it in y); false: another shape,
 * or it would trap. */
SVM_API bool svm_op_eval(uint16_t op, uint64_t x, uint64_t y, uint64_t *out);

/* ---- what compile() sees ---- */

struct svm_link;
struct svm_callee;           /* a helper or kfunc that is bound */

struct svm_func_view {
    const char *name, *section;
    const struct svm_insn *code;
    uint32_t ninsn;
    uint16_t nreg;           /* registers, at least 11 */
    const uint8_t *reg_type; /* nreg letters of docs/ISA.md, or NULL: all 64-bit integers */
    uint32_t slot;           /* of code[0] among all slots of the module: what callf and ldfunc count in */
};
struct svm_map_view {
    uint64_t handle;         /* what ldmap loads */
    const void *value;       /* arrays: address of entry 0 (ldmapval adds off), else NULL */
    uint64_t value_len;      /* bytes there */
    uint32_t stride, max_entries, type;
    bool read_only;          /* to the program */
};
SVM_API bool svm_link_func(const struct svm_link *l, uint32_t i, struct svm_func_view *out); /* false past the end */
SVM_API bool svm_link_map(const struct svm_link *l, uint32_t i, struct svm_map_view *out);
/* Helper id; NULL: none has that number (a call of it traps with BAD_HELPER). */
SVM_API const struct svm_callee *svm_link_helper(const struct svm_link *l, uint32_t id);
/* Imported function i (callk); NULL: weak and absent (a call traps with UNRESOLVED). */
SVM_API const struct svm_callee *svm_link_import(const struct svm_link *l, uint32_t i);
SVM_API uint64_t svm_link_import_address(const struct svm_link *l, uint32_t i); /* imported variable (ldsym) */
/* Upper half of the addresses of the program's arena: what cast_kern and cast_user give to a pointer whose lower
 * half is not 0 (else 0); 0: no arena, and they are moves. */
SVM_API uint64_t svm_link_arena(const struct svm_link *l);
SVM_API bool svm_link_checks(const struct svm_link *l); /* false: the host said that code is trusted */
SVM_API bool svm_link_fuel(const struct svm_link *l);   /* false: run without a budget */
SVM_API const char *svm_callee_name(const struct svm_callee *c);

/* ---- what run() does ---- */

struct svm_ctx;

SVM_API uint64_t svm_ctx_arg(const struct svm_ctx *cx, unsigned i); /* r1 + i at the start, i < 5 */
/* Ends the run well, with r0. run() returns after it. */
SVM_API void svm_ctx_return(struct svm_ctx *cx, uint64_t r0);
/* Stops the run; regs (r0 .. r10) may be NULL. Each function below that returns false has
 * trapped already: svm_ctx_stop adds the place, and run() returns. */
SVM_API void svm_ctx_trap(struct svm_ctx *cx, uint32_t trap);
SVM_API void svm_ctx_stop(struct svm_ctx *cx, uint32_t func, uint32_t pc, const uint64_t regs[11]);
SVM_API bool svm_ctx_trapped(const struct svm_ctx *cx);
/* Charges n instructions; false: the budget is spent or the run was interrupted. */
SVM_API bool svm_ctx_spend(struct svm_ctx *cx, uint32_t n);
/* The frame of the next call: *fp is its r10. false: too deep. Each enter has its leave, and
 * run() enters first. func and pc are the caller's place. */
SVM_API bool svm_ctx_enter(struct svm_ctx *cx, uint32_t func, uint32_t pc, uint64_t *fp);
SVM_API void svm_ctx_leave(struct svm_ctx *cx);
/* Checked accesses of 1, 2, 4 or 8 bytes, to memory and to the context; loads extend with zeros. */
SVM_API bool svm_ctx_load(struct svm_ctx *cx, uint64_t addr, unsigned size, uint64_t *value);
SVM_API bool svm_ctx_store(struct svm_ctx *cx, uint64_t addr, unsigned size, uint64_t value);
/* Checks for an atomic access: aligned, memory (not the context), writable. */
SVM_API bool svm_ctx_atomic(struct svm_ctx *cx, uint64_t addr, unsigned size);
/* ld_abs, ld_ind: false and not trapped: the program ends with r0 = 0. */
SVM_API bool svm_ctx_packet_load(struct svm_ctx *cx, uint64_t off, unsigned size, uint64_t *value);
/* Calls a bound function with r1 .. r5; its arguments are checked there. false: trapped, or the
 * program ends here (a tail call, a helper that unwinds). c NULL: no such helper. */
SVM_API bool svm_ctx_call(struct svm_ctx *cx, const struct svm_callee *c, const uint64_t r[5], uint64_t *r0);

/* ---- the engine ---- */

struct svm_engine {
    size_t size;             /* sizeof; SVM_ENGINE_INIT */
    const char *name, *about;
    bool (*usable)(void *user);                     /* on this machine; NULL: always */
    /* 0, or a negative SVM_E* code and a message in *err. */
    int (*compile)(void *user, const struct svm_link *l, void **image, struct svm_error *err);
    /* Runs function func. May be entered again on the same cx, from within svm_ctx_call. */
    void (*run)(void *user, const void *image, struct svm_ctx *cx, uint32_t func);
    void (*free)(void *user, void *image);
    void *user;
};
#define SVM_ENGINE_INIT SVM_INIT_OF(struct svm_engine)

#ifdef __cplusplus
}
#endif
#endif
