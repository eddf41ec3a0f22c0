/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* reloc.c - what instructions and data refer to.
 * in: l->slot, data maps, .rel sections      out: both patched; m->ptr
 *
 *   R_BPF_64_64      imm64 of 0x18     map, variable, function, jump table, extern
 *   R_BPF_64_32      imm32 of a call   function of this object, or extern
 *   R_BPF_64_ABS64   8 bytes of data   the same things as addresses
 *
 * The form of each result is written down in ir/module.h. */
#include "abi/ctx.h"
#include "front/elf/elf_load.h"
#include <string.h>

static const char *rel_name(u32 type) {
    switch (type) {
    case REL_NONE: return "R_BPF_NONE";
    case REL_64_64: return "R_BPF_64_64";
    case REL_ABS64: return "R_BPF_64_ABS64";
    case REL_ABS32: return "R_BPF_64_ABS32";
    case REL_NODYLD32: return "R_BPF_64_NODYLD32";
    case REL_64_32: return "R_BPF_64_32";
    }
    return "of an unknown type";
}

static u32 map_at(const struct loader *l, u32 sec, u64 off) {
    u32 i;
    for (i = 0; i < l->m->nmap; i++)
        if (l->place[i].sec == sec && l->place[i].off == off && l->place[i].func == NONE)
            return i;
    return NONE;
}

static void patch_pair(struct loader *l, u32 i, u8 src, s32 imm, s32 second) {
    l->slot[i] = slot_patch(l->slot[i], src, imm);
    l->slot[i + 1] = (u64)(u32)second << 32;
}

/* An extern is looked up late: a variable of .kconfig, or an import. */
static int load_extern(struct loader *l, const struct sec *s, const struct rel *r, u32 i) {
    struct ext *x = find_extern(l, &l->f.sym[r->sym], false);
    if (!x)
        return l->e->code;
    if (x->kconfig) {
        if (slot_imm(l->slot[i]) < 0 || (u32)slot_imm(l->slot[i]) > x->size)
            return fail_insn(l, s, r->off, E_RELOC, "an address outside extern %.80s", x->name);
        patch_pair(l, i, SRC_MAP_VALUE, (s32)x->map, (s32)x->off + slot_imm(l->slot[i]));
        return 0;
    }
    if (slot_imm(l->slot[i]))
        return fail_insn(l, s, r->off, E_UNSUP, "an address inside extern %.80s, not at its start", x->name);
    patch_pair(l, i, SRC_SYMBOL, (s32)x->import, 0);
    return 0;
}

static int load_function(struct loader *l, const struct sec *s, const struct rel *r, u32 i, const struct sec *t,
                         u64 off) {
    u64 slot = t->base + off / 8;
    if (off % 8 || off >= t->size || func_starting_at(l, slot) == NONE)
        return fail_insn(l, s, r->off, E_RELOC,
                         "the address of offset 0x%llx of section %.60s, where no function begins",
                         (unsigned long long)off, t->name);
    patch_pair(l, i, SRC_FUNC, (s32)((s64)slot - i - 1), 0);
    return 0;
}

static int relocate_load(struct loader *l, const struct sec *s, const struct rel *r) {
    u32 i = s->base + (u32)(r->off / 8), map, func;
    struct sym *y = &l->f.sym[r->sym];
    const struct sec *t = y->sec == NONE ? NULL : &l->f.sec[y->sec];
    u64 off = y->value + (u64)slot_imm(l->slot[i]) + (u64)r->addend;
    if (slot_code(l->slot[i]) != CODE_LD64)
        return fail_insn(l, s, r->off, E_RELOC, "%s on code 0x%02x, which is no 64-bit immediate", rel_name(r->type),
                         slot_code(l->slot[i]));
    if (r->off + 16 > s->size)
        return fail_insn(l, s, r->off, E_TRUNC, "the section ends inside a 64-bit immediate");
    if (slot_src(l->slot[i]))
        return fail_insn(l, s, r->off, E_RELOC, "relocated twice");
    if (!t)
        return fail_insn(l, s, r->off, E_RELOC, "symbol %.80s is absolute or common", y->name);
    if (!y->sec)
        return load_extern(l, s, r, i);
    switch (t->role) {
    case ROLE_MAPS:
    case ROLE_MAPS_LEGACY:
        if ((map = map_at(l, y->sec, off)) == NONE)
            return fail_insn(l, s, r->off, E_RELOC, "no map begins at 0x%llx of section %.60s", (unsigned long long)off,
                             t->name);
        patch_pair(l, i, SRC_MAP, (s32)map, 0);
        return 0;
    case ROLE_DATA:
    case ROLE_RODATA:
    case ROLE_BSS:
    case ROLE_ARENA:
        /* One past the end is a valid C address. */
        if (off > t->size)
            return fail_insn(l, s, r->off, E_RELOC, "an address outside section %.60s (0x%llx of 0x%llx bytes)",
                             t->name, (unsigned long long)off, (unsigned long long)t->size);
        patch_pair(l, i, SRC_MAP_VALUE, (s32)t->map, (s32)off);
        return 0;
    case ROLE_PROGRAMS:
    case ROLE_TEXT: return load_function(l, s, r, i, t, off);
    case ROLE_JUMPTABLES:
        func = (u32)(module_func_at(l->m, i) - l->m->func);
        if (y->type != SYM_OBJECT || !y->size || slot_imm(l->slot[i]))
            return fail_insn(l, s, r->off, E_RELOC, "not the start of a jump table with a symbol and a size");
        if ((map = jump_table(l, s, r->off, t, y->value, y->size, func)) == NONE)
            return l->e->code;
        patch_pair(l, i, SRC_MAP_VALUE, (s32)map, 0);
        return 0;
    }
    return fail_insn(l, s, r->off, E_RELOC,
                     "the address of %.80s in section %.60s, which is neither code, data nor maps",
                     *y->name ? y->name : "something", t->name);
}

static int relocate_call(struct loader *l, const struct sec *s, const struct rel *r) {
    u32 i = s->base + (u32)(r->off / 8);
    struct sym *y = &l->f.sym[r->sym];
    const struct sec *t = y->sec == NONE ? NULL : &l->f.sec[y->sec];
    struct ext *x;
    s64 off;
    if (slot_code(l->slot[i]) != CODE_CALL)
        return fail_insn(l, s, r->off, E_RELOC, "%s on code 0x%02x, which is no call", rel_name(r->type),
                         slot_code(l->slot[i]));
    if (slot_src(l->slot[i]) != CALL_LOCAL)
        return fail_insn(l, s, r->off, E_RELOC, "a call of kind %u is relocated", slot_src(l->slot[i]));
    if (!t)
        return fail_insn(l, s, r->off, E_RELOC, "symbol %.80s is absolute or common", y->name);
    if (!y->sec) {
        if (!(x = find_extern(l, y, true)))
            return l->e->code;
        if (x->kconfig)
            return fail_insn(l, s, r->off, E_RELOC, "a call of the variable %.80s", x->name);
        if (!x->func)
            return fail_insn(l, s, r->off, E_RELOC, "extern %.80s is called and is a variable", x->name);
        l->slot[i] = slot_patch(l->slot[i], CALL_IMPORT, (s32)x->import);
        return 0;
    }
    /* Both ways of clang: symbol with imm -1, and section with imm in instructions, less 1. */
    off = (s64)(y->value / 8) + slot_imm(l->slot[i]) + r->addend / 8 + 1;
    if (!is_code(t) || y->value % 8 || off < 0 || (u64)off >= t->size / 8 ||
        func_starting_at(l, t->base + (u64)off) == NONE)
        return fail_insn(l, s, r->off, E_RELOC, "a call of %.80s + 0x%llx in section %.60s, where no function begins",
                         y->name, (unsigned long long)off * 8, t->name);
    l->slot[i] = slot_patch(l->slot[i], CALL_LOCAL, (s32)(t->base + off - i - 1));
    return 0;
}

/* Numbers that only a loader gives (file descriptors, indices) must not come from the file. */
static int check_unrelocated(struct loader *l, const struct sec *s) {
    u32 i, end = s->base + (u32)(s->size / 8);
    for (i = s->base; i < end; i++) {
        u64 v = l->slot[i];
        u64 at = (u64)(i - s->base) * 8;
        if (slot_code(v) == CODE_CALL && slot_src(v) == CALL_IMPORT)
            return fail_insn(l, s, at, E_RELOC, "a call of a kernel function by number; only by name");
        if (slot_code(v) != CODE_LD64)
            continue;
        if (slot_src(v))
            return fail_insn(l, s, at, E_RELOC, "a 64-bit immediate of kind %u that no relocation made", slot_src(v));
        i++;
    }
    return 0;
}

/* The first LLVM that knew BPF had no machine for it and no types of relocations: 0 is what 1 is today. */
static u32 type_of(const struct loader *l, const struct rel *r) {
    enum { MACHINE_AT = 18, NO_MACHINE = 0 };
    return r->type == REL_NONE && le(l->f.p + MACHINE_AT, 2) == NO_MACHINE ? REL_64_64 : r->type;
}

int relocate_code(struct loader *l) {
    u32 k, i;
    int e;
    for (k = 1; k < l->f.nsec; k++) {
        const struct sec *s = &l->f.sec[k];
        if (!is_code(s))
            continue;
        if ((e = check_unrelocated(l, s)))
            return e;
        for (i = 0; i < s->nrel; i++) {
            const struct rel *r = &s->rel[i];
            if (r->off % 8 || r->off >= s->size)
                return fail_sec(l, s, r->off, E_RELOC, "relocation %u: no instruction begins there", i);
            switch (type_of(l, r)) {
            case REL_NONE: break;
            case REL_64_64: e = relocate_load(l, s, r); break;
            case REL_64_32: e = relocate_call(l, s, r); break;
            default: e = fail_insn(l, s, r->off, E_RELOC, "relocation %s (%u) in code", rel_name(r->type), r->type);
            }
            if (e)
                return e;
        }
    }
    return 0;
}

static int add_ptr(struct loader *l, const struct sec *s, u64 at, const struct sec *t, u64 off) {
    struct module *m = l->m;
    void *p = grow(&m->arena, m->ptr, m->nptr, &l->cap_ptr, sizeof *m->ptr);
    if (!p)
        return no_memory(l);
    m->ptr = p;
    m->ptr[m->nptr++] = (struct map_ptr){s->map, (u32)at, t->map, off};
    put_le(s->bytes + at, 8, 0);
    return 0;
}

/* Addresses of functions, of labels (tables of computed gotos) and of maps are handles. */
static int relocate_address(struct loader *l, struct sec *s, const struct rel *r) {
    const struct sym *y = &l->f.sym[r->sym];
    const struct sec *t = y->sec == NONE ? NULL : &l->f.sec[y->sec];
    u64 off, slot;
    u32 map, f;
    if (r->off > s->size || s->size - r->off < 8)
        return fail_sec(l, s, r->off, E_RELOC, "relocation of 8 bytes outside the section");
    off = y->value + le(s->bytes + r->off, 8) + (u64)r->addend;
    if (!t)
        return fail_sec(l, s, r->off, E_RELOC, "the address of %.80s, which is absolute or common", y->name);
    if (!y->sec && y->weak)
        return put_le(s->bytes + r->off, 8, 0), 0;
    if (!y->sec)
        return fail_sec(l, s, r->off, E_UNSUP, "data initialised with the address of extern %.80s", y->name);
    if (is_data(t) && off <= t->size)
        return add_ptr(l, s, r->off, t, off);
    if (is_code(t) && off % 8 == 0 && off < t->size) {
        const struct func *fn = module_func_at(l->m, (u32)(slot = t->base + off / 8));
        if ((f = func_starting_at(l, slot)) != NONE) {
            l->called[f] = 1;
            put_le(s->bytes + r->off, 8, handle(TAG_FUNC, f));
            return 0;
        }
        f = (u32)(fn - l->m->func);
        put_le(s->bytes + r->off, 8, handle(TAG_LABEL, (u64)f << 24 | (slot - fn->base)));
        return allow_jump(l, f, (u32)(slot - fn->base)) ? 0 : no_memory(l);
    }
    if ((t->role == ROLE_MAPS || t->role == ROLE_MAPS_LEGACY) && (map = map_at(l, y->sec, off)) != NONE) {
        put_le(s->bytes + r->off, 8, handle(TAG_MAP, map));
        return 0;
    }
    return fail_sec(l, s, r->off, E_RELOC,
                    "the address of %.80s + 0x%llx in section %.60s, where there is nothing to point at", y->name,
                    (unsigned long long)(off - y->value), t->name);
}

int relocate_data(struct loader *l) {
    u32 k, i;
    int e;
    for (k = 1; k < l->f.nsec; k++) {
        struct sec *s = &l->f.sec[k];
        if (!is_data(s))
            continue;
        for (i = 0; i < s->nrel; i++) {
            const struct rel *r = &s->rel[i];
            if (r->type == REL_NONE)
                continue;
            if (!s->bytes || (r->type != REL_ABS64 && r->type != REL_64_64))
                return fail_sec(l, s, r->off, E_UNSUP, "relocation %s (%u) in data: an address takes 8 bytes",
                                rel_name(r->type), r->type);
            if ((e = relocate_address(l, s, r)))
                return e;
        }
    }
    return 0;
}
