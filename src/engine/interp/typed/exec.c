/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exec.c - the handlers of typed functions and their table, as interp/exec.c has them for eBPF.
 *
 * The state is one word more for each class of accumulators; they travel in vector registers, so that
 * floating point never crosses to integer registers between two steps.
 *
 * Accesses of a guarded memory are made by a single machine instruction that has pc and fuel in known registers:
 * where it faults, they are found there (base/fault.h). In the tail-call build they are there anyway. */
#include "engine/interp/typed/exec.h"

const struct ityped_row ityped_row[OP_COUNT] = {
#define OF_u64 FAMILY_LONG
#define OF_s64 FAMILY_LONG
#define OF_u32 FAMILY_INT
#define OF_s32 FAMILY_INT
#define OF_f64 FAMILY_FLT
#define OF_f32 FAMILY_FLT
#define BIN(name, code, off, sub, T, ...)                                                                              \
    [OP_##name] = {T_##name##_rr, OF_##T}, [OP_##name##i] = {T_##name##_rr, OF_##T},
#define UN(name, ...)    [OP_##name] = {T_##name##_r, 0},
#define JCC(name, ...)   [OP_##name] = {T_##name##_rr, 0}, [OP_##name##i] = {T_##name##_rr, 0},
#define MLD(name, ...)   [OP_##name] = {T_##name##_r, 0},
#define MST(name, ...)   [OP_##name] = {T_##name##_rr, 0},
#define MATOM(name, ...) [OP_##name] = {T_##name, 0},
#define VUN(name, ...)   [OP_##name] = {T_##name##_r, 0},
#define VBIN(name, ...)  [OP_##name] = {T_##name##_rr, 0},
#define VSH              VBIN
#define VTER             VUN
#define VTEST            VUN
#define VSPLAT           VUN
#define VEXTRACT         VUN
#define VREPLACE         VUN
#define VLD              VUN
#define VST              VBIN
#define VLDLANE(name, ...) [OP_##name] = {T_##name##_far, 0},
#define VSTLANE          VLDLANE
#include "isa/isa.def"
};

#if defined(__x86_64__) && defined(__linux__)
const struct step *ityped_fault(const struct landing *l, s64 *fuel) {
#ifdef TAIL_CALLS
    *fuel = (s64)l->reg[FAULT_R8];
    return (const struct step *)l->reg[FAULT_RDI];
#else
    *fuel = (s64)l->reg[FAULT_R12];
    return (const struct step *)l->reg[FAULT_RBX];
#endif
}
#else
const struct step *ityped_fault(const struct landing *l, s64 *fuel) {
    (void)l, (void)fuel;
    return NULL;
}
#endif

#ifdef TAIL_CALLS

#define OP(name, ...)
#define SLOW_OP(name, ...) static handler slow_##name;
#include "engine/interp/typed/forms.def"

#define OP(name, ...)                                                                                                  \
    static void do_##name(PARAMS) {                                                                                    \
        __VA_ARGS__;                                                                                                   \
    }
#define SLOW_OP(name, ...)                                                                                             \
    __attribute__((noinline, cold)) static void slow_##name(PARAMS) {                                                  \
        __VA_ARGS__;                                                                                                   \
    }
#include "engine/interp/typed/forms.def"

/* As handler_at() of interp/exec.c. */
const void *ityped_handler(u32 h) {
    const void *p = NULL;
    if (h >= T_VEC)
        return ityped_vec(h);
    switch (h) {
#define OP(name, ...)                                                                                                  \
    case T_##name: p = (const void *)do_##name; __asm__("" : "+r"(p)); break;
#include "engine/interp/typed/forms.def"
    }
    return p;
}

void ityped_exec(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel) {
    u8 *mem = cx->mem && cx->mem[0] ? cx->mem[0]->base : NULL;
    u8x16 zero = {0};
    ((handler *)pc->h)(pc, fp, mem, 0, fuel, cx, 0, 0, zero);
}

#else

#if defined(__x86_64__)
#define KEPT_IN(r) __asm__(r)
#else
#define KEPT_IN(r)
#endif

/* With at NULL: only gives the table of labels. */
static const void *const *go(const struct step *at, u64 *fp, struct ctx *cx, s64 budget) {
    static const void *const table[T_COUNT] = {
#define OP(name, ...) [T_##name] = &&do_##name,
#include "engine/interp/typed/forms.def"
#define OP(name, ...) [T_##name] = &&do_##name,
#include "engine/interp/typed/vec.def"
    };
    register const struct step *pc KEPT_IN("rbx") = at;
    register s64 fuel KEPT_IN("r12") = budget;
    u8 *mem;
    u64 acc = 0;
    f64 facc = 0;
    f32 sacc = 0;
    u8x16 vacc = {0};
    if (!pc)
        return table;
    mem = cx->mem && cx->mem[0] ? cx->mem[0]->base : NULL;
    DISPATCH;
#define OP(name, ...)                                                                                                  \
    do_##name : {                                                                                                      \
        __VA_ARGS__;                                                                                                   \
    }
#define SLOW_OP(name, ...)                                                                                             \
    slow_##name : {                                                                                                    \
        __VA_ARGS__;                                                                                                   \
    }
#include "engine/interp/typed/forms.def"
#define OP(name, ...)                                                                                                  \
    do_##name : {                                                                                                      \
        __VA_ARGS__;                                                                                                   \
    }
#include "engine/interp/typed/vec.def"
}

const void *ityped_handler(u32 h) {
    return go(NULL, NULL, NULL, 0)[h];
}

void ityped_exec(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel) {
    go(pc, fp, cx, fuel);
}

#endif
