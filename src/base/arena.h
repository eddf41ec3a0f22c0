/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.h - memory as a lifetime: allocate, never free, drop the whole. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/types.h"

struct arena {
    struct arena_block *head;
    size_t used;  /* bytes handed out */
    size_t limit; /* at most so many; 0: no limit */
};

/* Zeroed memory, aligned to 16, or NULL when out of memory or over the limit. */
void *arena_alloc(struct arena *a, size_t size);
/* The same for n elements, with the overflow of the product checked. */
void *arena_calloc(struct arena *a, size_t n, size_t size);
/* The same, but it holds anything: for what is written whole before it is read. */
void *arena_raw(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_empty(struct arena *a); /* the same, but memory is kept for as much again, up to 4 MiB */
void arena_drop(struct arena *a); /* frees everything; the arena is empty and usable again */

#define arena_new(a, type, n)  ((type *)arena_calloc((a), (n), sizeof(type)))
#define arena_some(a, type, n) ((type *)arena_raw((a), (n), sizeof(type)))

#endif
