/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exec.c - the interpreter's handlers and their table.
 *
 * One source of bodies (forms.def), two ways to get from one to the next:
 *   musttail   each handler is a function that ends in a tail call of the next; the state
 *              (seven words) stays in argument registers
 *   goto       one function, a label for each handler, where the compiler lacks musttail.
 *              gcc 12 needs -fno-gcse -fno-crossjumping here (flags.cmake): it merges the
 *              dispatches into one otherwise, and the predictor loses its context
 * Slow paths are handlers of their own, so that no hot one saves registers. */
#include "engine/interp/bits.h"
#include "engine/interp/slow.h"
#include <string.h>

#if defined(__has_attribute)
#if __has_attribute(musttail)
#define TAIL_CALLS 1
#endif
#endif

const u16 form_of[OP_COUNT] = {
#define BIN(name, ...)  [OP_##name] = H_##name##_rr, [OP_##name##i] = H_##name##_rr,
#define UN(name, ...)   [OP_##name] = H_##name##_r,
#define JCC(name, ...)  [OP_##name] = H_##name##_rr, [OP_##name##i] = H_##name##_rr,
#define LD(name, ...)   [OP_##name] = H_##name##_r,
#define ST(name, ...)   [OP_##name] = H_##name##_rr, [OP_##name##i] = H_##name##_rr,
#define ATOM(name, ...) [OP_##name] = H_##name,
#define PKT(name, ...)  [OP_##name] = H_##name,
#define MLD(name, ...)  [OP_##name] = H_##name##_r,
#define MST(name, ...)  [OP_##name] = H_##name##_rr,
#include "isa/isa.def"
};

/* --- the words of forms.def --- */

#define A     (pc->a)
#define B     (pc->b)
#define B0    (pc->b0)
#define B1    (pc->b1)
#define C     (pc->c)
#define D     (pc->d)
#define IMM   (pc->imm)
#define EXTRA ((const struct extra *)(pc + 1))
#define R(n)  fp[n]
#define RUN   ((struct run *)cx->run)

#define WIDTH(MT) (sizeof(MT) == 8 ? 3 : sizeof(MT) == 4 ? 2 : sizeof(MT) == 2 ? 1 : 0)
/* d holds the place of the region in units of 8 bytes */
#define REGION ((const struct region *)((const char *)rg + (size_t)D * 8))
#define CHECK(what, MT, slow)                                                                                          \
    if (unlikely(p - REGION->base >= REGION->what[WIDTH(MT)])) {                                                       \
        RUN->addr = p;                                                                                                 \
        SLOW(slow);                                                                                                    \
    }
#define CHECK_ST(MT, slow)                                                                                             \
    if (unlikely(p - REGION->base >= REGION->write[WIDTH(MT)])) {                                                      \
        RUN->addr = p;                                                                                                 \
        RUN->val = (u64)v;                                                                                             \
        SLOW(slow);                                                                                                    \
    }
/* a 32-bit field of the context may give a whole pointer: what is too wide is not memory */
#define LOAD_MISSED(MT, CVT)                                                                                           \
    u64 v;                                                                                                             \
    if (!read_missed(cx, sizeof(MT), &v))                                                                              \
        SLOW(trap);                                                                                                    \
    acc = sizeof(MT) < 8 && v >> (8 * sizeof(MT) & 63) ? v : CVT((MT)v);
#define LOAD_OP_MISSED(MT)                                                                                             \
    u64 v;                                                                                                             \
    if (!read_missed(cx, sizeof(MT), &v))                                                                              \
        SLOW(trap);
#define STORE_MISSED(MT)                                                                                               \
    if (!write_missed(cx, sizeof(MT)))                                                                                 \
    SLOW(trap)

#define TRAP(t)                                                                                                        \
    do {                                                                                                               \
        cx->trap = TRAP_##t;                                                                                           \
        SLOW(trap);                                                                                                    \
    } while (0)
#define TRAP_IF(c, t)                                                                                                  \
    ({                                                                                                                 \
        if (unlikely(c))                                                                                               \
            TRAP(t);                                                                                                   \
    })

#define BRANCH(...)                                                                                                    \
    if (__VA_ARGS__) {                                                                                                 \
        fuel -= EXTRA->edge[1].charge;                                                                                 \
        if (unlikely(fuel < 0)) {                                                                                      \
            RUN->val = 1;                                                                                              \
            SLOW(edge);                                                                                                \
        }                                                                                                              \
        pc = (const struct step *)((const char *)pc + EXTRA->edge[1].off);                                             \
    } else {                                                                                                           \
        fuel -= EXTRA->edge[0].charge;                                                                                 \
        if (unlikely(fuel < 0)) {                                                                                      \
            RUN->val = 0;                                                                                              \
            SLOW(edge);                                                                                                \
        }                                                                                                              \
        pc = (const struct step *)((const char *)pc + EXTRA->edge[0].off);                                             \
    }                                                                                                                  \
    DISPATCH

/* C11 atomics on guest memory, sequentially consistent as the kernel's fetching forms are */
#define ATOM_WRITES_LDACQ   false
#define ATOM_WRITES_STREL   true
#define ATOM_WRITES_ADD     true
#define ATOM_WRITES_OR      true
#define ATOM_WRITES_AND     true
#define ATOM_WRITES_XOR     true
#define ATOM_WRITES_FADD    true
#define ATOM_WRITES_FOR     true
#define ATOM_WRITES_FAND    true
#define ATOM_WRITES_FXOR    true
#define ATOM_WRITES_XCHG    true
#define ATOM_WRITES_CMPXCHG true
#define ATOM_CHECK(MT, what)                                                                                           \
    if (unlikely(p - REGION->base >= (ATOM_WRITES_##what ? REGION->write : REGION->read)[WIDTH(MT)]) &&                \
        !atomic_missed(cx, p, sizeof(MT), ATOM_WRITES_##what))                                                         \
        SLOW(trap);
#define ATOM_RMW(MT, fn) __atomic_fetch_##fn((MT *)p, (MT)R(A), __ATOMIC_SEQ_CST)
#define ATOM_ADD(MT)     ATOM_RMW(MT, add);
#define ATOM_OR(MT)      ATOM_RMW(MT, or);
#define ATOM_AND(MT)     ATOM_RMW(MT, and);
#define ATOM_XOR(MT)     ATOM_RMW(MT, xor);
#define ATOM_FADD(MT)    R(A) = ATOM_RMW(MT, add);
#define ATOM_FOR(MT)     R(A) = ATOM_RMW(MT, or);
#define ATOM_FAND(MT)    R(A) = ATOM_RMW(MT, and);
#define ATOM_FXOR(MT)    R(A) = ATOM_RMW(MT, xor);
#define ATOM_XCHG(MT)    R(A) = __atomic_exchange_n((MT *)p, (MT)R(A), __ATOMIC_SEQ_CST);
#define ATOM_CMPXCHG(MT)                                                                                               \
    MT old = (MT)R(0);                                                                                                 \
    __atomic_compare_exchange_n((MT *)p, &old, (MT)R(A), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                   \
    R(0) = old;
#define ATOM_LDACQ(MT) R(A) = __atomic_load_n((MT *)p, __ATOMIC_ACQUIRE);
#define ATOM_STREL(MT) __atomic_store_n((MT *)p, (MT)R(A), __ATOMIC_RELEASE);

/* from r10 - 8 a on imm bytes, a multiple of 8 */
#define ZERO_FRAME memset((void *)(R(REG_FP) - (u64)A * 8), 0, (size_t)IMM)

#define CALL_HELPER(helper_)                                                                                           \
    {                                                                                                                  \
        const struct helper *h = (helper_);                                                                            \
        cx->fuel = fuel;                                                                                               \
        cx->callee = h;                                                                                                \
        cx->trap_func = NO_PLACE;                                                                                      \
        R(0) = acc = h->fn(cx, R(1), R(2), R(3), R(4), R(5));                                                          \
        fuel = cx->fuel;                                                                                               \
        rg = cx->region;                                                                                               \
        if (unlikely(cx->trap))                                                                                        \
            SLOW(trap);                                                                                                \
    }

/* From a frame that callf made. */
#define RETURN(value)                                                                                                  \
    struct run *run = cx->run;                                                                                         \
    const struct frame *fr = run->top--;                                                                               \
    u64 r0 = (value);                                                                                                  \
    cx->depth--;                                                                                                       \
    fp = fr->fp;                                                                                                       \
    R(0) = acc = r0;                                                                                                   \
    R(6) = fr->saved[0];                                                                                               \
    R(7) = fr->saved[1];                                                                                               \
    R(8) = fr->saved[2];                                                                                               \
    R(9) = fr->saved[3];                                                                                               \
    R(REG_FP) = fr->r10;                                                                                               \
    pc = fr->ret;                                                                                                      \
    DISPATCH

#define NEXT                                                                                                           \
    pc++;                                                                                                              \
    DISPATCH
#define NEXT2                                                                                                          \
    pc += 2;                                                                                                           \
    DISPATCH

#ifdef TAIL_CALLS

#define PARAMS const struct step *pc, u64 *fp, const struct region *rg, u64 acc, s64 fuel, struct ctx *cx
    typedef void handler(PARAMS);
#define DISPATCH   __attribute__((musttail)) return ((handler *)pc->h)(pc, fp, rg, acc, fuel, cx)
#define SLOW(name) __attribute__((musttail)) return slow_##name(pc, fp, rg, acc, fuel, cx)
#define LEAVE                                                                                                          \
    {                                                                                                                  \
        (void)pc, (void)fp, (void)rg, (void)acc, (void)fuel, (void)cx;                                                 \
        return;                                                                                                        \
    }

#define OP(name, ...)
#define SLOW_OP(name, ...) static handler slow_##name;
#include "engine/interp/forms.def"

#define OP(name, ...)                                                                                                  \
    static void do_##name(PARAMS) {                                                                                    \
        __VA_ARGS__;                                                                                                   \
    }
#define SLOW_OP(name, ...)                                                                                             \
    __attribute__((noinline, cold)) static void slow_##name(PARAMS) {                                                  \
        __VA_ARGS__;                                                                                                   \
    }
#include "engine/interp/forms.def"

/* Which function a handler is. A table of addresses would be ten pages that the dynamic linker writes at each start; a
 * jump table holds distances. The empty assembly keeps compilers from making such a table of the switch. */
const void *handler_at(u32 h) {
    const void *p = NULL;
    switch (h) {
#define OP(name, ...)                                                                                                  \
    case H_##name: p = (const void *)do_##name; __asm__("" : "+r"(p)); break;
#include "engine/interp/forms.def"
    }
    return p;
}

void exec(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel) {
    ((handler *)pc->h)(pc, fp, cx->region, 0, fuel, cx);
}

#else

#define DISPATCH      goto * pc->h
#define SLOW(name)    goto slow_##name
#define LEAVE         return NULL;

    /* With pc NULL: only gives the table of labels. */
    static const void *const *go(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel) {
    static const void *const table[NFORM] = {
#define OP(name, ...) [H_##name] = &&do_##name,
#include "engine/interp/forms.def"
    };
    const struct region *rg;
    u64 acc = 0;
    if (!pc)
        return table;
    rg = cx->region;
    DISPATCH;
#define OP(name, ...)                                                                                                  \
    do_##name : {                                                                                                      \
        __VA_ARGS__;                                                                                                   \
    }
#define SLOW_OP(name, ...)                                                                                             \
    slow_##name : {                                                                                                    \
        __VA_ARGS__;                                                                                                   \
    }
#include "engine/interp/forms.def"
}

const void *handler_at(u32 h) {
    return go(NULL, NULL, NULL, 0)[h];
}

void exec(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel) {
    go(pc, fp, cx, fuel);
}

#endif
