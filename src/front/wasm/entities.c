/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* entities.c - imports, tables, memories, globals, tags (WebAssembly 3.0, 5.5.5 on, 3.2.15). */
#include "front/wasm/decode.h"

/* limits: flags, then bounds that are 64 bits wide whatever the address type (5.3.13). */
static void read_limits(struct decoder *d, struct wasm_limits *lim, bool memory) {
    struct bytes *b = &d->b;
    const u8 *at = b->p;
    u32 features = d->m->features;
    u8 flags = take_u8(b), known = 1;

    if (features >> WF_MEMORY64 & 1) known |= 4;
    if (memory && features >> WF_THREADS & 1) known |= 2;
    if (flags & ~known) bad(b, E_FORMAT, at, "malformed limits flags 0x%02x", flags);
    *lim = (struct wasm_limits){.has_max = flags & 1, .shared = flags & 2, .is64 = flags & 4};
    lim->min = leb_u64(b);
    lim->max = lim->has_max ? leb_u64(b) : ~(u64)0;
    if (b->e->code) return;
    if (lim->shared && !lim->has_max) bad(b, E_FORMAT, at, "shared memory must have maximum");
    if (memory) {
        u64 most = lim->is64 ? (u64)1 << 48 : 65536;
        if (lim->min > most || (lim->has_max && lim->max > most))
            bad(b, E_FORMAT, at, "memory size must be at most %s", lim->is64 ? "2^48 pages" : "65536 pages (4GiB)");
    } else if (!lim->is64 && (lim->min > 0xffffffffu || (lim->has_max && lim->max > 0xffffffffu))) {
        bad(b, E_FORMAT, at, "table size must be at most 2^32-1");
    }
    if (lim->has_max && lim->min > lim->max)
        bad(b, E_FORMAT, at, "size minimum must not be greater than maximum: %llu and %llu",
            (unsigned long long)lim->min, (unsigned long long)lim->max);
}

static struct wasm_table read_table_type(struct decoder *d) {
    struct wasm_table t = {.type = wasm_read_reftype(d->m, &d->b)};

    read_limits(d, &t.lim, false);
    return t;
}

static struct wasm_global read_global_type(struct decoder *d) {
    struct wasm_global g = {.type = wasm_read_valtype(d->m, &d->b)};
    const u8 *at = d->b.p;
    u8 mut = take_u8(&d->b);

    if (mut > 1) bad(&d->b, E_FORMAT, at, "malformed mutability");
    g.mutable = mut;
    return g;
}

static struct wasm_tag read_tag_type(struct decoder *d) {
    const u8 *at = d->b.p;
    struct wasm_tag t;

    if (take_u8(&d->b)) bad(&d->b, E_FORMAT, at, "malformed tag attribute");
    t.type = read_func_type(d);
    if (!d->b.e->code && d->m->type[t.type].nresult) bad(&d->b, E_FORMAT, at, "non-empty tag result type");
    return t;
}

/* The checks of number stand here, because imports count as well. */
static bool room_for(struct decoder *d, u32 have, u32 most, const char *what) {
    if (have >= most) bad(&d->b, E_LIMIT, d->b.p, "too many %s: more than %u", what, most);
    return !d->b.e->code;
}

static void push_func(struct decoder *d, struct wasm_func f) {
    struct wasm_func *to;
    if (room_for(d, d->m->nfunc, WASM_MAX_FUNCS, "functions") && (to = PUSH(d, func))) *to = f;
}

static void push_table(struct decoder *d, struct wasm_table t) {
    struct wasm_table *to;
    if (d->m->ntable && !(d->m->features >> WF_MULTI_TABLE & 1)) bad(&d->b, E_FORMAT, d->b.p, "multiple tables");
    if (room_for(d, d->m->ntable, WASM_MAX_TABLES, "tables") && (to = PUSH(d, table))) *to = t;
}

static void push_memory(struct decoder *d, struct wasm_memory mem) {
    struct wasm_memory *to;
    if (d->m->nmemory && !(d->m->features >> WF_MULTI_MEMORY & 1)) bad(&d->b, E_FORMAT, d->b.p, "multiple memories");
    if (room_for(d, d->m->nmemory, WASM_MAX_MEMORIES, "memories") && (to = PUSH(d, memory))) *to = mem;
}

static void push_global(struct decoder *d, struct wasm_global g) {
    struct wasm_global *to;
    if (room_for(d, d->m->nglobal, WASM_MAX_GLOBALS, "globals") && (to = PUSH(d, global))) *to = g;
}

static void push_tag(struct decoder *d, struct wasm_tag t) {
    struct wasm_tag *to;
    if (room_for(d, d->m->ntag, WASM_MAX_TAGS, "tags") && (to = PUSH(d, tag))) *to = t;
}

/* --- imports --- */

struct external {
    u8 kind;
    union {
        u32 func;
        struct wasm_table table;
        struct wasm_memory memory;
        struct wasm_global global;
        struct wasm_tag tag;
    };
};

static struct external read_external(struct decoder *d, u8 kind, const u8 *at) {
    struct external x = {.kind = kind};

    switch (kind) {
    case WASM_FUNC: x.func = read_func_type(d); return x;
    case WASM_TABLE: x.table = read_table_type(d); return x;
    case WASM_MEMORY: read_limits(d, &x.memory.lim, true); return x;
    case WASM_GLOBAL: x.global = read_global_type(d); return x;
    case WASM_TAG:
        if (!(d->m->features >> WF_EXCEPTIONS & 1)) break;
        x.tag = read_tag_type(d);
        return x;
    }
    bad(&d->b, E_FORMAT, at, "malformed import kind %u", kind);
    return x;
}

/* What is imported takes the next index of its kind. */
static void push_import(struct decoder *d, struct wasm_span module, struct wasm_span name, const struct external *x) {
    struct wasm_module *m = d->m;
    struct wasm_import im = {module, name, 0, x->kind}, *to;

    if (d->b.e->code || !room_for(d, m->nimport, WASM_MAX_IMPORTS, "imports")) return;
    switch (x->kind) {
    case WASM_FUNC:
        push_func(d, (struct wasm_func){x->func, {m->nimport, 0}});
        im.index = (m->nfunc_import = m->nfunc) - 1;
        break;
    case WASM_TABLE:
        push_table(d, x->table);
        im.index = (m->ntable_import = m->ntable) - 1;
        break;
    case WASM_MEMORY:
        push_memory(d, x->memory);
        im.index = (m->nmemory_import = m->nmemory) - 1;
        break;
    case WASM_GLOBAL:
        push_global(d, x->global);
        im.index = (m->nglobal_import = m->nglobal) - 1;
        break;
    case WASM_TAG:
        push_tag(d, x->tag);
        im.index = (m->ntag_import = m->ntag) - 1;
        break;
    }
    if ((to = PUSH(d, import))) *to = im;
}

static struct external read_kind_and_type(struct decoder *d) {
    const u8 *at = d->b.p;
    u8 kind = take_u8(&d->b);

    return read_external(d, kind, at);
}

/* Several imports from one module (the proposal compact-import-section), after its name, an empty name and
 * 0x7f: vec(name externtype), or 0x7e: externtype vec(name). */
static void read_import_group(struct decoder *d, struct wasm_span module, bool one_type) {
    struct external x = {0};
    u32 n;

    if (one_type) x = read_kind_and_type(d);
    n = read_count(d, d->m->nimport, WASM_MAX_IMPORTS, "imports");
    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        struct wasm_span name = read_name(d);
        if (!one_type) x = read_kind_and_type(d);
        push_import(d, module, name, &x);
    }
}

static void read_import(struct decoder *d) {
    struct wasm_span module = read_name(d), name = read_name(d);
    const u8 *at = d->b.p;
    u8 kind = take_u8(&d->b);

    if (!d->b.e->code && !name.len && (kind == 0x7f || kind == 0x7e) && d->m->features >> WF_COMPACT_IMPORTS & 1) {
        read_import_group(d, module, kind == 0x7e);
    } else if (!d->b.e->code) {
        struct external x = read_external(d, kind, at);
        push_import(d, module, name, &x);
    }
}

/* The count is one of groups. wasm-tools wrote the number of imports there when groups were new, so
 * a section that ends at that number is taken, too. */
void read_imports(struct decoder *d) {
    u32 n = read_count(d, 0, WASM_MAX_IMPORTS, "imports");

    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        if (d->b.p == d->b.end && d->m->nimport == n) return;
        read_import(d);
    }
}

/* --- sections of definitions --- */

void read_funcs(struct decoder *d) {
    u32 n = read_count(d, d->m->nfunc, WASM_MAX_FUNCS, "functions");

    for (u32 i = 0; i < n && !d->b.e->code; i++) push_func(d, (struct wasm_func){.type = read_func_type(d)});
}

/* A table may say what it is filled with: 0x40 0x00 tabletype expr (5.5.8). */
void read_tables(struct decoder *d) {
    u32 n = read_count(d, d->m->ntable, WASM_MAX_TABLES, "tables");

    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        const u8 *at = d->b.p;
        bool filled = left(&d->b) && *at == 0x40 && d->m->features >> WF_FUNC_REFS & 1;
        struct wasm_table t;

        d->b.p += filled;
        if (filled && take_u8(&d->b)) bad(&d->b, E_FORMAT, at, "malformed table");
        t = read_table_type(d);
        if (filled) t.init = read_const(d, t.type);
        else if (!d->b.e->code && !wasm_defaultable(t.type))
            bad(&d->b, E_FORMAT, at, "type mismatch: a table of %s needs an initialiser", wasm_type_text(t.type).s);
        push_table(d, t);
    }
}

void read_memories(struct decoder *d) {
    u32 n = read_count(d, d->m->nmemory, WASM_MAX_MEMORIES, "memories");

    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        struct wasm_memory mem;
        read_limits(d, &mem.lim, true);
        push_memory(d, mem);
    }
}

void read_globals(struct decoder *d) {
    u32 n = read_count(d, d->m->nglobal, WASM_MAX_GLOBALS, "globals");

    for (u32 i = 0; i < n && !d->b.e->code; i++) {
        struct wasm_global g = read_global_type(d);
        g.init = read_const(d, g.type); /* which sees the globals before it only */
        push_global(d, g);
    }
}

void read_tags(struct decoder *d) {
    u32 n = read_count(d, d->m->ntag, WASM_MAX_TAGS, "tags");

    for (u32 i = 0; i < n && !d->b.e->code; i++) push_tag(d, read_tag_type(d));
}
