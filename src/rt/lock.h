/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lock.h - a lock of one byte for short sections: no system call where nobody waits, and the
 * processor is given away where somebody waits long. */
#ifndef RT_LOCK_H
#define RT_LOCK_H
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
