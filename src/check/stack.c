/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stack.c - the frame, byte by byte.
 *
 *   byte[0 .. 511]   r10 - 512 .. r10 - 1: what kind of byte it is
 *   slot[k]          the register that was saved at byte 8 * k, of which the bytes of kind REG are a prefix
 *
 * A register that is saved whole comes back whole; of a narrower number the low bytes are known. All else is bytes. */
#include "check/inner.h"
#include <string.h>

static bool zero_byte(const struct frame *f, u32 at) {
    const struct reg *r = &f->slot[at / 8];
    return f->byte[at] == B_ZERO || (f->byte[at] == B_REG && r->kind == VAL_SCALAR && scalar_is_const(&r->var) &&
                                     !(r->var.umin >> at % 8 * 8 & 255));
}

u64 stack_slots(s64 off, u64 size) {
    s64 from = off + STACK_BYTES, to = from + (s64)size - 1;
    u32 first, last;
    if (to < 0 || from >= STACK_BYTES || to < from) /* none of it is in the frame */
        return 0;
    first = from < 0 ? 0 : (u32)from / 8;
    last = to >= STACK_BYTES ? SLOTS - 1 : (u32)to / 8;
    return (last == 63 ? ~0ull : (1ull << (last + 1)) - 1) & ~((1ull << first) - 1);
}

static struct reg unknown(u32 size) {
    return reg_scalar(scalar_load(size));
}

bool stack_load(struct check *c, u32 frame, s64 off, u32 size, struct reg *out) {
    const struct frame *f = c->s.f[frame];
    u32 at = (u32)(off + STACK_BYTES), k = at / 8, zeros = 0;
    const struct reg *r = &f->slot[k];
    slots_read(c, frame, stack_slots(off, size));
    if (f->byte[at] == B_REG && f->byte[at + size - 1] == B_REG && (at + size - 1) / 8 == k) {
        if (r->kind != VAL_SCALAR) {
            *out = *r;
            if (size == 8)
                return true;
            unproven(c, CHECK_PARTIAL_SPILL, -1)->size = size;
            *out = unknown(size);
            return false;
        }
        if (at % 8 == 0) {
            *out = *r;
            out->sub = 0;
            if (size < r->sub) {
                struct scalar low = scalar_zext(&r->var, size);
                if (!scalar_eq(&low, &r->var))
                    out->id = 0;
                out->var = low;
            }
            return true;
        }
        if (scalar_is_const(&r->var)) {
            *out = *r;
            out->id = 0;
            out->sub = 0;
            out->var = scalar_const(r->var.umin >> at % 8 * 8);
            out->var = scalar_zext(&out->var, size);
            return true;
        }
    }
    for (u32 i = at; i < at + size; i++) {
        switch ((enum byte_kind)f->byte[i]) {
        case B_NONE: {
            struct check_fail *x = unproven(c, CHECK_UNINIT_STACK, -1);
            x->off = (s64)i - STACK_BYTES;
            x->size = size;
            *out = unknown(size);
            return false;
        }
        case B_REG:
            if (f->slot[i / 8].kind != VAL_SCALAR) {
                unproven(c, CHECK_PARTIAL_SPILL, -1)->size = size;
                *out = unknown(size);
                return false;
            }
            zeros += zero_byte(f, i);
            break;
        case B_ZERO: zeros++; break;
        case B_MISC: break;
        case B_DYNPTR:
        case B_ITER:
        case B_IRQ:
            unproven(c, f->byte[i] == B_ITER ? CHECK_ITERATOR : CHECK_DYNPTR, -1)->off = (s64)i - STACK_BYTES;
            *out = unknown(size);
            return false;
        }
    }
    *out = zeros == size ? reg_const(0) : unknown(size);
    if (zeros == size) /* that they are zero counted */
        for (u32 i = at; i < at + size; i++)
            if (f->byte[i] == B_REG)
                precise(c, &f->slot[i / 8]);
    return true;
}

/* The slot is about to be written in part or whole: what is saved there is bytes from now on. False: it must not be. */
static bool scrub(struct check *c, struct frame *f, u32 k) {
    u8 *b = &f->byte[k * 8];
    for (u32 i = 0; i < 8; i++) {
        switch ((enum byte_kind)b[i]) {
        case B_REG: b[i] = zero_byte(f, k * 8 + i) && !(f->slot[k].dep[0] | f->slot[k].dep[1]) ? B_ZERO : B_MISC; break;
        case B_DYNPTR: {
            u32 first = f->slot[k].sub & 1 ? k - 1 : k; /* the second half says so */
            if (c->part)
                c->part->odd = true;
            if (f->slot[first].ref) {
                unproven(c, CHECK_DYNPTR, -1)->off = (s64)k * 8 - STACK_BYTES;
                return false;
            }
            memset(&f->byte[first * 8], B_MISC, 16);
            return true;
        }
        case B_ITER:
        case B_IRQ:
            unproven(c, b[i] == B_ITER ? CHECK_ITERATOR : CHECK_SECTION, -1)->off = (s64)k * 8 - STACK_BYTES;
            return false;
        case B_NONE:
        case B_MISC:
        case B_ZERO: break;
        }
    }
    return true;
}

static void reach(struct frame *f, u32 k) {
    if (k < f->lo)
        f->lo = k;
}

void stack_store(struct check *c, u32 frame, s64 off, u32 size, const struct reg *v) {
    struct frame *f = own_slots(c, frame, stack_slots(off, size));
    u32 at = (u32)(off + STACK_BYTES), k = at / 8;
    if (!f)
        return;
    bool whole = size == 8 && at % 8 == 0, zero = v->kind == VAL_SCALAR && scalar_is_const(&v->var) && !v->var.umin;
    for (u32 i = k; i <= (at + size - 1) / 8; i++) {
        reach(f, i);
        if ((!whole || f->byte[i * 8] >= B_DYNPTR || f->byte[i * 8 + 7] >= B_DYNPTR) && !scrub(c, f, i))
            return;
    }
    if (v->kind != VAL_SCALAR && !whole) {
        unproven(c, CHECK_PARTIAL_SPILL, -1)->size = size;
        memset(&f->byte[at], B_MISC, size);
        return;
    }
    if (whole)
        f->written |= 1ull << k;
    if (at % 8 == 0 && (whole || !zero)) {
        memset(&f->byte[at], B_REG, size);
        f->slot[k] = *v;
        if (v->kind == VAL_SCALAR)
            f->slot[k].sub = (u8)size;
        if (v->kind == VAL_SCALAR && size < 8) {
            struct scalar low = scalar_zext(&v->var, size);
            if (!scalar_eq(&low, &v->var))
                f->slot[k].id = 0;
            f->slot[k].var = low;
        }
        return;
    }
    if (zero)
        precise(c, v);
    memset(&f->byte[at], zero ? B_ZERO : B_MISC, size);
}

bool stack_readable(struct check *c, u32 frame, s64 off, u64 size, s64 *bad) {
    const struct frame *f = c->s.f[frame];
    slots_read(c, frame, stack_slots(off, size));
    for (u64 i = 0; i < size; i++) {
        u8 k = f->byte[(u64)(off + STACK_BYTES) + i];
        if (k == B_NONE || k >= B_DYNPTR) {
            *bad = off + (s64)i;
            return false;
        }
    }
    return true;
}

bool stack_holds_object(const struct check *c, u32 frame, s64 off, u64 size) {
    for (u64 i = 0; i < size; i++)
        if (c->s.f[frame]->byte[(u64)(off + STACK_BYTES) + i] >= B_DYNPTR)
            return true;
    return false;
}

void stack_clobber(struct check *c, u32 frame, s64 off, u64 size) {
    struct frame *f = own_slots(c, frame, size ? stack_slots(off, size) : 0);
    u32 at = (u32)(off + STACK_BYTES);
    if (!f || !size)
        return;
    for (u32 k = at / 8; k <= (at + size - 1) / 8; k++) {
        reach(f, k);
        if (!scrub(c, f, k))
            return;
        if (at <= k * 8 && at + size >= k * 8 + 8)
            f->written |= 1ull << k;
    }
    memset(&f->byte[at], B_MISC, size);
}

void stack_havoc(struct check *c) {
    for (u32 k = 0; k < c->s.nframe; k++) {
        struct frame *f = own(c, k);
        if (!f)
            return;
        for (u32 i = 0; i < STACK_BYTES; i++)
            if (f->byte[i] != B_NONE)
                f->byte[i] = B_MISC;
    }
}
