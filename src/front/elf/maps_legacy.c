/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps_legacy.c - maps from before BTF: sections "maps" and "maps/NAME" of plain structs.
 * in: such sections, symbols      out: m->map
 *
 * Each loader had a struct of its own; all begin with type, key_size, value_size, max_entries,
 * flags. Which one it is follows from its size: the section's, shared among its symbols. */
#include "front/elf/elf_load.h"
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

/* Offsets of further fields; 0: not there. */
static const struct layout {
    const char *of;
    u32 size;
    u8 inner_index, numa_node, id, pinning, inner_id;
} layouts[] = {
    {"the first loaders", 16, 0, 0, 0, 0, 0},
    {"libbpf", 20, 0, 0, 0, 0, 0},
    {"the kernel's samples", 28, 20, 24, 0, 0, 0},
    {"iproute2", 36, 0, 0, 20, 24, 28},
    {"gobpf", 280, 0, 0, 0, 20, 0},
};

struct old_map {
    const char *name;
    u32 sec;
    u64 off, size;
};

static int by_place(const void *x, const void *y) {
    const struct old_map *a = x, *b = y;
    if (a->sec != b->sec)
        return a->sec < b->sec ? -1 : 1;
    return a->off < b->off ? -1 : a->off > b->off;
}

/* Bytes that no known layout explains must be zero. */
static int check_rest(struct loader *l, const struct sec *s, const struct old_map *o, u64 size) {
    u64 i;
    for (i = 20; i < size; i++)
        if (s->data[o->off + i])
            return fail_sec(l, s, o->off + i, E_UNSUP, "map %.80s: an unknown attribute in a definition of %llu bytes",
                            o->name, (unsigned long long)size);
    return 0;
}

static int add_old(struct loader *l, const struct sec *s, const struct old_map *o, u64 size) {
    struct map_place at = {s->index, o->off, size, NONE, NONE};
    const u8 *p = s->data + o->off;
    struct map_def *d;
    const struct layout *y;
    for (y = layouts; y < layouts + COUNT(layouts); y++)
        if (y->size == size)
            break;
    if (y == layouts + COUNT(layouts))
        y = NULL;
    if (!y && size > 20 && check_rest(l, s, o, size))
        return l->e->code;
    if (!(d = add_map(l, &at)))
        return l->e->code;
    d->name = arena_strdup(&l->m->arena, o->name);
    d->section = arena_strdup(&l->m->arena, s->name);
    d->file_off = s->off + o->off;
    if (!d->name || !d->section)
        return no_memory(l);
    d->type = (u32)le(p, 4);
    d->key_size = (u32)le(p + 4, 4);
    d->value_size = (u32)le(p + 8, 4);
    d->max_entries = (u32)le(p + 12, 4);
    d->flags = size >= 20 ? (u32)le(p + 16, 4) : 0;
    if (y && y->numa_node && d->flags & BPF_F_NUMA_NODE)
        d->numa_node = (u32)le(p + y->numa_node, 4);
    if (y && y->pinning)
        d->pinning = (u32)le(p + y->pinning, 4);
    return 0;
}

/* Maps of maps name a template: by its position (samples) or by its id (iproute2). */
static int link_inner(struct loader *l, const struct sec *s, u32 first, u32 i, u64 size) {
    struct map_def *d = &l->m->map[i], *in;
    const u8 *p = s->data + l->place[i].off;
    u32 k = l->m->nmap, want;
    if (d->type != BPF_MAP_TYPE_ARRAY_OF_MAPS && d->type != BPF_MAP_TYPE_HASH_OF_MAPS)
        return 0;
    d->value_size = 4;
    if (size == 28) {
        k = (u32)le(p + 20, 4) < l->m->nmap - first ? first + (u32)le(p + 20, 4) : l->m->nmap;
    } else if (size == 36) {
        want = (u32)le(p + 28, 4);
        for (k = first; k < l->m->nmap; k++)
            if (want && (u32)le(s->data + l->place[k].off + 20, 4) == want)
                break;
    }
    if (k >= l->m->nmap || k == i)
        return fail_sec(l, s, l->place[i].off, E_INDEX, "map %.80s: names no map as its template", d->name);
    if (!(in = arena_new(&l->m->arena, struct map_def, 1)))
        return no_memory(l);
    *in = l->m->map[k];
    d->inner = in;
    return 0;
}

/* o[0 .. n) are the symbols of section s, by offset. */
static int load_section(struct loader *l, const struct sec *s, const struct old_map *o, u32 n) {
    u32 i, first = l->m->nmap;
    u64 size = n ? s->size / n : 0;
    int r;
    if (!n)
        return fail_sec(l, s, 0, E_FORMAT, "no symbol names the maps in here");
    if (s->size % n || size < 16)
        return fail_sec(l, s, 0, E_FORMAT, "0x%llx bytes are not %u map definitions of one size",
                        (unsigned long long)s->size, n);
    for (i = 0; i < n; i++) {
        if (o[i].off != i * size)
            return fail_sec(l, s, o[i].off, E_FORMAT, "map %.80s: no definition begins here (they take %llu bytes)",
                            o[i].name, (unsigned long long)size);
        if ((r = add_old(l, s, &o[i], size)))
            return r;
    }
    for (i = first; i < l->m->nmap; i++)
        if ((r = link_inner(l, s, first, i, size)))
            return r;
    return 0;
}

int load_legacy_maps(struct loader *l) {
    struct old_map *o;
    u32 i, n = 0, end;
    int r;
    if (!(o = arena_new(&l->tmp, struct old_map, l->f.nsym)))
        return no_memory(l);
    for (i = 1; i < l->f.nsym; i++) {
        const struct sym *y = &l->f.sym[i];
        if (y->sec == NONE || l->f.sec[y->sec].role != ROLE_MAPS_LEGACY || !*y->name)
            continue;
        if (y->type != SYM_OBJECT && y->type != SYM_NOTYPE)
            continue;
        o[n++] = (struct old_map){y->name, y->sec, y->value, y->size};
    }
    qsort(o, n, sizeof *o, by_place);
    for (i = 0; i < n; i = end) {
        for (end = i; end < n && o[end].sec == o[i].sec;)
            end++;
        if ((r = load_section(l, &l->f.sec[o[i].sec], o + i, end - i)))
            return r;
    }
    return 0;
}
