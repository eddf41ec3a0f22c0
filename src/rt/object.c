/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* object.c - the table of what a run holds, regions that come and go with it, and the maps and
 * functions that handles stand for. Nothing that a program hands in is believed: it is
 * compared with these tables at each use. */
#include "rt/heap.h"
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include "rt/mem.h"
#include <stdlib.h>
#include <string.h>

struct object *object_find(struct ctx *cx, u8 kind, const void *p) {
    struct instance *in = cx->in;
    for (u32 i = 0; i < in->nobject; i++)
        if (in->object[i].kind == kind && in->object[i].p == p)
            return &in->object[i];
    return NULL;
}

struct object *object_new(struct ctx *cx, u8 kind, struct map *m, void *p) {
    struct instance *in = cx->in;
    for (u32 i = 0; i < MAX_OBJECTS; i++) {
        struct object *o = &in->object[i];
        if (i < in->nobject && o->kind != OBJECT_FREE)
            continue;
        *o = (struct object){.kind = kind, .map = m, .p = p};
        if (i >= in->nobject)
            in->nobject = i + 1;
        return o;
    }
    return NULL;
}

void object_free(struct ctx *cx, struct object *o) {
    struct instance *in = cx->in;
    if (o->region)
        region_remove(cx, o->region);
    *o = (struct object){0};
    while (in->nobject && in->object[in->nobject - 1].kind == OBJECT_FREE)
        in->nobject--;
}

/* Dynptrs over memory and packets end with the frame they stand in; all else is given back. */
bool object_held(const struct instance *in) {
    for (u32 i = 0; i < in->nobject; i++) {
        const struct object *o = &in->object[i];
        if (o->kind != OBJECT_FREE && (o->kind != OBJECT_DYNPTR || o->sub == DYNPTR_RINGBUF))
            return true;
    }
    return false;
}

void object_release_all(struct instance *in) {
    while (in->nobject) {
        struct object *o = &in->object[in->nobject - 1];
        switch ((enum object_kind)o->kind) {
        case OBJECT_FREE: break;
        case OBJECT_RECORD: ringbuf_commit(o->map, o->p, true); break;
        case OBJECT_LOCK: unlock_word(o->p); break;
        case OBJECT_DYNPTR:
            if (o->sub == DYNPTR_RINGBUF)
                ringbuf_commit(o->map, ptr(o->base), true);
            break;
        case OBJECT_ITER: free(ptr(o->base)); break;
        case OBJECT_OWNED: heap_unref(in->cx.program->heap, o->p); break;
        case OBJECT_SECTION:
        case OBJECT_IRQ: break;
        }
        object_free(&in->cx, o);
    }
    while (in->cx.nregion > in->fixed)
        memset(&in->cx.region[--in->cx.nregion], 0, sizeof(struct region));
    in->ninner = 0;
}

u32 region_add(struct ctx *cx, const void *base, u64 len, bool writable) {
    struct instance *in = cx->in;
    for (u32 i = in->fixed; i < in->fixed + MAX_DYNAMIC; i++) {
        if (cx->region[i].base)
            continue;
        region_set(&cx->region[i], base, len, writable);
        if (i >= cx->nregion)
            cx->nregion = i + 1;
        return i;
    }
    return 0;
}

void region_remove(struct ctx *cx, u32 row) {
    /* the row stays, empty: an engine may remember its number as the likely one */
    memset(&cx->region[row], 0, sizeof cx->region[row]);
    while (cx->nregion > cx->in->fixed && !cx->region[cx->nregion - 1].base)
        cx->nregion--;
}

struct map *map_arg_other(struct ctx *cx, u64 h) {
    u64 i = h - handle(TAG_MAP, 0) - cx->program->m->nmap;
    if (handle_tag(h) == TAG_MAP && i < cx->in->ninner)
        return cx->in->inner[i];
    trap(cx, TRAP_BAD_MAP);
    return NULL;
}

u64 inner_map_handle(struct ctx *cx, struct map *m) {
    struct instance *in = cx->in;
    u32 i;
    for (i = 0; i < in->ninner && in->inner[i] != m; i++)
        continue;
    if (i == in->ninner) {
        u32 row;
        if (i == MAX_INNER)
            return 0;
        if (m->value && !(row = region_add(cx, m->value, m->value_len, !m->read_only)))
            return 0;
        if (m->value && m->write_only)
            memset(cx->region[row].read, 0, sizeof cx->region[row].read);
        in->inner[in->ninner++] = m; /* it stays alive: what was taken out waits for this run */
    }
    return handle(TAG_MAP, cx->program->m->nmap + i);
}

bool func_arg(struct ctx *cx, u64 h, u32 *func) {
    if (handle_tag(h) != TAG_FUNC || handle_index(h) >= cx->program->m->nfunc) {
        trap(cx, TRAP_BAD_CALLEE);
        return false;
    }
    *func = (u32)handle_index(h);
    return true;
}

bool charge(struct ctx *cx, u64 units) {
    while (units) {
        u64 n = min64(units, SLICE);
        units -= n;
        if ((cx->fuel -= (s64)n) < 0 && !cx->services->refuel(cx))
            return false;
    }
    return true;
}
