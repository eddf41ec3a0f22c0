/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lock.h - a lock of one byte for short sections: no system call where nobody waits, and the
 * processor is given away where somebody waits long. */
#ifndef RT_LOCK_H
#define RT_LOCK_H
#include "base/types.h"
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

static inline void cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* A store that others see before anything that stands behind it is read. On x86-64 an exchange does both, and takes
 * a third of the time of the fence. */
static inline void store_then_fence(_Atomic u64 *p, u64 v) {
#if defined(__x86_64__)
    atomic_exchange(p, v);
#else
    atomic_store_explicit(p, v, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
#endif
}

static inline bool lock_try(atomic_bool *l) {
    return !atomic_load_explicit(l, memory_order_relaxed) && !atomic_exchange_explicit(l, true, memory_order_acquire);
}

static inline void lock(atomic_bool *l) {
    for (unsigned n = 1; !lock_try(l); n++)
        if (n % 64)
            cpu_relax();
        else
            sched_yield();
}

static inline void unlock(atomic_bool *l) {
    atomic_store_explicit(l, false, memory_order_release);
}

#endif
