/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* code.c - memory for code, in chunks.
 *
 * Chunks lie at random places of a window below the library's text, in reach of a call with a 32-bit distance from it
 * and from each other; where the window is full from the start, in one that lies anywhere. An area that grows has two
 * mappings of each chunk, of which the writable one goes when the chunk is full; another is written first and then made
 * executable. */
#define _GNU_SOURCE
#include "engine/jit/code.h"
#include "base/fault.h"
#include "base/platform.h"
#include <stdlib.h>

/* What grows begins with as much as most modules ever need: only pages that are written take memory, and later the
 * window may be full, of a linear memory's 8 GiB for one. */
enum {
    FIRST_CHUNK = 64 << 10,
    LAST_CHUNK = 4 << 20,
    GROWING = 64 << 20,
    ALIGN = 64,
    GAP = 16 << 20,
    WINDOW = 0x70000000
};

struct chunk {
    struct chunk *next;
    struct os_code c;
    size_t used;
    bool faults; /* known to the handler */
};
struct code_area {
    struct chunk *chunk; /* the newest first */
    u64 lo, hi;
    u64 owner;   /* the process, where mappings are shared, with one that is forked off, too; else 0 */
    size_t size; /* of the next chunk */
    bool grows;
    const void *fault; /* where accesses that fault go on; NULL: they are not ours */
};

/* False: the signal is not to be had. */
static bool tell_handler(const struct code_area *a, struct chunk *c) {
    if (!c->faults && a->fault)
        c->faults = !fault_code_add(c->c.run, c->c.size, a->fault);
    return c->faults || !a->fault;
}

static struct chunk *add_chunk(struct code_area *a, size_t least) {
    struct chunk *c = calloc(1, sizeof *c);
    /* A chunk that is sealed is for one piece: it takes what it needs, and how much is known of all but the first. */
    size_t size = least + ALIGN, usual = a->grows || !a->chunk ? a->size : 0;
    size = size > usual ? size : usual;
    if (c && !os_code_new(&c->c, size, a->lo, a->hi, a->grows)) {
        a->grows = false; /* no second mapping is to be had: each piece is sealed */
        if (!os_code_new(&c->c, size, a->lo, a->hi, false)) {
            free(c);
            return NULL;
        }
    }
    if (!c)
        return NULL;
    /* Not at the begin: sanitizers look at what stands before a function. */
    c->used = (1 + os_random() % min64((c->c.size - least) / ALIGN, 64)) * ALIGN;
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

struct code_area *code_area_new(const void *near, bool grows) {
    struct code_area *a = calloc(1, sizeof *a);
    u64 at = (u64)(uintptr_t)near;
    if (!a)
        return NULL;
    a->size = grows ? GROWING : FIRST_CHUNK;
    a->grows = grows;
    a->owner = grows ? os_pid_tgid() >> 32 : 0;
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
    u64 me = a->owner ? os_pid_tgid() >> 32 : 0;
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
    p = c->c.write + c->used;
    *at = (u64)(uintptr_t)(c->c.run + c->used);
    c->used += (size_t)align_up(size, ALIGN);
    if (c->used > c->c.size)
        c->used = c->c.size;
    return p;
}

bool code_publish(struct code_area *a) {
    struct chunk *c;
    bool ok = true;
    if (!a->grows)
        for (c = a->chunk; c && c->c.write; c = c->next) /* older ones are sealed */
            ok &= os_code_seal(&c->c);
    return ok;
}
