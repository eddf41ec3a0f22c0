/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "base/arena.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks double, and are cleared as they are handed out: most arenas of a short run hold a few hundred bytes, and pages that
 * nobody touches are for nothing. */
enum { FIRST = 2048, BLOCK = 64 * 1024, KEPT = 4 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    bool zero; /* as it came from the system */
    _Alignas(16) u8 data[];
};

static size_t next_room(const struct arena_block *b) {
    size_t room = b ? b->size * 2 : FIRST;
    return room < BLOCK ? room : BLOCK;
}

static void *take(struct arena *a, size_t size, bool clear) {
    struct arena_block *b = a->head;
    size_t need = align_up(size ? size : 1, 16);
    void *p;
    if (need < size || (a->limit && need > a->limit - a->used)) return NULL;
    if (!b || b->size - b->used < need) {
        size_t room = next_room(b) < need ? need : next_room(b);
        bool large = room > BLOCK; /* the system's pages are zero already */
        if (!(b = large ? calloc(1, sizeof *b + room) : malloc(sizeof *b + room))) return NULL;
        b->used = 0;
        b->size = room;
        b->zero = large;
        if (need > BLOCK && a->head) { /* a large one goes behind, so that the open block stays open */
            b->next = a->head->next;
            a->head->next = b;
        } else {
            b->next = a->head;
            a->head = b;
        }
    }
    p = b->data + b->used;
    if (clear && !b->zero) memset(p, 0, need);
    b->used += need;
    a->used += need;
    return p;
}

void *arena_alloc(struct arena *a, size_t size) { return take(a, size, true); }

void *arena_calloc(struct arena *a, size_t n, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(n, size, &total)) return NULL;
    return take(a, total, true);
}

void *arena_raw(struct arena *a, size_t n, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(n, size, &total)) return NULL;
    return take(a, total, false);
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
    size_t len = strnlen(s, n);
    char *p = arena_alloc(a, len + 1);
    if (p) memcpy(p, s, len);
    return p;
}

char *arena_strdup(struct arena *a, const char *s) { return arena_strndup(a, s, strlen(s)); }

char *arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap;
    char *p;
    int n;
    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || !(p = arena_alloc(a, (size_t)n + 1))) return NULL;
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}

void arena_empty(struct arena *a) {
    struct arena_block *b = a->head;
    size_t used = 0, size = 0;
    for (; b; b = b->next) {
        used += b->used;
        size += b->size;
    }
    b = a->head;
    if (!b || used > KEPT) {
        arena_drop(a);
        return;
    }
    if (b->next) { /* one block, of all that was needed */
        arena_drop(a);
        size = size < KEPT ? size : KEPT;
        if (!(b = malloc(sizeof *b + size))) return;
        b->size = size;
        b->next = NULL;
    }
    b->used = 0;
    b->zero = false;
    a->head = b;
    a->used = 0;
}

void arena_drop(struct arena *a) {
    struct arena_block *b = a->head, *next;
    for (; b; b = next) {
        next = b->next;
        free(b);
    }
    a->head = NULL;
    a->used = 0;
}
