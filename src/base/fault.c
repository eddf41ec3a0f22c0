/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fault.c - one handler of SIGSEGV and SIGBUS for the process, and the ranges that it knows.
 *
 * The only mutable state outside a struct: a signal's handler belongs to the process, and finds what it
 * works on by itself. It reads ranges without a lock: they stand in blocks that are never given back, and
 * a place in a block changes by single stores. It does not leave by longjmp, which would keep the
 * signal's mask and stack in use: it changes where the interrupted code goes on. */
#define _GNU_SOURCE
#include "base/fault.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* initial-exec: reading it takes no call, as befits a handler */
#define TLS static _Thread_local __attribute__((tls_model("initial-exec")))
TLS struct landing *innermost;
enum { RANGES = 64 };
struct block {
    struct block *_Atomic next;
    struct {
        atomic_uintptr_t base; /* 0: free */
        atomic_size_t len;
        atomic_uintptr_t to; /* of code */
    } range[RANGES];
};
static struct block memory, code;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct landing *fault_land(struct landing *l) {
    struct landing *outer = innermost;
    innermost = l;
    atomic_signal_fence(memory_order_seq_cst);
    return outer;
}

#if defined(__x86_64__) && defined(__linux__)
static struct sigaction before[2]; /* of SIGSEGV, SIGBUS */
TLS struct {
    const void *context;
    uintptr_t frame;
} asked; /* the last signal that went to the host's handler, and from where: it may hand it back to ours */

static bool known(const struct block *b, uintptr_t p, uintptr_t *to) {
    for (; b; b = atomic_load_explicit(&b->next, memory_order_acquire))
        for (u32 k = 0; k < RANGES; k++) {
            uintptr_t base = atomic_load_explicit(&b->range[k].base, memory_order_acquire);
            if (base && p - base < atomic_load_explicit(&b->range[k].len, memory_order_relaxed)) {
                *to = atomic_load_explicit(&b->range[k].to, memory_order_relaxed);
                return true;
            }
        }
    return false;
}

_Noreturn static void land(struct landing *l) {
    longjmp(l->env, 1);
}

static void chain(int sig, siginfo_t *info, void *context) {
    const struct sigaction *old = &before[sig == SIGBUS], none = {.sa_handler = SIG_DFL};
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    bool back = asked.context == context && frame < asked.frame; /* it may also have left by a jump: the same frame */
    asked.context = context;
    asked.frame = frame;
    if (back || (!(old->sa_flags & SA_SIGINFO) && (old->sa_handler == SIG_DFL || old->sa_handler == SIG_IGN)))
        sigaction(sig, &none, NULL); /* the access is made again, and ends the process */
    else if (old->sa_flags & SA_SIGINFO)
        old->sa_sigaction(sig, info, context);
    else
        old->sa_handler(sig);
    asked.context = NULL;
}

static void on_fault(int sig, siginfo_t *info, void *context) {
    ucontext_t *c = context;
    greg_t *r = c->uc_mcontext.gregs;
    struct landing *l = innermost;
    uintptr_t to;
    if (info->si_code <= 0 || !known(&memory, (uintptr_t)info->si_addr, &to)) {
        chain(sig, info, context);
        return;
    }
    if (known(&code, (uintptr_t)r[REG_RIP], &to)) { /* such code keeps nothing below its stack pointer */
        r[REG_RSP] -= 8;
        *(u64 *)(uintptr_t)r[REG_RSP] = (u64)r[REG_RIP];
        r[REG_RIP] = (greg_t)to;
        return;
    }
    if (!l) {
        chain(sig, info, context);
        return;
    }
    l->reg[FAULT_RDI] = (u64)r[REG_RDI];
    l->reg[FAULT_RBX] = (u64)r[REG_RBX];
    l->reg[FAULT_R8] = (u64)r[REG_R8];
    l->reg[FAULT_R12] = (u64)r[REG_R12];
    /* as if land(l) had been called there, below the red zone */
    r[REG_RSP] = ((r[REG_RSP] - 128) & ~(greg_t)15) - 8;
    r[REG_RDI] = (greg_t)(uintptr_t)l;
    r[REG_RIP] = (greg_t)(uintptr_t)land;
    r[REG_EFL] &= ~(greg_t)0x400; /* the direction flag */
}

/* In front of whoever has the signals now: a host may have taken them since the last range was added. */
static bool install(void) {
    struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER}, now;
    sigemptyset(&ours.sa_mask);
    for (u32 k = 0; k < 2; k++) {
        int sig = k ? SIGBUS : SIGSEGV;
        if (sigaction(sig, NULL, &now))
            return false;
        if (now.sa_flags & SA_SIGINFO && now.sa_sigaction == on_fault)
            continue;
        before[k] = now;
        if (sigaction(sig, &ours, NULL))
            return false;
    }
    return true;
}

#else
static bool install(void) {
    return true;
}
#endif

static int add(struct block *b, const void *base, size_t len, const void *to) {
    u32 k = 0;
    int r = -1;
    pthread_mutex_lock(&lock);
    if (!install())
        goto out;
    while (atomic_load(&b->range[k].base)) {
        struct block *next = atomic_load(&b->next);
        if (++k < RANGES)
            continue;
        if (!next) {
            next = calloc(1, sizeof *next);
            if (!next)
                goto out;
            atomic_store(&b->next, next);
        }
        b = next;
        k = 0;
    }
    atomic_store(&b->range[k].len, len);
    atomic_store(&b->range[k].to, (uintptr_t)to);
    atomic_store(&b->range[k].base, (uintptr_t)base);
    r = 0;
out:
    pthread_mutex_unlock(&lock);
    return r;
}

static void take_out(struct block *b, const void *base, size_t len) {
    pthread_mutex_lock(&lock);
    for (; b; b = atomic_load(&b->next))
        for (u32 k = 0; k < RANGES; k++)
            if (atomic_load(&b->range[k].base) == (uintptr_t)base && atomic_load(&b->range[k].len) == len)
                atomic_store(&b->range[k].base, 0);
    pthread_mutex_unlock(&lock);
}

int fault_range_add(const void *base, size_t len) {
    return add(&memory, base, len, NULL);
}
void fault_range_remove(const void *base, size_t len) {
    take_out(&memory, base, len);
}
int fault_code_add(const void *base, size_t len, const void *to) {
    return add(&code, base, len, to);
}
void fault_code_remove(const void *base, size_t len) {
    take_out(&code, base, len);
}
