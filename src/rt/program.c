/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* program.c - linking: what a module leaves symbolic is bound to what a host offers.
 * in:  module, registry, maps to use in place of the module's own, variables to set
 * out: program: its maps, and the view (link_view) that an engine compiles
 *
 * The order is that of the steps below; each message names the call that is at fault. */
#include "ir/btf.h"
#include "rt/heap.h"
#include "rt/maps/kind.h"
#include "rt/mem.h"
#include "rt/stats.h"
#include "rt/timer.h"
#include "rt/typed/typed.h"
#include <errno.h>
#include <string.h>

enum { MAP_ARRAY = 2, MAP_PROG_ARRAY = 3, MAP_ARRAY_OF_MAPS = 12, MAP_HASH_OF_MAPS = 13, MAP_ARENA = 33 };

void program_ref(struct program *p) {
    atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
}

bool program_try_ref(struct program *p) {
    unsigned n = atomic_load_explicit(&p->refs, memory_order_relaxed);
    while (n)
        if (atomic_compare_exchange_weak(&p->refs, &n, n + 1))
            return true;
    return false;
}

void program_unref(struct program *p) {
    if (atomic_fetch_sub(&p->refs, 1) == 1 && p->release)
        p->release(p);
}

const struct ctxtype any_type = {.name = "any"};

const void *program_plain(struct program *p) {
    void *image = atomic_load(&p->plain), *none = NULL;
    struct error e = {0};
    if (image)
        return image;
    if (!p->engine->compile || p->engine->compile(&p->plain_view, &image, &e))
        return NULL;
    if (atomic_compare_exchange_strong(&p->plain, &none, image))
        return image;
    p->engine->free(image); /* another thread was faster */
    return none;
}

void program_drop(struct program *p) {
    for (u32 i = 0; p->map && i < p->m->nmap; i++) {
        struct map *m = p->map[i];
        if (!m)
            continue;
        if (m->type == MAP_PROG_ARRAY)
            prog_array_forget(m, p);
        map_unref(m);
    }
    p->map = NULL;
    image_drop(p);
    stats_drop(p);
    heap_drop(p->heap);
    timers_drop(p->timers);
    p->timers = NULL;
    p->heap = NULL;
    if (p->type)
        types_release(p->r, p->type, p->m->ntype);
    p->type = NULL;
    arena_drop(&p->arena);
}

static int no_memory(struct error *e) {
    return fail(e, E_NOMEM, NOWHERE, "linking: out of memory");
}

/* ---- maps ---- */

static bool suits(const struct map_def *d, const struct map *m) {
    return d->type == m->type && d->key_size == m->key_size && d->value_size == m->value_size;
}

/* May code name an address in it? */
static bool has_address(const struct map_def *d) {
    return d->flavour != MAP_PLAIN || d->init || d->type == MAP_ARENA || (d->type == MAP_ARRAY && d->max_entries == 1);
}

static int make_maps(struct program *p, struct map *const *use, struct error *e) {
    const struct module *m = p->m;
    struct map_env env = {&p->r->map_memory, &p->r->epoch, m->nmap ? registry_cpus(p->r) : 0};
    if (!(p->map = arena_new(&p->arena, struct map *, m->nmap + 1)))
        return no_memory(e);
    for (u32 i = 0; i < m->nmap; i++) {
        const struct map_def *d = &m->map[i];
        if (p->lenient && !has_address(d))
            continue;
        if (use && use[i]) {
            if (!suits(d, use[i]))
                return fail(e, E_USAGE, NOWHERE,
                            "map %s: the one given has another type or size (%s, key %u, value %u)", d->name,
                            map_type_name(use[i]->type), use[i]->key_size, use[i]->value_size);
            map_ref(p->map[i] = use[i]);
        } else if (!(p->map[i] = map_new(d, &env, e))) {
            if (!p->lenient || e->code == E_NOMEM)
                return e->code;
            *e = (struct error){0}; /* nothing runs: what the map would be is enough */
            continue;
        }
        if (d->btf_value && !(use && use[i])) {
            s64 lock = btf_member_of(m, d->btf_value, "bpf_spin_lock"),
                timer = btf_member_of(m, d->btf_value, "bpf_timer");
            p->map[i]->lock_off = lock >= 0 && lock + 4 <= d->value_size ? (s32)lock : -1;
            p->map[i]->timer_off = timer >= 0 && timer + 16 <= d->value_size ? (s32)timer : -1;
        }
    }
    return 0;
}

/* .values = { ... } of prog arrays and maps of maps. */
static int fill_slots(struct program *p, struct error *e) {
    const struct module *m = p->m;
    for (u32 i = 0; i < m->nmap && !p->lenient; i++)
        for (u32 k = 0; k < m->map[i].nslot; k++) {
            const struct map_slot *s = &m->map[i].slot[k];
            struct map *to = p->map[i];
            s64 r = -EINVAL;
            if (s->kind == 1 && to->type == MAP_PROG_ARRAY && s->target < m->nprog)
                r = prog_array_set(to, s->index, p, m->prog[s->target].func);
            else if (s->kind == 0 && (to->type == MAP_ARRAY_OF_MAPS || to->type == MAP_HASH_OF_MAPS) &&
                     s->target < m->nmap && to->key_size == 4)
                r = map_in_map_set(to, &s->index, p->map[s->target]);
            if (r)
                return fail(e, E_FORMAT, NOWHERE, "map %s: initial value %u cannot be set (%s)", m->map[i].name,
                            s->index, strerror((int)-r));
        }
    return 0;
}

/* Addresses in initial data: of variables, which have one only now. */
static int fill_pointers(struct program *p, struct map *const *use, struct error *e) {
    for (u32 i = 0; i < p->m->nptr; i++) {
        const struct map_ptr *q = &p->m->ptr[i];
        struct map *in = p->map[q->map], *to = p->map[q->target];
        u64 v = to ? num(to->value) + q->add : 0;
        if ((use && use[q->map]) || !in || !to)
            continue; /* a host's map keeps what it holds */
        if (!in->value || !to->value || q->add > to->value_len || in->value_len < 8 || q->off > in->value_len - 8)
            return fail(e, E_FORMAT, NOWHERE, "map %s: the pointer at %u leads out of map %s", p->m->map[q->map].name,
                        q->off, p->m->map[q->target].name);
        memcpy(in->value + q->off, &v, sizeof v);
    }
    return 0;
}

/* Data sections are constant from here on: to the program, to the host, or to both. */
static void freeze(struct program *p) {
    for (u32 i = 0; i < p->m->nmap; i++) {
        u8 f = p->m->map[i].flavour;
        if (f != MAP_RODATA && f != MAP_KCONFIG && f != MAP_JUMPTABLE)
            continue;
        p->map[i]->read_only = true;
        map_freeze(p->map[i]);
    }
}

/* ---- helpers and imports ---- */

static int at_call(const struct func *f, u32 pc, struct error *e) {
    struct buf b = {0};
    print_place(&b, f, pc);
    wrap(e, "%s", buf_str(&b));
    buf_free(&b);
    return e->code;
}

static int check_call(struct program *p, const struct func *f, u32 pc, struct error *e) {
    u32 id = (u32)f->code[pc].imm;
    const struct registry *r = p->r;
    const struct helper *h = id < r->nhelper ? r->helper[id] : NULL;
    if (p->lenient)
        return 0;
    if (h && h->gpl_only && !p->m->gpl) {
        const char *license = p->m->license && *p->m->license ? p->m->license : "none";
        fail(e, E_LICENSE, NOWHERE,
             "helper %s%s (%u) is for programs with a GPL-compatible license, and this one's is \"%s\"",
             helper_name(id) ? "bpf_" : "", h->name, id, license);
        return at_call(f, pc, e);
    }
    if (h && id == TIMER_INIT && !p->timers && !(p->timers = timers_new()))
        return no_memory(e);
    if (h || id == CORE_POISON)
        return 0;
    if (helper_name(id))
        fail(e, E_LINK, NOWHERE, "helper bpf_%s (%u) is not available outside the kernel", helper_name(id), id);
    else
        fail(e, E_LINK, NOWHERE, "unknown helper %u", id);
    return at_call(f, pc, e);
}

static int bind_helpers(struct program *p, struct error *e) {
    const struct registry *r = p->r;
    const struct helper **table = arena_new(&p->arena, const struct helper *, r->nhelper + 1);
    if (!table)
        return no_memory(e);
    for (u32 i = 0; i < r->nhelper; i++)
        if (r->helper[i] && (p->lenient || p->m->gpl || !r->helper[i]->gpl_only))
            table[i] = r->helper[i];
    if (p->count && !stats_bind(p, table, r->nhelper))
        return no_memory(e);
    p->view.helper = table;
    p->view.nhelper = r->nhelper;
    for (u32 i = 0; i < p->m->nfunc; i++) {
        const struct func *f = &p->m->func[i];
        for (u32 pc = 0; !f->typed && pc < f->nslot; pc++) /* typed code names functions of its module alone */
            if (f->code[pc].op == OP_call && check_call(p, f, pc, e))
                return e->code;
    }
    return 0;
}

static const struct helper *find_kfunc(struct program *p, const char *name) {
    const struct registry *r = p->r;
    const struct helper *h;
    for (u32 i = 0; i < r->nkfunc; i++)
        if (!strcmp(r->kfunc[i]->name, name))
            return r->kfunc[i];
    h = builtin_kfunc(name);
    return h || !p->kfunc_of ? h : p->kfunc_of(p->kfunc_arg, &p->arena, name);
}

/* Puts the first instruction that uses import k in front of the message. */
static int at_use(const struct module *m, u32 k, struct error *e) {
    for (u32 i = 0; i < m->nfunc; i++) {
        const struct func *f = &m->func[i];
        for (u32 pc = 0; !f->typed && pc < f->nslot; pc++)
            if ((f->code[pc].op == OP_callk || f->code[pc].op == OP_ldsym) && (u32)f->code[pc].imm == k)
                return at_call(f, pc, e);
    }
    return e->code;
}

static bool allocates(const char *name) {
    return !strcmp(name, "bpf_obj_new_impl") || !strcmp(name, "bpf_percpu_obj_new_impl");
}

static int bind_imports(struct program *p, struct error *e) {
    const struct module *m = p->m;
    const struct helper **fn = arena_new(&p->arena, const struct helper *, m->nimport + 1);
    u64 *addr = arena_new(&p->arena, u64, m->nimport + 1);
    if (!fn || !addr)
        return no_memory(e);
    p->view.import = fn;
    p->view.import_addr = addr;
    for (u32 i = 0; i < m->nimport; i++) {
        const struct import *im = &m->import[i];
        bool found = false;
        if (im->kind == IMPORT_FUNC && (fn[i] = find_kfunc(p, im->name))) {
            if (fn[i]->gpl_only && !m->gpl && !p->lenient) {
                fail(e, E_LICENSE, NOWHERE, "function %s is for programs with a GPL-compatible license", im->name);
                return at_use(m, i, e);
            }
            if (!p->heap && allocates(im->name) && !(p->heap = heap_new()))
                return no_memory(e);
            addr[i] = handle(TAG_OBJECT, i + 1); /* "is it there?": not 0, and nothing to dereference */
            found = true;
        }
        for (u32 k = 0; im->kind == IMPORT_VAR && k < p->r->nsym; k++)
            if (!strcmp(p->r->sym[k].name, im->name)) {
                addr[i] = p->r->sym[k].address;
                found = true;
            }
        if (found || im->weak || p->lenient)
            continue;
        fail(e, E_LINK, NOWHERE, "%s %s is not registered (and not weak)",
             im->kind == IMPORT_FUNC ? "kernel function" : "kernel variable", im->name);
        return at_use(m, i, e);
    }
    return 0;
}

/* ---- what engines and instances see ---- */

static void map_row(struct map *m, u32 i, struct map_view *v, struct region *g) {
    *v = (struct map_view){.handle = handle(TAG_MAP, i),
                           .read_only = m->read_only,
                           .max_entries = m->max_entries,
                           .type = m->type,
                           .key_size = m->key_size,
                           .find = m->kind->finder ? m->kind->finder(m) : NULL,
                           .map = m};
    bool array = m->type == 2 || m->type == 34;
    if ((array || m->type == MAP_ARENA) && !m->write_only) {
        v->value = m->value;
        v->value_len = m->value_len;
        v->stride = m->stride;
    }
    region_set(g, m->value, m->value_len, !m->read_only);
    if (m->write_only)
        memset(g->read, 0, sizeof g->read);
}

/* A map that was not made. */
static void def_row(const struct map_def *d, u32 i, struct map_view *v) {
    *v = (struct map_view){.handle = handle(TAG_MAP, i),
                           .read_only = d->flags & MAP_RDONLY_PROG,
                           .max_entries = d->max_entries,
                           .type = d->type};
}

static int show(struct program *p, struct error *e) {
    const struct module *m = p->m;
    const struct registry *r = p->r;
    struct map_view *v = arena_new(&p->arena, struct map_view, m->nmap + 1);
    p->nregion = m->nmap + r->nmem + (p->heap != NULL);
    p->region = arena_new(&p->arena, struct region, p->nregion + 1);
    if (!v || !p->region)
        return no_memory(e);
    for (u32 i = 0; i < m->nmap; i++) {
        if (!p->map[i]) {
            def_row(&m->map[i], i, &v[i]);
            continue;
        }
        map_row(p->map[i], i, &v[i], &p->region[i]);
        p->looks_up |= !p->map[i]->kind->stays;
        if (p->map[i]->type == MAP_ARENA)
            p->view.arena = num(p->map[i]->value) >> 32 << 32;
    }
    for (u32 i = 0; i < r->nmem; i++)
        region_set(&p->region[m->nmap + i], r->mem[i].base, r->mem[i].len, r->mem[i].writable);
    if (p->heap)
        region_set(&p->region[m->nmap + r->nmem], heap_base(p->heap), HEAP_BYTES, true);
    p->view.m = m;
    p->view.map = v;
    p->view.checks = r->checks;
    p->view.fuel = r->fuel;
    p->view.jit = r->jit;
    p->view.shelf = &p->r->shelf;
    p->view.frame_size = r->frame_size;
    return 0;
}

int link_program(struct program *p, const struct module *m, struct registry *r, struct map *const *use,
                 const char *const *set, struct error *e) {
    p->m = m;
    p->r = r;
    if (m->ntype && !(p->type = types_of_module(r, &p->arena, m, e)))
        return e->code;
    if (m->nexport && !index_exports(p))
        return no_memory(e);
    if (bind_helpers(p, e) || bind_imports(p, e) || make_maps(p, use, e) || fill_pointers(p, use, e))
        return e->code;
    for (; set && *set; set++)
        if (program_set(p, *set, e))
            return e->code;
    freeze(p);
    return fill_slots(p, e) || show(p, e) ? e->code : 0;
}
