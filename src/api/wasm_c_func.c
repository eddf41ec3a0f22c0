/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_func.c - functions of wasm.h: the host's callbacks as guests call them, and calls from the host. */
#include "api/wasm_c.h"
#include <stdlib.h>
#include <string.h>

enum { FEW = 16 };

/* ---- the host's functions ---- */

static wasm_func_t *new_func(struct wasm_store_t *s, const wasm_functype_t *type, const struct wasm_func_t *what) {
    const wasm_valtype_vec_t *v[2] = {wasm_functype_params(type), wasm_functype_results(type)};
    struct wasm_func_t *f = NULL;
    const struct rtype *t = NULL;
    size_t n = v[0]->size + v[1]->size, k = 0;
    u32 *vt = s->closed || n > MAX_VALUES ? NULL : malloc((n + 1) * sizeof *vt);
    for (int j = 0; vt && j < 2; j++)
        for (size_t i = 0; i < v[j]->size; i++)
            k += (vt[k] = v[j]->data[i] ? vt_of_valkind(wasm_valtype_kind(v[j]->data[i])) : 0) != 0;
    if (vt && k == n)
        t = type_of_signature(&s->vm->r, vt, (u32)v[0]->size, (u32)v[1]->size);
    free(vt);
    if (!t)
        return NULL;
    if (!(f = ref_new(s, REF_FUNC, sizeof *f))) {
        types_release(&s->vm->r, &t, 1);
        return NULL;
    }
    f->call = what->call;
    f->call_env = what->call_env;
    f->env = what->env;
    f->env_finalizer = what->env_finalizer;
    f->own = (struct funcref){.type = t, .host = call_callback, .arg = f};
    f->ref.of.func = &f->own;
    return f;
}

wasm_func_t *wasm_func_new(wasm_store_t *s, const wasm_functype_t *type, wasm_func_callback_t call) {
    return new_func(s, type, &(struct wasm_func_t){.call = call});
}

wasm_func_t *wasm_func_new_with_env(wasm_store_t *s, const wasm_functype_t *type, wasm_func_callback_with_env_t call,
                                    void *env, void (*finalizer)(void *)) {
    return new_func(s, type, &(struct wasm_func_t){.call_env = call, .env = env, .env_finalizer = finalizer});
}

static wasm_trap_t *call_host(struct wasm_func_t *f, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    const struct rtype *t = f->own.type;
    wasm_trap_t *trap;
    for (u32 i = 0; i < t->nresult; i++)
        results->data[i] = (wasm_val_t){.kind = valkind_of_vt(t->vt[t->nparam + i])};
    ref_up(&f->ref); /* it may delete itself */
    trap = f->call ? f->call(args, results) : f->call_env(f->env, args, results);
    ref_down(&f->ref);
    return trap;
}

/* A trap that stands for an exception of a call within the callback goes on as that, so that guests may catch it. */
static void raise(struct ctx *cx, struct wasm_store_t *s, wasm_trap_t *t) {
    struct group *g = group_of(cx->in);
    if (t->exception && t->exception == g->last_exception && g->last_trap == TRAP_EXCEPTION) {
        cx->exception = g->last_exception;
        trap(cx, TRAP_EXCEPTION);
        wasm_trap_delete(t);
        return;
    }
    wasm_trap_delete(s->pending);
    s->pending = t;
    trap(cx, TRAP_HOST);
}

static void drop_vals(wasm_val_t *v, u32 n) {
    for (u32 i = 0; i < n; i++)
        wasm_val_delete(&v[i]);
}

static bool put_results(struct ctx *cx, struct wasm_store_t *s, const struct rtype *t, const wasm_val_t *v, u64 *slot) {
    for (u32 i = 0; i < t->nresult; i++)
        if (!slot_of_wasm(s, &cx->in->typed->in, t->vt[t->nparam + i], &v[i], &slot[i]))
            return false;
    return true;
}

bool call_callback(struct ctx *cx, void *func, u64 *slot) {
    struct wasm_func_t *f = func;
    struct wasm_store_t *s = f->ref.store;
    const struct rtype *t = f->own.type;
    struct instance *outer = s->running;
    wasm_val_t few[FEW], *v = few;
    wasm_val_vec_t args, results;
    wasm_trap_t *bad;
    if (s->closed)
        return trap(cx, TRAP_HOST);
    if (t->nparam + t->nresult > FEW && !(v = calloc(t->nparam + t->nresult, sizeof *v)))
        return trap(cx, TRAP_MEMORY);
    args = (wasm_val_vec_t){t->nparam, v};
    results = (wasm_val_vec_t){t->nresult, v + t->nparam};
    for (u32 i = 0; i < t->nparam; i++) /* a slot each: no v128 in types of the host's */
        wasm_of_slot(s, t->vt[i], &slot[i], &v[i]);
    group_of(cx->in)->last_trap = 0;
    s->running = cx->in;
    bad = call_host(f, &args, &results);
    s->running = outer;
    if (!bad && !put_results(cx, s, t, results.data, slot))
        bad = trap_of_text(s, "a callback's result is not of its function's type");
    if (bad)
        raise(cx, s, bad);
    drop_vals(args.data, t->nparam);
    drop_vals(results.data, t->nresult);
    if (v != few)
        free(v);
    return !cx->trap;
}

/* ---- what it is ---- */

static const struct rtype *type_of(const wasm_func_t *f) {
    return f->ref.of.func->type;
}
wasm_functype_t *wasm_func_type(const wasm_func_t *f) {
    return functype_of(type_of(f)->vt, type_of(f)->nparam, type_of(f)->nresult);
}
size_t wasm_func_param_arity(const wasm_func_t *f) {
    return type_of(f)->nparam;
}
size_t wasm_func_result_arity(const wasm_func_t *f) {
    return type_of(f)->nresult;
}

/* ---- calls from the host ---- */

static wasm_trap_t *wrong_arguments(struct wasm_store_t *s) {
    return trap_of_text(s, "the arguments are not of the function's type");
}

/* A callback without a guest between: its results go through slots all the same, so that they are checked. */
static wasm_trap_t *call_own(struct wasm_func_t *f, const wasm_val_vec_t *args, wasm_val_vec_t *out) {
    const struct rtype *t = type_of(f);
    struct wasm_store_t *s = f->ref.store;
    wasm_val_vec_t results;
    wasm_trap_t *bad = NULL;
    for (u32 i = 0; i < t->nparam; i++)
        if (args->data[i].kind != valkind_of_vt(t->vt[i]) &&
            !(vt_is_ref(t->vt[i]) && wasm_valkind_is_ref(args->data[i].kind) && !args->data[i].of.ref))
            return wrong_arguments(s);
    wasm_val_vec_new_uninitialized(&results, t->nresult);
    if (results.size != t->nresult)
        return trap_of_text(s, "out of memory");
    bad = call_host(f, args, &results);
    for (size_t i = 0; !bad && i < results.size; i++)
        if (results.data[i].kind != valkind_of_vt(t->vt[t->nparam + i]))
            bad = trap_of_text(s, "a callback's result is not of its function's type");
    for (size_t i = 0; !bad && out && i < results.size && i < out->size; i++) {
        out->data[i] = results.data[i];
        results.data[i] = (wasm_val_t){.kind = WASM_I32};
    }
    wasm_val_vec_delete(&results);
    return bad;
}

static bool put_arguments(struct wasm_store_t *s, struct instance *in, const struct rtype *t, const wasm_val_t *v,
                          u64 *slot) {
    for (u32 i = 0; i < t->nparam; i++) {
        if (!slot_of_wasm(s, &in->typed->in, t->vt[i], &v[i], slot))
            return false;
        slot += vt_slots(t->vt[i]);
    }
    return true;
}

static wasm_trap_t *call_guest(struct wasm_store_t *s, const struct funcref *f, const wasm_val_vec_t *args,
                               wasm_val_vec_t *out, u64 *slot) {
    struct svm_instance *in = f->owner;
    const struct rtype *t = f->type;
    wasm_trap_t *bad = NULL;
    size_t nout = out ? out->size : 0;
    if (s->running && !group_join(group_of(s->running), group_of(&in->in)))
        return trap_of_text(s, "two calls in progress cannot become one");
    if (!put_arguments(s, &in->in, t, args->data, slot))
        return wrong_arguments(s);
    group_pin(group_of(&in->in)); /* a callback may delete the last handle */
    in->trap_code = group_call(&in->in, f, slot);
    if (in->trap_code)
        bad = trap_of_call(s, in, in->trap_code);
    for (u32 i = 0; !bad && i < t->nresult && i < nout; i++) {
        wasm_of_slot(s, t->vt[t->nparam + i], slot, &out->data[i]);
        slot += vt_slots(t->vt[t->nparam + i]);
    }
    group_unpin(group_of(&in->in));
    return bad;
}

wasm_trap_t *wasm_func_call(const wasm_func_t *func, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    const struct funcref *f = func->ref.of.func;
    struct wasm_store_t *s = func->ref.store;
    const struct rtype *t = f->type;
    u32 most = t->param_slots > t->result_slots ? t->param_slots : t->result_slots;
    const wasm_val_vec_t none = WASM_EMPTY_VEC;
    u64 few[FEW], *slot = few;
    wasm_trap_t *bad;
    if (s->closed)
        return trap_of_text(s, "the store is deleted");
    if (!args)
        args = &none;
    if (t->nparam != args->size)
        return wrong_arguments(s);
    collect_if_due(s);
    if (f->host)
        return call_own((struct wasm_func_t *)(uintptr_t)func, args, results);
    if (most > FEW && !(slot = malloc(most * sizeof *slot)))
        return trap_of_text(s, "out of memory");
    bad = call_guest(s, f, args, results, slot);
    if (slot != few)
        free(slot);
    return bad;
}
