/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_map.c - lookups in maps that are known when a program is compiled, with a key in the frame.
 *
 * The map is certain where one block loads its handle and calls. The key's place is certain by opt/origin.h. */
#include "abi/map_layout.h"
#include "engine/llvm/plugin/inline.h"

enum { HELPER_LOOKUP = 1, MAP_TYPE_ARRAY = 2 }; /* Linux UAPI: bpf_map_lookup_elem, BPF_MAP_TYPE_ARRAY */

static bool is_array(const struct lmodule *lm, u32 map) {
    const struct map_view *v = &lm->l->map[map];
    return v->type == MAP_TYPE_ARRAY && v->value && lm->m->map[map].key_size == 4;
}

static bool is_lookup(const struct helper *h) {
    return h && h->id == HELPER_LOOKUP && h->arg[0] == ARG_MAP && h->arg[1] == ARG_MAP_KEY && !h->user &&
           h->result == RET_MAP_VALUE_OR_NULL;
}

struct plan {
    struct lmodule *lm;
    const struct func *f;
    struct ebpf_unit *u;
    u32 room;
};

/* The map whose handle register 1 holds at pc, or NO_INDEX. */
static u32 map_in_r1(const struct plan *p, u32 pc) {
    u32 start = p->u->g.blk[p->u->g.of[pc]].start;
    while (pc-- > start) {
        const struct insn *i = &p->f->code[pc];
        struct regs out = isa_writes(i);
        if (i->op == OP_ldmap && i->a == 1)
            return (u32)i->imm;
        for (u32 k = 0; k < out.n; k++)
            if (out.r[k] == 1)
                return NO_INDEX;
    }
    return NO_INDEX;
}

/* Told of each helper call: what r1 .. r5 are. */
static void note_helper(void *arg, u32 pc, const struct helper *h, const u32 args[5]) {
    struct plan *p = arg;
    const struct link_view *l = p->lm->l;
    u32 map = is_lookup(h) ? map_in_r1(p, pc) : NO_INDEX;
    if (map != NO_INDEX && ORIGIN_KIND(args[1]) == FROM_FRAME && p->u->nlookup < p->room &&
        (is_array(p->lm, map) || inline_has_map(p->lm, map) || l->map[map].find)) {
        s64 at = ORIGIN_NUM(args[1]);
        if (l->frame_size && at >= -(s64)l->frame_size && at + (s64)p->lm->m->map[map].key_size <= 0) {
            p->u->lookup[pc] = p->u->nlookup;
            p->u->of[p->u->nlookup++] = (struct lookup){map, (s32)at};
            return;
        }
    }
    if (inline_plan(p->lm, (u32)(p->f - p->lm->m->func), pc, h, args))
        return;
    for (u32 k = 0; k < 5; k++)
        p->u->frame_seen |= ORIGIN_KIND(args[k]) == FROM_FRAME && (!h || h->user || h->arg[k] != ARG_NONE);
}

int plan_lookups(struct lmodule *lm, u32 index, struct origin_calls *c) {
    const struct func *f = &lm->m->func[index];
    struct ebpf_unit *u = &lm->ebpf->unit[index];
    struct plan *p = arena_new(lm->a, struct plan, 1);
    u32 calls = 0;
    for (u32 pc = 0; pc < f->nslot; pc++)
        calls += f->code[pc].op == OP_call;
    *c = (struct origin_calls){0};
    if (!calls)
        return 0;
    u->lookup = arena_new(lm->a, u32, f->nslot);
    u->of = arena_new(lm->a, struct lookup, calls);
    if (!p || !u->lookup || !u->of)
        return fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 pc = 0; pc < f->nslot; pc++)
        u->lookup[pc] = NO_LOOKUP;
    *p = (struct plan){lm, f, u, calls};
    c->helper = note_helper;
    c->arg = p;
    return 0;
}

bool is_in_place(const struct lfunc *f, u32 pc) {
    const struct ebpf_unit *u = f->ebpf->u;
    return u->lookup && u->lookup[pc] != NO_LOOKUP;
}

bool lookup_is_good(const struct lmodule *lm, u32 map, bool write) {
    const struct map *m = lm->l->map[map].map;
    if (is_array(lm, map))
        return !write || (lm->m->map[map].flavour == MAP_PLAIN && !lm->l->map[map].read_only);
    return !write && m && m->word_hash && inline_has_map(lm, map) && !m->write_only;
}

/* The value of entry `key` of an array, or 0. */
static LLVMValueRef array_entry(struct lfunc *f, u32 map, LLVMValueRef key) {
    const struct map_view *m = &f->l->map[map];
    LLVMValueRef at, in;
    key = LLVMBuildZExt(f->b, key, f->lm->i64, "");
    in = LLVMBuildICmp(f->b, LLVMIntULT, key, k64(f->lm, m->max_entries), "");
    at = LLVMBuildNUWMul(f->b, key, k64(f->lm, m->stride), "");
    at = LLVMBuildAdd(f->b, bound(f, f->lm->i64, BIND_MAP_VALUE, map), at, "");
    return LLVMBuildSelect(f->b, in, at, k64(f->lm, 0), "");
}

LLVMValueRef lower_lookup(struct lfunc *f, const struct lookup *k) {
    LLVMValueRef key = at_offset(f, f->ebpf->frame, (u64)(s64)k->key), v, arg[2];
    LLVMTypeRef type[] = {f->lm->ptr, f->lm->ptr};
    if (is_array(f->lm, k->map)) {
        v = LLVMBuildLoad2(f->b, f->lm->i32, key, "");
        LLVMSetAlignment(v, 1);
        of_guest(f, v);
        return array_entry(f, k->map, v);
    }
    if (inline_has_map(f->lm, k->map))
        return inline_lookup(f, k->map, key);
    arg[0] = bound(f, f->lm->ptr, BIND_MAP, k->map);
    arg[1] = key;
    v = LLVMBuildCall2(f->b, LLVMFunctionType(f->lm->i64, type, 2, false), bound(f, f->lm->ptr, BIND_MAP_FIND, k->map),
                       arg, 2, "");
    call_attr(f->lm, v, "nounwind", 0);
    LLVMSetMetadata(v, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_LIMITS]));
    return v;
}
