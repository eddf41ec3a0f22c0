/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* host.c - accesses of host memory by eBPF functions: a compare with the likely region's limits, and a stub that asks
 * the runtime.
 */
#include "abi/ctxtype.h"
#include "engine/jit/x86_64/emit.h"

static struct mem field(size_t off) {
    return mem_b(CTX, (s32)off);
}

/* --- one access --- */

struct reach {
    enum width w;
    bool write;
    struct mem base, at; /* base: what the base register points to */
};

static bool is_safe(const struct emit *e) {
    const struct fact *f = e->u->fact ? &e->u->fact[e->pc] : NULL;
    return f && (f->bits & (FACT_SEEN | FACT_SAFE)) == (FACT_SEEN | FACT_SAFE);
}

/* Is it certain, or left to the program, that the access is good? */
static bool is_free(const struct emit *e) {
    const struct place *p = &e->u->o.place[e->pc];
    return p->access == ACCESS_FRAME || is_safe(e) || (!e->l->checks && p->access == ACCESS_LIKELY);
}

/* By how much register v is behind (rounds.c). */
static s32 moved(const struct emit *e, u32 v) {
    return e->rounds ? e->moved[v] : 0;
}

/* What the base register of access i points to, which may be gone (address.h). */
static struct mem base_of(struct emit *e, const struct insn *i) {
    u32 n = e->check ? e->check[e->pc].address : 0;
    const struct address *a = n ? &e->address[n - 1] : NULL;
    if (!a)
        return mem_b(use_gpr(e, i->b, SCRATCH2), moved(e, i->b));
    if (a->index == NO_VALUE)
        return mem_b(use_gpr(e, a->base, SCRATCH2), a->disp + moved(e, a->base));
    return mem_bx(use_gpr(e, a->base, SCRATCH2), use_gpr(e, a->index, SCRATCH2), a->scale,
                  a->disp + moved(e, a->base) + moved(e, a->index) * (1 << a->scale));
}

/* rdi := the address of access i, for a stub. */
static void reload_address(struct emit *e, const struct insn *i) {
    struct mem m = base_of(e, i);
    m.disp += i->off;
    x_lea(e->c, W64, SCRATCH, m);
}

static struct reach access_of(struct emit *e, const struct insn *i, bool write) {
    const struct place *p = &e->u->o.place[e->pc];
    struct reach a = {(enum width)__builtin_ctz(isa_info[i->op].size), write, mem_b(FRAME, 0), mem_b(FRAME, p->off)};
    if (p->access != ACCESS_FRAME) {
        a.base = base_of(e, i);
        a.at = a.base;
        a.at.disp += i->off;
    }
    return a;
}

/* rdi := the address */
static void address(struct emit *e, struct mem at) {
    if (at.disp || at.index != NOREG)
        x_lea(e->c, W64, SCRATCH, at);
    else
        x_mov_rr(e->c, W64, SCRATCH, (enum gpr)at.base);
}

/* Goes to the stub unless the likely region holds n bytes from at on. Hardened code has the address in rdi alone then.
 */
static void compare(struct emit *e, struct reach *a, u32 stub) {
    u32 region = e->u->o.place[e->pc].region;
    s32 row = (s32)(region * sizeof(struct region));
    s32 limit = (s32)(a->write ? offsetof(struct region, write) : offsetof(struct region, read)) + 8 * (s32)a->w;
    enum gpr rows = (enum gpr)e->rows;
    s32 frame = (s32)e->l->frame_size;
    if (region == REGION_STACK && frame) { /* mostly that of the function itself */
        struct mem m = a->at;
        m.disp += frame;
        x_lea(e->c, W64, SCRATCH, m);
        x_alu_rr(e->c, ALU_sub, W64, SCRATCH, FRAME);
        x_alu_ri_own(e->c, ALU_cmp, W64, SCRATCH, frame - (1 << a->w));
        x_jcc(e->c, CC_a, stub);
        mask_index(e, CC_a, SCRATCH);
        if (e->c->harden)
            a->at = mem_bx(FRAME, SCRATCH, 0, -frame);
        return;
    }
    address(e, a->at);
    if (e->rows == NO_REG)
        x_load(e->c, W64, rows = SCRATCH2, field(offsetof(struct ctx, region)));
    x_alu_rm(e->c, ALU_sub, W64, SCRATCH, mem_b(rows, row + (s32)offsetof(struct region, base)));
    x_alu_rm(e->c, ALU_cmp, W64, SCRATCH, mem_b(rows, row + limit));
    x_jcc(e->c, CC_ae, stub);
    mask_index(e, CC_ae, SCRATCH);
    if (e->c->harden) {
        x_alu_rm(e->c, ALU_add, W64, SCRATCH, mem_b(rows, row + (s32)offsetof(struct region, base)));
        a->at = mem_b(SCRATCH, 0);
    }
}

/* Goes to the copy of the block unless the likely region holds all of a range. */
static void compare_range(struct emit *e, const struct reach *a, const struct check *c, u32 copy) {
    u32 region = e->u->o.place[e->pc].region, n = (u32)(c->hi - c->lo);
    s32 row = (s32)(region * sizeof(struct region)), frame = (s32)e->l->frame_size;
    s32 limit = row + (s32)(c->write ? offsetof(struct region, write) : offsetof(struct region, read));
    enum gpr rows = (enum gpr)e->rows;
    struct mem m = a->base;
    m.disp += c->lo;
    if (region == REGION_STACK && frame >= (s32)n) {
        m.disp += frame;
        x_lea(e->c, W64, SCRATCH, m);
        x_alu_rr(e->c, ALU_sub, W64, SCRATCH, FRAME);
        x_alu_ri_own(e->c, ALU_cmp, W64, SCRATCH, frame - (s32)n);
        x_jcc(e->c, CC_a, copy);
        return;
    }
    address(e, m);
    if (e->rows == NO_REG)
        x_load(e->c, W64, rows = SCRATCH2, field(offsetof(struct ctx, region)));
    x_alu_rm(e->c, ALU_sub, W64, SCRATCH, mem_b(rows, row + (s32)offsetof(struct region, base)));
    if (n <= 8 && !(n & (n - 1))) {
        x_alu_rm(e->c, ALU_cmp, W64, SCRATCH, mem_b(rows, limit + 8 * __builtin_ctz(n)));
    } else {
        x_load(e->c, W64, SCRATCH2, mem_b(rows, limit));
        x_alu_ri(e->c, ALU_sub, W64, SCRATCH2, (s32)n - 1);
        x_jcc(e->c, CC_b, copy);
        x_alu_rr(e->c, ALU_cmp, W64, SCRATCH, SCRATCH2);
    }
    x_jcc(e->c, CC_ae, copy);
}

/* --- wide accesses in place of narrow ones --- */

static void load_swapped(struct emit *e, enum width w, enum gpr d, struct mem m) {
    if (w == W16) {
        x_load(e->c, W16, d, m);
        x_bswap(e->c, W32, d);
        x_shift_ri(e->c, SH_shr, W32, d, 16);
    } else if (e->c->cpu & CPU_MOVBE) {
        x_movbe_rm(e->c, w, d, m);
    } else {
        x_load(e->c, w, d, m);
        x_bswap(e->c, w, d);
    }
}

static void store_swapped(struct emit *e, enum width w, struct mem m, enum gpr s) {
    if (e->c->cpu & CPU_MOVBE) {
        x_movbe_mr(e->c, w, m, s);
        return;
    }
    x_mov_rr(e->c, W64, SCRATCH, s);
    x_bswap(e->c, w == W64 ? W64 : W32, SCRATCH);
    if (w == W16)
        x_shift_ri(e->c, SH_shr, W32, SCRATCH, 16);
    x_store(e->c, w, m, SCRATCH);
}

void wide_first(struct emit *e, const struct check *c) {
    const struct joined *j = c->store ? &e->u->opt.bytes.of[c->store - 1] : NULL;
    if (c->kind == CHECK_RANGE) {
        struct reach a = {W8, c->write, mem_b(use_gpr(e, c->base, SCRATCH2), 0), {0}};
        compare_range(e, &a, c, e->copy[e->pc]);
    }
    if (j) {
        enum width w = (enum width)__builtin_ctz(j->size);
        struct mem m = mem_b(use_gpr(e, j->base, SCRATCH2), j->off);
        if (j->swap)
            store_swapped(e, w, m, use_gpr(e, j->value, SCRATCH));
        else
            x_store(e->c, w, m, use_gpr(e, j->value, SCRATCH));
    }
}

void wide_load(struct emit *e, const struct check *c, const struct insn *i) {
    const struct joined *j = &e->u->opt.bytes.of[c->root - 1];
    enum width w = (enum width)__builtin_ctz(j->size);
    struct mem m = mem_b(use_gpr(e, j->base, SCRATCH2), j->off);
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    if (j->swap)
        load_swapped(e, w, d, m);
    else
        x_load(e->c, w, d, m);
    done_gpr(e, i->a, d);
}

/* What is to be looked at before the access; true: a stub that comes back to `back` may do it. */
static bool check(struct emit *e, struct reach *a, struct stub *s) {
    const struct check *c = e->check && !e->cold ? &e->check[e->pc] : NULL;
    if (c && c->kind == CHECK_NONE)
        return false;
    if (c && c->kind == CHECK_RANGE) {
        if (!value_known(e, c->base, c->lo, (u32)(c->hi - c->lo), c->write))
            compare_range(e, a, c, e->copy[e->pc]);
        return false;
    }
    if (!e->c->harden && value_known(e, insn_at(e, e->pc)->b, insn_at(e, e->pc)->off, 1u << a->w, a->write))
        return false;
    s->back = enc_label(e->c);
    compare(e, a, stub_add(e, *s));
    return true;
}

/* --- loads --- */

static void read_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    reload_address(e, i);
    call_access(e, (u32)(ACCESS_READ + i->op - OP_ldx8));
    done_gpr(e, i->a, SCRATCH2);
    x_jmp(e->c, s->back);
}

/* Loads n bytes as the row says. */
static void load(struct emit *e, const struct insn *i, enum gpr d, struct mem m) {
    switch (i->op) {
    case OP_ldsx8: x_load_sx(e->c, W8, W64, d, m); return;
    case OP_ldsx16: x_load_sx(e->c, W16, W64, d, m); return;
    case OP_ldsx32: x_load_sx(e->c, W32, W64, d, m); return;
    default: x_load(e->c, (enum width)__builtin_ctz(isa_info[i->op].size), d, m);
    }
}

/* The field of a packet's context at off that such a load may read straight from struct pkt, or NULL. */
static const struct field *ctx_field(const struct ctxtype *t, s32 off, u32 size) {
    for (u32 k = 0; k < t->nfield; k++) {
        const struct field *f = &t->field[k];
        if (off < f->off || off >= f->off + f->size)
            continue;
        if (off != f->off || size != f->size || !(f->access & FIELD_R))
            return NULL;
        if (f->kind == FIELD_VALUE)
            return f->host_size <= 8 && !(f->host_size & (f->host_size - 1)) && f->host_size <= size ? f : NULL;
        return f->kind == FIELD_BYTES ? NULL : f;
    }
    return NULL;
}

const struct field *proven_field(const struct unit *u, u32 pc) {
    const struct insn *i = &u->f->code[pc];
    const struct ctxtype *t = u->fact ? u->l->facts[u->index].ctx : NULL;
    if (!t || t->form != CTX_PACKET || isa_info[i->op].shape != SHAPE_LD || i->op >= OP_ldsx8 ||
        (u->fact[pc].bits & (FACT_SEEN | FACT_CTX)) != (FACT_SEEN | FACT_CTX))
        return NULL;
    return ctx_field(t, u->fact[pc].off, isa_info[i->op].size);
}

static void load_field(struct emit *e, const struct field *f, enum gpr d) {
    x_load(e->c, W64, SCRATCH2, field(offsetof(struct ctx, pkt)));
    x_load(e->c, (enum width)__builtin_ctz(f->kind == FIELD_VALUE ? f->host_size : 8), d, mem_b(SCRATCH2, f->host_off));
}

/* A load from the context, of a kind that is known: of what the program is made for, which the run is compared with. */
static bool load_ctx(struct emit *e, const struct insn *i) {
    const struct ctxtype *t = e->u->ctx;
    const struct field *f;
    enum gpr b, d = def_gpr(e, i->a, SCRATCH);
    struct stub s = {.fn = read_stub, .back = enc_label(e->c)};
    u32 slow;
    if (!t || t->form != CTX_PACKET || i->op >= OP_ldsx8 || !(f = ctx_field(t, i->off, isa_info[i->op].size)))
        return false;
    b = use_gpr(e, i->b, SCRATCH);
    slow = stub_add(e, s);
    x_mov_ri_own(e->c, SCRATCH2, handle(TAG_CTX, 0));
    x_alu_rr(e->c, ALU_cmp, W64, b, SCRATCH2);
    x_jcc(e->c, CC_ne, slow);
    x_mov_ri_own(e->c, SCRATCH2, (u64)(uintptr_t)t);
    x_alu_mr(e->c, ALU_cmp, W64, field(offsetof(struct ctx, type)), SCRATCH2);
    x_jcc(e->c, CC_ne, slow);
    x_alu_mi(e->c, ALU_cmp, W64, field(offsetof(struct ctx, pkt)), 0);
    x_jcc(e->c, CC_e, slow);
    load_field(e, f, d);
    done_gpr(e, i->a, d);
    enc_bind(e->c, s.back);
    return true;
}

/* What is loaded is shifted to the left and back, so that its sign is the upper bits'. */
static bool load_extended(struct emit *e, const struct insn *i, enum gpr d, struct reach a) {
    const struct insn *left = next_insn(e), *right;
    u32 bits = 8u << a.w;
    enum width w;
    if (!left || !e->u->fixed || i->op > OP_ldx32 || (left->op != OP_lsh32i && left->op != OP_lsh64i) ||
        left->a != i->a || left->b != i->a)
        return false;
    w = left->op == OP_lsh64i ? W64 : W32;
    if (bits + (u32)left->imm != (w == W64 ? 64 : 32) || a.w == w)
        return false;
    e->next++;
    right = next_insn(e);
    if (right && right->op == (w == W64 ? OP_arsh64i : OP_arsh32i) && right->a == i->a && right->b == i->a &&
        right->imm == left->imm) {
        e->next++;
        x_load_sx(e->c, a.w, w, d, a.at);
        return true;
    }
    e->next--;
    return false;
}

static void emit_load(struct emit *e, const struct insn *i) {
    struct reach a;
    struct stub s = {.fn = read_stub};
    const struct field *f = proven_field(e->u, e->pc);
    enum gpr d;
    bool free = is_free(e), back;
    if (f) {
        d = def_gpr(e, i->a, SCRATCH);
        load_field(e, f, d);
        done_gpr(e, i->a, d);
        return;
    }
    if (!free && e->u->o.place[e->pc].access == ACCESS_CTX && load_ctx(e, i))
        return;
    a = access_of(e, i, false);
    back = !free && check(e, &a, &s);
    d = def_gpr(e, i->a, SCRATCH);
    if (back || !load_extended(e, i, d, a)) /* a stub comes back to the next instruction */
        load(e, i, d, a.at);
    done_gpr(e, i->a, d);
    if (back)
        enc_bind(e->c, s.back);
}

/* --- stores --- */

static bool stored_const(const struct emit *e, const struct insn *i, u64 *v) {
    if (isa_info[i->op].shape == SHAPE_STI) {
        *v = (u64)(s64)i->imm;
        return true;
    }
    return const_of(e, i->c, v);
}

static void write_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    enum gpr r = SCRATCH2;
    reload_address(e, i);
    if (isa_info[i->op].shape == SHAPE_STI)
        x_mov_ri(e->c, SCRATCH2, (u64)(s64)i->imm);
    else if ((r = use_gpr(e, i->c, SCRATCH2)) != SCRATCH2)
        x_mov_rr(e->c, W64, SCRATCH2, r);
    call_access(e, (u32)(ACCESS_WRITE + s->x));
    x_jmp(e->c, s->back);
}

static enum alu alu_of(u16 op) {
    switch (op) {
    case OP_sub64:
    case OP_sub64i:
    case OP_sub32:
    case OP_sub32i: return ALU_sub;
    case OP_and64:
    case OP_and64i:
    case OP_and32:
    case OP_and32i: return ALU_and;
    case OP_or64:
    case OP_or64i:
    case OP_or32:
    case OP_or32i: return ALU_or;
    case OP_xor64:
    case OP_xor64i:
    case OP_xor32:
    case OP_xor32i: return ALU_xor;
    default: return ALU_add;
    }
}

/* In place of a load, an operation and this store (update.c). */
static void update(struct emit *e, const struct insn *i, const struct check *c) {
    struct reach a = access_of(e, i, true);
    const struct insn *by = insn_at(e, c->update - 1);
    enum alu op = alu_of(by->op);
    if (c->with == NO_VALUE)
        x_alu_mi(e->c, op, a.w, a.at, a.w == W8 ? (s8)by->imm : a.w == W16 ? (s16)by->imm : by->imm);
    else
        x_alu_mr(e->c, op, a.w, a.at, use_gpr(e, c->with, SCRATCH));
}

static void store(struct emit *e, const struct insn *i) {
    struct reach a = access_of(e, i, true);
    struct stub s = {.fn = write_stub, .x = a.w};
    bool back = !is_free(e) && check(e, &a, &s);
    enum gpr free_gpr = a.at.base == SCRATCH || a.at.index == SCRATCH ? SCRATCH2 : SCRATCH;
    u64 v;
    if (stored_const(e, i, &v) && store_fits(e, a.w, v)) {
        x_store_i(e->c, a.w, a.at, a.w == W8 ? (s8)v : a.w == W16 ? (s16)v : (s32)v);
    } else if (isa_info[i->op].shape == SHAPE_STI) {
        x_mov_ri(e->c, free_gpr, v);
        x_store(e->c, a.w, a.at, free_gpr);
    } else {
        x_store(e->c, a.w, a.at, use_gpr(e, i->c, free_gpr));
    }
    if (back)
        enc_bind(e->c, s.back);
}

static void emit_store(struct emit *e, const struct insn *i) {
    if (e->check && e->check[e->pc].update) {
        update(e, i, &e->check[e->pc]);
        return;
    }
    store(e, i);
}

/* --- atomics --- */

static void atomic_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    reload_address(e, i);
    call_access(e, (u32)((s->y ? ACCESS_ATOMIC : ACCESS_ACQUIRE) + s->x));
    x_jmp(e->c, s->back);
}

/* What fetches the old value and changes bits: by cmpxchg. rax is its, c may be rax. */
static void fetch_bits(struct emit *e, const struct insn *i, enum alu op, enum width w) {
    struct enc *c = e->c;
    u32 again = enc_label(c);
    enum gpr a = def_gpr(e, i->a, SCRATCH2), v = use_gpr(e, i->c, SCRATCH2);
    bool keep = a != RAX && is_busy(e, RAX);
    v_rr(c, V_movq_xg, XSCRATCH, v);
    if (keep)
        v_rr(c, V_movq_xg, XSCRATCH2, RAX);
    x_load(c, w, RAX, mem_b(SCRATCH, 0));
    enc_bind(c, again);
    v_rr(c, V_movq_gx, SCRATCH2, XSCRATCH);
    x_alu_rr(c, op, w, SCRATCH2, RAX);
    x_lock_cmpxchg(c, w, mem_b(SCRATCH, 0), SCRATCH2);
    x_jcc(c, CC_ne, again);
    if (w == W32)
        x_mov_rr(c, W32, RAX, RAX);
    if (a != RAX)
        done_gpr(e, i->a, RAX);
    if (keep)
        v_rr(c, V_movq_gx, RAX, XSCRATCH2);
}

/* Compares with r0, which site.in names; its old value goes to a, which is r0's next. */
static void compare_exchange(struct emit *e, const struct insn *i, enum width w) {
    const struct site *s = site_here(e);
    u32 r0 = e->u->fixed ? REG_R0 : e->u->list[s->in];
    enum gpr a = def_gpr(e, i->a, SCRATCH2), v = use_gpr(e, i->c, SCRATCH2), r;
    bool keep = a != RAX && is_busy(e, RAX);
    if (v == RAX) {
        x_mov_rr(e->c, W64, SCRATCH2, RAX);
        v = SCRATCH2;
    }
    if (keep)
        v_rr(e->c, V_movq_xg, XSCRATCH, RAX);
    r = use_gpr(e, r0, RAX);
    if (r != RAX)
        x_mov_rr(e->c, W64, RAX, r);
    x_lock_cmpxchg(e->c, w, mem_b(SCRATCH, 0), v);
    if (w == W32)
        x_mov_rr(e->c, W32, RAX, RAX);
    if (a != RAX || !in_mem(e, i->a))
        done_gpr(e, i->a, RAX);
    if (keep)
        v_rr(e->c, V_movq_gx, RAX, XSCRATCH);
}

static void emit_atomic(struct emit *e, const struct insn *i) {
    enum atom what = (enum atom)isa_info[i->op].atom;
    bool write = what != ATOM_LDACQ;
    struct reach a = access_of(e, i, write);
    struct stub s = {.fn = atomic_stub, .x = a.w, .y = write};
    struct mem m = mem_b(SCRATCH, 0);
    bool free = is_free(e);
    enum gpr r;
    if (a.w > W8 || free)
        x_lea(e->c, W64, SCRATCH, a.at);
    if (a.w > W8) {
        x_test_ri(e->c, W8, SCRATCH, (1 << a.w) - 1);
        trap_if(e, CC_ne, TRAP_UNALIGNED);
    }
    if (!free) {
        s.back = enc_label(e->c);
        struct reach same = a;
        compare(e, &same, stub_add(e, s));
        enc_bind(e->c, s.back);
        if (e->c->harden) /* the stub comes back to here, where rdi is not the address */
            x_plain(e->c, PLAIN_lfence);
        x_lea(e->c, W64, SCRATCH, a.at);
    }
    switch (what) {
    case ATOM_ADD: x_lock_alu_mr(e->c, ALU_add, a.w, m, use_gpr(e, i->c, SCRATCH2)); return;
    case ATOM_OR: x_lock_alu_mr(e->c, ALU_or, a.w, m, use_gpr(e, i->c, SCRATCH2)); return;
    case ATOM_AND: x_lock_alu_mr(e->c, ALU_and, a.w, m, use_gpr(e, i->c, SCRATCH2)); return;
    case ATOM_XOR: x_lock_alu_mr(e->c, ALU_xor, a.w, m, use_gpr(e, i->c, SCRATCH2)); return;
    case ATOM_FADD:
    case ATOM_XCHG:
        r = use_gpr(e, i->c, SCRATCH2);
        if (r != SCRATCH2)
            x_mov_rr(e->c, W64, SCRATCH2, r);
        if (what == ATOM_FADD)
            x_lock_xadd(e->c, a.w, m, SCRATCH2);
        else
            x_xchg_mr(e->c, a.w, m, SCRATCH2);
        done_gpr(e, i->a, SCRATCH2);
        return;
    case ATOM_FOR: fetch_bits(e, i, ALU_or, a.w); return;
    case ATOM_FAND: fetch_bits(e, i, ALU_and, a.w); return;
    case ATOM_FXOR: fetch_bits(e, i, ALU_xor, a.w); return;
    case ATOM_CMPXCHG: compare_exchange(e, i, a.w); return;
    case ATOM_LDACQ: /* loads acquire and stores release by themselves */
        r = def_gpr(e, i->a, SCRATCH2);
        x_load(e->c, a.w, r, m);
        done_gpr(e, i->a, r);
        return;
    case ATOM_STREL: x_store(e->c, a.w, m, use_gpr(e, i->c, SCRATCH2)); return;
    case ATOM_NONE: return;
    }
}

/* --- packets of classic BPF --- */

static void emit_packet(struct emit *e, const struct insn *i) {
    bool ind = i->op >= OP_ldind8;
    u32 k = (u32)i->op - (ind ? OP_ldind8 : OP_ldabs8);
    x_mov_ri(e->c, SCRATCH, (u32)i->imm);
    if (ind)
        x_alu_rr(e->c, ALU_add, W64, SCRATCH, use_gpr(e, i->b, SCRATCH2));
    call_access(e, (u32)(ACCESS_PACKET + k));
    done_gpr(e, i->a, SCRATCH2);
}

bool emit_host(struct emit *e, const struct insn *i) {
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_LD: emit_load(e, i); return true;
    case SHAPE_ST:
    case SHAPE_STI: emit_store(e, i); return true;
    case SHAPE_ATOM: emit_atomic(e, i); return true;
    case SHAPE_PKT: emit_packet(e, i); return true;
    default: return false;
    }
}
