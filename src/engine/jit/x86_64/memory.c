/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* memory.c - accesses of linear memories.
 *
 * Memory 0 where the processor checks it (guarded): [r14 + index + offset], and nothing else. Any other: the end of the
 * access is compared with the memory's size, which struct memory has; its base does not move, its size only grows. */
#include "abi/object.h"
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/emit.h"
#include <assert.h>

static struct mem ctx_mem(size_t field) {
    return mem_b(CTX, (s32)field);
}

/* SCRATCH := struct memory * */
static void memory_ptr(struct emit *e, u32 m) {
    x_load(e->c, W64, SCRATCH, ctx_mem(offsetof(struct ctx, mem)));
    x_load(e->c, W64, SCRATCH, mem_b(SCRATCH, (s32)(8 * m)));
}

static bool is64(const struct emit *e, u32 m) {
    return e->u->typed && e->im->m->memory[m].lim.is64;
}

static bool guarded(const struct emit *e, u32 m) {
    return m == 0 && e->u->typed && e->im->typed->guarded;
}

/* The low half of index v, zero-extended, in its own register where that is so already, else in SCRATCH2. */
static enum gpr index32(struct emit *e, u32 v) {
    enum gpr r;
    if (in_mem(e, v)) {
        x_load(e->c, W32, SCRATCH2, value_mem(e, v));
        return SCRATCH2;
    }
    r = use_gpr(e, v, SCRATCH2);
    if (is_zext(e, v))
        return r;
    x_mov_rr(e->c, W32, SCRATCH2, r);
    return SCRATCH2;
}

static struct mem guarded_place(struct emit *e, u32 v, u64 off) {
    u64 at, most = e->c->harden ? INT16_MAX : INT32_MAX; /* that a guest may write into our code */
    enum gpr r;
    if (const_of(e, v, &at)) {
        at = (u32)at + off;
        if (at <= most)
            return mem_b(MEMORY, (s32)at);
        x_mov_ri(e->c, SCRATCH2, at);
        return mem_bx(MEMORY, SCRATCH2, 0, 0);
    }
    r = index32(e, v);
    if (off <= most)
        return mem_bx(MEMORY, r, 0, (s32)off);
    if (r == SCRATCH2) {
        x_mov_ri(e->c, SCRATCH, off);
        x_alu_rr(e->c, ALU_add, W64, SCRATCH2, SCRATCH);
    } else {
        x_mov_ri(e->c, SCRATCH2, off);
        x_alu_rr(e->c, ALU_add, W64, SCRATCH2, r);
    }
    return mem_bx(MEMORY, SCRATCH2, 0, 0);
}

/* SCRATCH2 := the index plus n, of 64 bits; traps where it overflows. */
static void add_to_index(struct emit *e, u32 m, u32 v, u64 n) {
    if (is64(e, m) || !e->u->typed) {
        enum gpr r = use_gpr(e, v, SCRATCH);
        if (!e->u->typed)
            x_mov_rr(e->c, W32, SCRATCH, r), r = SCRATCH;
        x_mov_ri(e->c, SCRATCH2, n);
        x_alu_rr(e->c, ALU_add, W64, SCRATCH2, r);
        trap_if(e, CC_b, TRAP_OUT_OF_BOUNDS);
        return;
    }
    if (in_mem(e, v))
        x_load(e->c, W32, SCRATCH2, value_mem(e, v));
    else
        x_mov_rr(e->c, W32, SCRATCH2, use_gpr(e, v, SCRATCH2));
    if (n <= INT32_MAX) {
        x_alu_ri(e->c, ALU_add, W64, SCRATCH2, (s32)n);
        return;
    }
    x_mov_ri(e->c, SCRATCH, n);
    x_alu_rr(e->c, ALU_add, W64, SCRATCH2, SCRATCH);
    trap_if(e, CC_b, TRAP_OUT_OF_BOUNDS);
}

/* Compared with the end; the address is left in SCRATCH2 alone. */
static struct mem checked_place(struct emit *e, u32 m, u32 v, u64 off, u32 size) {
    if (off > UINT64_MAX - size) { /* no access is so far out */
        trap_now(e, TRAP_OUT_OF_BOUNDS);
        return mem_b(MEMORY, 0);
    }
    add_to_index(e, m, v, off + size);
    if (!e->u->typed) { /* the one memory of eBPF-like functions: ctx has it */
        x_alu_rm(e->c, ALU_cmp, W64, SCRATCH2, ctx_mem(offsetof(struct ctx, memory_size)));
        trap_if(e, CC_a, TRAP_OUT_OF_BOUNDS);
        mask_index(e, CC_a, SCRATCH2);
        x_alu_rm(e->c, ALU_add, W64, SCRATCH2, ctx_mem(offsetof(struct ctx, memory)));
        return mem_b(SCRATCH2, -(s32)size);
    }
    memory_ptr(e, m);
    x_alu_rm(e->c, ALU_cmp, W64, SCRATCH2, mem_b(SCRATCH, offsetof(struct memory, size)));
    trap_if(e, CC_a, TRAP_OUT_OF_BOUNDS);
    mask_index(e, CC_a, SCRATCH2);
    x_alu_rm(e->c, ALU_add, W64, SCRATCH2, mem_b(SCRATCH, offsetof(struct memory, base)));
    return mem_b(SCRATCH2, -(s32)size);
}

/* Where size bytes at memory m [v + off] are; what traps stands in front. SCRATCH is free again. A memory of 32 bits ends
 * before any offset of more, and its guard behind offsets of 32 bits. */
static struct mem place(struct emit *e, u32 m, u32 v, u64 off, u32 size) {
    struct mem at;
    if (e->u->typed && !is64(e, m) && off > UINT32_MAX) {
        trap_now(e, TRAP_OUT_OF_BOUNDS);
        return mem_b(MEMORY, 0);
    }
    at = guarded(e, m) ? guarded_place(e, v, off) : checked_place(e, m, v, off, size);
    spot_here(e);
    return at;
}

/* --- loads and stores of numbers --- */

static void load(struct emit *e, const struct insn *i) {
    struct mem at = place(e, i->c, i->b, insn_imm64(i), isa_info[i->op].size);
    if (i->op == OP_mldf32 || i->op == OP_mldf64) {
        unsigned x = def_xmm(e, i->a, XSCRATCH);
        v_rm(e->c, i->op == OP_mldf32 ? V_movss_ld : V_movsd_ld, x, at);
        done_xmm(e, i->a, x, i->op == OP_mldf32 ? 'F' : 'D');
        return;
    }
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    switch (i->op) {
    case OP_mld8: x_load(e->c, W8, d, at); break;
    case OP_mld16: x_load(e->c, W16, d, at); break;
    case OP_mld32: x_load(e->c, W32, d, at); break;
    case OP_mld64: x_load(e->c, W64, d, at); break;
    case OP_mlds8: x_load_sx(e->c, W8, W64, d, at); break;
    case OP_mlds16: x_load_sx(e->c, W16, W64, d, at); break;
    case OP_mlds32: x_load_sx(e->c, W32, W64, d, at); break;
    case OP_mldi8: x_load_sx(e->c, W8, W32, d, at); break;
    case OP_mldi16: x_load_sx(e->c, W16, W32, d, at); break;
    default: assert(!"a load");
    }
    done_gpr(e, i->a, d);
}

static enum width width_of(u32 size) {
    return size == 1 ? W8 : size == 2 ? W16 : size == 4 ? W32 : W64;
}

static void store(struct emit *e, const struct insn *i) {
    u32 size = isa_info[i->op].size;
    struct mem at = place(e, i->c, i->b, insn_imm64(i), size);
    u64 x;
    if (i->op == OP_mstf32 || i->op == OP_mstf64) {
        v_mr(e->c, i->op == OP_mstf32 ? V_movss_st : V_movsd_st, at, use_xmm(e, i->a, XSCRATCH));
        return;
    }
    if (const_of(e, i->a, &x) && store_fits(e, width_of(size), x))
        x_store_i(e->c, width_of(size), at, size == 1 ? (s8)x : size == 2 ? (s16)x : (s32)x);
    else
        x_store(e->c, width_of(size), at, use_gpr(e, i->a, SCRATCH));
}

/* --- vectors --- */

static void vec_load(struct emit *e, const struct insn *i) {
    struct mem at = place(e, i->c, i->b, insn_imm64(i), isa_info[i->op].size);
    unsigned x = def_xmm(e, i->a, XSCRATCH);
    switch (i->op) {
    case OP_v128_load: v_rm(e->c, V_movups, x, at); break;
    case OP_v128_load8x8_s: v_rm(e->c, V_pmovsxbw, x, at); break;
    case OP_v128_load8x8_u: v_rm(e->c, V_pmovzxbw, x, at); break;
    case OP_v128_load16x4_s: v_rm(e->c, V_pmovsxwd, x, at); break;
    case OP_v128_load16x4_u: v_rm(e->c, V_pmovzxwd, x, at); break;
    case OP_v128_load32x2_s: v_rm(e->c, V_pmovsxdq, x, at); break;
    case OP_v128_load32x2_u: v_rm(e->c, V_pmovzxdq, x, at); break;
    case OP_v128_load8_splat:
        x_load(e->c, W8, SCRATCH, at);
        v_rr(e->c, V_movd_xg, x, SCRATCH);
        v_rrr(e->c, V_pxor, XSCRATCH2, XSCRATCH2, XSCRATCH2);
        v_rrr(e->c, V_pshufb, x, x, XSCRATCH2);
        break;
    case OP_v128_load16_splat:
        x_load(e->c, W16, SCRATCH, at);
        v_rr(e->c, V_movd_xg, x, SCRATCH);
        v_rri(e->c, V_pshuflw, x, x, 0);
        v_rri(e->c, V_pshufd, x, x, 0);
        break;
    case OP_v128_load32_splat:
        v_rm(e->c, V_movss_ld, x, at);
        v_rri(e->c, V_pshufd, x, x, 0);
        break;
    case OP_v128_load64_splat: v_rm(e->c, V_movddup, x, at); break;
    case OP_v128_load32_zero: v_rm(e->c, V_movss_ld, x, at); break;
    case OP_v128_load64_zero: v_rm(e->c, V_movsd_ld, x, at); break;
    default: assert(!"a load of a vector");
    }
    done_xmm(e, i->a, x, 'V');
}

/* The lane goes by way of SCRATCH, so that the whole vector is not touched where the access traps. */
static void lane(struct emit *e, const struct insn *i) {
    u32 size = isa_info[i->op].size, n = i->c >> 12;
    static const enum vop in[] = {V_pinsrb, V_pinsrw, V_pinsrd, V_pinsrq};
    static const enum vop out[] = {V_pextrb, V_pextrw, V_pextrd, V_pextrq};
    struct mem at = place(e, i->c & 4095u, i->b, insn_imm64(i), size);
    enum width w = width_of(size);
    unsigned x = use_xmm(e, i->a, XSCRATCH);
    if (!(isa_info[i->op].shape == SHAPE_MLD)) {
        v_mri(e->c, out[w], at, x, n);
        return;
    }
    v_rrmi(e->c, in[w], x, x, at, n);
    done_xmm(e, i->a, x, 'V');
}

/* --- atomic accesses --- */

static void check_aligned(struct emit *e, u32 v, u64 off, u32 size) {
    if (size == 1)
        return;
    x_mov_rr(e->c, W32, SCRATCH2, use_gpr(e, v, SCRATCH2));
    x_alu_ri(e->c, ALU_add, W32, SCRATCH2, (s32)(off & (size - 1)));
    x_test_ri(e->c, W32, SCRATCH2, (s32)size - 1);
    trap_if(e, CC_ne, TRAP_UNALIGNED);
}

/* As place(), for aligned accesses alone. */
static struct mem aligned_place(struct emit *e, u32 m, u32 v, u64 off, u32 size) {
    struct mem at;
    check_aligned(e, v, off, size);
    at = place(e, m, v, off, size);
    if (at.base != SCRATCH2 && at.index != SCRATCH2 &&
        at.index != NOREG) { /* the index's register may be the result's */
        x_mov_rr(e->c, W64, SCRATCH2, (enum gpr)at.index);
        at.index = SCRATCH2;
        spot_here(e);
    }
    return at;
}

/* rax is needed by compare and exchange: what lives there waits in a vector register. */
static void keep_rax(struct emit *e) {
    v_rr(e->c, V_movq_xg, XSCRATCH2, RAX);
}
static void give_rax(struct emit *e) {
    v_rr(e->c, V_movq_gx, RAX, XSCRATCH2);
}

static void zero_extend(struct emit *e, enum width w, enum gpr d, enum gpr s) {
    if (w <= W16)
        x_zx(e->c, w, d, s);
    else
        x_mov_rr(e->c, w, d, s);
}

/* old op value, by turns until nobody came between */
static void atomic_loop(struct emit *e, struct mem at, enum width w, enum alu op, u32 v) {
    u32 again = enc_label(e->c);
    v_rr(e->c, V_movq_xg, XSCRATCH, use_gpr(e, v, SCRATCH));
    keep_rax(e);
    spot_here(e);
    x_load(e->c, w, RAX, at);
    enc_bind(e->c, again);
    v_rr(e->c, V_movq_gx, SCRATCH, XSCRATCH);
    x_alu_rr(e->c, op, W64, SCRATCH, RAX);
    x_lock_cmpxchg(e->c, w, at, SCRATCH);
    x_jcc(e->c, CC_ne, again);
    zero_extend(e, w, SCRATCH, RAX);
    give_rax(e);
}

/* What is compared is the whole register: a number that the place cannot hold is never there. Then what stands there
 * is exchanged for itself. */
static void compare_exchange(struct emit *e, struct mem at, enum width w, u32 expected, u32 value) {
    u32 differs = enc_label(e->c), end = enc_label(e->c);
    v_rr(e->c, V_movq_xg, XSCRATCH, use_gpr(e, value, SCRATCH));
    x_mov_rr(e->c, w == W64 ? W64 : W32, SCRATCH, use_gpr(e, expected, SCRATCH));
    keep_rax(e);
    spot_here(e);
    x_mov_rr(e->c, W64, RAX, SCRATCH);
    if (w < W32) {
        x_alu_ri(e->c, ALU_cmp, W32, RAX, w == W8 ? 0xff : 0xffff);
        x_jcc(e->c, CC_a, differs);
    }
    v_rr(e->c, V_movq_gx, SCRATCH, XSCRATCH);
    x_lock_cmpxchg(e->c, w, at, SCRATCH);
    zero_extend(e, w, SCRATCH, RAX);
    if (w < W32) {
        x_jmp(e->c, end);
        enc_bind(e->c, differs);
        x_load(e->c, w, SCRATCH, at);
        enc_bind(e->c, end);
    }
    give_rax(e);
}

static u32 second_value(const struct emit *e, const struct insn *i) {
    (void)i;
    return e->u->list[site_of(e, e->pc)->in];
}

static void atomic(struct emit *e, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    enum width w = width_of(row->size);
    struct mem at = aligned_place(e, i->c, i->b, insn_imm64(i), row->size);
    switch ((enum matom)row->atom) {
    case MATOM_LOAD: x_load(e->c, w, SCRATCH, at); break;
    case MATOM_STORE:
    case MATOM_XCHG:
        x_mov_rr(e->c, W64, SCRATCH, use_gpr(e, i->a, SCRATCH));
        spot_here(e);
        x_xchg_mr(e->c, w, at, SCRATCH);
        zero_extend(e, w, SCRATCH, SCRATCH);
        break;
    case MATOM_ADD:
    case MATOM_SUB:
        x_mov_rr(e->c, W64, SCRATCH, use_gpr(e, i->a, SCRATCH));
        if (row->atom == MATOM_SUB)
            x_one_r(e->c, ONE_neg, W64, SCRATCH);
        spot_here(e);
        x_lock_xadd(e->c, w, at, SCRATCH);
        zero_extend(e, w, SCRATCH, SCRATCH);
        break;
    case MATOM_AND: atomic_loop(e, at, w, ALU_and, i->a); break;
    case MATOM_OR: atomic_loop(e, at, w, ALU_or, i->a); break;
    case MATOM_XOR: atomic_loop(e, at, w, ALU_xor, i->a); break;
    case MATOM_CMPXCHG: compare_exchange(e, at, w, i->a, second_value(e, i)); break;
    case MATOM_NONE:
    case MATOM_WAIT:
    case MATOM_NOTIFY: assert(!"not an access"); break;
    }
    if (row->atom != MATOM_STORE)
        done_gpr(e, i->a, SCRATCH);
}

/* --- by way of rt --- */

/* SCRATCH2 := the whole address, which rt compares with the memory. */
static void wait_or_notify(struct emit *e, const struct insn *i) {
    u64 off = insn_imm64(i), op_x = i->op | (u64)i->c << 32;
    struct out_arg arg[] = {{OUT_NUMBER, 0, 0, op_x},
                            {OUT_NUMBER, 0, 0, 0},
                            {OUT_VALUE, 0, i->a, 0},
                            {OUT_GPR, SCRATCH2, 0, 0},
                            {OUT_VALUE, 0, i->op == OP_manotify ? i->a : second_value(e, i), 0}};
    check_aligned(e, i->b, off, isa_info[i->op].size);
    add_to_index(e, i->c, i->b, off);
    call_service(e, jit_typed_object, arg, COUNT(arg));
    done_gpr(e, i->a, SCRATCH);
}

static void memory_size(struct emit *e, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    memory_ptr(e, (u32)i->imm);
    x_load(e->c, W64, d, mem_b(SCRATCH, offsetof(struct memory, size)));
    x_shift_ri(e->c, SH_shr, W64, d, 16);
    done_gpr(e, i->a, d);
}

static void memory_grow(struct emit *e, const struct insn *i) {
    struct out_arg arg[] = {{OUT_NUMBER, 0, 0, i->op | (u64)(u32)i->imm << 32},
                            {OUT_NUMBER, 0, 0, 0},
                            {OUT_NUMBER, 0, 0, 0},
                            {OUT_VALUE, 0, i->b, 0}};
    call_service(e, jit_typed_object, arg, COUNT(arg));
    done_gpr(e, i->a, SCRATCH);
}

/* Of eBPF-like functions. */
static void own_size(struct emit *e, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    x_load(e->c, W64, d, ctx_mem(offsetof(struct ctx, memory_size)));
    x_shift_ri(e->c, SH_shr, W64, d, 16);
    done_gpr(e, i->a, d);
}

static void own_grow(struct emit *e, const struct insn *i) {
    struct enc *c = e->c;
    u32 done = enc_label(c);
    x_mov_rr(c, W32, SCRATCH2, use_gpr(e, i->b, SCRATCH2));
    x_shift_ri(c, SH_shl, W64, SCRATCH2, 16);
    x_load(c, W64, SCRATCH, ctx_mem(offsetof(struct ctx, memory_max)));
    x_alu_rm(c, ALU_sub, W64, SCRATCH, ctx_mem(offsetof(struct ctx, memory_size)));
    x_alu_rr(c, ALU_cmp, W64, SCRATCH2, SCRATCH);
    x_mov_ri(c, SCRATCH, UINT32_MAX);
    x_jcc(c, CC_a, done);
    x_load(c, W64, SCRATCH, ctx_mem(offsetof(struct ctx, memory_size)));
    x_alu_mr(c, ALU_add, W64, ctx_mem(offsetof(struct ctx, memory_size)), SCRATCH2);
    x_shift_ri(c, SH_shr, W64, SCRATCH, 16);
    enc_bind(c, done);
    done_gpr(e, i->a, SCRATCH);
}

bool emit_memory(struct emit *e, const struct insn *i) {
    switch (i->op) {
#define MLD(name, ...) case OP_##name:
#include "isa/isa.def"
        load(e, i);
        return true;
#define MST(name, ...) case OP_##name:
#include "isa/isa.def"
        store(e, i);
        return true;
#define VLD(name, ...) case OP_##name:
#include "isa/isa.def"
        vec_load(e, i);
        return true;
    case OP_v128_store:
        v_mr(e->c, V_movups_st, place(e, i->c, i->b, insn_imm64(i), 16), use_xmm(e, i->a, XSCRATCH));
        return true;
#define VLDLANE(name, ...) case OP_##name:
#define VSTLANE(name, ...) case OP_##name:
#include "isa/isa.def"
        lane(e, i);
        return true;
    case OP_mawait32:
    case OP_mawait64:
    case OP_manotify: wait_or_notify(e, i); return true;
    case OP_fence: x_plain(e->c, PLAIN_mfence); return true;
    case OP_memsize: (e->u->typed ? memory_size : own_size)(e, i); return true;
    case OP_memgrow: (e->u->typed ? memory_grow : own_grow)(e, i); return true;
    default:
        if (isa_info[i->op].shape != SHAPE_MATOM)
            return false;
        atomic(e, i);
        return true;
    }
}
