/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_ref.c - handles of wasm.h: counted, found again, views of each other, host info (wasm_c.h). */
#include "api/wasm_c.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- the store's table ---- */

static u32 place(const struct wasm_store_t *s, const void *key) {
    return (u32)((num(key) >> 4) * 0x9e3779b97f4a7c15u >> 32) & (s->ntable - 1);
}

static bool grow(struct wasm_store_t *s) {
    u32 n = s->ntable ? s->ntable * 2 : 64;
    struct wasm_ref_t **old = s->table, *r, *next;
    struct wasm_ref_t **table = calloc(n, sizeof(struct wasm_ref_t *));
    u32 nold = s->ntable;
    if (!table)
        return false;
    s->table = table;
    s->ntable = n;
    for (u32 i = 0; i < nold; i++)
        for (r = old[i]; r; r = next) {
            next = r->chain;
            r->chain = table[place(s, r->key)];
            table[place(s, r->key)] = r;
        }
    free(old);
    return true;
}

static struct wasm_ref_t *find(const struct wasm_store_t *s, const void *key) {
    struct wasm_ref_t *r = s->ntable ? s->table[place(s, key)] : NULL;
    while (r && r->key != key)
        r = r->chain;
    return r;
}

static void enter(struct wasm_ref_t *r, const void *key) {
    u32 at = place(r->store, key);
    r->key = key;
    r->chain = r->store->table[at];
    r->store->table[at] = r;
    r->store->nkeyed++;
}

static void leave(struct wasm_ref_t *r) {
    struct wasm_ref_t **p = &r->store->table[place(r->store, r->key)];
    while (*p != r)
        p = &(*p)->chain;
    *p = r->chain;
    r->store->nkeyed--;
}

/* ---- what a handle holds ---- */

struct group *ref_group(const struct wasm_ref_t *r) {
    switch ((enum ref_kind)r->kind) {
    case REF_FUNC: return r->of.func->host ? NULL : group_of(r->of.func->owner);
    case REF_GLOBAL: return r->of.global->in.group;
    case REF_TABLE: return r->of.table->in.group;
    case REF_TAG: return r->of.tag->in.group;
    case REF_INSTANCE: return group_of(&r->of.instance->in);
    case REF_MEMORY:
    case REF_MODULE:
    case REF_TRAP:
    case REF_FOREIGN: break;
    }
    return NULL;
}

static void hold(struct wasm_ref_t *r) {
    if (r->kind == REF_MEMORY)
        memory_ref(r->of.memory);
    else if (ref_group(r))
        group_ref(ref_group(r));
}

void ref_finalize(struct wasm_ref_t *r) {
    void (*finalizer)(void *) = r->finalizer;
    void *info = r->info;
    struct wasm_func_t *f = r->kind == REF_FUNC ? (struct wasm_func_t *)r : NULL;
    r->finalizer = NULL;
    r->info = NULL;
    if (finalizer)
        finalizer(info);
    finalizer = f ? f->env_finalizer : NULL;
    if (!finalizer)
        return;
    f->env_finalizer = NULL;
    finalizer(f->env);
}

/* What only this kind has. */
static void drop_parts(struct wasm_ref_t *r) {
    struct wasm_trap_t *t = (struct wasm_trap_t *)r;
    struct wasm_module_t *m = (struct wasm_module_t *)r;
    struct wasm_func_t *f = (struct wasm_func_t *)r;
    switch ((enum ref_kind)r->kind) {
    case REF_FUNC:
        if (f->own.host)
            types_release(&r->store->vm->r, &f->own.type, 1);
        return;
    case REF_MODULE:
        svm_program_free(m->s.p);
        svm_module_free(m->s.m);
        return;
    case REF_TRAP:
        wasm_byte_vec_delete(&t->message);
        wasm_frame_vec_delete(&t->frames);
        return;
    case REF_GLOBAL:
    case REF_TABLE:
    case REF_MEMORY:
    case REF_TAG:
    case REF_INSTANCE:
    case REF_FOREIGN: return;
    }
}

/* Nothing names it any more; what it held, the caller gives back. */
static void end(struct wasm_ref_t *r) {
    if (r->key)
        leave(r);
    r->key = NULL;
    ref_finalize(r);
    drop_parts(r);
    if (r->store->walk == r)
        r->store->walk = r->next;
    if (r->prev)
        r->prev->next = r->next;
    else
        r->store->first = r->next;
    if (r->next)
        r->next->prev = r->prev;
    free(r);
}

static void group_gone(struct rt_witness *w) {
    struct wasm_ref_t *r = (struct wasm_ref_t *)((u8 *)w - offsetof(struct wasm_ref_t, witness));
    assert(!r->refs && !r->kept);
    end(r);
}

/* Neither refs nor kept: is it all over, or does it sleep? */
static void settle(struct wasm_ref_t *r) {
    struct group *g = ref_group(r);
    struct rt_memory *m = r->kind == REF_MEMORY ? r->of.memory : NULL;
    if (m) {
        if (r->finalizer && !r->store->closed && atomic_load(&m->refs) > 1)
            return; /* sleeps with the memory in its hand: a search ends it, or the store */
        end(r);
        memory_unref(m);
    } else if (g && (r->witnessed || r->info || r->finalizer) && !r->store->closed) {
        if (!r->witnessed)
            group_add(g, &r->witness.in, MEMBER_WITNESS);
        r->witnessed = true;
        r->witness.gone = group_gone;
        group_unref(g);
    } else if (r->witnessed) { /* the witness stays in its group */
        group_unref(g);
    } else {
        end(r);
        if (g)
            group_unref(g);
    }
}

/* ---- counting ---- */

void *ref_new(struct wasm_store_t *s, enum ref_kind kind, size_t size) {
    struct wasm_ref_t *r = calloc(1, size);
    if (!r)
        return NULL;
    r->kind = (u8)kind;
    r->store = s;
    r->refs = 1;
    s->live++;
    r->next = s->first;
    if (r->next)
        r->next->prev = r;
    s->first = r;
    return r;
}

struct wasm_ref_t *ref_of_object(struct wasm_store_t *s, enum ref_kind kind, const void *object) {
    struct wasm_ref_t *r = find(s, object);
    if (r)
        return ref_up(r);
    if (s->nkeyed >= s->ntable && !grow(s))
        return NULL;
    if (!(r = ref_new(s, kind, kind == REF_FUNC ? sizeof(struct wasm_func_t) : sizeof *r)))
        return NULL;
    r->of.func = object; /* each member of the union is the object's address */
    enter(r, object);
    hold(r);
    return r;
}

struct wasm_ref_t *ref_of_func(struct wasm_store_t *s, const struct funcref *f) {
    const struct instance *in = f->owner;
    if (f->host == call_callback)
        return ref_up(&((struct wasm_func_t *)f->arg)->ref);
    return ref_of_object(s, REF_FUNC, &in->typed->func[f->func]);
}

struct wasm_ref_t *ref_up(const struct wasm_ref_t *from) {
    struct wasm_ref_t *r = (struct wasm_ref_t *)(uintptr_t)from;
    if (!r)
        return NULL;
    if (!r->refs) {
        r->store->live++;
        if (!r->kept && r->kind != REF_MEMORY)
            hold(r);
    }
    r->refs++;
    return r;
}

void ref_down(struct wasm_ref_t *r) {
    struct wasm_store_t *s;
    if (!r)
        return;
    assert(r->refs);
    if (--r->refs)
        return;
    s = r->store;
    if (!r->kept)
        settle(r);
    store_unref(s);
}

void ref_keep(struct wasm_ref_t *r) {
    r->kept++; /* the caller has it from someone who holds it */
}

void ref_unkeep(struct wasm_ref_t *r) {
    assert(r->kept);
    if (!--r->kept && !r->refs)
        settle(r);
}

/* ---- what wasm.h says of every reference ---- */

#define REF_BASE(name)                                                                                                 \
    void wasm_##name##_delete(wasm_##name##_t *x) {                                                                    \
        ref_down((struct wasm_ref_t *)x);                                                                              \
    }                                                                                                                  \
    wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *x) {                                                    \
        return (wasm_##name##_t *)ref_up((const struct wasm_ref_t *)x);                                                \
    }                                                                                                                  \
    bool wasm_##name##_same(const wasm_##name##_t *x, const wasm_##name##_t *y) {                                      \
        return x == y;                                                                                                 \
    }                                                                                                                  \
    void *wasm_##name##_get_host_info(const wasm_##name##_t *x) {                                                      \
        return ((const struct wasm_ref_t *)x)->info;                                                                   \
    }                                                                                                                  \
    void wasm_##name##_set_host_info(wasm_##name##_t *x, void *info) {                                                 \
        set_info((struct wasm_ref_t *)x, info, NULL);                                                                  \
    }                                                                                                                  \
    void wasm_##name##_set_host_info_with_finalizer(wasm_##name##_t *x, void *info, void (*finalizer)(void *)) {       \
        set_info((struct wasm_ref_t *)x, info, finalizer);                                                             \
    }

#define REF(name, test)                                                                                                \
    REF_BASE(name)                                                                                                     \
    wasm_ref_t *wasm_##name##_as_ref(wasm_##name##_t *x) {                                                             \
        return (wasm_ref_t *)x;                                                                                        \
    }                                                                                                                  \
    const wasm_ref_t *wasm_##name##_as_ref_const(const wasm_##name##_t *x) {                                           \
        return (const wasm_ref_t *)x;                                                                                  \
    }                                                                                                                  \
    const wasm_##name##_t *wasm_ref_as_##name##_const(const wasm_ref_t *r) {                                           \
        return r && (test) ? (const wasm_##name##_t *)r : NULL;                                                        \
    }                                                                                                                  \
    wasm_##name##_t *wasm_ref_as_##name(wasm_ref_t *r) {                                                               \
        return r && (test) ? (wasm_##name##_t *)r : NULL;                                                              \
    }

#define EXTERN(name, KIND)                                                                                             \
    wasm_extern_t *wasm_##name##_as_extern(wasm_##name##_t *x) {                                                       \
        return (wasm_extern_t *)x;                                                                                     \
    }                                                                                                                  \
    const wasm_extern_t *wasm_##name##_as_extern_const(const wasm_##name##_t *x) {                                     \
        return (const wasm_extern_t *)x;                                                                               \
    }                                                                                                                  \
    wasm_##name##_t *wasm_extern_as_##name(wasm_extern_t *x) {                                                         \
        return x && x->ref.kind == (KIND) ? (wasm_##name##_t *)x : NULL;                                               \
    }                                                                                                                  \
    const wasm_##name##_t *wasm_extern_as_##name##_const(const wasm_extern_t *x) {                                     \
        return x && x->ref.kind == (KIND) ? (const wasm_##name##_t *)x : NULL;                                         \
    }

/* What was set before is over. */
static void set_info(struct wasm_ref_t *r, void *info, void (*finalizer)(void *)) {
    void (*old)(void *) = r->finalizer;
    void *old_info = r->info;
    r->info = info;
    r->finalizer = finalizer;
    if (old)
        old(old_info);
}

REF_BASE(ref)
REF(func, r->kind == REF_FUNC)
REF(global, r->kind == REF_GLOBAL)
REF(table, r->kind == REF_TABLE)
REF(memory, r->kind == REF_MEMORY)
REF(extern, r->kind <= REF_TAG)
REF(instance, r->kind == REF_INSTANCE)
REF(module, r->kind == REF_MODULE)
REF(trap, r->kind == REF_TRAP)
REF(foreign, r->kind == REF_FOREIGN)
EXTERN(func, REF_FUNC)
EXTERN(global, REF_GLOBAL)
EXTERN(table, REF_TABLE)
EXTERN(memory, REF_MEMORY)

wasm_externkind_t wasm_extern_kind(const wasm_extern_t *x) {
    return x->ref.kind;
}

wasm_foreign_t *wasm_foreign_new(wasm_store_t *s) {
    return ref_new(s, REF_FOREIGN, sizeof(struct wasm_foreign_t));
}
