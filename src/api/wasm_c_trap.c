/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_trap.c - traps of wasm.h and their frames. */
#include "api/wasm_c.h"
#include <stdlib.h>
#include <string.h>

wasm_trap_t *wasm_trap_new(wasm_store_t *s, const wasm_message_t *message) {
    struct wasm_trap_t *t = ref_new(s, REF_TRAP, sizeof *t);
    if (t && message)
        wasm_byte_vec_copy(&t->message, message);
    return t;
}

wasm_trap_t *trap_of_text(struct wasm_store_t *s, const char *text) {
    struct wasm_trap_t *t = ref_new(s, REF_TRAP, sizeof *t);
    if (!t)
        return (wasm_trap_t *)ref_up(&s->no_memory->ref);
    wasm_name_new_from_string_nt(&t->message, text);
    return t;
}

void wasm_trap_message(const wasm_trap_t *t, wasm_message_t *out) {
    wasm_byte_vec_copy(out, &t->message);
}

wasm_frame_t *wasm_trap_origin(const wasm_trap_t *t) {
    return t->frames.size ? wasm_frame_copy(t->frames.data[0]) : NULL;
}

void wasm_trap_trace(const wasm_trap_t *t, wasm_frame_vec_t *out) {
    wasm_frame_vec_copy(out, &t->frames);
}

static wasm_frame_t *frame_of(struct wasm_store_t *s, const struct place_note *n) {
    const struct module *m = n->in->p->m;
    struct wasm_frame_t *x = calloc(1, sizeof *x);
    s64 at = module_where(m, n->func, n->pc);
    if (!x)
        return NULL;
    x->instance = (struct wasm_instance_t *)ref_of_object(s, REF_INSTANCE, n->in);
    x->func = n->func;
    if (at != NOWHERE) {
        u32 begin = m->func[n->func].where[0];
        x->module_offset = (size_t)at;
        x->func_offset = (size_t)at > begin ? (size_t)at - begin : 0;
    }
    return x;
}

/* The function that sets up an instance is the front end's. */
static bool of_file(const struct place_note *n) {
    const struct module *m = n->in->p->m;
    return !m->has_init || n->func != m->init;
}

wasm_trap_t *trap_of_call(struct wasm_store_t *s, struct svm_instance *in, u32 code) {
    struct wasm_trap_t *t = code == TRAP_HOST ? s->pending : NULL;
    size_t n = 0;
    if (!t)
        wasm_trap_delete(s->pending);
    s->pending = NULL;
    if (!t)
        t = trap_of_text(s, trap_name(code));
    if (t == s->no_memory || t->frames.size)
        return t; /* frames of the call within a callback that it came from */
    if (code == TRAP_EXCEPTION && s->running)
        t->exception = group_of(&in->in)->last_exception;
    wasm_frame_vec_new_uninitialized(&t->frames, in->in.cx.ntrace);
    for (size_t i = 0; i < t->frames.size; i++)
        if (of_file(&in->in.cx.trace[i]) && (t->frames.data[n] = frame_of(s, &in->in.cx.trace[i])))
            n++;
    t->frames.size = t->frames.data ? n : 0;
    return t;
}

wasm_frame_t *wasm_frame_copy(const wasm_frame_t *f) {
    struct wasm_frame_t *x = malloc(sizeof *x);
    if (!x)
        return NULL;
    *x = *f;
    ref_up((const struct wasm_ref_t *)f->instance);
    return x;
}

void wasm_frame_delete(wasm_frame_t *f) {
    if (f)
        wasm_instance_delete(f->instance);
    free(f);
}

wasm_instance_t *wasm_frame_instance(const wasm_frame_t *f) {
    return f->instance;
}
uint32_t wasm_frame_func_index(const wasm_frame_t *f) {
    return f->func;
}
size_t wasm_frame_func_offset(const wasm_frame_t *f) {
    return f->func_offset;
}
size_t wasm_frame_module_offset(const wasm_frame_t *f) {
    return f->module_offset;
}
