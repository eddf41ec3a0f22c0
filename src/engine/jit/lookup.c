/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lookup.c - lookups in maps that are known when a program is compiled.
 *
 *     *(u32 *)(r10 - 4) = r7       the key: in r7 still
 *     r2 = r10                     gone
 *     r2 += -4                     gone
 *     r1 = map[0]                  gone
 *     call 1 */
#include "engine/jit/lookup.h"

enum { HELPER_LOOKUP = 1, MAP_TYPE_ARRAY = 2 }; /* Linux UAPI: bpf_map_lookup_elem, BPF_MAP_TYPE_ARRAY */
enum { FARTHEST = 24 };                         /* instructions in front of a call that are looked at */

bool jit_is_array(const struct link_view *l, const struct map_view *m) {
    return m->type == MAP_TYPE_ARRAY && m->value && l->m->map[m - l->map].key_size == 4 && m->stride <= INT32_MAX &&
           m->max_entries <= INT32_MAX;
}

const struct map_view *jit_lookup_map(const struct link_view *l, const struct helper *h, u64 handle) {
    u64 m = handle_index(handle);
    if (!h || h->id != HELPER_LOOKUP || h->arg[0] != ARG_MAP || h->arg[1] != ARG_MAP_KEY || h->user ||
        h->result != RET_MAP_VALUE_OR_NULL || handle_tag(handle) != TAG_MAP || m >= l->m->nmap ||
        l->map[m].handle != handle)
        return NULL;
    return jit_is_array(l, &l->map[m]) || l->map[m].find ? &l->map[m] : NULL;
}

static bool touches(struct regs r, u32 reg) {
    for (u32 k = 0; k < r.n; k++)
        if (r.r[k] == reg)
            return true;
    return false;
}

/* What puts map and key in place for the call at pc: up to 8 instructions, whose numbers go to gone[]. 0: it is not
 * certain. */
static u32 find_arguments(const struct unit *u, u32 start, u32 pc, struct lookup *k, u32 gone[8]) {
    bool map = false, key = false;
    u32 n = 0;
    k->key = 0;
    for (u32 p = pc; p-- > start && pc - p < FARTHEST && n < 8 && !(map && key);) {
        const struct insn *i = &u->code[p];
        struct regs in = isa_reads(i), out = isa_writes(i);
        if (i->op == OP_pad)
            continue;
        if (!map && i->op == OP_ldmap && i->a == 1) {
            k->map = (u32)i->imm;
            map = true;
        } else if (!key && i->op == OP_add64i && i->a == 2 && i->b == 2 && i->imm > -(1 << 20) && i->imm < 1 << 20) {
            k->key += i->imm;
        } else if (!key && i->op == OP_mov64 && i->a == 2 && i->b == REG_FP) {
            key = true;
        } else if ((!map && (touches(in, 1) || touches(out, 1))) || (!key && (touches(in, 2) || touches(out, 2)))) {
            return 0;
        } else {
            continue;
        }
        gone[n++] = p;
    }
    return map && key ? n : 0;
}

/* The register that the key was stored from, if it still holds it. */
static u16 key_in(const struct unit *u, const struct check *of, u32 start, u32 pc, s32 key) {
    u32 written = 0;
    for (u32 p = pc; p-- > start && pc - p < FARTHEST;) {
        const struct insn *i = &u->code[p];
        struct regs out = isa_writes(i);
        switch ((enum shape)isa_info[i->op].shape) {
        case SHAPE_ST:
        case SHAPE_STI:
            if (i->b != REG_FP)
                return NO_VALUE;
            if (i->op == OP_st32 && i->off == key)
                return of[p].dead || of[p].update || written >> i->c & 1 ? NO_VALUE : i->c;
            if (i->off < key + 4 && key < i->off + isa_info[i->op].size)
                return NO_VALUE;
            break;
        case SHAPE_ATOM: return NO_VALUE;
        default:
            if (i->op == OP_call || i->op == OP_callf || i->op == OP_callk || i->op == OP_callx)
                return NO_VALUE;
        }
        for (u32 k = 0; k < out.n && !of[p].gone; k++)
            written |= 1u << out.r[k];
    }
    return NO_VALUE;
}

static bool plan(const struct unit *u, struct check *of, u32 start, u32 pc, struct lookup *k) {
    const struct link_view *l = u->l;
    const struct map_view *m;
    const struct insn *i = &u->code[pc];
    u32 gone[8], n = find_arguments(u, start, pc, k, gone);
    if (!n || !(m = jit_lookup_map(l, (u32)i->imm < l->nhelper ? l->helper[i->imm] : NULL, l->map[k->map].handle)))
        return false;
    if (!l->frame_size || k->key < -(s64)l->frame_size || k->key + (s64)m->key_size > 0)
        return false;
    for (u32 d = 0; d < n; d++) {
        const struct check *c = &of[gone[d]];
        if (c->dead || c->gone || c->root || c->store || c->needed || c->rotate || c->count)
            return false;
    }
    for (u32 d = 0; d < n; d++)
        of[gone[d]].gone = true;
    k->from = jit_is_array(l, m) ? key_in(u, of, start, pc, k->key) : NO_VALUE;
    return true;
}

u32 jit_plan_lookups(const struct unit *u, struct check *of, struct lookup *lookup) {
    u32 n = 0;
    for (u32 b = 0; b < u->g.nblk; b++)
        for (u32 pc = u->g.blk[b].start; u->g.blk[b].reachable && pc < u->g.blk[b].end; pc++)
            if (u->code[pc].op == OP_call && plan(u, of, u->g.blk[b].start, pc, &lookup[n]))
                of[pc].lookup = ++n;
    return n;
}
