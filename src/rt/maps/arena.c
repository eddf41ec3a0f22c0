/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.c - BPF_MAP_TYPE_ARENA: sparse memory, max_entries pages of 4 KiB.
 *
 *   window   | lead | page 0 | page 1 | ... |      real addresses, the same for programs and host
 *            0      4096                    multiple of 64 KiB
 *   page[i]  1 while it is allocated
 *
 * The window begins at a multiple of 4 GiB, so the low 32 bits of an address say it all: casts and kfuncs find the
 * rest, and a linear memory that is the same window has them as its addresses. The lead keeps page 0 away from the
 * low half 0, which is the null pointer; an arena of 4 GiB has no room for it. A page that is not allocated reads
 * as zero. All of it is charged at once, since a program may write there without asking. */
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, MAX_PAGES = 1 << 20, WINDOW_UNIT = 65536, SEGV_ON_FAULT = 1 << 17, NO_USER_CONV = 1 << 18 };

struct arena_map {
    atomic_bool lock;
    u32 free; /* all pages below it are taken */
    u8 page[];
};

static u64 lead(const struct map *m) {
    return m->max_entries < MAX_PAGES ? PAGE : 0;
}

u8 *arena_window(const struct map *m, u64 *len) {
    *len = align_up(lead(m) + (u64)m->max_entries * PAGE, WINDOW_UNIT);
    return m->value - lead(m);
}

/* Variables that the object has there: the first bytes. */
static int take_data(struct map *m, struct error *e) {
    const struct map_def *d = m->def;
    struct arena_map *a = m->impl;
    u32 pages = (u32)(align_up(d->init_size, PAGE) / PAGE);
    if (pages > m->max_entries)
        return fail(e, E_FORMAT, NOWHERE, "%u bytes of variables in %u pages", d->init_size, m->max_entries);
    if (d->init)
        memcpy(m->value, d->init, d->init_size);
    memset(a->page, 1, pages);
    a->free = pages;
    return 0;
}

static int init(struct map *m, struct error *e) {
    struct arena_map *a;
    u64 len = (u64)m->max_entries * PAGE;
    u8 *window;
    int r;
    if ((r = kind_flags(m, MAP_MMAPABLE | SEGV_ON_FAULT | NO_USER_CONV, e)))
        return r;
    if (m->key_size || m->value_size || !m->max_entries)
        return kind_bad(e, "an arena has pages (max_entries), no key and no value");
    if (m->max_entries > MAX_PAGES)
        return fail(e, E_LIMIT, NOWHERE, "an arena has 4 GiB at most");
    if (!map_charge(m, len))
        return fail(e, E_LIMIT, NOWHERE, "over the memory limit of maps");
    a = calloc(1, sizeof *a + m->max_entries);
    window = a ? os_reserve_aligned(align_up(lead(m) + len, WINDOW_UNIT), (size_t)1 << 32) : NULL;
    if (!window) {
        free(a);
        return fail(e, E_NOMEM, NOWHERE, "an arena of %u pages", m->max_entries);
    }
    m->impl = a;
    m->value = window + lead(m);
    m->value_len = len;
    return take_data(m, e);
}

static void drop(struct map *m) {
    u64 len;
    u8 *window = arena_window(m, &len);
    os_release(window, len);
    free(m->impl);
}

u8 *arena_pages_alloc(struct map *m, u64 at, u32 n) {
    struct arena_map *a = m->impl;
    u64 off = at ? (u32)(at - (u64)(uintptr_t)m->value) : 0;
    u32 first = 0, run = 0;
    u8 *p = NULL;
    if (!n || n > m->max_entries || (at && (off % PAGE || off / PAGE > m->max_entries - n)))
        return NULL;
    lock(&a->lock);
    for (u32 i = at ? (u32)(off / PAGE) : a->free; i < m->max_entries && run < n; i++) {
        if (at && a->page[i])
            break;
        run = a->page[i] ? 0 : run + 1;
        first = i + 1 - run;
    }
    if (run == n) {
        memset(a->page + first, 1, n);
        if (first == a->free)
            a->free += n;
        p = m->value + (u64)first * PAGE;
    }
    unlock(&a->lock);
    return p;
}

void arena_pages_free(struct map *m, u64 at, u32 n) {
    struct arena_map *a = m->impl;
    u64 off = (u32)(at - (u64)(uintptr_t)m->value);
    if (off % PAGE || off >= m->value_len)
        return;
    n = (u32)min64(n, (m->value_len - off) / PAGE);
    lock(&a->lock);
    for (u32 i = (u32)(off / PAGE), end = i + n; i < end; i++)
        if (a->page[i]) {
            a->page[i] = 0;
            memset(m->value + (u64)i * PAGE, 0, PAGE);
            if (i < a->free)
                a->free = i;
        }
    unlock(&a->lock);
}

const struct map_kind map_arena = {.type = 33, .name = "arena", .init = init, .drop = drop};
