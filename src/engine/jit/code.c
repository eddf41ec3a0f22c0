/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* code.c - memory for code, in chunks.
 *
 * Chunks lie at random places of a window below the library's text, in reach of a call with a 32-bit distance from it
 * and from each other; where the window is full from the start, in one that lies anywhere. An area that grows has two
 * mappings of each chunk, of which the writable one goes when the chunk is full; another is written first and then made
 * executable: piece by piece, or all that is written while it is held.
 *
 * Chunks of the latter kind go back to the runtime's shelf, writable again, for the next program: their pages have been
 * touched. Each is a mapping of its own and private, so a process that was forked off keeps the code that it had. What
 * an earlier program left behind the code of the next one is overwritten before it could run again. */
#define _GNU_SOURCE
#include "engine/jit/code.h"
#include "base/fault.h"
#include "base/platform.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What grows begins with as much as most modules ever need: only pages that are written take memory, and later the
 * window may be full, of a linear memory's 8 GiB for one. */
enum {
    FIRST_CHUNK = 64 << 10,
    LAST_CHUNK = 4 << 20,
    KEPT = 4 << 20, /* bytes of chunks on the shelf */
    GROWING = 64 << 20,
    ALIGN = 64,
    GAP = 16 << 20,
    WINDOW = 0x70000000
};

struct chunk {
    struct chunk *next;
    struct os_code c;
    size_t begin; /* of code */
    size_t used;
    size_t dirty; /* up to here somebody else's code has stood */
    bool faults;  /* known to the handler */
};
struct code_area {
    struct chunk *chunk; /* the newest first */
    u64 lo, hi;
    u32 owner;   /* the process, where mappings are shared, with one that is forked off, too; else 0 */
    size_t size; /* of the next chunk */
    bool grows;
    bool held;           /* nothing runs yet */
    struct shelf *shelf; /* or NULL */
    u8 stop;             /* fills what is to stop whoever runs it */
    const void *fault;   /* where accesses that fault go on; NULL: they are not ours */
};

/* --- chunks on the shelf --- */

static void drop(void *chunks) {
    struct chunk *c, *next;
    for (c = chunks; c; c = next) {
        next = c->next;
        os_code_free(&c->c);
        free(c);
    }
}

/* Whoever has taken the list is alone with it; another thread finds none. */
static struct chunk *take_list(struct shelf *s) {
    return atomic_exchange_explicit(&s->code, NULL, memory_order_acquire);
}

/* Those at the end go where they are too many. */
static void trim(struct chunk *c) {
    struct chunk *more = c->next;
    size_t size = c->c.size;
    while (more && (size += more->c.size) <= KEPT) {
        c = more;
        more = c->next;
    }
    c->next = NULL;
    drop(more);
}

/* The list c goes back, with what others have put there meanwhile. */
static void give_list(struct shelf *s, struct chunk *c) {
    void *none = NULL;
    if (!c)
        return;
    atomic_store_explicit(&s->drop_code, drop, memory_order_relaxed);
    for (;;) {
        struct chunk *last = c;
        trim(c);
        if (atomic_compare_exchange_strong_explicit(&s->code, &none, c, memory_order_release, memory_order_relaxed))
            return;
        none = NULL;
        while (last->next)
            last = last->next;
        last->next = take_list(s);
    }
}

/* One of that size at least between lo and hi, with room for `least`, or NULL. */
static struct chunk *take_chunk(struct shelf *s, size_t size, size_t least, u64 lo, u64 hi) {
    struct chunk *all = take_list(s), **p = &all, *c;
    while ((c = *p) && (c->c.size < size || c->c.size - c->begin < least || c->c.size > 4 * size ||
                        (u64)(uintptr_t)c->c.run < lo || (u64)(uintptr_t)c->c.run + c->c.size > hi))
        p = &c->next;
    if (c)
        *p = c->next;
    give_list(s, all);
    return c;
}

/* False: it stays the caller's. */
static bool give_chunk(struct shelf *s, struct chunk *c) {
    if (c->c.size > KEPT / 4 || !os_code_open(&c->c))
        return false;
    if (c->faults)
        fault_code_remove(c->c.run, c->c.size);
    c->faults = false;
    if (c->used > c->dirty)
        c->dirty = c->used;
    c->next = take_list(s);
    give_list(s, c);
    return true;
}

/* --- areas --- */

/* False: the signal is not to be had. */
static bool tell_handler(const struct code_area *a, struct chunk *c) {
    if (!c->faults && a->fault)
        c->faults = !fault_code_add(c->c.run, c->c.size, a->fault);
    return c->faults || !a->fault;
}

/* Of the system's memory. */
static struct chunk *new_chunk(struct code_area *a, size_t size, size_t least) {
    struct chunk *c = calloc(1, sizeof *c);
    if (c && !os_code_new(&c->c, size, a->lo, a->hi, a->grows)) {
        a->grows = false; /* no second mapping is to be had: each piece is sealed */
        if (!os_code_new(&c->c, size, a->lo, a->hi, false)) {
            free(c);
            return NULL;
        }
    }
    /* Not at the begin: sanitizers look at what stands before a function. */
    if (c)
        c->begin = (1 + os_random() % min64((c->c.size - least) / ALIGN, 64)) * ALIGN;
    return c;
}

static struct chunk *add_chunk(struct code_area *a, size_t least) {
    /* A chunk that is sealed with its piece takes what that needs, and how much is known of all but the first. */
    size_t size = least + ALIGN, usual = a->grows || a->held || !a->chunk ? a->size : 0;
    struct chunk *c;
    size = size > usual ? size : usual;
    c = a->shelf ? take_chunk(a->shelf, size, least, a->lo, a->hi) : NULL;
    if (!c && !(c = new_chunk(a, size, least)))
        return NULL;
    c->used = c->begin;
    if (!tell_handler(a, c)) {
        os_code_free(&c->c);
        free(c);
        return NULL;
    }
    c->next = a->chunk;
    a->chunk = c;
    if (a->size < LAST_CHUNK)
        a->size *= 2;
    return c;
}

struct code_area *code_area_new(const void *near, size_t guess, bool grows, u8 stop, struct shelf *s) {
    struct code_area *a = calloc(1, sizeof *a);
    u64 at = (u64)(uintptr_t)near;
    if (!a)
        return NULL;
    a->size = grows ? GROWING : (size_t)align_up(guess, FIRST_CHUNK);
    a->grows = grows;
    a->shelf = grows ? NULL : s;
    a->stop = stop;
    a->owner = grows ? os_pid() : 0;
    a->lo = at > WINDOW ? at - WINDOW : at + WINDOW / 4; /* a program low in memory: its heap grows just above it */
    a->hi = at > WINDOW ? at - GAP : at + WINDOW;
    for (int tries = 0; !add_chunk(a, 0); tries++) {
        if (tries == 8) {
            free(a);
            return NULL;
        }
        a->lo = ((u64)1 << 32) + (os_random() >> 18); /* anywhere in 46 bits */
        a->hi = a->lo + WINDOW;
        a->grows = grows;
    }
    return a;
}

void code_area_free(struct code_area *a) {
    struct chunk *c, *next;
    for (c = a ? a->chunk : NULL; c; c = next) {
        next = c->next;
        if (a->shelf && give_chunk(a->shelf, c))
            continue;
        if (c->faults)
            fault_code_remove(c->c.run, c->c.size);
        os_code_free(&c->c);
        free(c);
    }
    free(a);
}

bool code_area_faults(struct code_area *a, const void *to) {
    bool ok = true;
    a->fault = to;
    for (struct chunk *c = a->chunk; c; c = c->next)
        ok &= tell_handler(a, c);
    return ok;
}

void code_area_bounds(const struct code_area *a, u64 *lo, u64 *hi) {
    *lo = a->lo;
    *hi = a->hi;
}

u8 *code_room(struct code_area *a, u32 size, u64 *at) {
    struct chunk *c = a->chunk;
    u32 me = a->owner ? os_pid() : 0;
    u8 *p;
    if (a->owner != me && c->c.write) /* this process has been forked off; the other may go on to write there */
        os_code_seal(&c->c);
    a->owner = me;
    if (!c->c.write || c->c.size - c->used < size) {
        if (a->grows && c->c.write)
            os_code_seal(&c->c); /* the second mapping goes */
        if (!(c = add_chunk(a, (size_t)align_up(size, ALIGN))))
            return NULL;
    }
    if (!a->grows && c->used + size > c->dirty)
        os_code_touch(&c->c, c->used, size);
    p = c->c.write + c->used;
    *at = (u64)(uintptr_t)(c->c.run + c->used);
    c->used += (size_t)align_up(size, ALIGN);
    if (c->used > c->c.size)
        c->used = c->c.size;
    return p;
}

void code_hold(struct code_area *a) {
    a->held = true;
}

bool code_release(struct code_area *a) {
    a->held = false;
    return code_publish(a);
}

bool code_publish(struct code_area *a) {
    struct chunk *c;
    bool ok = true;
    if (!a->grows && !a->held)
        for (c = a->chunk; c && c->c.write; c = c->next) { /* older ones are sealed */
            if (c->dirty > c->used)
                memset(c->c.write + c->used, a->stop, c->dirty - c->used);
            ok &= os_code_seal(&c->c);
        }
    return ok;
}
