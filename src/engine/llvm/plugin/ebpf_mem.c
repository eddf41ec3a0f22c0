/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_mem.c - accesses of host memory.
 *
 * One that is certain to be good is done; any other is compared with the region where it likely is, and where that does
 * not hold it, the environment does it or leaves. A place in the packet is an offset from its begin: LLVM cancels the
 * begin that the register holds, and then sees through loops over it. Only where it is certain that it lies there: a
 * pointer that is made of another object's is undefined. */
#include "abi/ctxtype.h"
#include "engine/llvm/plugin/inline.h"

static u32 log_of(const struct insn *i) {
    return (u32)__builtin_ctz(isa_info[i->op].size);
}
static LLVMTypeRef type_of_log(const struct lfunc *f, u32 log) {
    const struct lmodule *lm = f->lm;
    return log == 0 ? lm->i8 : log == 1 ? lm->i16 : log == 2 ? lm->i32 : lm->i64;
}

static LLVMValueRef address(struct lfunc *f, const struct insn *i, s32 off) {
    LLVMValueRef v = reg_get(f, i->b, TYPE_I64);
    return off ? LLVMBuildAdd(f->b, v, k64(f->lm, (u64)(s64)off), "") : v;
}

/* --- regions --- */

void reload_rows(struct lfunc *f) {
    LLVMBuildStore(f->b, ctx_get(f, f->lm->ptr, offsetof(struct ctx, region)), f->ebpf->rows);
}

static LLVMValueRef region_row(struct lfunc *f, u32 region) {
    LLVMValueRef rows = LLVMBuildLoad2(f->b, f->lm->ptr, f->ebpf->rows, "");
    return at_offset(f, rows, region * sizeof(struct region));
}

enum { ARRAY = 2 }; /* Linux UAPI: BPF_MAP_TYPE_ARRAY */

/* The array whose values are the region, where its size is part of the code (rt/program.c, map_row); else NULL. */
static const struct map_view *array_of(const struct lfunc *f, u32 region, bool write) {
    u32 m = region - REGION_MAP;
    const struct map_view *v = region >= REGION_MAP && m < f->l->m->nmap ? &f->l->map[m] : NULL;
    bool ok = v && v->value && v->type == ARRAY;
    return ok && (!write || (f->l->m->map[m].flavour == MAP_PLAIN && !v->read_only)) ? v : NULL;
}

/* Begin and length of a region. LLVM is to know that what lies in it does not wrap. */
static LLVMValueRef region_begin(struct lfunc *f, u32 region) {
    LLVMValueRef v;
    if (array_of(f, region, false))
        return bound(f, f->lm->i64, BIND_MAP_VALUE, region - REGION_MAP);
    v = load_limit(f, f->lm->i64, region_row(f, region), offsetof(struct region, base));
    LLVMSetMetadata(v, f->lm->md_range, LLVMMetadataAsValue(f->lm->c, f->lm->addresses));
    return v;
}
static LLVMValueRef region_length(struct lfunc *f, u32 region, bool write) {
    size_t off = write ? offsetof(struct region, write) : offsetof(struct region, read);
    LLVMValueRef v;
    if (array_of(f, region, write))
        return k64(f->lm, array_of(f, region, write)->value_len);
    v = load_limit(f, f->lm->i64, region_row(f, region), off);
    LLVMSetMetadata(v, f->lm->md_range, LLVMMetadataAsValue(f->lm->c, f->lm->lengths));
    return v;
}

/* Is the packet of such a run what REGION_PACKET is, from data to data_end (rt/instance.c, packet_rows)? */
static bool is_direct(const struct ctxtype *t) {
    return t && t->form == CTX_PACKET && t->kind != PROG_SOCKET;
}

/* Of runs over packets. */
static LLVMValueRef packet_field(struct lfunc *f, LLVMTypeRef t, size_t off) {
    return load_limit(f, t, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, pkt)), off);
}

static LLVMValueRef from_begin(struct lfunc *f, LLVMValueRef addr, LLVMValueRef begin) {
    LLVMValueRef base = LLVMBuildIntToPtr(f->b, begin, f->lm->ptr, ""), off = LLVMBuildSub(f->b, addr, begin, "");
    return LLVMBuildGEP2(f->b, f->lm->i8, base, &off, 1, "");
}

/* Where an access is, and in which memory for certain; SCOPES: any of the guest's. */
struct where {
    LLVMValueRef p;
    enum scope scope;
};

/* Of an access that is proven to be good; or nothing is checked, and it likely lies where it is guessed to. */
static struct where good_place(struct lfunc *f, const struct insn *i) {
    const struct fact *x = f->ebpf->fact ? &f->ebpf->fact[f->pc] : NULL;
    const struct ctxtype *t = f->ebpf->ctx;
    LLVMValueRef addr = address(f, i, i->off);
    struct where w = {NULL, SCOPES};
    if (is_proven(f, FACT_SAFE) && x->region == REGION_PACKET && is_direct(t))
        return (struct where){from_begin(f, addr, region_begin(f, REGION_PACKET)), SCOPE_PACKET};
    if (is_proven(f, FACT_SAFE) && is_proven(f, FACT_STACK) && !f->ebpf->own_frame) {
        LLVMValueRef off = LLVMBuildSub(f->b, addr, f->ebpf->r10, "");
        return (struct where){LLVMBuildGEP2(f->b, f->lm->i8, f->ebpf->frame, &off, 1, ""), SCOPE_FRAME};
    }
    if (is_proven(f, FACT_SAFE) && x->region >= REGION_MAP && x->region < REGION_MAP + f->l->m->nmap)
        w.scope = SCOPE_MAP;
    if (!is_proven(f, FACT_SAFE) && f->ebpf->u->o.place[f->pc].region == REGION_PACKET)
        w.p = from_begin(f, addr, region_begin(f, REGION_PACKET)); /* wherever it points: an index for LLVM */
    else
        w.p = LLVMBuildIntToPtr(f->b, addr, f->lm->ptr, "");
    return w;
}

static void mark(struct lfunc *f, LLVMValueRef access, enum scope s) {
    if (s == SCOPES)
        of_guest(f, access);
    else
        of_scope(f, access, s);
}

static bool is_free(const struct lfunc *f) {
    const struct place *p = &f->ebpf->u->o.place[f->pc];
    return is_proven(f, FACT_SAFE) || (!f->l->checks && p->access == ACCESS_LIKELY);
}

bool may_miss(const struct lfunc *f) {
    switch ((enum shape)isa_info[f->f->code[f->pc].op].shape) {
    case SHAPE_LD:
    case SHAPE_ST:
    case SHAPE_STI:
    case SHAPE_ATOM: return f->ebpf->u->o.place[f->pc].access != ACCESS_FRAME && !is_free(f) && !is_proven(f, FACT_CTX);
    default: return false;
    }
}

static bool writes(const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    return shape == SHAPE_ST || shape == SHAPE_STI || (shape == SHAPE_ATOM && isa_info[i->op].atom != ATOM_LDACQ);
}

struct bounds likely_bounds(struct lfunc *f) {
    u32 region = f->ebpf->u->o.place[f->pc].region, frame = f->l->frame_size;
    if (region == REGION_STACK && frame && !f->ebpf->own_frame) /* mostly that of the function itself */
        return (struct bounds){LLVMBuildSub(f->b, f->ebpf->r10, k64(f->lm, frame), ""), k64(f->lm, frame)};
    return (struct bounds){region_begin(f, region), region_length(f, region, writes(&f->f->code[f->pc]))};
}

/* Is an access outside of the region where it is likely? Of its first byte, and of its last. */
static LLVMValueRef outside(struct lfunc *f, const struct insn *i) {
    struct sight s = sight_of(f, i);
    u64 size = (u64)(s.hi - s.lo);
    LLVMValueRef off, last;
    struct bounds b;
    if (!s.low && !s.high)
        return LLVMConstInt(f->lm->i1, 0, false);
    b = likely_bounds(f);
    off = LLVMBuildSub(f->b, address(f, i, s.low ? s.lo : s.hi - 1), b.begin, "");
    if (!s.low || !s.high || size == 1)
        return LLVMBuildICmp(f->b, LLVMIntUGE, off, b.length, "");
    if (LLVMIsAConstantInt(b.length) && LLVMConstIntGetZExtValue(b.length) >= size)
        return LLVMBuildICmp(f->b, LLVMIntUGT, off, k64(f->lm, LLVMConstIntGetZExtValue(b.length) - size), "");
    last = LLVMBuildAdd(f->b, off, k64(f->lm, size - 1), "");
    last = LLVMBuildICmp(f->b, LLVMIntUGE, last, b.length, "");
    return LLVMBuildOr(f->b, LLVMBuildICmp(f->b, LLVMIntUGE, off, b.length, ""), last, "");
}

/* Where the likely region, which holds it, is. */
static struct where checked_place(struct lfunc *f, const struct insn *i, LLVMValueRef addr) {
    u32 region = f->ebpf->u->o.place[f->pc].region;
    struct where w = {NULL, SCOPES};
    if (region == REGION_PACKET) {
        w.p = from_begin(f, reg_get(f, i->b, TYPE_I64), region_begin(f, region));
        w.p = at_offset(f, w.p, (u64)(s64)i->off);
    } else {
        w.p = LLVMBuildIntToPtr(f->b, addr, f->lm->ptr, "");
    }
    w.scope = region == REGION_PACKET                                       ? SCOPE_PACKET
              : region == REGION_STACK                                      ? SCOPE_FRAME
              : region >= REGION_MAP && region < REGION_MAP + f->l->m->nmap ? SCOPE_MAP
                                                                            : SCOPES;
    return w;
}

/* Where an access is that needs no look; p NULL: it does. */
static struct where free_place(struct lfunc *f, const struct insn *i) {
    const struct place *p = &f->ebpf->u->o.place[f->pc];
    if (p->access == ACCESS_FRAME)
        return (struct where){at_offset(f, f->ebpf->frame, (u64)(s64)p->off), SCOPE_FRAME};
    if (is_free(f))
        return good_place(f, i);
    return is_seen(f) ? checked_place(f, i, address(f, i, i->off)) : (struct where){NULL, SCOPES};
}

/* Starts the block in which the environment does what the region does not hold; leaves the builder there. good NULL: a
 * slow block does it, and the builder is where it is good. */
struct miss {
    LLVMBasicBlockRef good;
};
static struct miss missed(struct lfunc *f, LLVMValueRef bad) {
    struct miss m = {NULL};
    LLVMBasicBlockRef slow = slow_way(f);
    if (slow) {
        branch_rare(f, bad, slow);
        return m;
    }
    slow = block_new(f, "elsewhere");
    branch_rare(f, bad, slow);
    m.good = LLVMGetInsertBlock(f->b);
    block_on(f, slow);
    if (f->show)
        f->show(f);
    return m;
}

/* Fuel is shown, and stays as it is. */
static LLVMValueRef call_out(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    LLVMValueRef v;
    fuel_spill(f);
    v = env_call(f, off, ret, arg, n);
    call_attr(f->lm, v, "cold", 0);
    return v;
}

/* --- loads --- */

/* The field of a packet's context at off that such a load may read straight from struct pkt, or NULL. */
static const struct field *ctx_field(const struct ctxtype *t, s32 off, u32 size) {
    for (u32 k = 0; k < t->nfield; k++) {
        const struct field *x = &t->field[k];
        if (off < x->off || off >= x->off + x->size)
            continue;
        if (off != x->off || size != x->size || !(x->access & FIELD_R))
            return NULL;
        if (x->kind == FIELD_VALUE)
            return x->host_size <= 8 && !(x->host_size & (x->host_size - 1)) && x->host_size <= size ? x : NULL;
        return x->kind == FIELD_BYTES ? NULL : x;
    }
    return NULL;
}

static bool signs(const struct insn *i) {
    return i->op == OP_ldsx8 || i->op == OP_ldsx16 || i->op == OP_ldsx32;
}

/* Of a context of type t. */
static LLVMValueRef field_value(struct lfunc *f, const struct ctxtype *t, const struct field *x) {
    if (is_direct(t) && x->kind == FIELD_DATA)
        return region_begin(f, REGION_PACKET);
    if (is_direct(t) && x->kind == FIELD_DATA_END)
        return LLVMBuildNUWAdd(f->b, region_begin(f, REGION_PACKET), region_length(f, REGION_PACKET, false), "");
    u32 log = x->kind == FIELD_VALUE ? (u32)__builtin_ctz(x->host_size) : 3;
    return LLVMBuildIntCast2(f->b, packet_field(f, type_of_log(f, log), x->host_off), f->lm->i64, false, "");
}

/* The field that such a load reads for certain. */
static const struct field *proven_field(const struct lfunc *f, const struct insn *i) {
    const struct ctxtype *t = f->ebpf->ctx;
    if (!t || t->form != CTX_PACKET || signs(i) || !is_proven(f, FACT_CTX))
        return NULL;
    return ctx_field(t, f->ebpf->fact[f->pc].off, isa_info[i->op].size);
}

static bool load_field(struct lfunc *f, const struct insn *i) {
    const struct field *x = proven_field(f, i);
    if (x)
        reg_set(f, i->a, TYPE_I64, field_value(f, f->ebpf->ctx, x));
    return x != NULL;
}

/* Is register b not the context, or that of another type than t, a packet's? */
static LLVMValueRef other_context(struct lfunc *f, const struct insn *i, const struct ctxtype *t) {
    LLVMValueRef b = reg_get(f, i->b, TYPE_I64), type, bad, no;
    _Static_assert(offsetof(struct ctxtype, form) == offsetof(struct ctxtype, kind) + 1, "loaded together");
    bad = LLVMBuildICmp(f->b, LLVMIntNE, b, k64(f->lm, handle(TAG_CTX, 0)), "");
    type =
        load_fixed(f, f->lm->i16, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, type)), offsetof(struct ctxtype, kind));
    no = LLVMBuildICmp(f->b, LLVMIntNE, type, LLVMConstInt(f->lm->i16, t->kind | (u32)t->form << 8, false), "");
    bad = LLVMBuildOr(f->b, bad, no, "");
    no = LLVMBuildICmp(f->b, LLVMIntEQ, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, pkt)), LLVMConstNull(f->lm->ptr),
                       "");
    return LLVMBuildOr(f->b, bad, no, "");
}

/* The field that such a load likely reads: of what programs here are made for, which the run is compared with. */
static const struct field *likely_field(const struct lfunc *f, const struct insn *i) {
    const struct ctxtype *t = f->lm->ebpf->ctx;
    return t && t->form == CTX_PACKET && !signs(i) ? ctx_field(t, i->off, isa_info[i->op].size) : NULL;
}

enum loaded_field loaded_field(struct lfunc *f, u32 pc) {
    const struct insn *i = &f->f->code[pc];
    const struct field *x = NULL;
    u32 was = f->pc;
    bool proven, direct;
    if (isa_info[i->op].shape != SHAPE_LD)
        return NO_FIELD;
    f->pc = pc;
    proven = is_proven(f, FACT_CTX);
    direct = is_direct(proven ? f->ebpf->ctx : f->lm->ebpf->ctx);
    if (proven)
        x = proven_field(f, i);
    else if (f->ebpf->u->o.place[pc].access == ACCESS_CTX)
        x = likely_field(f, i);
    f->pc = was;
    if (!proven && f->ebpf->u->o.place[pc].access != ACCESS_CTX)
        return NO_FIELD;
    return !x || !direct               ? OTHER_FIELD
           : x->kind == FIELD_DATA     ? PACKET_BEGIN
           : x->kind == FIELD_DATA_END ? PACKET_END
                                       : OTHER_FIELD;
}

static LLVMValueRef load_from(struct lfunc *f, const struct insn *i, struct where w) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, type_of_log(f, log_of(i)), w.p, "");
    LLVMSetAlignment(v, 1);
    mark(f, v, w.scope);
    if (w.scope == SCOPE_MAP)
        inline_fixed(f, v, is_proven(f, FACT_SAFE) ? f->ebpf->fact[f->pc].region : f->ebpf->u->o.place[f->pc].region);
    return LLVMBuildIntCast2(f->b, v, f->lm->i64, signs(i), "");
}

static LLVMValueRef load_slow(struct lfunc *f, const struct insn *i, LLVMValueRef addr) {
    LLVMValueRef arg[] = {k64(f->lm, place_of(f)), addr, k32(f->lm, log_of(i))};
    size_t off = signs(i) ? offsetof(struct native_env, load_sx) : offsetof(struct native_env, load);
    return call_out(f, off, f->lm->i64, arg, 3);
}

static LLVMValueRef load_likely(struct lfunc *f, const struct insn *i, LLVMValueRef addr, const struct field *x) {
    return x ? field_value(f, f->lm->ebpf->ctx, x) : load_from(f, i, checked_place(f, i, addr));
}

static void load(struct lfunc *f, const struct insn *i) {
    LLVMValueRef addr, v[2], phi;
    LLVMBasicBlockRef from[2];
    const struct field *x = NULL;
    struct where w;
    struct miss m;
    if (load_field(f, i))
        return;
    if ((v[0] = inline_number(f, i))) {
        reg_set(f, i->a, TYPE_I64, v[0]);
        return;
    }
    if ((w = free_place(f, i)).p) {
        reg_set(f, i->a, TYPE_I64, load_from(f, i, w));
        return;
    }
    addr = address(f, i, i->off);
    if (f->ebpf->u->o.place[f->pc].access == ACCESS_CTX && !(x = likely_field(f, i))) {
        if (f->show)
            f->show(f);
        reg_set(f, i->a, TYPE_I64, load_slow(f, i, addr));
        return;
    }
    m = missed(f, x ? other_context(f, i, f->lm->ebpf->ctx) : outside(f, i));
    if (!m.good) {
        reg_set(f, i->a, TYPE_I64, load_likely(f, i, addr, x));
        return;
    }
    v[0] = load_slow(f, i, addr);
    from[0] = LLVMGetInsertBlock(f->b);
    block_on(f, m.good);
    v[1] = load_likely(f, i, addr, x);
    from[1] = m.good;
    m.good = block_new(f, "");
    LLVMMoveBasicBlockAfter(m.good, from[1]);
    branch(f, m.good);
    block_on(f, from[0]);
    branch(f, m.good);
    block_on(f, m.good);
    phi = LLVMBuildPhi(f->b, f->lm->i64, "");
    LLVMAddIncoming(phi, v, from, 2);
    reg_set(f, i->a, TYPE_I64, phi);
}

/* --- stores --- */

static void store_to(struct lfunc *f, u32 log, struct where w, LLVMValueRef v) {
    LLVMValueRef s = LLVMBuildStore(f->b, LLVMBuildIntCast2(f->b, v, type_of_log(f, log), false, ""), w.p);
    LLVMSetAlignment(s, 1);
    mark(f, s, w.scope);
}

static void store(struct lfunc *f, const struct insn *i) {
    u32 log = log_of(i);
    bool imm = isa_info[i->op].shape == SHAPE_STI;
    LLVMValueRef v = imm ? k64(f->lm, (u64)(s64)i->imm) : reg_get(f, i->c, TYPE_I64), addr;
    LLVMBasicBlockRef on;
    struct where w = free_place(f, i);
    struct miss m;
    if (w.p) {
        store_to(f, log, w, v);
        return;
    }
    addr = address(f, i, i->off);
    LLVMValueRef arg[] = {k64(f->lm, place_of(f)), addr, k32(f->lm, log), v};
    if (f->ebpf->u->o.place[f->pc].access == ACCESS_CTX) {
        if (f->show)
            f->show(f);
        call_out(f, offsetof(struct native_env, store), f->lm->tvoid, arg, 4);
        return;
    }
    m = missed(f, outside(f, i));
    if (!m.good) {
        store_to(f, log, checked_place(f, i, addr), v);
        return;
    }
    call_out(f, offsetof(struct native_env, store), f->lm->tvoid, arg, 4);
    on = block_new(f, "");
    branch(f, on);
    block_on(f, m.good);
    store_to(f, log, checked_place(f, i, addr), v);
    branch(f, on);
    LLVMMoveBasicBlockAfter(on, m.good);
    block_on(f, on);
}

/* --- atomics --- */

static LLVMAtomicRMWBinOp rmw(enum atom what) {
    switch (what) {
    case ATOM_ADD:
    case ATOM_FADD: return LLVMAtomicRMWBinOpAdd;
    case ATOM_OR:
    case ATOM_FOR: return LLVMAtomicRMWBinOpOr;
    case ATOM_AND:
    case ATOM_FAND: return LLVMAtomicRMWBinOpAnd;
    case ATOM_XOR:
    case ATOM_FXOR: return LLVMAtomicRMWBinOpXor;
    case ATOM_XCHG:
    case ATOM_CMPXCHG:
    case ATOM_LDACQ:
    case ATOM_STREL:
    case ATOM_NONE: break;
    }
    return LLVMAtomicRMWBinOpXchg;
}

static void atomic_at(struct lfunc *f, const struct insn *i, LLVMValueRef p) {
    const LLVMAtomicOrdering seq = LLVMAtomicOrderingSequentiallyConsistent;
    enum atom what = (enum atom)isa_info[i->op].atom;
    u32 log = log_of(i), to = i->a;
    LLVMTypeRef t = type_of_log(f, log);
    LLVMValueRef c = NULL, v;
    if (what != ATOM_LDACQ)
        c = LLVMBuildIntCast2(f->b, reg_get(f, i->c, TYPE_I64), t, false, "");
    switch (what) {
    case ATOM_LDACQ:
        v = LLVMBuildLoad2(f->b, t, p, "");
        LLVMSetOrdering(v, LLVMAtomicOrderingAcquire);
        LLVMSetAlignment(v, 1u << log);
        break;
    case ATOM_STREL:
        v = LLVMBuildStore(f->b, c, p);
        LLVMSetOrdering(v, LLVMAtomicOrderingRelease);
        LLVMSetAlignment(v, 1u << log);
        of_guest(f, v);
        return;
    case ATOM_CMPXCHG:
        v = LLVMBuildIntCast2(f->b, reg_get(f, REG_R0, TYPE_I64), t, false, "");
        v = LLVMBuildAtomicCmpXchg(f->b, p, v, c, seq, seq, false);
        of_guest(f, v);
        v = LLVMBuildExtractValue(f->b, v, 0, "");
        to = REG_R0;
        break;
    default: v = LLVMBuildAtomicRMW(f->b, rmw(what), p, c, seq, false);
    }
    if (what != ATOM_CMPXCHG)
        of_guest(f, v);
    if (what == ATOM_ADD || what == ATOM_OR || what == ATOM_AND || what == ATOM_XOR)
        return;
    if (what != ATOM_LDACQ && what != ATOM_CMPXCHG)
        to = i->c;
    reg_set(f, to, TYPE_I64, LLVMBuildIntCast2(f->b, v, f->lm->i64, false, ""));
}

static void atomic(struct lfunc *f, const struct insn *i) {
    bool write = writes(i);
    u32 log = log_of(i);
    struct where w = free_place(f, i);
    LLVMValueRef addr = w.p ? LLVMBuildPtrToInt(f->b, w.p, f->lm->i64, "") : address(f, i, i->off);
    struct miss m;
    if (log) {
        LLVMValueRef low = LLVMBuildAnd(f->b, addr, k64(f->lm, (1u << log) - 1), "");
        trap_if(f, LLVMBuildICmp(f->b, LLVMIntNE, low, k64(f->lm, 0), ""), TRAP_UNALIGNED);
    }
    if (!w.p) {
        LLVMValueRef arg[] = {k64(f->lm, place_of(f)), addr, k32(f->lm, log), k32(f->lm, write)};
        m = missed(f, outside(f, i));
        if (m.good) {
            call_out(f, offsetof(struct native_env, atomic), f->lm->tvoid, arg, 4);
            branch(f, m.good);
            block_on(f, m.good);
        }
        w.p = LLVMBuildIntToPtr(f->b, addr, f->lm->ptr, "");
    }
    atomic_at(f, i, w.p);
}

/* --- packets of classic BPF --- */

static void packet(struct lfunc *f, const struct insn *i) {
    LLVMValueRef off = k64(f->lm, (u32)i->imm);
    if (i->op >= OP_ldind8)
        off = LLVMBuildAdd(f->b, off, reg_get(f, i->b, TYPE_I64), "");
    LLVMValueRef arg[] = {k64(f->lm, place_of(f)), off, k32(f->lm, log_of(i))};
    if (f->show)
        f->show(f);
    reg_set(f, REG_R0, TYPE_I64, call_out(f, offsetof(struct native_env, packet_load), f->lm->i64, arg, 3));
}

bool lower_host(struct lfunc *f, const struct insn *i) {
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_LD: load(f, i); return true;
    case SHAPE_ST:
    case SHAPE_STI: store(f, i); return true;
    case SHAPE_ATOM: atomic(f, i); return true;
    case SHAPE_PKT: packet(f, i); return true;
    default: return false;
    }
}
