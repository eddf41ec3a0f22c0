/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* registry.c - what a host configured: helpers by id, kfuncs by name, memory, symbols. Rows
 * that were registered stay until the end, so that programs may hold on to them. */
#include "base/platform.h"
#include "rt/typed/typed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HELPERS = 8192, FRAMES = 8, FRAME_SIZE = 512, TABLE_ELEMS = 10000000, INSTANCES = 10000 };

/* A host's row, and the function that ends_thunk() stands in front of. */
struct row {
    struct helper h;
    helper_fn *inner;
    struct helper_code code;
};

static int to_stderr(void *arg, const char *text, size_t len) {
    (void)arg;
    return (int)fwrite(text, 1, len, stderr);
}

/* Rows of helpers up to n, empty where there were none. */
static bool room_for(struct registry *r, u32 n) {
    const struct helper **p;
    if (n <= r->nhelper)
        return true;
    if (!(p = realloc(r->helper, n * sizeof *p)))
        return false;
    memset(p + r->nhelper, 0, (n - r->nhelper) * sizeof *p);
    r->helper = p;
    r->nhelper = n;
    return true;
}

int registry_init(struct registry *r) {
    memset(r, 0, sizeof *r);
    if (!room_for(r, builtin_helpers()))
        return E_NOMEM;
    for (u32 id = 0; id < r->nhelper; id++)
        r->helper[id] = builtin_helper(id);
    r->budget = 1000000000;
    r->max_frames = FRAMES;
    r->frame_size = FRAME_SIZE;
    r->secret = os_random();
    r->checks = r->fuel = true;
    r->map_memory.limit = (u64)4 << 30;
    r->print = to_stderr;
    r->epoch.now = 1; /* 0 says: not running */
    r->max_memory = (u64)16 << 30;
    r->max_memory_pages = 65536;
    r->max_table = TABLE_ELEMS;
    r->max_instances = INSTANCES;
    r->max_calls = CALL_FRAMES;
    r->max_nest = CALL_NEST;
    r->max_slots = CALL_SLOTS;
    if (types_init(r) || waits_init(r)) {
        registry_drop(r);
        return E_NOMEM;
    }
    return 0;
}

/* Asking the system reads a file, which a short run without maps never needs. */
u32 registry_cpus(struct registry *r) {
    u32 n = atomic_load_explicit(&r->cpus, memory_order_relaxed);
    if (!n)
        atomic_store_explicit(&r->cpus, n = os_ncpu(), memory_order_relaxed);
    return n;
}

void registry_drop(struct registry *r) {
    if (r->shelf.desk)
        r->shelf.drop(r->shelf.desk);
    if (r->shelf.code)
        r->shelf.drop_code(r->shelf.code);
    for (u32 i = 0; i < r->nowned; i++) {
        free((char *)(uintptr_t)r->owned[i]->name);
        free((void *)(uintptr_t)((struct row *)r->owned[i])->code.bytes);
        free(r->owned[i]);
    }
    for (u32 i = 0; i < r->nsym; i++)
        free(r->sym[i].name);
    types_drop(r);
    stacks_drop(r);
    places_drop(r);
    waits_drop(r);
    free(r->cache);
    free(r->owned);
    free(r->helper);
    free(r->kfunc);
    free(r->mem);
    free(r->sym);
    memset(r, 0, sizeof *r);
}

/* Room for one more in an array of n; false: out of memory. */
static bool one_more(void *array, u32 n, size_t size) {
    void *p;
    if (n & (n - 1))
        return true; /* grown at 0, 1, 2, 4, 8, ... */
    memcpy(&p, array, sizeof p);
    if (!(p = realloc(p, (n ? (size_t)n * 2 : 1) * size)))
        return false;
    memcpy(array, &p, sizeof p);
    return true;
}

/* A result of 0 ends the program at once, with r0 = 0. */
static u64 ends_thunk(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    const struct row *w = (const struct row *)cx->callee;
    u64 v = w->inner(cx, r1, r2, r3, r4, r5);
    if (!v && !cx->trap) {
        cx->ret = 0;
        trap(cx, TRAP_END);
    }
    return v;
}

int registry_add_helper(struct registry *r, const struct helper *h, bool kfunc) {
    struct row *w;
    char *name;
    u32 i;
    if (!h->fn || (kfunc ? !h->name || !*h->name : h->id >= MAX_HELPERS))
        return E_USAGE;
    if (!one_more(&r->owned, r->nowned, sizeof *r->owned))
        return E_NOMEM;
    for (i = 0; kfunc && i < r->nkfunc && strcmp(r->kfunc[i]->name, h->name); i++)
        continue;
    if (kfunc && i == r->nkfunc && !one_more(&r->kfunc, r->nkfunc, sizeof *r->kfunc))
        return E_NOMEM;
    if (!kfunc && !room_for(r, h->id + 1))
        return E_NOMEM;
    w = calloc(1, sizeof *w);
    name = strdup(h->name ? h->name : "");
    if (!w || !name) {
        free(w);
        free(name);
        return E_NOMEM;
    }
    w->h = *h;
    w->h.name = name;
    w->inner = h->fn;
    if (h->ends_if_zero)
        w->h.fn = ends_thunk;
    r->owned[r->nowned++] = &w->h;
    if (kfunc) {
        r->kfunc[i] = &w->h;
        if (i == r->nkfunc)
            r->nkfunc++;
        return 0;
    }
    r->helper[h->id] = &w->h;
    return 0;
}

static struct row *own_row(struct registry *r, const struct helper *h) {
    for (u32 i = 0; h && i < r->nowned; i++)
        if (r->owned[i] == h)
            return (struct row *)r->owned[i];
    return NULL;
}

int registry_set_code(struct registry *r, u32 id, const char *kfunc, const struct helper_code *c) {
    const struct helper *h = !kfunc && id < r->nhelper ? r->helper[id] : NULL;
    struct row *w;
    u8 *copy = NULL;
    for (u32 i = 0; kfunc && i < r->nkfunc; i++)
        if (!strcmp(r->kfunc[i]->name, kfunc))
            h = r->kfunc[i];
    if (!(w = own_row(r, h)))
        return E_NOENT;
    if (c) { /* the symbol stands behind the bytes */
        size_t len = strlen(c->symbol) + 1;
        if (!(copy = malloc(c->n + len)))
            return E_NOMEM;
        memcpy(copy, c->bytes, c->n);
        memcpy(copy + c->n, c->symbol, len);
    }
    free((void *)(uintptr_t)w->code.bytes);
    w->code = (struct helper_code){copy, c ? c->n : 0, c ? (const char *)copy + c->n : NULL};
    w->h.code = c ? &w->code : NULL;
    return 0;
}

int registry_remove_helper(struct registry *r, u32 id) {
    if (id >= r->nhelper || !r->helper[id])
        return E_NOENT;
    r->helper[id] = NULL;
    return 0;
}

int registry_add_memory(struct registry *r, void *base, u64 len, bool writable) {
    if (!one_more(&r->mem, r->nmem, sizeof *r->mem))
        return E_NOMEM;
    r->mem[r->nmem++] = (struct rt_region){base, len, writable};
    return 0;
}

int registry_add_symbol(struct registry *r, const char *name, u64 address) {
    for (u32 i = 0; i < r->nsym; i++)
        if (!strcmp(r->sym[i].name, name)) {
            r->sym[i].address = address;
            return 0;
        }
    char *own = strdup(name);
    if (!own || !one_more(&r->sym, r->nsym, sizeof *r->sym)) {
        free(own);
        return E_NOMEM;
    }
    r->sym[r->nsym++] = (struct rt_symbol){own, address};
    return 0;
}
