/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* linker.c - names and what they stand for; the imports of a module looked up in them.
 *
 * A linker keeps what it names: a group by a reference, a memory likewise. Its host functions are counted apart
 * (struct hosts), since instances keep those, and a linker that an instance kept would keep the instance. */
#include "api/hostmod.h"
#include "base/platform.h"
#include "rt/hashfn.h"
#include <stdlib.h>
#include <string.h>

struct name {
    char *space, *name;
    size_t nspace, nname;
    struct extern_ x;
};

struct svm_caller {
    struct ctx *cx;
    struct group *group;
    bool failed; /* cx->trap and what belongs to it stand */
};

/* ---- host functions ---- */

void hosts_unref(struct hosts *h) {
    struct host_func *f;
    struct svm *vm;
    if (!h || atomic_fetch_sub(&h->refs, 1) != 1)
        return;
    while ((f = h->first)) {
        h->first = f->next;
        types_release(&h->vm->r, &f->type, 1);
        free(f);
    }
    grants_drop(h);
    wasm_bpf_drop(h->wasm_bpf);
    hosts_wasi_drop(h);
    vm = h->vm;
    free(h);
    vm_unref(vm);
}

struct hosts *linker_hosts(const struct svm_linker *l) {
    if (!l)
        return NULL;
    atomic_fetch_add(&l->hosts->refs, 1);
    return l->hosts;
}

enum { FEW_VALS = 16 };

/* A trap from a call that the host function made goes on as it was. */
static void pass_on(struct ctx *cx, int rc) {
    struct group *g = group_of(cx->in);
    if (rc == SVM_ETRAP && g->last_trap) {
        trap(cx, g->last_trap);
        cx->exception = g->last_exception;
    } else {
        trap(cx, TRAP_HOST);
    }
}

static bool call_host(struct ctx *cx, void *arg, u64 *slot) {
    const struct host_func *f = arg;
    const struct rtype *t = f->type;
    struct svm_val few[FEW_VALS], *v = few;
    struct svm_caller c = {.cx = cx};
    int rc;
    if (t->nparam + t->nresult > FEW_VALS && !(v = calloc(t->nparam + t->nresult, sizeof *v)))
        return trap(cx, TRAP_MEMORY);
    vals_of_slots(v, t->vt, t->nparam, slot);
    for (u32 i = t->nparam; i < t->nparam + t->nresult; i++)
        v[i] = (struct svm_val){.kind = kind_of_vt(t->vt[i])};
    group_of(cx->in)->last_trap = 0;
    rc = f->fn(f->arg, &c, v, v + t->nparam);
    if (rc && !c.failed)
        pass_on(cx, rc);
    else if (!rc && !slots_of_vals(group_of(cx->in), t->vt + t->nparam, t->nresult, v + t->nparam, slot))
        trap(cx, TRAP_HOST);
    if (v != few)
        free(v);
    return !cx->trap;
}

struct svm_instance *svm_caller_instance(struct svm_caller *c) {
    return (struct svm_instance *)c->cx->in;
}

struct svm_memory *svm_caller_memory(struct svm_caller *c) {
    return c->cx->in->p->m->nmemory ? (struct svm_memory *)(void *)c->cx->mem[0] : NULL;
}

int svm_caller_fail(struct svm_caller *c, const char *text) {
    for (struct visit *v = group_of(c->cx->in)->visit; v; v = v->outer)
        if (v->in->typed)
            snprintf(v->in->typed->host_text, sizeof v->in->typed->host_text, "%s", text);
    trap(c->cx, TRAP_HOST);
    c->failed = true;
    return SVM_ETRAP;
}

int svm_caller_throw(struct svm_caller *c, struct svm_tag *tag, const struct svm_val *vals, size_t n) {
    const struct rt_tag *t = (const struct rt_tag *)(const void *)tag;
    struct group *g = group_of(c->cx->in);
    u64 few[FEW_VALS * 2], *slot = few;
    if (!t || t->type->nparam != n)
        return svm_caller_fail(c, "svm_caller_throw: not the tag's values");
    if (t->type->param_slots > COUNT(few) && !(slot = calloc(t->type->param_slots, sizeof *slot)))
        return svm_caller_fail(c, "out of memory");
    if (!slots_of_vals(g, t->type->vt, (u32)n, vals, slot)) {
        svm_caller_fail(c, "svm_caller_throw: not the tag's values");
    } else if ((c->cx->exception = exception_new(c->cx, t, slot, t->type->param_slots))) {
        trap(c->cx, TRAP_EXCEPTION);
    }
    c->failed = true;
    if (slot != few)
        free(slot);
    return SVM_ETRAP;
}

/* ---- names ---- */

struct svm_linker *svm_linker_new(struct svm *vm, struct svm_error *err) {
    struct error e = {0};
    struct svm_linker *l = NULL;
    struct hosts *h = NULL;
    if (!vm) {
        fail(&e, E_USAGE, NOWHERE, "svm_linker_new: no runtime");
    } else if (!(l = calloc(1, sizeof *l)) || !(h = calloc(1, sizeof *h))) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
        free(l);
        l = NULL;
    } else {
        atomic_init(&h->refs, 1);
        h->vm = l->vm = vm;
        vm_ref(vm);
        l->hosts = h;
        l->seed = os_random();
    }
    give_error(err, &e);
    return l;
}

static void let_go(const struct extern_ *x) {
    if (x->kind == ENTITY_MEMORY)
        memory_unref(x->u.memory);
    else if (extern_group(x))
        group_unref(extern_group(x));
}

static void keep(const struct extern_ *x) {
    if (x->kind == ENTITY_MEMORY)
        memory_ref(x->u.memory);
    else if (extern_group(x))
        group_ref(extern_group(x));
}

void svm_linker_free(struct svm_linker *l) {
    struct hosts *h;
    if (!l)
        return;
    for (u32 i = 0; i < l->n; i++) {
        let_go(&l->row[i].x);
        free(l->row[i].space);
        free(l->row[i].name);
    }
    free(l->row);
    free(l->table);
    h = l->hosts;
    free(l);
    hosts_unref(h); /* the runtime goes with it */
}

/* Where that name stands in the table, or the free place where it belongs. */
static u32 *place(const struct svm_linker *l, const char *space, size_t nspace, const char *name, size_t nname) {
    u32 at = (u32)hash_key(name, (u32)nname, hash_key(space, (u32)nspace, l->seed)) & l->mask, row;
    for (; (row = l->table[at]); at = (at + 1) & l->mask) {
        const struct name *r = &l->row[row - 1];
        if (r->nspace == nspace && r->nname == nname && !memcmp(r->name, name, nname) &&
            !memcmp(r->space, space, nspace))
            break;
    }
    return &l->table[at];
}

static struct name *find(const struct svm_linker *l, const char *space, size_t nspace, const char *name,
                         size_t nname) {
    u32 row = l && l->n ? *place(l, space, nspace, name, nname) : 0;
    return row ? &l->row[row - 1] : NULL;
}

/* Room for one row more. */
static bool grow(struct svm_linker *l) {
    u32 cap = l->n ? l->n * 2 : 8, *table;
    struct name *p;
    if (l->n & (l->n - 1) || (l->n && l->n < 8))
        return true;
    table = calloc(cap * 2, sizeof *table);
    p = table ? realloc(l->row, cap * sizeof *p) : NULL;
    if (!p) {
        free(table);
        return false;
    }
    free(l->table);
    l->row = p;
    l->table = table;
    l->mask = cap * 2 - 1;
    for (u32 i = 0; i < l->n; i++)
        *place(l, p[i].space, p[i].nspace, p[i].name, p[i].nname) = i + 1;
    return true;
}

static char *copy(const char *p, size_t n) {
    char *s = malloc(n + 1);
    if (s) {
        memcpy(s, p, n);
        s[n] = 0;
    }
    return s;
}

static int define(struct svm_linker *l, const char *space, size_t nspace, const char *name, size_t nname,
                  const struct extern_ *x) {
    struct name *r = find(l, space, nspace, name, nname);
    if (r) {
        keep(x);
        let_go(&r->x);
        r->x = *x;
        return 0;
    }
    if (!grow(l))
        return SVM_ENOMEM;
    r = &l->row[l->n];
    *r = (struct name){copy(space, nspace), copy(name, nname), nspace, nname, *x};
    if (!r->space || !r->name) {
        free(r->space);
        free(r->name);
        return SVM_ENOMEM;
    }
    keep(x);
    l->n++;
    *place(l, space, nspace, name, nname) = l->n;
    return 0;
}

static int define_text(struct svm_linker *l, const char *space, const char *name, const struct extern_ *x) {
    return define(l, space, strlen(space), name, strlen(name), x);
}

static bool usable(const struct svm_linker *l, const char *space, const char *name, const void *object) {
    return l && space && name && object;
}

/* Kinds to value types; false: one of them is none. */
static bool read_kinds(const enum svm_valkind *kind, size_t n, u32 *vt) {
    for (size_t i = 0; i < n; i++)
        if (!(vt[i] = vt_of_kind((u8)kind[i])))
            return false;
    return true;
}

const struct rtype *type_of_kinds(struct svm *vm, const struct svm_functype *t, int *rc) {
    const struct rtype *r = NULL;
    u32 *vt;
    *rc = SVM_EUSAGE;
    if (t->nparam > MAX_VALUES || t->nresult > MAX_VALUES)
        return NULL;
    *rc = SVM_ENOMEM;
    if (!(vt = malloc((t->nparam + t->nresult + 1) * sizeof *vt)))
        return NULL;
    if (!read_kinds(t->param, t->nparam, vt) || !read_kinds(t->result, t->nresult, vt + t->nparam))
        *rc = SVM_EUSAGE;
    else if ((r = type_of_signature(&vm->r, vt, (u32)t->nparam, (u32)t->nresult)))
        *rc = 0;
    free(vt);
    return r;
}

int linker_host_func(struct svm_linker *l, const char *space, const char *name, const struct svm_functype *type,
                     host_func *how, const struct host_func *what) {
    struct extern_ x = {.kind = ENTITY_FUNC};
    struct host_func *f = malloc(sizeof *f);
    int rc = SVM_ENOMEM;
    if (!f)
        return rc;
    *f = *what;
    if (!(f->type = type_of_kinds(l->vm, type, &rc))) {
        free(f);
        return rc;
    }
    f->next = l->hosts->first;
    l->hosts->first = f;
    x.u.func = (struct funcref){.type = f->type, .host = how, .arg = f};
    return define_text(l, space, name, &x);
}

int svm_linker_func(struct svm_linker *l, const char *space, const char *name, const struct svm_functype *type,
                    svm_host_fn *fn, void *arg) {
    if (!usable(l, space, name, type) || !fn)
        return SVM_EUSAGE;
    return linker_host_func(l, space, name, type, call_host, &(struct host_func){.fn = fn, .arg = arg});
}

int svm_linker_program(struct svm_linker *l, const char *space, const char *name, struct svm_instance *ebpf,
                       const char *prog) {
    static const enum svm_valkind param[] = {SVM_I32, SVM_I32}, result[] = {SVM_I64};
    const struct svm_functype type = {param, 2, result, 1};
    const struct svm_entry *entry = ebpf ? svm_program_entry(ebpf->p, prog) : NULL;
    if (!usable(l, space, name, ebpf))
        return SVM_EUSAGE;
    if (!entry)
        return SVM_ENOENT;
    return linker_host_func(l, space, name, &type, call_program, &(struct host_func){.ebpf = ebpf, .entry = entry});
}

static int add_memory(struct svm_linker *l, const char *space, const char *name, struct rt_memory *m) {
    struct extern_ x = {.kind = ENTITY_MEMORY};
    if (m->r != &l->vm->r)
        return SVM_EUSAGE;
    x.u.memory = m;
    return define_text(l, space, name, &x);
}

int svm_linker_memory(struct svm_linker *l, const char *space, const char *name, struct svm_memory *m) {
    return usable(l, space, name, m) ? add_memory(l, space, name, (struct rt_memory *)(void *)m) : SVM_EUSAGE;
}

int svm_linker_arena(struct svm_linker *l, const char *space, const char *name, struct svm_map *arena,
                     struct svm_error *err) {
    enum { ARENA = 33 };
    struct error e = {0};
    struct rt_memory *m = NULL;
    int rc;
    if (!usable(l, space, name, arena))
        fail(&e, E_USAGE, NOWHERE, "svm_linker_arena: no linker, name or map");
    else if (arena->m->type != ARENA)
        fail(&e, E_USAGE, NOWHERE, "svm_linker_arena: map %s is no arena", arena->m->name);
    else if ((m = memory_of_arena(&l->vm->r, arena->m, &e)) && (rc = add_memory(l, space, name, m)))
        fail(&e, rc, NOWHERE, "svm_linker_arena: %s", error_name(rc));
    memory_unref(m);
    return give_error(err, &e);
}

/* An object of a group of this linker's runtime. */
static int add_member(struct svm_linker *l, const char *space, const char *name, struct member *m,
                      const struct extern_ *x) {
    return m->group->r == &l->vm->r ? define_text(l, space, name, x) : SVM_EUSAGE;
}

int svm_linker_table(struct svm_linker *l, const char *space, const char *name, struct svm_table *t) {
    struct rt_table *r = (struct rt_table *)(void *)t;
    struct extern_ x = {.kind = ENTITY_TABLE};
    if (!usable(l, space, name, t))
        return SVM_EUSAGE;
    x.u.table = &r->t;
    return add_member(l, space, name, &r->in, &x);
}

int svm_linker_global(struct svm_linker *l, const char *space, const char *name, struct svm_global *g) {
    struct rt_global *r = (struct rt_global *)(void *)g;
    struct extern_ x = {.kind = ENTITY_GLOBAL};
    if (!usable(l, space, name, g))
        return SVM_EUSAGE;
    x.u.global = &r->c;
    return add_member(l, space, name, &r->in, &x);
}

int svm_linker_tag(struct svm_linker *l, const char *space, const char *name, struct svm_tag *t) {
    struct rt_tag *r = (struct rt_tag *)(void *)t;
    struct extern_ x = {.kind = ENTITY_TAG};
    if (!usable(l, space, name, t))
        return SVM_EUSAGE;
    x.u.tag = r;
    return add_member(l, space, name, &r->in, &x);
}

int svm_linker_instance(struct svm_linker *l, const char *space, struct svm_instance *in) {
    int rc = 0;
    if (!usable(l, space, "", in) || in->in.p->r != &l->vm->r)
        return SVM_EUSAGE;
    for (u32 i = 0; in->in.typed && i < in->in.p->m->nexport && !rc; i++) {
        const struct str *n = &in->in.p->m->export[i].name;
        struct extern_ x = typed_export(&in->in, i);
        rc = define(l, space, strlen(space), n->p, n->n, &x);
    }
    return rc;
}

bool linker_has(const struct svm_linker *l, const char *space, const char *name) {
    return find(l, space, strlen(space), name, strlen(name)) != NULL;
}

struct svm *linker_vm(const struct svm_linker *l) {
    return l->vm;
}

int linker_keep_wasi(struct svm_linker *l, struct wasi *w) {
    struct hosts *h = l->hosts;
    struct wasi **p = realloc(h->wasi, (h->nwasi + 1) * sizeof *p);
    if (!p)
        return SVM_ENOMEM;
    h->wasi = p;
    p[h->nwasi++] = w;
    l->wasi = w;
    return 0;
}

/* ---- looking up ---- */

/* What WASI was granted for is in the table from the moment that somebody asks for it; no host can tell. */
static struct name *find_import(const struct svm_linker *l, const struct entity *x) {
    struct name *r = find(l, x->space.p, x->space.n, x->name.p, x->name.n);
    if (!r && l && l->wasi && linker_wasi_define((struct svm_linker *)(uintptr_t)l, l->wasi, &x->space, &x->name))
        r = find(l, x->space.p, x->space.n, x->name.p, x->name.n);
    return r;
}

void svm_linker_stub(struct svm_linker *l) {
    l->stub = true;
}

static bool stubbed(const struct svm_linker *l, const struct entity *x) {
    return l && l->stub && x->kind == ENTITY_FUNC;
}

/* arg: the import, which the module of the caller keeps. */
static bool call_stub(struct ctx *cx, void *arg, u64 *slot) {
    const struct entity *x = arg;
    (void)slot;
    for (struct visit *v = group_of(cx->in)->visit; v; v = v->outer)
        if (v->in->typed)
            snprintf(v->in->typed->host_text, sizeof v->in->typed->host_text, "\"%.*s\" \"%.*s\"", (int)x->space.n,
                     x->space.p, (int)x->name.n, x->name.p);
    return trap(cx, TRAP_UNRESOLVED);
}

static struct extern_ stub(const struct program *p, const struct entity *x) {
    struct extern_ s = {.kind = ENTITY_FUNC};
    s.u.func = (struct funcref){
        .type = p->type[p->m->func[x->index].type], .host = call_stub, .arg = (void *)(uintptr_t)x};
    return s;
}

int64_t svm_linker_missing(const struct svm_linker *l, const struct svm_module *m, size_t i) {
    for (; i < m->m.next; i++)
        if (!find_import(l, &m->m.ext[i]) && !stubbed(l, &m->m.ext[i]))
            return (int64_t)i;
    return -1;
}

/* All that are missing, as far as the message holds them. */
static int unknown(const struct svm_linker *l, const struct program *p, struct error *e) {
    enum { SHOWN = 5 };
    struct buf b = {0};
    u32 n = 0;
    for (u32 i = 0; i < p->m->next; i++)
        if (!find_import(l, &p->m->ext[i]) && !stubbed(l, &p->m->ext[i]) && n++ < SHOWN) {
            buf_printf(&b, "%s", n > 1 ? ", " : "");
            print_import(&b, p, i);
        }
    fail(e, E_LINK, NOWHERE, n > SHOWN ? "unknown import: %s, and %u more" : "unknown import: %s", buf_str(&b),
         n - SHOWN);
    buf_free(&b);
    return e->code;
}

int linker_resolve(const struct svm_linker *l, struct program *p, struct extern_ *x, struct error *e) {
    if (l && p->r != &l->vm->r)
        return fail(e, E_USAGE, NOWHERE, "the linker belongs to another runtime");
    for (u32 i = 0; i < p->m->next; i++) {
        const struct entity *want = &p->m->ext[i];
        const struct name *r = find_import(l, want);
        if (!r && stubbed(l, want)) {
            x[i] = stub(p, want);
            continue;
        }
        if (!r)
            return unknown(l, p, e);
        if (extern_match(p, i, &r->x, e))
            return e->code;
        x[i] = r->x;
    }
    return 0;
}

struct svm_instance *svm_linker_instantiate(struct svm_linker *l, struct svm_program *p, struct svm_error *err) {
    struct error e = {0};
    struct svm_instance *in = NULL;
    if (!p)
        fail(&e, E_USAGE, NOWHERE, "svm_linker_instantiate: no program");
    else if (!module_is_typed(p->p.m))
        return svm_instance_new(p, err); /* it imports nothing */
    else
        in = typed_instance_new(p, l, &e);
    give_error(err, &e);
    return in;
}
