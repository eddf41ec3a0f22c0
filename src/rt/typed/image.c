/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* image.c - what module.init leaves behind, taken from one instance and put into all later ones of its program.
 *
 *   memory     its bytes, in a file of the system's that each instance maps privately: pages are copied when written
 *   globals, tables, lengths of segments: their values; a reference is the index of the function that it names
 *
 * Only where init depends on nothing but the module, and changes nothing but the instance: constants, its own globals,
 * tables and memories, no calls. Then it would do the same again, trap and fuel included. The second instance gives the
 * image, so that a program with one instance does not pay for it. */
#include "base/platform.h"
#include "isa/isa.h"
#include "rt/typed/typed.h"
#include <string.h>

enum { MOST_BYTES = 64 << 20, GIVES = 1 }; /* of a memory; which instance, from 0 */

/* ---- may it be taken? ---- */

/* The operations that segments, tables and constant expressions are made of; all others could do more. */
static bool depends_on_module(const struct module *m, const struct insn *i) {
    u32 imm = (u32)i->imm, off = (u32)i->off;
    switch (i->op) {
    case OP_mov32i: case OP_mov64i: case OP_const64: case OP_vconst:
    case OP_mov32: case OP_mov64: case OP_fmov32: case OP_fmov64: case OP_vmov: case OP_rmov:
    case OP_add32: case OP_sub32: case OP_mul32: case OP_add64: case OP_sub64: case OP_mul64:
    case OP_add32i: case OP_sub32i: case OP_mul32i: case OP_add64i: case OP_sub64i: case OP_mul64i:
    case OP_rnull: case OP_rfunc: case OP_tseg: case OP_tdrop: case OP_mdrop: case OP_ret: case OP_pad: return true;
    case OP_gget: case OP_vgget: case OP_gset: case OP_vgset: return imm >= m->nglobal_import;
    case OP_tfill: return imm >= m->ntable_import;
    case OP_tinit: return off >= m->ntable_import;
    case OP_minit: return off >= m->nmemory_import;
    }
    return false;
}

static bool may_be_taken(const struct module *m) {
    const struct func *f = &m->func[m->init];
    struct error e = {0};
    if (func_ready(m, m->init, &e)) /* code that was compiled before needs no instructions */
        return false;
    for (u32 i = 0; i < f->nslot; i++)
        if (!depends_on_module(m, &f->code[i]))
            return false;
    for (u32 i = m->nmemory_import; i < m->nmemory; i++)
        if (m->memory[i].lim.shared || m->memory[i].lim.min > MOST_BYTES / WASM_PAGE)
            return false;
    return true;
}

/* ---- taking it ---- */

/* A reference as a number that holds for every instance; false: it is to no function of this one. */
static bool encode(const struct instance *in, u64 v, u64 *out) {
    u64 at = v - num(in->typed->func), i = at / sizeof *in->typed->func;
    *out = v ? i + 1 : 0;
    return !v || (i < in->p->m->nfunc && at % sizeof *in->typed->func == 0);
}

static u64 decode(const struct instance *in, u64 v) {
    return v ? num(&in->typed->func[v - 1]) : 0;
}

static bool take_memory(struct registry *r, struct image_memory *im, const struct memory *m) {
    u64 len = memory_size(m), page = os_page();
    static const u8 zero[64];
    while (len && !memcmp(m->base + len - sizeof zero, zero, sizeof zero))
        len -= sizeof zero;
    im->len = align_up(len, page);
    im->id = atomic_fetch_add(&r->images, 1) + 1;
    im->fd = im->len ? os_image_new(m->base, im->len) : -1;
    return !im->len || im->fd >= 0;
}

static bool take_objects(struct instance *in, struct image *im) {
    const struct module *m = in->p->m;
    for (u32 i = m->nglobal_import; i < m->nglobal; i++) {
        const struct rt_global *g = rt_global(in->cx.global[i]);
        im->global[i] = g->c;
        if (vt_is_ref(g->vt) && !encode(in, g->c.v, &im->global[i].v))
            return false;
    }
    for (u32 i = m->ntable_import; i < m->ntable; i++) {
        const struct table *t = in->cx.table[i];
        if (!(im->table[i] = arena_new(&im->arena, u64, t->size + 1)))
            return false;
        for (u64 k = 0; k < t->size; k++)
            if (!encode(in, t->elem[k], &im->table[i][k]))
                return false;
    }
    for (u32 i = 0; i < m->nelem; i++) {
        if (in->typed->elem[i].item)
            return false; /* a passive segment with values of its own: rare, and left to init */
        im->elem[i] = in->typed->elem[i].n;
    }
    memcpy(im->data, in->typed->data_len, m->ndata * sizeof *im->data);
    return true;
}

static void drop(struct image *im, const struct module *m) {
    struct arena a = im->arena;
    for (u32 i = m->nmemory_import; im->mem && i < m->nmemory; i++)
        if (im->mem[i].len && im->mem[i].fd >= 0)
            os_image_close(im->mem[i].fd);
    arena_drop(&a);
}

static bool take(struct instance *in, struct image *im) {
    const struct module *m = in->p->m;
    im->insns = in->typed->insns;
    im->mem = arena_new(&im->arena, struct image_memory, m->nmemory + 1);
    im->global = arena_new(&im->arena, union cell, m->nglobal + 1);
    im->table = arena_new(&im->arena, u64 *, m->ntable + 1);
    im->elem = arena_new(&im->arena, u32, m->nelem + 1);
    im->data = arena_new(&im->arena, u32, m->ndata + 1);
    if (!im->mem || !im->global || !im->table || !im->elem || !im->data || !take_objects(in, im))
        return false;
    for (u32 i = m->nmemory_import; i < m->nmemory; i++)
        if (!take_memory(in->p->r, &im->mem[i], in->cx.mem[i]))
            return false;
    return true;
}

void image_take(struct instance *in) {
    struct image here = {0}, *im;
    if (atomic_fetch_add(&in->p->made, 1) != GIVES || !may_be_taken(in->p->m))
        return;
    if (take(in, &here) && (im = arena_new(&here.arena, struct image, 1))) {
        *im = here;
        atomic_store_explicit(&in->p->begun, im, memory_order_release);
    } else {
        drop(&here, in->p->m);
    }
}

void image_drop(struct program *p) {
    struct image *im = atomic_load(&p->begun);
    if (im)
        drop(im, p->m);
}

/* ---- putting it ---- */

void image_put(struct instance *in, const struct image *im) {
    const struct module *m = in->p->m;
    for (u32 i = m->nglobal_import; i < m->nglobal; i++) {
        struct rt_global *g = rt_global(in->cx.global[i]);
        g->c = im->global[i];
        if (vt_is_ref(g->vt))
            g->c.v = decode(in, g->c.v);
    }
    for (u32 i = m->ntable_import; i < m->ntable; i++)
        for (u64 k = 0; k < in->cx.table[i]->size; k++)
            in->cx.table[i]->elem[k] = decode(in, im->table[i][k]);
    for (u32 i = 0; i < m->nelem; i++)
        in->typed->elem[i].n = im->elem[i];
    memcpy(in->typed->data_len, im->data, m->ndata * sizeof *im->data);
    in->typed->insns = im->insns;
    in->typed->ready = true;
}
