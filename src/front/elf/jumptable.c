/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jumptable.c - tables of places in a function, for gotox.
 * in: section .jumptables: 8-byte offsets in the section of the code that uses them
 * out: a read-only map of label handles; func.jump_ok */
#include "abi/ctx.h"
#include "front/elf/elf_load.h"
#include <linux/bpf.h>

bool allow_jump(struct loader *l, u32 func, u32 slot) {
    struct func *f = &l->m->func[func];
    u64 *set = (u64 *)(uintptr_t)f->jump_ok; /* const to those who come later */
    if (!set && !(set = arena_new(&l->m->arena, u64, (f->nslot + 63) / 64)))
        return false;
    set[slot / 64] |= 1ull << slot % 64;
    f->jump_ok = set;
    return true;
}

u32 jump_table(struct loader *l, const struct sec *s, u64 at, const struct sec *t, u64 off, u64 size, u32 func) {
    const struct func *f = &l->m->func[func];
    struct map_place place = {t->index, off, size, NONE, func};
    struct map_def *d;
    u64 i, target;
    u8 *bytes;
    for (i = 0; i < l->m->nmap; i++)
        if (l->place[i].sec == t->index && l->place[i].off == off && l->place[i].func == func)
            return (u32)i;
    if (size % 8 || off > t->size || size > t->size - off) {
        fail_sec(l, t, off, E_FORMAT, "a jump table of 0x%llx bytes does not fit the section",
                 (unsigned long long)size);
        return NONE;
    }
    if (!(bytes = arena_alloc(&l->m->arena, size)))
        return no_memory(l), NONE;
    for (i = 0; i < size; i += 8) {
        target = le(t->data + off + i, 8);
        if (target % 8 || target / 8 + s->base < f->base || target / 8 + s->base - f->base >= f->nslot) {
            fail_insn(l, s, at, E_JUMP, "entry %llu of its jump table leads to 0x%llx, outside the function",
                      (unsigned long long)(i / 8), (unsigned long long)target);
            return NONE;
        }
        target = target / 8 + s->base - f->base;
        put_le(bytes + i, 8, handle(TAG_LABEL, (u64)func << 24 | target));
        if (!allow_jump(l, func, (u32)target))
            return no_memory(l), NONE;
    }
    if (!(d = add_map(l, &place)))
        return NONE;
    d->name = arena_printf(&l->m->arena, "%s.jumptable.%llx", f->name, (unsigned long long)off);
    if (!d->name)
        return no_memory(l), NONE;
    d->type = BPF_MAP_TYPE_ARRAY;
    d->key_size = 4;
    d->value_size = (u32)size;
    d->max_entries = 1;
    d->flags = BPF_F_RDONLY_PROG;
    d->flavour = MAP_JUMPTABLE;
    d->init = bytes;
    d->init_size = (u32)size;
    d->section = ".jumptables";
    d->file_off = t->off + off;
    return l->m->nmap - 1;
}
