/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* entities.c - an instance's objects (WebAssembly 3.0, 4.5.4): imports bound, the module's own ones made.
 * in:  a linked program, what each import is bound to      out: the arrays of the instance's ctx
 * Values, elements and bytes are set by code: module.init, which the owner runs next, or by what it left in an
 * instance before (image.c). */
#include "base/platform.h"
#include "rt/hashfn.h"
#include "rt/typed/typed.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool module_is_typed(const struct module *m) {
    return m->ntype || m->next || m->nexport || m->nmemory || m->ntable || m->nglobal || m->ntag || m->has_init;
}

/* The place of that name: its row, or the free one where it belongs. */
static u32 *export_place(const struct program *p, const char *name, size_t n) {
    const struct entity *x = p->m->export;
    u32 at = (u32)hash_key(name, (u32)n, p->export_seed) & p->export_mask, row;
    for (; (row = p->export_row[at]); at = (at + 1) & p->export_mask)
        if (x[row - 1].name.n == n && !memcmp(x[row - 1].name.p, name, n))
            break;
    return &p->export_row[at];
}

bool index_exports(struct program *p) {
    const struct module *m = p->m;
    u64 size = 2;
    while (size < (u64)m->nexport * 2)
        size *= 2;
    if (!(p->export_row = arena_new(&p->arena, u32, size)))
        return false;
    p->export_mask = (u32)(size - 1);
    p->export_seed = os_random();
    for (u32 i = 0; i < m->nexport; i++) {
        u32 *row = export_place(p, m->export[i].name.p, m->export[i].name.n);
        if (!*row)
            *row = i + 1;
    }
    return true;
}

const struct entity *program_export(const struct program *p, const char *name, size_t n) {
    u32 row = p->m->nexport && n <= UINT32_MAX ? *export_place(p, name, n) : 0;
    return row ? &p->m->export[row - 1] : NULL;
}

static bool make_arrays(struct instance *in) {
    const struct module *m = in->p->m;
    struct typed_part *t = in->typed;
    struct ctx *cx = &in->cx;
    cx->mem = arena_new(&t->arena, struct memory *, m->nmemory + 1);
    cx->table = arena_new(&t->arena, struct table *, m->ntable + 1);
    cx->global = arena_new(&t->arena, union cell *, m->nglobal + 1);
    t->tag = arena_new(&t->arena, struct rt_tag *, m->ntag + 1);
    t->func = arena_new(&t->arena, struct funcref, m->nfunc + 1);
    t->elem = arena_new(&t->arena, struct item_seg, m->nelem + 1);
    t->data_len = arena_new(&t->arena, u32, m->ndata + 1);
    cx->func = t->func;
    cx->tag = (const void *const *)t->tag;
    cx->rtype = in->p->type;
    return cx->mem && cx->table && cx->global && t->tag && t->func && t->elem && t->data_len;
}

static void bind(struct instance *in, const struct entity *im, const struct extern_ *x) {
    struct ctx *cx = &in->cx;
    switch ((enum entity_kind)im->kind) {
    case ENTITY_FUNC:
        in->typed->func[im->index] = x->u.func;
        if (x->u.func.host)
            in->typed->func[im->index].owner = in;
        return;
    case ENTITY_TABLE: cx->table[im->index] = x->u.table; return;
    case ENTITY_MEMORY:
        memory_ref(x->u.memory);
        cx->mem[im->index] = &x->u.memory->m;
        return;
    case ENTITY_GLOBAL: cx->global[im->index] = x->u.global; return;
    case ENTITY_TAG: in->typed->tag[im->index] = x->u.tag; return;
    }
}

static int make_own(struct instance *in, const struct image *im, struct error *e) {
    const struct program *p = in->p;
    const struct module *m = p->m;
    struct group *g = group_of(in);
    struct ctx *cx = &in->cx;
    u32 i;
    for (i = m->nmemory_import; i < m->nmemory; i++) {
        struct rt_memory *mem = memory_new(p->r, &m->memory[i].lim, im ? &im->mem[i] : NULL, e);
        if (!mem)
            return wrap(e, "memory %u", i);
        cx->mem[i] = &mem->m;
    }
    for (i = m->ntable_import; i < m->ntable; i++) {
        struct rt_table *t = table_new(g, &m->table[i].lim, vt_shared(p->type, m->table[i].vt), e);
        if (!t)
            return wrap(e, "table %u", i);
        cx->table[i] = &t->t;
    }
    for (i = m->nglobal_import; i < m->nglobal; i++) {
        struct rt_global *x = global_new(g, vt_shared(p->type, m->global[i].vt), m->global[i].mutable, e);
        if (!x)
            return e->code;
        cx->global[i] = &x->c;
    }
    for (i = m->ntag_import; i < m->ntag; i++)
        if (!(in->typed->tag[i] = tag_new(g, p->type[m->tag[i].type], e)))
            return e->code;
    for (i = m->nfunc_import; i < m->nfunc; i++)
        if (m->func[i].typed)
            in->typed->func[i] = (struct funcref){.type = p->type[m->func[i].type], .cx = cx, .func = i, .owner = in};
    for (i = 0; i < m->nelem; i++)
        in->typed->elem[i].n = m->elem[i].n;
    for (i = 0; i < m->ndata; i++)
        in->typed->data_len[i] = m->data[i].n;
    cx->mem_base = m->nmemory ? cx->mem[0]->base : NULL;
    if (p->guarded && m->nmemory && !cx->mem[0]->guarded)
        return fail(e, E_NOMEM, NOWHERE,
                    "there is no address space for a memory whose end the processor finds, and the program was compiled "
                    "for one: compile it with --bounds");
    if (im)
        image_put(in, im);
    return 0;
}

struct group *extern_group(const struct extern_ *x) {
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC: return x->u.func.owner ? group_of(x->u.func.owner) : NULL;
    case ENTITY_TABLE: return rt_table(x->u.table)->in.group;
    case ENTITY_GLOBAL: return rt_global(x->u.global)->in.group;
    case ENTITY_TAG: return x->u.tag->in.group;
    case ENTITY_MEMORY: break;
    }
    return NULL;
}

/* Two chains of calls do not become one. */
static int check_running(const struct module *m, const struct extern_ *x, struct error *e) {
    const struct group *runs = NULL;
    for (u32 i = 0; i < m->next; i++) {
        const struct group *g = extern_group(&x[i]);
        if (!g || !g->running || g == runs)
            continue;
        if (runs)
            return fail(e, E_BUSY, NOWHERE, "instances that both run cannot be linked with each other");
        runs = g;
    }
    return 0;
}

/* Nothing outside knows of it until all that can fail is done. */
int typed_init(struct instance *in, const struct extern_ *x, struct error *e) {
    struct registry *r = in->p->r;
    const struct module *m = in->p->m;
    struct typed_part *t = calloc(1, sizeof *t);
    struct group *g = t ? group_new(r) : NULL;
    if (!g) {
        free(t);
        return fail(e, E_NOMEM, NOWHERE, "instance: out of memory");
    }
    if (atomic_fetch_add(&r->instances, 1) >= r->max_instances) {
        atomic_fetch_sub(&r->instances, 1);
        free(t);
        group_unref(g);
        return fail(e, E_LIMIT, NOWHERE, "the runtime has %u instances already, as many as are allowed",
                    r->max_instances);
    }
    in->typed = t;
    t->inst = in;
    t->fuel = UINT64_MAX;
    in->cx.max_nest = r->max_nest;
    in->cx.max_calls = r->max_calls;
    group_add(g, &t->in, MEMBER_INSTANCE);
    if (!make_arrays(in))
        return fail(e, E_NOMEM, NOWHERE, "instance: out of memory");
    for (u32 i = 0; i < m->next; i++)
        bind(in, &m->ext[i], &x[i]);
    if (make_own(in, atomic_load_explicit(&in->p->begun, memory_order_acquire), e) || check_running(m, x, e))
        return e->code;
    for (u32 i = 0; i < m->next; i++)
        if (extern_group(&x[i]))
            group_join(extern_group(&x[i]), group_of(in));
    return 0;
}

void typed_drop(struct instance *in) {
    struct typed_part *t = in->typed;
    if (!t)
        return;
    if (in->p->engine->entry_drop)
        in->p->engine->entry_drop(&t->first.entry);
    for (u32 i = 0; in->cx.mem && i < in->p->m->nmemory; i++)
        if (in->cx.mem[i])
            memory_unref(rt_memory(in->cx.mem[i]));
    for (u32 i = 0; t->elem && i < in->p->m->nelem; i++)
        free(t->elem[i].item);
    atomic_fetch_sub(&in->p->r->instances, 1);
    arena_drop(&t->arena);
    free(t);
    in->typed = NULL;
}

struct extern_ typed_export(const struct instance *in, u32 i) {
    const struct entity *x = &in->p->m->export[i];
    struct extern_ r = {.kind = x->kind};
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC: r.u.func = in->typed->func[x->index]; break;
    case ENTITY_TABLE: r.u.table = in->cx.table[x->index]; break;
    case ENTITY_MEMORY: r.u.memory = rt_memory(in->cx.mem[x->index]); break;
    case ENTITY_GLOBAL: r.u.global = in->cx.global[x->index]; break;
    case ENTITY_TAG: r.u.tag = in->typed->tag[x->index]; break;
    }
    return r;
}
