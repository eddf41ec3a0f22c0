/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* match.c - may this stand for that import? (WebAssembly 3.0, 3.4, 4.5.3)
 * The words "unknown import" and "incompatible import type" are those of the specification's tests. */
#include "base/buf.h"
#include "rt/typed/typed.h"

static const char *const kind_text[] = {"function", "table", "memory", "global", "tag"};

static void print_limits(struct buf *b, const struct size_limits *l) {
    buf_printf(b, " %s%llu", l->is64 ? "i64 " : "", (unsigned long long)l->min);
    if (l->max != UINT64_MAX)
        buf_printf(b, "..%llu", (unsigned long long)l->max);
    if (l->shared)
        buf_printf(b, " shared");
}

static void print_global(struct buf *b, u32 vt, bool mutable) {
    buf_printf(b, mutable ? " mutable " : " ");
    print_vt(b, vt);
}

/* What the module wants. */
static void print_wanted(struct buf *b, const struct program *p, const struct entity *x) {
    const struct module *m = p->m;
    buf_printf(b, "%s", kind_text[x->kind]);
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC:
        buf_printf(b, " ");
        print_type(b, p->type[m->func[x->index].type]);
        return;
    case ENTITY_TABLE:
        print_limits(b, &m->table[x->index].lim);
        buf_printf(b, " ");
        print_vt(b, vt_shared(p->type, m->table[x->index].vt));
        return;
    case ENTITY_MEMORY: print_limits(b, &m->memory[x->index].lim); return;
    case ENTITY_GLOBAL:
        print_global(b, vt_shared(p->type, m->global[x->index].vt), m->global[x->index].mutable);
        return;
    case ENTITY_TAG:
        buf_printf(b, " ");
        print_type(b, p->type[m->tag[x->index].type]);
        return;
    }
}

static struct size_limits memory_limits(const struct rt_memory *m) {
    return (struct size_limits){memory_size(&m->m) / WASM_PAGE, m->max_pages, m->m.is64, m->m.shared};
}

static struct size_limits table_limits(const struct table *t) {
    return (struct size_limits){t->size, rt_table((struct table *)(uintptr_t)t)->max, t->is64, false};
}

static void print_given(struct buf *b, const struct extern_ *x) {
    struct size_limits l;
    buf_printf(b, "%s", kind_text[x->kind]);
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC:
        buf_printf(b, " ");
        print_type(b, x->u.func.type);
        return;
    case ENTITY_TABLE:
        l = table_limits(x->u.table);
        print_limits(b, &l);
        buf_printf(b, " ");
        print_vt(b, x->u.table->vt);
        return;
    case ENTITY_MEMORY:
        l = memory_limits(x->u.memory);
        print_limits(b, &l);
        return;
    case ENTITY_GLOBAL: print_global(b, rt_global(x->u.global)->vt, rt_global(x->u.global)->mutable); return;
    case ENTITY_TAG:
        buf_printf(b, " ");
        print_type(b, x->u.tag->type);
        return;
    }
}

void print_import(struct buf *b, const struct program *p, u32 i) {
    const struct entity *x = &p->m->ext[i];
    buf_printf(b, "\"%.*s\" \"%.*s\" (", (int)x->space.n, x->space.p, (int)x->name.n, x->name.p);
    print_wanted(b, p, x);
    buf_printf(b, ")");
}

static bool limits_match(const struct size_limits *have, const struct size_limits *want) {
    return have->is64 == want->is64 && have->shared == want->shared && have->min >= want->min && have->max <= want->max;
}

static bool matches(struct program *p, const struct entity *want, const struct extern_ *x) {
    const struct module *m = p->m;
    struct size_limits l;
    const struct rt_global *g;
    u32 vt;
    if (want->kind != x->kind)
        return false;
    switch ((enum entity_kind)want->kind) {
    case ENTITY_FUNC: return rtype_fits(x->u.func.type, p->type[m->func[want->index].type]);
    case ENTITY_TABLE:
        l = table_limits(x->u.table);
        return limits_match(&l, &m->table[want->index].lim) &&
               x->u.table->vt == vt_shared(p->type, m->table[want->index].vt);
    case ENTITY_MEMORY:
        l = memory_limits(x->u.memory);
        if (x->u.memory->arena) /* it is not counted in what the file calls shared */
            l.shared = m->memory[want->index].lim.shared;
        return limits_match(&l, &m->memory[want->index].lim);
    case ENTITY_GLOBAL:
        g = rt_global(x->u.global);
        vt = vt_shared(p->type, m->global[want->index].vt);
        return g->mutable == m->global[want->index].mutable && (g->mutable ? g->vt == vt : vt_matches(p->r, g->vt, vt));
    case ENTITY_TAG: return x->u.tag->type == p->type[m->tag[want->index].type];
    }
    return false;
}

int extern_match(struct program *p, u32 i, const struct extern_ *x, struct error *e) {
    struct buf want = {0}, have = {0};
    if (matches(p, &p->m->ext[i], x))
        return 0;
    print_import(&want, p, i);
    print_given(&have, x);
    fail(e, E_LINK, NOWHERE, "incompatible import type: %s: a %s is there", buf_str(&want), buf_str(&have));
    buf_free(&want);
    buf_free(&have);
    return e->code;
}
