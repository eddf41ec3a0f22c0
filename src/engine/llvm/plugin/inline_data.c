/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline_data.c - maps that nobody writes any more: constant sections, and frozen maps that programs only read.
 *
 * A load from a place in one that is certain is a number, whatever the checker knows; any other load that is certain to
 * be in one is of what does not change, so it goes out of loops and past stores. What such a map holds is part of the
 * key. Addresses that linking has put there are of this process, and are loaded. */
#include "abi/map_layout.h"
#include "engine/llvm/plugin/inline.h"
#include <string.h>

enum { FARTHEST = 32 }; /* instructions in front of a load that are looked at */

/* In memory of its own: that of a host the host may write. */
static bool is_constant(const struct lmodule *lm, u32 map) {
    const struct map_view *v = &lm->l->map[map];
    const struct map *m = v->map;
    return m && m->frozen && m->read_only && v->read_only && v->value && m->impl == m->value;
}

static bool is_address(const struct module *m, u32 map, u64 off, u32 size) {
    for (u32 k = 0; k < m->nptr; k++)
        if (m->ptr[k].map == map && off < (u64)m->ptr[k].off + 8 && m->ptr[k].off < off + size)
            return true;
    return false;
}

/* Where register r points at pc: *off bytes behind the begin of a map's values. The map, or NO_INDEX. */
static u32 map_in(const struct lfunc *f, u32 pc, u32 r, s64 *off) {
    u32 start = f->g.blk[f->g.of[pc]].start;
    for (u32 n = 0; pc-- > start && n < FARTHEST; n++) {
        const struct insn *i = &f->f->code[pc];
        struct regs out = isa_writes(i);
        bool writes = false;
        if (i->op == OP_pad)
            continue;
        for (u32 k = 0; k < out.n; k++)
            writes |= out.r[k] == r;
        if (!writes)
            continue;
        if (i->op == OP_ldmapval) {
            *off += (u32)i->off;
            return (u32)i->imm;
        }
        if (i->op == OP_add64i)
            *off += i->imm;
        else if (i->op != OP_mov64)
            return NO_INDEX;
        r = i->b;
    }
    return NO_INDEX;
}

LLVMValueRef inline_number(struct lfunc *f, const struct insn *i) {
    u32 size = isa_info[i->op].size, map, unused = 64 - 8 * size;
    s64 off = i->off;
    u64 v = 0;
    if (!f->lm->ebpf->constants || (map = map_in(f, f->pc, i->b, &off)) == NO_INDEX || !is_constant(f->lm, map) ||
        off < 0 || (u64)off + size > f->l->map[map].value_len || is_address(f->l->m, map, (u64)off, size))
        return NULL;
    memcpy(&v, f->l->map[map].value + off, size);
    if (i->op == OP_ldsx8 || i->op == OP_ldsx16 || i->op == OP_ldsx32)
        v = (u64)((s64)(v << unused) >> unused);
    return k64(f->lm, v);
}

void inline_fixed(struct lfunc *f, LLVMValueRef load, u32 region) {
    if (region >= REGION_MAP && region < REGION_MAP + f->l->m->nmap && is_constant(f->lm, region - REGION_MAP))
        LLVMSetMetadata(load, f->lm->md_invariant, LLVMMetadataAsValue(f->lm->c, f->lm->empty));
}

bool inline_has_constants(const struct lmodule *lm) {
    for (u32 k = 0; k < lm->m->nmap; k++)
        if (is_constant(lm, k))
            return true;
    return false;
}
