/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exports.c - the export section, and exports by name (WebAssembly 3.0, 5.5.10, 3.5.1).
 * Names must differ; sorting them shows that in n log n, and the order serves look-ups. */
#define _GNU_SOURCE
#include "front/wasm/decode.h"
#include <stdlib.h>
#include <string.h>

static int compare(const u8 *a, u32 an, const u8 *b, u32 bn) {
    u32 n = an < bn ? an : bn;
    int c = n ? memcmp(a, b, n) : 0;
    return c ? c : (an > bn) - (an < bn);
}

static int by_name(const void *a, const void *b, void *module) {
    const struct wasm_module *m = module;
    const struct wasm_export *x = &m->export[*(const u32 *)a], *y = &m->export[*(const u32 *)b];
    return compare(m->p + x->name.off, x->name.len, m->p + y->name.off, y->name.len);
}

/* How many there are of a kind. */
static u32 count_of(const struct wasm_module *m, u8 kind, const char **what) {
    switch (kind) {
    case WASM_FUNC: *what = "function"; return m->nfunc;
    case WASM_TABLE: *what = "table"; return m->ntable;
    case WASM_MEMORY: *what = "memory"; return m->nmemory;
    case WASM_GLOBAL: *what = "global"; return m->nglobal;
    case WASM_TAG: *what = "tag"; return m->ntag;
    }
    *what = NULL;
    return 0;
}

static void read_export(struct decoder *d) {
    struct wasm_export x = {.name = read_name(d)}, *to;
    const u8 *at = d->b.p;
    const char *what;
    u32 n;

    x.kind = take_u8(&d->b);
    n = count_of(d->m, x.kind, &what);
    if (!what) bad(&d->b, E_FORMAT, at, "malformed export kind %u", x.kind);
    x.index = leb_u32(&d->b);
    if (d->b.e->code) return;
    if (x.index >= n) {
        bad(&d->b, E_INDEX, at, "unknown %s %u", what, x.index);
        return;
    }
    if (x.kind == WASM_FUNC) d->m->referenced[x.index / 8] |= (u8)(1u << x.index % 8);
    if ((to = PUSH(d, export))) *to = x;
}

void read_exports(struct decoder *d) {
    struct wasm_module *m = d->m;
    const u8 *at = d->b.p;
    u32 n = read_count(d, 0, WASM_MAX_EXPORTS, "exports");

    for (u32 i = 0; i < n && !d->b.e->code; i++) read_export(d);
    if (d->b.e->code) return;
    if (!(m->export_order = arena_new(m->arena, u32, n))) {
        bad(&d->b, E_NOMEM, at, "out of memory");
        return;
    }
    for (u32 i = 0; i < n; i++) m->export_order[i] = i;
    qsort_r(m->export_order, n, sizeof(u32), by_name, m);
    for (u32 i = 1; i < n; i++)
        if (!by_name(&m->export_order[i - 1], &m->export_order[i], m)) {
            struct wasm_span s = m->export[m->export_order[i]].name;
            bad(&d->b, E_FORMAT, m->p + s.off, "duplicate export name \"%.*s\"", s.len < 100 ? (int)s.len : 100,
                (const char *)m->p + s.off);
            return;
        }
}

const struct wasm_export *wasm_export_find(const struct wasm_module *m, const char *name, size_t len) {
    u32 low = 0, high = m->nexport;

    if (len > m->size) return NULL;
    while (low < high) {
        u32 mid = low + (high - low) / 2;
        const struct wasm_export *x = &m->export[m->export_order[mid]];
        int c = compare((const u8 *)name, (u32)len, m->p + x->name.off, x->name.len);
        if (!c) return x;
        if (c < 0) high = mid;
        else low = mid + 1;
    }
    return NULL;
}
