/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_load.c - the object's own types.
 * in: sections .BTF and .rel.BTF      out: m->btf (offsets of variables filled in), l->btf */
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct libbpf bpf = LATE_INIT(HAVE_LIBBPF, LIBBPF_FUNCTIONS);

struct btf *btf_open(const u8 *p, size_t n, struct arena *tmp, struct error *e) {
    struct btf *b;
    if (late_open(&bpf.late, bpf.slot, e))
        return wrap(e, "BTF"), NULL;
    if (btf_check(p, n, tmp, e))
        return wrap(e, "BTF"), NULL;
    b = bpf.btf__new(p, (u32)n);
    if ((uintptr_t)b >= (uintptr_t)-4095)
        b = NULL; /* before libbpf 1.0 errors were pointers */
    if (!b)
        fail(e, E_BTF, NOWHERE, "BTF: libbpf does not take it: %s", strerror(errno));
    return b;
}

void btf_close(struct btf *b) {
    if (b)
        bpf.btf__free(b);
}

const char *btf_str(const struct btf *b, u32 off) {
    const char *s = bpf.btf__name_by_offset(b, off);
    return s ? s : "";
}

u32 btf_skip(const struct btf *b, u32 id) {
    const struct btf_type *t;
    while ((t = bpf.btf__type_by_id(b, id)) && (btf_is_mod(t) || btf_is_typedef(t)))
        id = t->type;
    return id;
}

static int by_name(const void *x, const void *y) {
    return strcmp(((const struct named *)x)->name, ((const struct named *)y)->name);
}

static int index_datasecs(struct loader *l) {
    u32 id, n = 0, count = bpf.btf__type_cnt(l->btf);
    for (id = 1; id < count; id++)
        n += btf_is_datasec(bpf.btf__type_by_id(l->btf, id));
    if (!(l->datasec = arena_new(&l->tmp, struct named, n)))
        return no_memory(l);
    for (id = 1; id < count; id++) {
        const struct btf_type *t = bpf.btf__type_by_id(l->btf, id);
        if (btf_is_datasec(t))
            l->datasec[l->ndatasec++] = (struct named){btf_str(l->btf, t->name_off), id};
    }
    qsort(l->datasec, n, sizeof *l->datasec, by_name);
    return 0;
}

u32 btf_datasec(const struct loader *l, const char *name) {
    struct named key = {name, 0}, *d = NULL;
    if (l->ndatasec)
        d = bsearch(&key, l->datasec, l->ndatasec, sizeof key, by_name);
    return d ? d->id : 0;
}

/* The compiler leaves the offset of each variable to the linker: S + A, with A in place. */
static int relocate_btf(struct loader *l, const struct sec *s) {
    u32 i;
    for (i = 0; i < s->nrel; i++) {
        const struct rel *r = &s->rel[i];
        u8 *at;
        if (r->off > s->size || s->size - r->off < 4)
            return fail_sec(l, s, r->off, E_RELOC, "relocation %u lies outside the section", i);
        at = l->btf_bytes + r->off;
        put_le(at, 4, le(at, 4) + l->f.sym[r->sym].value + (u64)r->addend);
    }
    return 0;
}

/* It leaves the sizes of the sections, too. libbpf keeps a copy of its own, which stays as it is. */
static void size_datasecs(struct loader *l) {
    u32 id, raw_size, i;
    const u8 *raw = bpf.btf__raw_data(l->btf, &raw_size);
    for (i = 1; i < l->f.nsec; i++) {
        const struct sec *s = &l->f.sec[i];
        const struct btf_type *t;
        if (!is_data(s) && s->role != ROLE_MAPS && s->role != ROLE_LICENSE && s->role != ROLE_VERSION)
            continue;
        if (!(id = btf_datasec(l, s->name)))
            continue;
        t = bpf.btf__type_by_id(l->btf, id);
        if (!t->size)
            put_le(l->btf_bytes + ((const u8 *)&t->size - raw), 4, s->size);
    }
}

int load_btf(struct loader *l) {
    struct module *m = l->m;
    const struct sec *s = NULL;
    u32 i;
    int r;
    for (i = 1; i < l->f.nsec; i++)
        if (l->f.sec[i].role == ROLE_BTF)
            s = &l->f.sec[i];
    if (!s)
        return 0;
    if (s->size > UINT32_MAX / 2)
        return fail_sec(l, s, 0, E_BTF, "too large");
    if (!(l->btf_bytes = arena_alloc(&m->arena, s->size)))
        return no_memory(l);
    memcpy(l->btf_bytes, s->data, s->size);
    if ((r = relocate_btf(l, s)))
        return r;
    if (!(l->btf = btf_open(l->btf_bytes, s->size, &l->tmp, l->e))) {
        if (l->e->at >= 0)
            l->e->at += (s64)s->off;
        return l->e->code;
    }
    if ((r = index_datasecs(l)))
        return r;
    size_datasecs(l);
    m->btf = l->btf_bytes;
    m->btf_size = (u32)s->size;
    return 0;
}
