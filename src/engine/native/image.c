/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* image.c - code of object files for one linked program: its words are bound to what that was linked with. */
#include "abi/map_layout.h"
#include "base/fault.h"
#include "engine/native/run.h"
#include "ir/facts.h"
#include "ir/module.h"
#include <stdlib.h>

static int bad(struct error *e, const char *what, u32 index) {
    return fail(e, E_LINK, NOWHERE, "native code is of another program: %s %u", what, index);
}

/* *word: what b stands for. */
static int bind(const struct link_view *l, struct native_bind b, const void **word, struct error *e) {
    const struct module *m = l->m;
    switch ((enum native_bind_kind)b.kind) {
    case BIND_HELPER:
        if (b.index >= l->nhelper || !l->helper[b.index])
            return bad(e, "helper", b.index);
        *word = l->helper[b.index];
        return 0;
    case BIND_IMPORT:
        if (b.index >= m->nimport || m->import[b.index].kind != IMPORT_FUNC)
            return bad(e, "import", b.index);
        *word = l->import[b.index];
        return 0;
    case BIND_SYMBOL:
        if (b.index >= m->nimport || m->import[b.index].kind != IMPORT_VAR)
            return bad(e, "variable", b.index);
        *word = (const void *)(uintptr_t)l->import_addr[b.index];
        return 0;
    case BIND_MAP_HANDLE:
    case BIND_MAP_VALUE:
    case BIND_MAP:
    case BIND_MAP_FIND:
        if (b.index >= m->nmap)
            return bad(e, "map", b.index);
        *word = b.kind == BIND_MAP_HANDLE  ? (const void *)(uintptr_t)l->map[b.index].handle
                : b.kind == BIND_MAP_VALUE ? l->map[b.index].value
                : b.kind == BIND_MAP       ? (const void *)l->map[b.index].map
                                           : (const void *)(uintptr_t)l->map[b.index].find;
        return 0;
    case BIND_ARENA: *word = (const void *)(uintptr_t)l->arena; return 0;
    }
    return bad(e, "word of unknown kind", b.kind);
}

/* What it was compiled for is what the program is. */
static int check(const struct link_view *l, const struct native_head *h, struct error *e) {
    const struct module *m = l->m;
    if (h->version != NATIVE_VERSION)
        return fail(e, E_UNSUP, NOWHERE, "native code of version %u (this library runs %u)", h->version,
                    NATIVE_VERSION);
    if (h->nfunc != m->nfunc)
        return bad(e, "number of functions", h->nfunc);
    if (h->frame_size && l->frame_size && h->frame_size != l->frame_size)
        return fail(e, E_LINK, NOWHERE, "native code wants frames of %u bytes, and programs have %u here",
                    h->frame_size, l->frame_size);
    if (l->checks && !(h->flags & NATIVE_CHECKS))
        return fail(e, E_PERM, NOWHERE, "native code was compiled without checks");
    if (l->fuel && !(h->flags & NATIVE_FUEL))
        return fail(e, E_LIMIT, NOWHERE, "native code was compiled without a budget");
    for (u32 f = 0; f < m->nfunc; f++)
        if (!h->enter[f] && !m->func[f].imported && !m->func[f].typed) /* typed ones may be reached by calls alone */
            return bad(e, "no code for function", f);
    return 0;
}

/* Of accesses to host memory those that the checker has proven. */
static u64 count_proven(const struct link_view *l) {
    u64 n = 0;
    for (u32 f = 0; l->checks && l->facts && f < l->m->nfunc; f++) {
        const struct fact *of = l->facts[f].of;
        for (u32 k = 0; of && k < l->m->func[f].nslot; k++) {
            u8 shape = isa_info[l->m->func[f].code[k].op].shape;
            if (shape == SHAPE_LD || shape == SHAPE_ST || shape == SHAPE_STI || shape == SHAPE_ATOM)
                n += (of[k].bits & (FACT_SAFE | FACT_CTX)) != 0;
        }
    }
    return n;
}

u64 native_proven(const void *image) {
    return ((const struct native_image *)image)->proven;
}

/* Slots of the largest window that there is a type for: what code writes behind cx->slot_sp. */
static u32 largest_window(const struct module *m) {
    u32 most = 0;
    for (u32 k = 0; k < m->ntype; k++) {
        const struct deftype *t = &m->type[k];
        u32 end = t->result_at + t->result_slots;
        end = t->param_slots > end ? t->param_slots : end;
        most = end > most ? end : most;
    }
    return most;
}

int native_image(struct native_image **out, const struct link_view *l, const struct native_head *h,
                 struct native_code_block *code, struct error *e) {
    struct native_image *im = calloc(1, sizeof *im);
    *out = NULL;
    if (!im || !(im->bind = calloc((size_t)h->nbind + 1, sizeof *im->bind))) {
        free(im);
        native_unload(code);
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    }
    im->h = h;
    im->code = code;
    im->l = *l;
    im->env = native_env;
    im->proven = count_proven(l);
    im->window = largest_window(l->m);
    im->env.bind = im->bind;
    if (!code && h->flags & NATIVE_GUARDED && h->lines)
        im->linked = (im->code = native_linked(h, e)) != NULL;
    if (!e->code && !check(l, h, e))
        for (u32 k = 0; k < h->nbind && !e->code; k++)
            bind(l, h->bind[k], &im->bind[k], e);
    if (e->code) {
        native_image_free(im);
        return e->code;
    }
    native_tell(im);
    *out = im;
    return 0;
}

void native_image_other(struct native_image *im, native_other *make) {
    im->make_other = make;
}

void native_image_free(void *image) {
    struct native_image *im = image;
    if (!im)
        return;
    native_image_free(atomic_load_explicit(&im->other, memory_order_relaxed));
    nstack_free(atomic_load_explicit(&im->spare, memory_order_relaxed));
    native_forget(im);
    for (struct native_spots *s = atomic_load_explicit(&im->spots, memory_order_relaxed), *next; s; s = next) {
        next = s->next;
        buf_free(&s->spot);
        free(s);
    }
    if (im->linked)
        native_unlink(im->code);
    else
        native_unload(im->code);
    free((void *)im->bind);
    free(im);
}
