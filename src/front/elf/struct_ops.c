/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* struct_ops.c - which members of the kernel's tables of functions programs stand in.
 * in: sections .struct_ops*, their relocations and BTF      out: prog.ops
 *
 *   SEC(".struct_ops") struct tcp_congestion_ops mine = {.init = (void *)mine_init};     mine_init:
 * "tcp_congestion_ops.init" */
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"
#include <stdio.h>
#include <string.h>

/* The struct of the variable that holds the byte at off, and where it begins. */
static const struct btf_type *table_at(struct loader *l, u32 datasec, u64 off, u64 *start) {
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, datasec), *var;
    for (u32 i = 0; i < btf_vlen(t); i++) {
        const struct btf_var_secinfo *v = btf_var_secinfos(t) + i;
        if (off < v->offset || off - v->offset >= v->size)
            continue;
        *start = v->offset;
        var = bpf.btf__type_by_id(l->btf, v->type);
        t = btf_is_var(var) ? bpf.btf__type_by_id(l->btf, btf_skip(l->btf, var->type)) : NULL;
        return t && btf_is_struct(t) ? t : NULL;
    }
    return NULL;
}

static const char *member_at(struct loader *l, const struct btf_type *t, u64 off) {
    for (u32 i = 0; i < btf_vlen(t); i++)
        if (btf_member_bit_offset(t, i) == off * 8)
            return btf_str(l->btf, btf_members(t)[i].name_off);
    return "";
}

static int stands_in(struct loader *l, const struct sec *s, u32 datasec, const struct rel *rel) {
    const struct sym *y = &l->f.sym[rel->sym];
    const struct btf_type *t;
    const char *member;
    char ops[160];
    u64 start, at;
    u32 f;
    if (y->sec == NONE || !is_code(&l->f.sec[y->sec]) || rel->off > s->size || s->size - rel->off < 8)
        return 0;
    at = y->value + (u64)rel->addend + le(s->data + rel->off, 8);
    if (at % 8 || at >= l->f.sec[y->sec].size || !(t = table_at(l, datasec, rel->off, &start)))
        return 0;
    member = member_at(l, t, rel->off - start);
    if (!*member || snprintf(ops, sizeof ops, "%s.%s", btf_str(l->btf, t->name_off), member) >= (int)sizeof ops)
        return 0;
    f = func_starting_at(l, l->f.sec[y->sec].base + at / 8);
    for (u32 i = 0; i < l->m->nprog; i++)
        if (l->m->prog[i].func == f && !(l->m->prog[i].ops = arena_strdup(&l->m->arena, ops)))
            return no_memory(l);
    return 0;
}

int find_struct_ops(struct loader *l) {
    for (u32 i = 1; l->btf && i < l->f.nsec; i++) {
        const struct sec *s = &l->f.sec[i];
        const char *name = s->name + (s->name[0] == '?');
        u32 id;
        int r = 0;
        if (strncmp(name, ".struct_ops", 11) || (name[11] && name[11] != '.') || !s->data ||
            !(id = btf_datasec(l, s->name)))
            continue;
        for (u32 k = 0; !r && k < s->nrel; k++)
            r = stands_in(l, s, id, &s->rel[k]);
        if (r)
            return r;
    }
    return 0;
}
