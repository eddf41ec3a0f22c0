/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.c - instances of typed modules: made, called, asked why a call trapped, given back. */
#include "api/linker.h"
#include <stdlib.h>
#include <string.h>

enum { FEW_SLOTS = 32 };

static void refuse(struct error *e, const char *text) {
    fail(e, E_USAGE, NOWHERE, "%s", text);
}

/* ---- making one ---- */

/* The group is gone, and this member of it. */
static void free_instance(struct instance *rt) {
    struct svm_instance *in = (struct svm_instance *)rt;
    struct svm_program *p = in->p;
    instance_drop(rt);
    hosts_unref(in->hosts);
    free(in);
    program_unref(&p->p);
}
_Static_assert(offsetof(struct svm_instance, in) == 0, "free_instance() casts");

void typed_instance_free(struct svm_instance *in) {
    group_unref(group_of(&in->in));
}

static void explain(struct svm_instance *in, struct error *e);

int typed_instance_start(struct svm_instance *in, struct error *e) {
    const struct module *m = in->in.p->m;
    u64 slot[1] = {0};
    if (!m->has_init || in->in.typed->ready)
        return 0;
    in->trap_code = group_call(&in->in, &in->in.typed->func[m->init], slot);
    if (in->trap_code)
        explain(in, e);
    else
        image_take(&in->in);
    if (trap_is_limit(in->trap_code))
        e->code = E_LIMIT;
    return e->code;
}

/* Before its group has it, an instance is given back by hand. */
struct svm_instance *typed_instance_make(struct svm_program *p, const struct extern_ *x, struct hosts *hosts,
                                         struct error *e) {
    struct svm_instance *in = calloc(1, sizeof *in);
    if (!in || instance_init(&in->in, &p->p, &api_services)) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        hosts_unref(hosts);
        free(in);
        return NULL;
    }
    in->p = p;
    in->hosts = hosts;
    typed_init(&in->in, x, e);
    if (!in->in.typed) {
        hosts_unref(hosts);
        instance_drop(&in->in);
        free(in);
        return NULL;
    }
    program_ref(&p->p);
    in->in.typed->free = free_instance;
    if (!e->code)
        return in;
    typed_instance_free(in);
    return NULL;
}

struct svm_instance *typed_instance_new(struct svm_program *p, struct svm_linker *l, struct error *e) {
    struct extern_ *x = calloc(p->p.m->next + 1, sizeof *x);
    struct svm_instance *in = NULL;
    if (!x)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    else if (!linker_resolve(l, &p->p, x, e))
        in = typed_instance_make(p, x, linker_hosts(l), e);
    if (in && typed_instance_start(in, e)) { /* what it has put into others' tables stays, and so does it */
        typed_instance_free(in);
        in = NULL;
    }
    free(x);
    return in;
}

/* ---- calls ---- */

static void put_frames(struct svm_instance *in) {
    const struct ctx *cx = &in->in.cx;
    struct svm_trap *t = &in->trap;
    t->nframe = cx->ntrace;
    for (u32 i = 0; i < cx->ntrace; i++) {
        const struct place_note *n = &cx->trace[i];
        const struct module *m = n->in->p->m;
        const struct func *f = &m->func[n->func];
        const struct line *l = module_line(m, n->func, n->pc);
        t->frame[i] = (struct svm_frame){.module = m->name,
                                         .func = f->name,
                                         .index = n->func,
                                         .pc = n->pc,
                                         .offset = module_where(m, n->func, n->pc),
                                         .file = l ? l->file : NULL,
                                         .line = l ? l->line : 0,
                                         .column = l ? l->column : 0};
    }
}

const struct svm_trap *svm_instance_trap(struct svm_instance *in) {
    u32 code = in->trap_code;
    in->trap.trap = code;
    in->trap.limit = code && trap_is_limit(code);
    in->trap.text = code ? trap_name(code) : "";
    in->trap.host_text = code && in->in.typed ? in->in.typed->host_text : "";
    in->trap.nframe = 0;
    if (code && in->in.typed)
        put_frames(in);
    return &in->trap;
}

static void explain(struct svm_instance *in, struct error *e) {
    const struct svm_trap *t = svm_instance_trap(in);
    const struct svm_frame *f = &t->frame[0];
    struct buf place = {0};
    fail(e, E_TRAP, NOWHERE, *t->host_text ? "%s: %s" : "%s", t->text, t->host_text);
    if (!t->nframe)
        return;
    buf_printf(&place, "function %u", f->index);
    if (f->func)
        buf_printf(&place, " \"%s\"", f->func);
    if (f->offset >= 0)
        buf_printf(&place, ", offset 0x%llx", (unsigned long long)f->offset);
    if (f->file)
        buf_printf(&place, " (%s:%u)", f->file, f->line);
    else if (f->line)
        buf_printf(&place, " (line %u)", f->line);
    wrap(e, "%s", buf_str(&place));
    buf_free(&place);
    if (f->module && *f->module)
        wrap(e, "%s", f->module);
}

/* How many slots a call of f takes at the host's side; 0: the counts are wrong. */
static u32 slots_needed(const struct funcref *f, size_t nargs, size_t nresults) {
    const struct rtype *t = f->type;
    u32 most = t->param_slots > t->result_slots ? t->param_slots : t->result_slots;
    return nargs == t->nparam && nresults == t->nresult ? most + 1 : 0;
}

static inline __attribute__((always_inline)) int call_in(struct svm_instance *in, const struct funcref *f,
                                                         const struct svm_val *args, struct svm_val *results,
                                                         u64 *slot) {
    const struct rtype *t = f->type;
    if (unlikely(!slots_of_vals(group_of(&in->in), t->vt, t->nparam, args, slot)))
        return E_USAGE;
    if (unlikely(in->trap_code = group_call(&in->in, f, slot)))
        return E_TRAP;
    vals_of_slots(results, t->vt + t->nparam, t->nresult, slot);
    return 0;
}

static __attribute__((noinline)) int call_wide(struct svm_instance *in, const struct funcref *f,
                                               const struct svm_val *args, struct svm_val *results, u32 need) {
    u64 *slot = malloc(need * sizeof *slot);
    int code = slot ? call_in(in, f, args, results, slot) : E_NOMEM;
    free(slot);
    return code;
}

/* What went wrong, if anything, for a host that asked. */
static __attribute__((noinline)) int tell(struct svm_instance *in, const struct funcref *f, size_t nargs,
                                          size_t nresults, int code, struct svm_error *err) {
    struct error e;
    e.code = 0; /* its text is not cleared: calls are to be quick */
    if (!in || !in->in.typed || !f)
        refuse(&e, "svm_func_call: no function, or an instance that has none");
    else if (group_of(f->owner) != group_of(&in->in))
        refuse(&e, "svm_func_call: the function's instance is not linked with the one given");
    else if (!slots_needed(f, nargs, nresults))
        fail(&e, E_USAGE, NOWHERE, "a call with %zu arguments and %zu results of a function that has %u and %u", nargs,
             nresults, f->type->nparam, f->type->nresult);
    else if (code == E_NOMEM)
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    else if (code == E_USAGE)
        fail(&e, E_USAGE, NOWHERE, "an argument is not of the function's type");
    else if (code)
        explain(in, &e);
    return give_error(err, &e);
}

/* Entity `name` of that kind, or NULL. */
static const struct entity *export_of(const struct svm_instance *in, const char *name, enum entity_kind kind) {
    const struct entity *x = in && in->in.typed && name ? program_export(in->in.p, name, strlen(name)) : NULL;
    return x && x->kind == kind ? x : NULL;
}

const struct svm_func *svm_instance_func(const struct svm_instance *in, const char *name) {
    const struct entity *x = export_of(in, name, ENTITY_FUNC);
    return x ? (const struct svm_func *)(const void *)&in->in.typed->func[x->index] : NULL;
}

const struct svm_func *svm_instance_func_at(const struct svm_instance *in, size_t i) {
    const struct module *m = in->in.p->m;
    if (!in->in.typed || i >= m->nexport || m->export[i].kind != ENTITY_FUNC)
        return NULL;
    return (const struct svm_func *)(const void *)&in->in.typed->func[m->export[i].index];
}

const struct svm_module *svm_instance_module(const struct svm_instance *in) {
    return in->p->m;
}

int svm_func_call(struct svm_instance *in, const struct svm_func *func, const struct svm_val *args, size_t nargs,
                  struct svm_val *results, size_t nresults, struct svm_error *err) {
    const struct funcref *f = (const struct funcref *)(const void *)func;
    u64 few[FEW_SLOTS];
    u32 need;
    int code;
    if (unlikely(!in || !in->in.typed || !f || group_of(f->owner) != group_of(&in->in) ||
                 !(need = slots_needed(f, nargs, nresults))))
        return tell(in, f, nargs, nresults, E_USAGE, err);
    group_pin(group_of(&in->in)); /* a host function may free it */
    code = likely(need <= FEW_SLOTS) ? call_in(in, f, args, results, few) : call_wide(in, f, args, results, need);
    if (unlikely(code || err))
        code = tell(in, f, nargs, nresults, code, err);
    group_unpin(group_of(&in->in));
    return code;
}

int svm_call(struct svm_instance *in, const char *name, const struct svm_val *args, size_t nargs,
             struct svm_val *results, size_t nresults, struct svm_error *err) {
    const struct svm_func *f = svm_instance_func(in, name);
    struct error e = {0};
    if (f)
        return svm_func_call(in, f, args, nargs, results, nresults, err);
    fail(&e, E_NOENT, NOWHERE, "no exported function %s", name ? name : "(no name)");
    return give_error(err, &e);
}

int svm_func_kind(const struct svm_func *func, bool result, size_t i) {
    const struct rtype *t = ((const struct funcref *)(const void *)func)->type;
    if (i >= (result ? t->nresult : t->nparam))
        return 0;
    return kind_of_vt(t->vt[result ? t->nparam + i : i]);
}

/* ---- fuel ---- */

void svm_instance_fuel_set(struct svm_instance *in, uint64_t fuel) {
    if (in->in.typed)
        in->in.typed->fuel = fuel;
}
uint64_t svm_instance_fuel(const struct svm_instance *in) {
    return in->in.typed ? in->in.typed->fuel : UINT64_MAX;
}
uint64_t svm_instance_insns(const struct svm_instance *in) {
    return in->in.typed ? in->in.typed->insns : 0;
}

/* ---- what it exports ---- */

struct svm_memory *svm_instance_memory(const struct svm_instance *in, const char *name) {
    const struct entity *x = export_of(in, name, ENTITY_MEMORY);
    return x ? (struct svm_memory *)(void *)in->in.cx.mem[x->index] : NULL;
}
struct svm_table *svm_instance_table(const struct svm_instance *in, const char *name) {
    const struct entity *x = export_of(in, name, ENTITY_TABLE);
    return x ? (struct svm_table *)(void *)rt_table(in->in.cx.table[x->index]) : NULL;
}
struct svm_global *svm_instance_global(const struct svm_instance *in, const char *name) {
    const struct entity *x = export_of(in, name, ENTITY_GLOBAL);
    return x ? (struct svm_global *)(void *)rt_global(in->in.cx.global[x->index]) : NULL;
}
struct svm_tag *svm_instance_tag(const struct svm_instance *in, const char *name) {
    const struct entity *x = export_of(in, name, ENTITY_TAG);
    return x ? (struct svm_tag *)(void *)in->in.typed->tag[x->index] : NULL;
}

bool svm_module_extern(const struct svm_module *m, bool export_, size_t i, struct svm_extern_info *out) {
    const struct entity *x;
    if (i >= (export_ ? m->m.nexport : m->m.next))
        return false;
    x = export_ ? &m->m.export[i] : &m->m.ext[i];
    *out = (struct svm_extern_info){.kind = (enum svm_extern_kind)x->kind,
                                    .space = export_ ? "" : x->space.p,
                                    .space_len = export_ ? 0 : x->space.n,
                                    .name = x->name.p,
                                    .name_len = x->name.n};
    return true;
}
_Static_assert((int)SVM_FUNC == ENTITY_FUNC && (int)SVM_TABLE == ENTITY_TABLE && (int)SVM_MEMORY == ENTITY_MEMORY &&
                   (int)SVM_GLOBAL == ENTITY_GLOBAL && (int)SVM_TAG == ENTITY_TAG,
               "svm_extern_kind is entity_kind");
