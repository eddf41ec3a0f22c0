/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* data.c - global variables.
 * in: sections .data* .rodata* .bss* .addr_space.1, their BTF or symbols
 * out: one array map of one entry for each, or the first bytes of the arena; m->var */
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

enum { MAP_ARENA = 33, ARENA_PAGE = 4096 }; /* BPF_MAP_TYPE_ARENA, which an old <linux/bpf.h> lacks */

static int add_var(struct loader *l, const struct sec *s, const char *name, u64 off, u64 size, u32 type) {
    struct module *m = l->m;
    void *p;
    if (off > s->size || size > s->size - off)
        return fail_sec(l, s, 0, E_FORMAT,
                        "variable %.80s: 0x%llx bytes at 0x%llx lie outside the section (0x%llx bytes)", name,
                        (unsigned long long)size, (unsigned long long)off, (unsigned long long)s->size);
    if (!(p = grow(&m->arena, m->var, m->nvar, &l->cap_var, sizeof *m->var)))
        return no_memory(l);
    m->var = p;
    m->var[m->nvar] =
        (struct var){arena_strdup(&m->arena, name), s->map, (u32)off, (u32)size, type, s->role == ROLE_RODATA};
    return m->var[m->nvar++].name ? 0 : no_memory(l);
}

static int vars_from_btf(struct loader *l, const struct sec *s, u32 id) {
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, id), *var;
    u32 i;
    int r;
    for (i = 0; i < btf_vlen(t); i++) {
        const struct btf_var_secinfo *v = btf_var_secinfos(t) + i;
        var = bpf.btf__type_by_id(l->btf, v->type);
        if (!btf_is_var(var))
            continue;
        if ((r = add_var(l, s, btf_str(l->btf, var->name_off), v->offset, v->size, var->type)))
            return r;
    }
    return 0;
}

static int by_place(const void *x, const void *y) {
    const struct var *a = x, *b = y;
    if (a->map != b->map)
        return a->map < b->map ? -1 : 1;
    return a->off < b->off ? -1 : a->off > b->off;
}

/* Old symbols have no size: such a variable reaches to the next one. */
static int vars_from_symbols(struct loader *l, const bool *typed) {
    struct module *m = l->m;
    u32 i, first = m->nvar;
    int r;
    for (i = 1; i < l->f.nsym; i++) {
        const struct sym *y = &l->f.sym[i];
        const struct sec *s = y->sec == NONE ? NULL : &l->f.sec[y->sec];
        if (!s || !is_data(s) || typed[y->sec] || !*y->name)
            continue;
        if (y->type != SYM_OBJECT && (y->type != SYM_NOTYPE || y->local))
            continue;
        if ((r = add_var(l, s, y->name, y->value, y->size, 0)))
            return r;
    }
    if (m->nvar > first)
        qsort(m->var + first, m->nvar - first, sizeof *m->var, by_place);
    for (i = first; i < m->nvar; i++) {
        struct var *v = &m->var[i];
        bool last = i + 1 == m->nvar || m->var[i + 1].map != v->map;
        if (!v->size)
            v->size = (last ? m->map[v->map].value_size : m->var[i + 1].off) - v->off;
    }
    return 0;
}

static int copy_bytes(struct loader *l, struct sec *s, struct map_def *d) {
    if (!(s->bytes = arena_alloc(&l->m->arena, s->size)))
        return no_memory(l);
    memcpy(s->bytes, s->data, s->size);
    d->init = s->bytes;
    d->init_size = (u32)s->size;
    return 0;
}

static int add_data_map(struct loader *l, struct sec *s) {
    struct map_place at = {s->index, 0, s->size, NONE, NONE};
    struct map_def *d;
    if (s->size > INT32_MAX || s->size > l->lim.memory)
        return fail_sec(l, s, 0, E_LIMIT, "0x%llx bytes of data", (unsigned long long)s->size);
    s->map = l->m->nmap;
    if (!(d = add_map(l, &at)))
        return l->e->code;
    d->name = d->section = arena_strdup(&l->m->arena, s->name);
    if (!d->name)
        return no_memory(l);
    d->type = BPF_MAP_TYPE_ARRAY;
    d->key_size = 4;
    d->value_size = (u32)s->size;
    d->max_entries = 1;
    d->file_off = s->off;
    d->flavour = s->role == ROLE_RODATA ? MAP_RODATA : s->role == ROLE_DATA ? MAP_DATA : MAP_BSS;
    if (s->role == ROLE_RODATA)
        d->flags = BPF_F_RDONLY_PROG;
    return s->role == ROLE_BSS ? 0 : copy_bytes(l, s, d);
}

/* Variables of address space 1 are the first bytes of the object's arena, as with libbpf. */
static int add_arena_data(struct loader *l, struct sec *s) {
    struct map_def *d;
    u32 i = 0;
    while (i < l->m->nmap && l->m->map[i].type != MAP_ARENA)
        i++;
    if (i == l->m->nmap)
        return fail_sec(l, s, 0, E_FORMAT, "variables in an arena, and no map of type arena");
    d = &l->m->map[i];
    if (s->size > (u64)d->max_entries * ARENA_PAGE)
        return fail_sec(l, s, 0, E_FORMAT, "0x%llx bytes of variables in arena %.80s of %u pages",
                        (unsigned long long)s->size, d->name, d->max_entries);
    s->map = i;
    d->init_size = (u32)s->size; /* zero, where the file has no bytes */
    return s->data ? copy_bytes(l, s, d) : 0;
}

int load_data(struct loader *l) {
    bool *typed = arena_new(&l->tmp, bool, l->f.nsec);
    u32 i, id;
    int r;
    if (!typed)
        return no_memory(l);
    for (i = 1; i < l->f.nsec; i++) {
        struct sec *s = &l->f.sec[i];
        if (!is_data(s))
            continue;
        if ((r = s->role == ROLE_ARENA ? add_arena_data(l, s) : add_data_map(l, s)))
            return r;
        if (!l->btf || !(id = btf_datasec(l, s->name)))
            continue;
        typed[i] = true;
        if ((r = vars_from_btf(l, s, id)))
            return r;
    }
    return vars_from_symbols(l, typed);
}
