/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exec.h - the words of forms.def and vec.def, for the files that compile them. */
#ifndef ENGINE_INTERP_TYPED_EXEC_H
#define ENGINE_INTERP_TYPED_EXEC_H
#include "engine/interp/bits.h"
#include "engine/interp/typed/slow.h"
#include "isa/vec.h"

#if defined(__has_attribute)
#if __has_attribute(musttail)
#define TAIL_CALLS 1
#endif
#endif

#define A      (pc->a)
#define B      (pc->b)
#define C      (pc->c)
#define D      (pc->d)
#define IMM    (pc->imm)
#define EXTRA  ((const struct extra *)(pc + 1))
#define EXTRA2 ((const struct extra *)(pc + 2))
#define R(n)   fp[n]
#define RUN    ((struct trun *)cx->run)

/* t is a constant: one arm is left */
#define ACC(t) ((t) == 'D' ? of_f64(facc) : (t) == 'F' ? of_f32(sacc) : acc)
#define OUT(t, v)                                                                                                      \
    {                                                                                                                  \
        if ((t) == 'D')                                                                                                \
            facc = bits_f64(v);                                                                                        \
        else if ((t) == 'F')                                                                                           \
            sacc = bits_f32(v);                                                                                        \
        else                                                                                                           \
            acc = (v);                                                                                                 \
    }

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

/* Each edge has a jump of its own, or the predictor sees one with two targets. */
#define EDGE(k)                                                                                                        \
    {                                                                                                                  \
        fuel -= EXTRA->edge[k].charge;                                                                                 \
        if (unlikely(fuel < 0)) {                                                                                      \
            RUN->val = k;                                                                                              \
            SLOW(edge);                                                                                                \
        }                                                                                                              \
        pc = (const struct step *)((const char *)pc + EXTRA->edge[k].off);                                             \
        DISPATCH_APART(k);                                                                                             \
    }
#define BRANCH(...)                                                                                                    \
    if (__VA_ARGS__)                                                                                                   \
        EDGE(1)                                                                                                        \
    else                                                                                                               \
        EDGE(0)
/* imm + 1 edges stand behind the step */
#define JUMP_TABLE(i)                                                                                                  \
    u32 n = (u32)IMM;                                                                                                  \
    i = i < n ? i : n;                                                                                                 \
    const struct edge *e = (const struct edge *)(pc + 1) + i;                                                          \
    fuel -= e->charge;                                                                                                 \
    if (unlikely(fuel < 0)) {                                                                                          \
        RUN->val = i;                                                                                                  \
        SLOW(edge);                                                                                                    \
    }                                                                                                                  \
    pc = (const struct step *)((const char *)pc + e->off);                                                             \
    DISPATCH;

/* Both are loaded, then one is taken: a choice of the register to load takes longer. */
#define CHOOSE(x)                                                                                                      \
    u64 yes = R(B), no = R(C);                                                                                         \
    __asm__("" : "+r"(yes), "+r"(no));                                                                                 \
    acc = (u32)(x) ? yes : no;

/* Loops that compilers shall not make calls of. */
#define ZERO_REGISTERS                                                                                                 \
    for (u64 *p = fp + A, *end = p + (u32)IMM; p < end; p++) {                                                         \
        *p = 0;                                                                                                        \
        __asm__("" : "+r"(p));                                                                                         \
    }
#define COPY_SLOTS(to, from, n)                                                                                        \
    for (u32 k = 0; k < (n); k++) {                                                                                    \
        (to)[k] = (from)[k];                                                                                           \
        __asm__("" : "+r"(k));                                                                                         \
    }

/* --- memory --- */

#if defined(__x86_64__) && defined(__linux__)

#ifdef TAIL_CALLS
#define PINNED register s64 fuel_ __asm__("r8") = fuel;
#define PINS   "D"(pc), "r"(fuel_)
#else
#define PINNED
#define PINS "r"(pc), "r"(fuel)
#endif
#define PULL_u8_u32  "movzbl %1, %k0"
#define PULL_u16_u32 "movzwl %1, %k0"
#define PULL_u32_u32 "movl %1, %k0"
#define PULL_u64_u64 "movq %1, %0"
#define PULL_s8_s64  "movsbq %1, %0"
#define PULL_s16_s64 "movswq %1, %0"
#define PULL_s32_s64 "movslq %1, %0"
#define PULL_s8_u32  "movsbl %1, %k0"
#define PULL_s16_u32 "movswl %1, %k0"
#define PUSH_1       "movb %b1, %0"
#define PUSH_2       "movw %w1, %0"
#define PUSH_4       "movl %k1, %0"
#define PUSH_8       "movq %1, %0"
#define PLACE(MT, p) (*(RAW(MT) *)(mem + (p)))
#define LOAD_GUARDED(MT, RT, t, p)                                                                                     \
    {                                                                                                                  \
        PINNED                                                                                                         \
        if ((t) == 'D')                                                                                                \
            __asm__ volatile("movsd %1, %0" : "=x"(facc) : "m"(PLACE(MT, p)), PINS);                                   \
        else if ((t) == 'F')                                                                                           \
            __asm__ volatile("movss %1, %0" : "=x"(sacc) : "m"(PLACE(MT, p)), PINS);                                   \
        else                                                                                                           \
            __asm__ volatile(PULL_##MT##_##RT : "=r"(acc) : "m"(PLACE(MT, p)), PINS);                                  \
    }
#define PULL_GUARDED(t, MT, v, p)                                                                                      \
    {                                                                                                                  \
        PINNED                                                                                                         \
        if ((t) == 'D') {                                                                                              \
            f64 d_;                                                                                                    \
            __asm__ volatile("movsd %1, %0" : "=x"(d_) : "m"(PLACE(MT, p)), PINS);                                     \
            v = (MT)of_f64(d_);                                                                                        \
        } else {                                                                                                       \
            u64 w_;                                                                                                    \
            if (sizeof(MT) == 8)                                                                                       \
                __asm__ volatile("movq %1, %0" : "=r"(w_) : "m"(PLACE(MT, p)), PINS);                                  \
            else if (sizeof(MT) == 4)                                                                                  \
                __asm__ volatile("movl %1, %k0" : "=r"(w_) : "m"(PLACE(MT, p)), PINS);                                 \
            else if (sizeof(MT) == 2)                                                                                  \
                __asm__ volatile("movzwl %1, %k0" : "=r"(w_) : "m"(PLACE(MT, p)), PINS);                               \
            else                                                                                                       \
                __asm__ volatile("movzbl %1, %k0" : "=r"(w_) : "m"(PLACE(MT, p)), PINS);                               \
            v = (MT)w_;                                                                                                \
        }                                                                                                              \
    }
#define STORE_GUARDED(MT, p, x)                                                                                        \
    {                                                                                                                  \
        u64 v_ = (u64)(x);                                                                                             \
        PINNED                                                                                                         \
        if (sizeof(MT) == 8)                                                                                           \
            __asm__ volatile(PUSH_8 : "=m"(PLACE(MT, p)) : "r"(v_), PINS);                                             \
        else if (sizeof(MT) == 4)                                                                                      \
            __asm__ volatile(PUSH_4 : "=m"(PLACE(MT, p)) : "r"(v_), PINS);                                             \
        else if (sizeof(MT) == 2)                                                                                      \
            __asm__ volatile(PUSH_2 : "=m"(PLACE(MT, p)) : "r"(v_), PINS);                                             \
        else                                                                                                           \
            __asm__ volatile(PUSH_1 : "=m"(PLACE(MT, p)) : "q"(v_), PINS);                                             \
    }
#define STORE_GUARDED_F64(p, x)                                                                                        \
    {                                                                                                                  \
        f64 d_ = (x);                                                                                                  \
        PINNED                                                                                                         \
        __asm__ volatile("movsd %1, %0" : "=m"(PLACE(u64, p)) : "x"(d_), PINS);                                        \
    }

/* A step's second access, whose place in the function is another: pc is odd where it faults (slow.c). */
#define SECOND(...)                                                                                                    \
    pc = (const struct step *)((const char *)pc + 1);                                                                  \
    __VA_ARGS__                                                                                                        \
    pc = (const struct step *)((const char *)pc - 1);

#else /* no function is lowered to these (FAULTS_CAUGHT) */

#define LOAD_GUARDED(MT, RT, t, p)                                                                                     \
    {                                                                                                                  \
        u64 r = (u64)(RT)PEEK(MT, mem + (p));                                                                          \
        OUT(t, r)                                                                                                      \
    }
#define PULL_GUARDED(t, MT, v, p) v = PEEK(MT, mem + (p));
#define STORE_GUARDED(MT, p, x)   POKE(MT, mem + (p), (MT)(x));
#define STORE_GUARDED_F64(p, x)   POKE(u64, mem + (p), of_f64(x));
#define SECOND(...)               __VA_ARGS__

#endif

/* Memory 0, compared with its end. */
#define CHECK(MT, at)                                                                                                  \
    u64 end = (at) + sizeof(MT);                                                                                       \
    if (unlikely(end > atomic_load_explicit(&cx->mem[0]->size, memory_order_relaxed)))                                 \
        TRAP(OUT_OF_BOUNDS);                                                                                           \
    u8 *p = mem + (end - sizeof(MT));

/* Any memory: x its index, and 64 bits of offset. */
static inline u8 *far_place(const struct memory *m, u64 base, u64 off, u64 size) {
    u64 end;
    if (off > UINT64_MAX - size || __builtin_add_overflow(m->is64 ? base : (u32)base, off + size, &end) ||
        end > atomic_load_explicit(&m->size, memory_order_relaxed))
        return NULL;
    return m->base + (end - size);
}
#define FAR(MT)                                                                                                        \
    u8 *p = far_place(cx->mem[EXTRA->x], R(B), EXTRA->value, sizeof(MT));                                              \
    if (unlikely(!p))                                                                                                  \
        TRAP(OUT_OF_BOUNDS);
#define FAR_ALIGNED(MT)                                                                                                \
    if (unlikely((R(B) + EXTRA->value) & (sizeof(MT) - 1)))                                                            \
        TRAP(UNALIGNED);                                                                                               \
    FAR(MT)

#define MATOM_LOAD(MT)    R(A) = acc = __atomic_load_n((MT *)p, __ATOMIC_SEQ_CST);
#define MATOM_STORE(MT)   __atomic_store_n((MT *)p, (MT)R(A), __ATOMIC_SEQ_CST);
#define MATOM_RMW(MT, fn) R(A) = acc = __atomic_fetch_##fn((MT *)p, (MT)R(A), __ATOMIC_SEQ_CST);
#define MATOM_ADD(MT)     MATOM_RMW(MT, add)
#define MATOM_SUB(MT)     MATOM_RMW(MT, sub)
#define MATOM_AND(MT)     MATOM_RMW(MT, and)
#define MATOM_OR(MT)      MATOM_RMW(MT, or)
#define MATOM_XOR(MT)     MATOM_RMW(MT, xor)
#define MATOM_XCHG(MT)    R(A) = acc = __atomic_exchange_n((MT *)p, (MT)R(A), __ATOMIC_SEQ_CST);
#define MATOM_CMPXCHG(MT)                                                                                              \
    MT old = (MT)R(A);                                                                                                 \
    /* what is compared is the whole register: a number that the place cannot hold is never there */                   \
    if (sizeof(MT) == 8 || (sizeof(MT) == 4 ? (u32)R(A) : R(A)) == old)                                                \
        __atomic_compare_exchange_n((MT *)p, &old, (MT)R(A + 1), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);           \
    else                                                                                                               \
        old = __atomic_load_n((MT *)p, __ATOMIC_SEQ_CST);                                                              \
    R(A) = acc = old;
/* by way of rt, which looks at the memory itself */
#define MATOM_WAIT(MT)                                                                                                 \
    (void)p;                                                                                                           \
    SLOW(wait);
#define MATOM_NOTIFY(MT) MATOM_WAIT(MT)

/* --- calls --- */

#define CALL(en)                                                                                                       \
    struct trun *run = RUN;                                                                                            \
    u64 *top = run->top - 1;                                                                                           \
    const struct step *to = atomic_load_explicit(&(en)->code, memory_order_acquire);                                   \
    const struct head *head = (const struct head *)(to - 1);                                                           \
    if (unlikely(top < run->frame_end))                                                                                \
        TRAP(CALL_DEPTH);                                                                                              \
    *top = (u64)(pc + 2);                                                                                              \
    run->top = top;                                                                                                    \
    acc = A; /* nobody reads it: a register is free */                                                                 \
    fp += acc;                                                                                                         \
    pc = to;                                                                                                           \
    if (unlikely(fp + head->need > run->reg_end))                                                                      \
        SLOW(deep);                                                                                                    \
    fuel -= head->charge;                                                                                              \
    if (unlikely(fuel < 0))                                                                                            \
        SLOW(refuel_block);                                                                                            \
    DISPATCH;
#define CALL_REF(f)                                                                                                    \
    if (unlikely((f)->cx != cx)) {                                                                                     \
        RUN->val = (u64)(f);                                                                                           \
        SLOW(callout);                                                                                                 \
    }                                                                                                                  \
    const struct entry_t *en = &RUN->entry[(f)->func];                                                                 \
    CALL(en)
#define CALL_TABLE(i)                                                                                                  \
    const struct table *t = cx->table[(u32)EXTRA->value];                                                              \
    const struct funcref *f;                                                                                           \
    if (unlikely(i >= t->size) || unlikely(!(f = (const struct funcref *)t->elem[i])) ||                               \
        unlikely(f->type != cx->rtype[EXTRA->value >> 32])) {                                                          \
        RUN->val = i;                                                                                                  \
        SLOW(table);                                                                                                   \
    }                                                                                                                  \
    CALL_REF(f)
/* The frame stays, what is in it goes. */
#define TAIL(en)                                                                                                       \
    const struct step *to = atomic_load_explicit(&(en)->code, memory_order_acquire);                                   \
    const struct head *head = (const struct head *)(to - 1);                                                           \
    if (unlikely(fp + head->need > RUN->reg_end))                                                                      \
        TRAP(CALL_DEPTH);                                                                                              \
    COPY_SLOTS(fp, fp + A, C)                                                                                          \
    pc = to;                                                                                                           \
    fuel -= head->charge;                                                                                              \
    if (unlikely(fuel < 0))                                                                                            \
        SLOW(refuel_block);                                                                                            \
    DISPATCH;
#define RETURN                                                                                                         \
    {                                                                                                                  \
        struct trun *run = RUN;                                                                                        \
        pc = (const struct step *)*run->top++;                                                                         \
        fp -= pc[-2].a;                                                                                                \
        DISPATCH;                                                                                                      \
    }

#define NEXT                                                                                                           \
    pc++;                                                                                                              \
    DISPATCH;
#define NEXT2                                                                                                          \
    pc += 2;                                                                                                           \
    DISPATCH;

#ifdef TAIL_CALLS

#define PARAMS                                                                                                         \
    const struct step *pc, u64 *fp, u8 *mem, u64 acc, s64 fuel, struct ctx *cx, f64 facc, f32 sacc, u8x16 vacc
#define STATE pc, fp, mem, acc, fuel, cx, facc, sacc, vacc
typedef void handler(PARAMS);
#define DISPATCH   __attribute__((musttail)) return ((handler *)pc->h)(STATE)
#define FORGET
#define KEPT(...) __VA_ARGS__
/* k keeps compilers from merging jumps */
#define DISPATCH_APART(k)                                                                                              \
    handler *next = (handler *)pc->h;                                                                                  \
    __asm__ volatile("" : "+r"(next) : "i"(k));                                                                        \
    __attribute__((musttail)) return next(STATE)
#define SLOW(name) __attribute__((musttail)) return slow_##name(STATE)
#define LEAVE                                                                                                          \
    {                                                                                                                  \
        (void)pc, (void)fp, (void)mem, (void)acc, (void)fuel, (void)cx, (void)facc, (void)sacc, (void)vacc;            \
        return;                                                                                                        \
    }

#else

/* All vector registers are a callee's to change: an accumulator that lived across a call anywhere would be kept in
 * memory everywhere. So none does: what is in them is forgotten, or kept as integers meanwhile. */
#define FORGET                                                                                                         \
    facc = 0;                                                                                                          \
    sacc = 0;                                                                                                          \
    vacc = (u8x16){0};
#define KEPT(...)                                                                                                      \
    {                                                                                                                  \
        u64 kept_[4] = {of_f64(facc), of_f32(sacc)};                                                                   \
        memcpy(kept_ + 2, &vacc, 16);                                                                                  \
        __asm__ volatile("" : "+m"(kept_));                                                                            \
        __VA_ARGS__                                                                                                    \
        __asm__ volatile("" : "+m"(kept_));                                                                            \
        facc = bits_f64(kept_[0]);                                                                                     \
        sacc = bits_f32(kept_[1]);                                                                                     \
        memcpy(&vacc, kept_ + 2, 16);                                                                                  \
    }
#define DISPATCH          goto * pc->h
#define DISPATCH_APART(k) DISPATCH /* flags.cmake */
#define SLOW(name)        goto slow_##name
#define LEAVE      return NULL;

#endif

/* --- vectors --- */

/* clang-format off */
RAW_TYPE(u8x16)
/* clang-format on */
#define VGET(x, n) memcpy(&x, &R(n), 16);
#define VPUT(n, x) memcpy(&R(n), &x, 16);
#define VPULL_u8(x, p)  PULL_GUARDED('I', u8, x, p)
#define VPULL_u16(x, p) PULL_GUARDED('I', u16, x, p)
#define VPULL_u32(x, p) PULL_GUARDED('I', u32, x, p)
#define VPULL_u64(x, p) PULL_GUARDED('I', u64, x, p)
#if defined(__x86_64__) && defined(__linux__)
#define VPULL_u8x16(x, p)                                                                                              \
    {                                                                                                                  \
        PINNED                                                                                                         \
        __asm__ volatile("movups %1, %0" : "=x"(x) : "m"(PLACE(u8x16, p)), PINS);                                      \
    }
#define VPUSH(x, p)                                                                                                    \
    {                                                                                                                  \
        PINNED                                                                                                         \
        __asm__ volatile("movups %1, %0" : "=m"(PLACE(u8x16, p)) : "x"(x), PINS);                                      \
    }
#else
#define VPULL_u8x16(x, p) memcpy(&x, mem + (p), 16);
#define VPUSH(x, p)       memcpy(mem + (p), &x, 16);
#endif

#endif
