/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps_btf.c - maps that BTF defines.
 * in: section .maps and its BTF      out: m->map; later map_def.slot
 *
 * A map is a variable of a struct type whose members are the attributes. Numbers hide in types:
 * __uint(max_entries, 10) is int (*max_entries)[10]; __ulong is an enum with one value;
 * __type(key, T) is T *key; __array(values, T) is T *values[], and only that one has bytes. */
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"
#include <linux/bpf.h>
#include <string.h>

enum attr_kind { NUMBER, TYPE, VALUES };
struct parsed {
    struct map_def *d;
    struct map_place *at;
    bool inner, has_key, has_value;
};

static bool set_type(struct map_def *d, u64 v) {
    return d->type = (u32)v, v <= UINT32_MAX;
}
static bool set_key_size(struct map_def *d, u64 v) {
    return d->key_size = (u32)v, v <= UINT32_MAX;
}
static bool set_value_size(struct map_def *d, u64 v) {
    return d->value_size = (u32)v, v <= UINT32_MAX;
}
static bool set_entries(struct map_def *d, u64 v) {
    return d->max_entries = (u32)v, v <= UINT32_MAX;
}
static bool set_flags(struct map_def *d, u64 v) {
    return d->flags = (u32)v, v <= UINT32_MAX;
}
static bool set_node(struct map_def *d, u64 v) {
    return d->numa_node = (u32)v, v <= UINT32_MAX;
}
static bool set_pinning(struct map_def *d, u64 v) {
    return d->pinning = (u32)v, v <= UINT32_MAX;
}
static bool set_extra(struct map_def *d, u64 v) {
    return d->extra = v, true;
}

static const struct attr {
    const char *name;
    u8 kind;
    bool (*set)(struct map_def *d, u64 v);
} attrs[] = {
    {"type", NUMBER, set_type},
    {"key_size", NUMBER, set_key_size},
    {"value_size", NUMBER, set_value_size},
    {"max_entries", NUMBER, set_entries},
    {"map_flags", NUMBER, set_flags},
    {"map_extra", NUMBER, set_extra},
    {"numa_node", NUMBER, set_node},
    {"pinning", NUMBER, set_pinning},
    {"key", TYPE, NULL},
    {"value", TYPE, NULL},
    {"values", VALUES, NULL},
};

static bool is_map_in_map(u32 type) {
    return type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static bool number(const struct btf *b, u32 type, u64 *v) {
    const struct btf_type *t = bpf.btf__type_by_id(b, btf_skip(b, type));
    if (btf_is_enum(t) && btf_vlen(t) == 1)
        return *v = (u32)btf_enum(t)->val, true;
    if (btf_is_enum64(t) && btf_vlen(t) == 1)
        return *v = btf_enum64_value(btf_enum64(t)), true;
    if (!btf_is_ptr(t))
        return false;
    t = bpf.btf__type_by_id(b, btf_skip(b, t->type));
    if (!btf_is_array(t))
        return false;
    *v = btf_array(t)->nelems;
    return true;
}

static int bad_attr(struct loader *l, const struct parsed *p, const char *attr, const char *why) {
    return fail_sec(l, &l->f.sec[p->at->sec], p->at->off, E_BTF, "map %.80s: %.60s: %s", p->d->name, attr, why);
}

static int key_or_value(struct loader *l, struct parsed *p, const char *name, u32 type) {
    bool key = !strcmp(name, "key");
    u32 *size = key ? &p->d->key_size : &p->d->value_size;
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, btf_skip(l->btf, type));
    s64 n;
    if (!btf_is_ptr(t))
        return bad_attr(l, p, name, "not a pointer to the type");
    if ((n = bpf.btf__resolve_size(l->btf, t->type)) < 0)
        return bad_attr(l, p, name, "the type has no size");
    if (*size && *size != n)
        return bad_attr(l, p, name, "size and type do not agree");
    *size = (u32)n;
    *(key ? &p->d->btf_key : &p->d->btf_value) = t->type;
    return 0;
}

static int parse_def(struct loader *l, struct parsed *p, u32 type);

/* __array(values, struct inner) or, for a prog array, __array(values, int (void *)). */
static int values(struct loader *l, struct parsed *p, u32 type, u32 off) {
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, btf_skip(l->btf, type));
    struct map_def *in;
    struct parsed inner = {.at = p->at, .inner = true};
    int r;
    if (p->inner)
        return bad_attr(l, p, "values", "maps are nested two deep at most");
    if (!btf_is_array(t))
        return bad_attr(l, p, "values", "not an array");
    t = bpf.btf__type_by_id(l->btf, btf_skip(l->btf, btf_array(t)->type));
    if (!btf_is_ptr(t))
        return bad_attr(l, p, "values", "not an array of pointers");
    p->at->values_off = off;
    type = btf_skip(l->btf, t->type);
    t = bpf.btf__type_by_id(l->btf, type);
    if (p->d->type == BPF_MAP_TYPE_PROG_ARRAY)
        return btf_is_func_proto(t) ? 0 : bad_attr(l, p, "values", "not pointers to functions");
    if (!is_map_in_map(p->d->type))
        return bad_attr(l, p, "values", "only for maps of maps and prog arrays");
    if (!btf_is_struct(t))
        return bad_attr(l, p, "values", "not pointers to a map's struct");
    if (!(in = arena_new(&l->m->arena, struct map_def, 1)))
        return no_memory(l);
    in->name = arena_printf(&l->m->arena, "%s.inner", p->d->name);
    in->section = p->d->section;
    in->file_off = p->d->file_off;
    if (!in->name)
        return no_memory(l);
    inner.d = in;
    if ((r = parse_def(l, &inner, type)))
        return r;
    p->d->inner = in;
    return 0;
}

static int parse_member(struct loader *l, struct parsed *p, const struct btf_type *t, const struct btf_member *m,
                        u32 i) {
    const char *name = btf_str(l->btf, m->name_off);
    const struct attr *a;
    u64 v;
    for (a = attrs; a < attrs + COUNT(attrs); a++)
        if (!strcmp(a->name, name))
            break;
    if (a == attrs + COUNT(attrs))
        return bad_attr(l, p, name, "unknown attribute");
    if (a->kind == TYPE)
        return key_or_value(l, p, name, m->type);
    if (a->kind == VALUES) {
        if (i + 1 != btf_vlen(t))
            return bad_attr(l, p, name, "must be the last member");
        return values(l, p, m->type, btf_member_bit_offset(t, i) / 8);
    }
    if (!number(l->btf, m->type, &v))
        return bad_attr(l, p, name, "not a number of the form __uint or __ulong");
    if (!strcmp(name, "key_size") && p->d->key_size && p->d->key_size != v)
        return bad_attr(l, p, name, "size and type do not agree");
    if (!strcmp(name, "value_size") && p->d->value_size && p->d->value_size != v)
        return bad_attr(l, p, name, "size and type do not agree");
    return a->set(p->d, v) ? 0 : bad_attr(l, p, name, "out of range");
}

static int parse_def(struct loader *l, struct parsed *p, u32 type) {
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, type);
    u32 i;
    int r;
    for (i = 0; i < btf_vlen(t); i++)
        if ((r = parse_member(l, p, t, btf_members(t) + i, i)))
            return r;
    if (!p->d->type)
        return bad_attr(l, p, "type", "missing");
    if (is_map_in_map(p->d->type)) {
        if (p->d->value_size && p->d->value_size != 4)
            return bad_attr(l, p, "value_size", "4 for maps of maps");
        p->d->value_size = 4;
    } else if (p->at->values_off != NONE && !p->inner && !p->d->value_size) {
        p->d->value_size = 4;
    }
    return 0;
}

static int add_btf_map(struct loader *l, const struct sec *s, const struct btf_var_secinfo *v) {
    const struct btf_type *var = bpf.btf__type_by_id(l->btf, v->type), *t;
    struct map_place at = {s->index, le((const u8 *)&v->offset, 4), v->size, NONE, NONE};
    const char *name = btf_str(l->btf, var->name_off);
    u32 type = btf_skip(l->btf, var->type);
    struct parsed p;
    t = bpf.btf__type_by_id(l->btf, type);
    if (at.off > s->size || at.size > s->size - at.off)
        return fail_sec(l, s, 0, E_BTF, "map %.80s: 0x%llx bytes at 0x%llx lie outside the section", name,
                        (unsigned long long)at.size, (unsigned long long)at.off);
    if (!*name || !btf_is_var(var) || !btf_is_struct(t))
        return fail_sec(l, s, at.off, E_BTF, "map %.80s: not a variable of a struct type", name);
    if (!(p.d = add_map(l, &at)))
        return l->e->code;
    p = (struct parsed){.d = p.d, .at = &l->place[l->m->nmap - 1]};
    p.d->name = arena_strdup(&l->m->arena, name);
    p.d->section = arena_strdup(&l->m->arena, s->name);
    p.d->file_off = s->off + at.off;
    if (!p.d->name || !p.d->section)
        return no_memory(l);
    return parse_def(l, &p, type);
}

int load_btf_maps(struct loader *l) {
    const struct sec *s = NULL;
    const struct btf_type *t;
    u32 i, id;
    int r;
    for (i = 1; i < l->f.nsec; i++)
        if (l->f.sec[i].role == ROLE_MAPS)
            s = &l->f.sec[i];
    if (!s)
        return 0;
    if (!l->btf || !(id = btf_datasec(l, s->name)))
        return fail_sec(l, s, 0, E_BTF, "the object has maps but no BTF that describes them: compile with -g");
    t = bpf.btf__type_by_id(l->btf, id);
    for (i = 0; i < btf_vlen(t); i++)
        if ((r = add_btf_map(l, s, btf_var_secinfos(t) + i)))
            return r;
    return 0;
}

/* --- static initialisers: .values = { [1] = &inner } --- */

struct init {
    u32 map;
    struct map_slot slot;
};

static int find_init(struct loader *l, const struct sec *s, const struct rel *r, struct init *out) {
    const struct sym *y = &l->f.sym[r->sym];
    const struct map_place *at = NULL;
    u64 addend, off, target;
    u32 i;
    if (r->off > s->size || s->size - r->off < 8)
        return fail_sec(l, s, r->off, E_RELOC, "outside the section");
    if (r->type != REL_ABS64 && r->type != REL_64_64)
        return fail_sec(l, s, r->off, E_RELOC, "relocation type %u in a map", r->type);
    for (i = 0; i < l->m->nmap; i++)
        if (l->place[i].sec == s->index && r->off >= l->place[i].off && r->off - l->place[i].off < l->place[i].size)
            break;
    if (i == l->m->nmap)
        return fail_sec(l, s, r->off, E_RELOC, "an initial value outside every map");
    at = &l->place[i];
    off = r->off - at->off;
    if (at->values_off == NONE || off < at->values_off || (off - at->values_off) % 8)
        return fail_sec(l, s, r->off, E_RELOC, "map %.80s: only 'values' can be initialised", l->m->map[i].name);
    out->map = i;
    out->slot.index = (u32)((off - at->values_off) / 8);
    if (out->slot.index >= l->m->map[i].max_entries && l->m->map[i].type != BPF_MAP_TYPE_HASH_OF_MAPS)
        return fail_sec(l, s, r->off, E_INDEX, "map %.80s: values[%u] of %u entries", l->m->map[i].name,
                        out->slot.index, l->m->map[i].max_entries);
    addend = le(s->data + r->off, 8) + (u64)r->addend;
    target = y->value + addend;
    if (is_map_in_map(l->m->map[i].type)) {
        for (i = 0; i < l->m->nmap; i++)
            if (y->sec == l->place[i].sec && target == l->place[i].off && l->place[i].func == NONE)
                break;
        if (i == l->m->nmap)
            return fail_sec(l, s, r->off, E_RELOC, "%.80s is no map", y->name);
        out->slot.target = i;
        return 0;
    }
    if (y->sec && y->sec != NONE && is_code(&l->f.sec[y->sec]) && target % 8 == 0 && target < l->f.sec[y->sec].size) {
        u32 f = func_starting_at(l, l->f.sec[y->sec].base + target / 8);
        for (i = 0; i < l->m->nprog && l->m->prog[i].func != f;)
            i++;
        out->slot.kind = 1;
        out->slot.target = i;
        if (i < l->m->nprog)
            return 0;
    }
    return fail_sec(l, s, r->off, E_RELOC, "%.80s is no program", y->name);
}

int fill_map_slots(struct loader *l) {
    struct map_slot *slots;
    struct init *init;
    const struct sec *s = NULL;
    u32 i;
    int r;
    for (i = 1; i < l->f.nsec; i++)
        if (l->f.sec[i].role == ROLE_MAPS)
            s = &l->f.sec[i];
    if (!s || !s->nrel)
        return 0;
    init = arena_new(&l->tmp, struct init, s->nrel);
    slots = arena_new(&l->m->arena, struct map_slot, s->nrel);
    if (!init || !slots)
        return no_memory(l);
    for (i = 0; i < s->nrel; i++) {
        if ((r = find_init(l, s, &s->rel[i], &init[i])))
            return r;
        l->m->map[init[i].map].nslot++;
    }
    for (i = 0; i < l->m->nmap; i++) { /* a run of slots for each map */
        struct map_def *d = &l->m->map[i];
        d->slot = slots;
        slots += d->nslot;
        if (!d->nslot)
            d->slot = NULL;
        d->nslot = 0;
    }
    for (i = 0; i < s->nrel; i++) {
        struct map_def *d = &l->m->map[init[i].map];
        ((struct map_slot *)(uintptr_t)d->slot)[d->nslot++] = init[i].slot;
    }
    return 0;
}
