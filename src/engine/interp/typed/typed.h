/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.h - typed functions in the interpreter's form, and a run of them.
 *
 * Steps are those of interp/step.h, with handlers of their own (forms.def): registers have classes, and
 * there is an accumulator for each. A function is lowered when it is first called. In front of its first step
 * stands a head; a call goes to entry.code, which is the entry's stub until then.
 *
 * Registers of a callee begin at its window in the caller's. A frame is one word, the step to return to;
 * the call in front of it says how far the registers moved. Frames grow down from cx->slot_end. */
#ifndef ENGINE_INTERP_TYPED_H
#define ENGINE_INTERP_TYPED_H
#include "abi/object.h"
#include "base/fault.h"
#include "engine/interp/step.h"
#include <pthread.h>

enum typed_form {
    T_NONE,
#define OP(name, ...) T_##name,
#include "engine/interp/typed/forms.def"
    T_VEC, /* from here on those of vectors */
    T_VEC_BEFORE = T_VEC - 1,
#define OP(name, ...) T_##name,
#include "engine/interp/typed/vec.def"
    T_COUNT
};
const void *ityped_vec(u32 form); /* of vectors, in the tail-call build */
const void *ityped_handler(u32 form);

/* Variants of a row in forms.def. r: a register, a: the accumulator, i, k: the constant of the step. Those
 * without a store of the result come behind. */
/* integers; of 64 bits also rl, al */
enum { I_RR, I_AR, I_RA, I_AA, I_RI, I_AI, N_INT, I_RL = N_INT, I_AL, N_LONG };
enum { K_RR, K_AR, K_RA, K_AA, K_RK, K_AK, K_KR, K_KA, N_FLT };             /* on f32 and f64 */
enum { J_RR, J_AR, J_RA, J_RI, J_AI };                                      /* branches; of floats: rk, ak */
enum { P_RR, P_AR, P_RA, N_PAIR };                                          /* fused pairs of two operands */
enum { M_R, M_A, M_W, M_WA, M_X, M_XA, M_S, M_SA, M_K, N_MODE };            /* addresses in memory 0 */
enum { C_LOAD = 2 * N_MODE, L_FAR = C_LOAD + 4 };   /* r, a with a check; then nostore; then any memory */
/* of each mode: value from a register, the accumulator, a constant */
enum { C_STORE = 3 * N_MODE, S_FAR = C_STORE + 4 };
enum { X_RI = 2 };                                     /* vectors: from rr, ar to ri, ai: shifted by a constant */
enum { VL_R, VL_A, VL_C, VL_FAR, VS_C = 4, VS_FAR };   /* VLD, VST: address; VST: + 1: the value from vacc */
/* x op load: address; + 4: x is the accumulator */
enum { Q_R, Q_A, Q_W, Q_WA, N_LOADOP };

/* First form of a row, and what its operands are: letters as in isa.def. */
enum family { FAMILY_INT, FAMILY_LONG, FAMILY_FLT }; /* variants I_*, I_* with I_RL, K_* */
struct ityped_row {
    u16 form;
    u8 family; /* which variants there are */
};
extern const struct ityped_row ityped_row[OP_COUNT];

struct head { /* in the slot in front of a function's first step */
    u32 charge, need; /* fuel of its first block; registers */
    u32 func, unused;
};
_Static_assert(sizeof(struct head) == sizeof(struct step), "takes the place of one");

struct thread { /* an edge that goes on through jumps: the first of them, for when fuel ends there */
    u32 step, edge, to, charge;
};
struct second { /* a step that makes two accesses: the instruction of the second */
    u32 step, pc;
};
struct body { /* a function that is lowered */
    struct step *step;
    u32 nstep;
    u32 *pc;              /* instruction of each step */
    struct lead *lead;    /* its blocks */
    u32 nlead;
    struct thread *thread;
    u32 nthread;
    struct second *second;
    u32 nsecond;
    struct label *catch_; /* of each row of func.handler: where it goes on */
};
struct entry_t {
    const struct step *_Atomic code;
    struct step stub[2]; /* a head, and the step that lowers */
    struct body *_Atomic body; /* other threads' traps look through all of them */
};

/* Two sets of entries: for a memory 0 whose end the processor checks, and for any other. */
enum { CHECKED, GUARDED, NMODES };
struct typed {
    bool fuel;                /* of the link_view: count it */
    struct entry_t *_Atomic entry[NMODES]; /* NULL: nobody has run so */
    pthread_mutex_t lock;     /* while a function is lowered */
    struct step leave[3];     /* what the first frame of a run returns to, and the call that it believes in */
};

/* A run on a cx, on the C stack. */
struct trun {
    const struct image *im;
    const struct entry_t *entry;
    u64 *top;       /* the innermost frame's return address */
    u64 *first;     /* that of the run's first frame; frames are top .. first */
    u64 *frame_end; /* frames do not go below */
    u64 *reg_end;   /* registers do not go beyond */
    u32 mode;
    u64 val;        /* from a handler to its slow path */
    void *outer;    /* cx->run before */
    u32 calls;      /* cx->calls before */
    struct landing landing;
};

/* Lowers function f for a mode, unless that is done; the code, or NULL: e says why. */
const struct step *ityped_lower(const struct image *im, u32 mode, u32 f, struct error *e);

/* exec.c: runs from pc on until the first frame of the run returns, or cx->trap is set. */
void ityped_exec(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel);
/* The access that faulted, and the fuel there. */
const struct step *ityped_fault(const struct landing *l, s64 *fuel);

#endif
