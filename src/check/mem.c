/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mem.c - accesses of memory: may it be done, what comes out, and what of it holds in every run (note). */
#include "check/inner.h"
#include <string.h>

enum { SOCK_BYTES = 80 }; /* struct bpf_sock */

struct span {
    s64 lo;
    s64 hi;
}; /* first byte, and one past the last, from where the pointer's memory begins */

static bool span_of(const struct reg *p, s64 off, u64 size, struct span *s) {
    s64 base = p->off + off;
    if (p->var.smin < -MAX_VAR || p->var.smax > MAX_VAR || base < -MAX_VAR || base > MAX_VAR || size > MAX_VAR)
        return false;
    *s = (struct span){p->var.smin + base, p->var.smax + base + (s64)size};
    return true;
}

static struct check_fail *bad_access(struct check *c, u8 reason, u16 r, s64 off, u64 size, bool write) {
    struct check_fail *x = unproven(c, reason, r);
    x->off = off;
    x->size = size;
    x->write = write;
    return x;
}

/* Bytes that the pointer may be used for from 0 on; what does not have it so is left to the callers. */
static bool in_map_value(struct check *c, const struct reg *p, u16 r, s64 off, u64 size, bool write) {
    const struct map_def *d = &c->m->map[p->map];
    const struct map_info *mi = map_info(c, p->map);
    const struct map_def *of = p->uid && p->sub && d->inner ? d->inner : d;
    struct span s;
    if (write && (p->flags & R_RDONLY || of->flags & 128 || (of == d && c->l->map[p->map].read_only))) {
        bad_access(c, CHECK_READ_ONLY, r, off, size, write)->name = d->name;
        return false;
    }
    if (!write && of->flags & 256) {
        bad_access(c, CHECK_MAP_ACCESS, r, off, size, write)->name = d->name;
        return false;
    }
    if (!span_of(p, off, size, &s) || s.lo < 0 || s.hi > (s64)p->size) {
        struct check_fail *x = bad_access(c, CHECK_BOUNDS, r, off, size, write);
        x->have = p->size;
        x->name = d->name;
        return false;
    }
    for (u32 k = 0; mi && of == d && k < mi->n; k++) {
        const struct map_field *f = &mi->f[k];
        if (f->kind != MF_REF && f->kind != MF_NODE && s.lo < (s64)f->off + f->size && s.hi > (s64)f->off &&
            !(f->kind == MF_KPTR && !write)) {
            bad_access(c, CHECK_SPECIAL_FIELD, r, off, size, write)->name = d->name;
            return false;
        }
    }
    return true;
}

static bool in_packet(struct check *c, const struct reg *p, u16 r, s64 off, u64 size, bool write) {
    s64 at = p->off + off;
    if (write && p->kind == VAL_PACKET && !c->ctx->packet_write) {
        bad_access(c, CHECK_READ_ONLY, r, off, size, write)->name = "packet";
        return false;
    }
    struct span s;
    if (p->var.smin >= 0 && at >= 0 && at <= MAX_VAR && size <= MAX_VAR && at + (s64)size <= (s64)p->size)
        return true;
    if (p->kind != VAL_PACKET || !span_of(p, off, size, &s) || s.lo < 0 || s.hi > (s64)c->s.pkt_len) {
        bad_access(c, CHECK_BOUNDS, r, off, size, write)->have = p->size;
        return false;
    }
    length_used(c);
    return true;
}

/* The runtime has it as the fact says only where the context is one of its own tables. */
static bool in_ctx(struct check *c, const struct reg *p, u16 r, s64 off, u32 size, bool write, u8 *what) {
    s64 at = (s64)((u64)p->off + (u64)off + p->var.umin);
    if (!scalar_is_const(&p->var)) {
        bad_access(c, CHECK_VAR_OFFSET, r, off, size, write);
        return false;
    }
    if (!ctx_access_ok(c->ctx, at, size, write, what) || (!write && !btf_may_read(c, at, size))) {
        bad_access(c, CHECK_CTX_FIELD, r, off, size, write)->name = c->ctx->name;
        return false;
    }
    if (c->ctx->runtime)
        note(c, FACT_CTX, NO_REGION, at);
    else
        note(c, 0, NO_REGION, 0);
    return true;
}

static bool in_object(struct check *c, const struct reg *p, u16 r, s64 off, u64 size, bool write) {
    struct span s;
    if (write && !(p->flags & (R_ALLOC | R_BORROWED))) {
        bad_access(c, CHECK_READ_ONLY, r, off, size, write);
        return false;
    }
    if (!(p->flags & (R_ALLOC | R_BORROWED)))
        return true;
    if (!span_of(p, off, size, &s) || s.lo < 0 || s.hi > (s64)p->size) {
        bad_access(c, CHECK_BOUNDS, r, off, size, write)->have = p->size;
        return false;
    }
    const struct map_info *mi = p->map != NO_INDEX ? type_info(c, p->map) : NULL;
    for (u32 k = 0; mi && k < mi->n; k++)
        if (s.lo < (s64)mi->f[k].off + mi->f[k].size && s.hi > (s64)mi->f[k].off) {
            bad_access(c, CHECK_SPECIAL_FIELD, r, off, size, write);
            return false;
        }
    return true;
}

/* An object of the kernel whose type is known: a member at a time, and hardly ever written. */
static bool in_type(struct check *c, const struct reg *p, u16 r, s64 off, u64 size, bool write) {
    const char *name = NULL;
    bool there;
    if (!scalar_is_const(&p->var)) {
        bad_access(c, CHECK_VAR_OFFSET, r, off, size, write);
        return false;
    }
    if (!c->m->gpl && !c->o->any_license) {
        btf_member(c, p, off, (u32)size, NULL, &name);
        bad_access(c, CHECK_LICENSE, r, off, size, write)->name = name;
        return false;
    }
    there = size <= MAX_VAR && btf_member(c, p, off, (u32)size, NULL, NULL);
    if (there && (!write || btf_may_write(c, p, off, (u32)size)))
        return true;
    btf_member(c, p, off, (u32)size, NULL, &name);
    bad_access(c, write && there ? CHECK_READ_ONLY : CHECK_BTF_ACCESS, r, off, size, write)->name = name;
    return false;
}

/* True: proven. Stack is not decided here. *what: of a context. */
static bool access_ok(struct check *c, const struct reg *p, u16 r, s64 off, u64 size, bool write, u8 *what) {
    bool ok = false;
    u32 region = NO_REGION;
    *what = CTX_NUMBER;
    if (p->flags & R_NULL && reg_is_pointer(p)) {
        bad_access(c, CHECK_NULLABLE, r, off, size, write);
        note(c, 0, NO_REGION, 0);
        return false;
    }
    switch ((enum value_kind)p->kind) {
    case VAL_CTX: return in_ctx(c, p, r, off, (u32)size, write, what) || (note(c, 0, NO_REGION, 0), false);
    case VAL_PACKET:
    case VAL_PACKET_META:
        ok = in_packet(c, p, r, off, size, write);
        region = p->kind == VAL_PACKET ? REGION_PACKET : NO_REGION; /* metadata may be read on into the packet */
        break;
    case VAL_MAP_VALUE:
        ok = in_map_value(c, p, r, off, size, write);
        region = p->sub ? NO_REGION : REGION_MAP + p->map;
        break;
    case VAL_MEM:
    case VAL_MAP_KEY: {
        struct span s;
        if (write && (p->kind == VAL_MAP_KEY || p->flags & R_RDONLY))
            bad_access(c, CHECK_READ_ONLY, r, off, size, write);
        else if (!span_of(p, off, size, &s) || s.lo < 0 || s.hi > (s64)p->size)
            bad_access(c, CHECK_BOUNDS, r, off, size, write)->have = p->size;
        else
            ok = true;
        break;
    }
    case VAL_BUFFER: {
        struct span s;
        if (!span_of(p, off, size, &s) || s.lo < 0 || s.hi > (s64)c->s.buf_min)
            bad_access(c, CHECK_BOUNDS, r, off, size, write)->have = c->s.buf_min;
        else
            ok = true;
        region = REGION_PACKET;
        break;
    }
    case VAL_OBJECT:
        ok = in_object(c, p, r, off, size, write);
        if (!(p->flags & (R_ALLOC | R_BORROWED))) {
            note(c, 0, NO_REGION, 0); /* the kernel's: a host decides what is there */
            return ok;
        }
        break;
    case VAL_BTF:
        ok = in_type(c, p, r, off, size, write);
        note(c, 0, NO_REGION, 0); /* a host decides what is there */
        return ok;
    case VAL_UNTRUSTED:
    case VAL_SOCKET:
        if (write)
            bad_access(c, CHECK_READ_ONLY, r, off, size, write);
        else if (p->kind == VAL_SOCKET && p->size == SOCK_BYTES && (size > 4 || (p->off + off) % (s64)size))
            bad_access(c, CHECK_CTX_FIELD, r, off, size, write)->name =
                "bpf_sock"; /* fields of 4 bytes, in parts or whole */
        else if (p->kind == VAL_SOCKET &&
                 (!scalar_is_const(&p->var) || p->off + off < 0 || p->off + off + (s64)size > p->size))
            bad_access(c, CHECK_BOUNDS, r, off, size, write)->have = p->size;
        else
            ok = true;
        note(c, 0, NO_REGION, 0);
        return ok;
    case VAL_ARENA: note(c, 0, NO_REGION, 0); return true;
    case VAL_NONE:
    case VAL_SCALAR:
    case VAL_PACKET_END:
    case VAL_MAP:
    case VAL_FUNC:
    case VAL_DYNPTR:
    case VAL_LABEL: bad_access(c, CHECK_NOT_POINTER, r, off, size, write); break;
    case VAL_STACK:
    case VAL_KINDS: break;
    }
    note(c, ok ? FACT_SAFE : 0, region, 0);
    return ok;
}

/* --- the stack --- */

static bool stack_span(struct check *c, const struct reg *p, u16 r, s64 off, u64 size, bool write, struct span *s) {
    if (span_of(p, off, size, s) && s->lo >= -STACK_BYTES && s->hi <= 0)
        return true;
    bad_access(c, CHECK_STACK_BOUNDS, r, off, size, write)->have = STACK_BYTES;
    return false;
}

static void note_stack(struct check *c, const struct reg *p, const struct span *s) {
    u32 frame = c->l->frame_size; /* a host may have made frames smaller */
    bool fits = frame && s->lo >= -(s64)frame, here = p->frame == top_index(c) && scalar_is_const(&p->var);
    note(c, fits ? FACT_SAFE | FACT_STACK : 0, here ? REGION_STACK : NO_REGION, here ? s->lo : 0);
    struct fn *f = &c->fn[c->s.f[p->frame]->func];
    if ((u32)-s->lo > f->depth)
        f->depth = (u32)-s->lo;
}

static void load_stack(struct check *c, const struct reg *p, u16 r, s64 off, u32 size, struct reg *out) {
    struct span s;
    *out = reg_scalar(scalar_load(size));
    if (!stack_span(c, p, r, off, size, false, &s)) {
        note(c, 0, NO_REGION, 0);
        return;
    }
    note_stack(c, p, &s);
    if (scalar_is_const(&p->var)) {
        stack_load(c, p->frame, s.lo, size, out);
    } else {
        s64 bad;
        if (!stack_readable(c, p->frame, s.lo, (u64)(s.hi - s.lo), &bad))
            bad_access(c, CHECK_UNINIT_STACK, r, bad, size, false);
    }
}

static void store_stack(struct check *c, const struct reg *p, u16 r, s64 off, u32 size, const struct reg *v) {
    struct span s;
    if (!stack_span(c, p, r, off, size, true, &s)) {
        note(c, 0, NO_REGION, 0);
        stack_havoc(c);
        return;
    }
    note_stack(c, p, &s);
    struct reg any = reg_scalar(scalar_any());
    if (v->kind == VAL_STACK && v->frame > p->frame) { /* it would outlive its frame */
        bad_access(c, CHECK_LEAK, r, off, size, true);
        v = &any;
    }
    if (scalar_is_const(&p->var)) {
        stack_store(c, p->frame, s.lo, size, v);
        return;
    }
    if (reg_is_pointer(v))
        bad_access(c, CHECK_VAR_OFFSET, r, off, size, true);
    struct frame *f = own_slots(c, p->frame, 0);
    u64 before = f ? f->written : 0;
    stack_clobber(c, p->frame, s.lo, (u64)(s.hi - s.lo));
    if (f && (f = own_slots(c, p->frame, 0)))
        f->written = before; /* which of them is written is not known */
    slots_read(c, p->frame, stack_slots(s.lo, (u64)(s.hi - s.lo)));
}

/* --- instructions --- */

static void load_value(struct check *c, const struct insn *i, const struct reg *p, u32 size, struct reg *out) {
    u8 what;
    if (p->kind == VAL_STACK && !(p->flags & R_NULL)) {
        load_stack(c, p, i->b, i->off, size, out);
        return;
    }
    *out = reg_scalar(scalar_load(size));
    if (!access_ok(c, p, i->b, i->off, size, false, &what))
        return;
    if (p->kind == VAL_CTX && btf_argument(c, (s64)((u64)p->off + (u64)(s64)i->off + p->var.umin), size, out))
        return;
    if (p->kind == VAL_BTF) {
        btf_member(c, p, i->off, size, out, NULL);
        return;
    }
    switch (what) {
    case CTX_PKT:
        *out = reg_pointer(VAL_PACKET);
        out->size = 0;
        break;
    case CTX_PKT_END: *out = reg_pointer(VAL_PACKET_END); break;
    case CTX_PKT_META:
        *out = reg_pointer(VAL_PACKET_META);
        out->size = 0;
        break;
    case CTX_SOCKET:
    case CTX_SOCKET_HERE:
        *out = reg_pointer(VAL_SOCKET);
        out->flags = what == CTX_SOCKET ? R_NULL : 0;
        out->id = new_id(c);
        out->size = 80;
        break;
    default: break;
    }
    if (p->kind == VAL_MAP_VALUE && scalar_is_const(&p->var) &&
        !p->sub) { /* constants of the program are what they are */
        const struct map_view *v = &c->l->map[p->map];
        u8 flavour = c->m->map[p->map].flavour;
        s64 at = (s64)((u64)p->off + (u64)(s64)i->off + p->var.umin);
        if ((flavour == MAP_RODATA || flavour == MAP_KCONFIG || flavour == MAP_JUMPTABLE) && v->read_only && v->value &&
            at >= 0 && (u64)at + size <= v->value_len) {
            u64 n = 0;
            memcpy(&n, v->value + at, size);
            *out = reg_const(n);
        }
    } else if (p->kind == VAL_MAP_VALUE && !p->sub && size == 8 && c->m->map[p->map].flavour == MAP_JUMPTABLE &&
               c->l->map[p->map].read_only) {
        *out = reg_pointer(VAL_LABEL);
        out->map = p->map;
    }
    if (p->kind == VAL_MAP_VALUE && size == 8 && scalar_is_const(&p->var) && !p->sub) {
        const struct map_info *mi = map_info(c, p->map);
        for (u32 k = 0; mi && k < mi->n; k++)
            if (mi->f[k].kind == MF_KPTR && (s64)((u64)p->off + (u64)(s64)i->off + p->var.umin) == mi->f[k].off)
                kptr_load(c, &mi->f[k], out);
    }
}

static bool sign_extends(u16 op) {
    return op == OP_ldsx8 || op == OP_ldsx16 || op == OP_ldsx32;
}

void load(struct check *c, const struct insn *i) {
    u32 size = isa_info[i->op].size;
    const struct reg *p = read_reg(c, i->b);
    struct reg out = reg_scalar(scalar_load(size)), base;
    if (p) {
        base = *p;
        load_value(c, i, &base, size, &out);
    } else {
        note(c, 0, NO_REGION, 0);
    }
    if (sign_extends(i->op)) {
        if (reg_is_pointer(&out))
            out = reg_scalar(scalar_any());
        out.var = scalar_sext(&out.var, size);
        out.id = 0;
    }
    set_reg(c, i->a, &out);
}

static void store_value(struct check *c, const struct insn *i, const struct reg *p, u32 size, const struct reg *v) {
    u8 what;
    if (p->kind == VAL_STACK && !(p->flags & R_NULL)) {
        store_stack(c, p, i->b, i->off, size, v);
        return;
    }
    if (p->kind == VAL_CTX && reg_is_pointer(v))
        bad_access(c, CHECK_LEAK, i->b, i->off, size, true)->name = "the context";
    if (!access_ok(c, p, i->b, i->off, size, true, &what) || (p->kind == VAL_BUFFER && p->flags & R_RDONLY))
        stack_havoc(c);
}

void store(struct check *c, const struct insn *i) {
    u32 size = isa_info[i->op].size;
    const struct reg *p = read_reg(c, i->b);
    struct reg base, v = reg_scalar(scalar_imm(i->imm));
    if (p)
        base = *p;
    if (isa_info[i->op].shape == SHAPE_ST) {
        const struct reg *r = read_reg(c, i->c);
        v = r ? *r : reg_scalar(scalar_any());
        if (p && r && r->kind == VAL_SCALAR && !r->id && !scalar_is_const(&r->var) && p->kind == VAL_STACK) {
            struct frame *f = own(c, top_index(c));
            if (!f)
                return;
            name_number(c, &f->r[i->c]);
            v = f->r[i->c];
        }
    }
    if (p) {
        store_value(c, i, &base, size, &v);
    } else { /* of two kinds of pointers, say: it may lead anywhere */
        note(c, 0, NO_REGION, 0);
        stack_havoc(c);
    }
}

static bool aligned(const struct reg *p, s64 off, u32 size) {
    return p->kind == VAL_ARENA || !((((u64)(p->off + off) + p->var.bits.value) | p->var.bits.mask) & (size - 1));
}

void atomic(struct check *c, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    const struct reg *p = read_reg(c, i->b), *v;
    struct reg base, value, old;
    struct regs out = isa_writes(i);
    if (p && reg_is_pointer(p) && !aligned(p, i->off, row->size))
        bad_access(c, CHECK_ALIGN, i->b, i->off, row->size, row->atom != ATOM_LDACQ);
    if (row->atom == ATOM_LDACQ) {
        load(c, i);
        return;
    }
    v = read_reg(c, i->c);
    if (row->atom == ATOM_CMPXCHG)
        read_reg(c, 0);
    if (!p || !v) {
        note(c, 0, NO_REGION, 0);
        stack_havoc(c);
    } else {
        base = *p;
        value = *v;
        if (row->atom == ATOM_STREL) {
            store_value(c, i, &base, row->size, &value);
            return;
        }
        if (reg_is_pointer(&value))
            unproven(c, CHECK_LEAK, i->c);
        if (base.kind == VAL_CTX || base.kind == VAL_PACKET || base.kind == VAL_PACKET_META ||
            base.kind == VAL_SOCKET) {
            bad_access(c, CHECK_POINTER_ARITH, i->b, i->off, row->size, true)->name = "atomic";
            note(c, 0, NO_REGION, 0);
            stack_havoc(c); /* a variable part may lead there */
        } else if (base.kind == VAL_STACK && !(base.flags & R_NULL)) {
            struct span s;
            load_stack(c, &base, i->b, i->off, row->size, &old);
            if (span_of(&base, i->off, row->size, &s) && s.lo >= -STACK_BYTES && s.hi <= 0)
                stack_clobber(c, base.frame, s.lo, (u64)(s.hi - s.lo));
            else
                stack_havoc(c);
        } else {
            struct reg any = reg_scalar(scalar_any());
            store_value(c, i, &base, row->size, &any);
        }
    }
    for (u32 k = 0; k < out.n; k++)
        set_scalar(c, out.r[k], scalar_load(row->size));
}

/* --- memory that is passed on --- */

bool pass_memory(struct check *c, u16 r, u32 arg, u64 size, bool write, const char *name) {
    const struct reg *q = read_reg(c, r);
    struct check_fail *x = NULL;
    struct span s;
    struct reg p;
    u8 what;
    if (!q)
        return false;
    p = *q;
    if (!size && reg_is_pointer(&p) && !(p.flags & R_NULL))
        return true;
    if (p.kind == VAL_STACK && !(p.flags & R_NULL)) {
        s64 bad;
        if (!span_of(&p, 0, size, &s) || s.lo < -STACK_BYTES || s.hi > 0) {
            x = bad_access(c, CHECK_STACK_BOUNDS, r, 0, size, write);
        } else {
            struct fn *f = &c->fn[c->s.f[p.frame]->func];
            if ((u32)-s.lo > f->depth)
                f->depth = (u32)-s.lo;
            if (write && stack_holds_object(c, p.frame, s.lo, (u64)(s.hi - s.lo)))
                x = bad_access(c, CHECK_DYNPTR, r, 0, size, write);
            else if (write)
                stack_clobber(c, p.frame, s.lo, (u64)(s.hi - s.lo));
            else if (!stack_readable(c, p.frame, s.lo, (u64)(s.hi - s.lo), &bad))
                x = bad_access(c, CHECK_UNINIT_STACK, r, bad, size, false);
        }
    } else if (p.kind == VAL_CTX && c->ctx->bytes) {
        s64 at = (s64)((u64)p.off + p.var.umin);
        if (!scalar_is_const(&p.var) || at < 0 || at > (s64)c->ctx->size || size > c->ctx->size - (u64)at ||
            (write && !c->ctx->writable))
            x = bad_access(c, CHECK_ARG_MEMORY, r, 0, size, write);
    } else if (p.kind == VAL_CTX || p.kind == VAL_SOCKET || (p.kind == VAL_OBJECT && !(p.flags & R_ALLOC))) {
        x = bad_access(c, CHECK_ARG_TYPE, r, 0, size, write);
    } else {
        if (!access_ok(c, &p, r, 0, size, write, &what))
            x = c->last;
    }
    if (x) {
        x->arg = (u8)arg;
        x->name = name;
        if (write)
            stack_havoc(c);
    }
    return !x;
}
