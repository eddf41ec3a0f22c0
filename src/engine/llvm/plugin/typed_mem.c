/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_mem.c - accesses of linear memories.
 *
 * Memory 0 where the processor checks it (NATIVE_GUARDED): base + index + offset, and nothing else; a load whose value
 * nobody reads is volatile, so that it faults all the same. Below level 2 all of these accesses are volatile, and
 * cx->fuel is what it is where they stand: faults find everything as an interpreter leaves it. Any other memory: the
 * end of the access is compared with the memory's size, which struct memory has; its base does not move, its size only
 * grows. */
#include "engine/llvm/plugin/typed.h"
#include "engine/llvm/plugin/vec.h"

/* --- where --- */

static bool is_exact(const struct lfunc *f) {
    return f->lm->job->o.level < 2;
}

static LLVMValueRef memory_ptr(struct lfunc *f, u32 m) {
    return load_fixed(f, f->lm->ptr, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, mem)), 8 * (u64)m);
}

bool is_memory64(const struct lfunc *f, u32 m) {
    return f->f->typed && f->lm->m->memory[m].lim.is64;
}

static bool is_guarded(const struct lfunc *f, u32 m) {
    return m == 0 && f->f->typed && typed_of(f->lm)->guarded;
}

static LLVMValueRef index_of(struct lfunc *f, u32 m, u32 b) {
    if (is_memory64(f, m))
        return reg_get(f, b, 'L');
    return LLVMBuildZExt(f->b, reg_get(f, b, 'I'), f->lm->i64, "");
}

LLVMValueRef memory_index(struct lfunc *f, u32 m, u32 b, u64 off) {
    LLVMValueRef at = LLVMBuildAdd(f->b, index_of(f, m, b), k64(f->lm, off), "");
    if (is_memory64(f, m) || off > UINT32_MAX)
        trap_if(f, LLVMBuildICmp(f->b, LLVMIntULT, at, k64(f->lm, off), ""), TRAP_OUT_OF_BOUNDS);
    return at;
}

static LLVMValueRef add(struct lfunc *f, LLVMValueRef p, LLVMValueRef n) {
    return LLVMBuildInBoundsGEP2(f->b, f->lm->i8, p, &n, 1, "");
}

/* Of memory m. That of memory 0 is loaded again behind each call: a register kept for it is stored by whoever is
 * called, and this one load is not. */
static LLVMValueRef base_of(struct lfunc *f, u32 m) {
    if (!m)
        return load_limit(f, f->lm->ptr, f->cx, offsetof(struct ctx, mem_base));
    return load_fixed(f, f->lm->ptr, memory_ptr(f, m), offsetof(struct memory, base));
}

static LLVMValueRef checked_place(struct lfunc *f, u32 m, u32 b, u64 off, u32 size) {
    LLVMValueRef end = memory_index(f, m, b, off + size), limit, base;
    if (f->f->typed) {
        LLVMValueRef p = memory_ptr(f, m);
        limit = load_runtime(f, f->lm->i64, p, offsetof(struct memory, size));
        base = base_of(f, m);
    } else { /* the one memory of functions of eBPF's kind */
        limit = ctx_get(f, f->lm->i64, offsetof(struct ctx, memory_size));
        base = ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, memory));
    }
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntUGT, end, limit, ""), TRAP_OUT_OF_BOUNDS);
    base = add(f, base, index_of(f, m, b));
    return off ? add(f, base, k64(f->lm, off)) : base;
}

/* In front of the first access of a block that may fault. */
static void note_fuel(struct lfunc *f) {
    LLVMValueRef s;
    if (!f->fuel || !is_exact(f) || f->typed->noted == LLVMGetInsertBlock(f->b))
        return;
    s = LLVMBuildStore(f->b, LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, ""),
                       at_offset(f, f->cx, offsetof(struct ctx, fuel)));
    LLVMSetVolatile(s, true);
    of_runtime(f, s);
    f->typed->noted = LLVMGetInsertBlock(f->b);
}

/* A memory of 32 bits ends before any offset of more, and its guard behind offsets of 32 bits. */
LLVMValueRef memory_place(struct lfunc *f, u32 m, u32 b, u64 off, u32 size) {
    LLVMValueRef p;
    if ((f->f->typed && !is_memory64(f, m) && off > UINT32_MAX) || off > UINT64_MAX - size) {
        trap_now(f, TRAP_OUT_OF_BOUNDS);
        return LLVMGetPoison(f->lm->ptr);
    }
    if (!is_guarded(f, m))
        return checked_place(f, m, b, off, size);
    note_fuel(f);
    p = add(f, base_of(f, m), index_of(f, m, b));
    return off ? add(f, p, k64(f->lm, off)) : p;
}

/* --- how --- */

/* v, of which LLVM knows nothing: so what loads it is an instruction by itself, of which the line table tells. */
static LLVMValueRef by_itself(struct lfunc *f, LLVMValueRef v) {
    LLVMTypeRef was = LLVMTypeOf(v), t = was, ft;
    bool whole = LLVMGetTypeKind(t) == LLVMIntegerTypeKind;
    if (LLVMGetTypeKind(t) == LLVMVectorTypeKind && t != f->lm->v128) { /* of 8 bytes */
        v = LLVMBuildBitCast(f->b, v, t = f->lm->i64, "");
        whole = true;
    }
    ft = LLVMFunctionType(t, &t, 1, false); /* x86-64's words: faults are caught there alone */
    v = LLVMBuildCall2(
        f->b, ft, LLVMGetInlineAsm(ft, "", 0, whole ? "=r,0" : "=x,0", 4, true, false, LLVMInlineAsmDialectATT, false),
        &v, 1, "");
    return LLVMBuildBitCast(f->b, v, was, "");
}

static LLVMValueRef load(struct lfunc *f, u32 m, LLVMTypeRef t, LLVMValueRef p) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, t, p, "");
    LLVMSetAlignment(v, 1);
    of_guest(f, v);
    if (!is_guarded(f, m))
        return v;
    if (is_exact(f) || f->typed->dead[f->pc])
        LLVMSetVolatile(v, true);
    return is_exact(f) ? by_itself(f, v) : v;
}

static void store(struct lfunc *f, u32 m, LLVMValueRef v, LLVMValueRef p) {
    LLVMValueRef s = LLVMBuildStore(f->b, v, p);
    LLVMSetAlignment(s, 1);
    of_guest(f, s);
    if (is_guarded(f, m) && is_exact(f))
        LLVMSetVolatile(s, true);
}

static LLVMTypeRef type_of_size(const struct lmodule *lm, u32 size) {
    return size == 1 ? lm->i8 : size == 2 ? lm->i16 : size == 4 ? lm->i32 : size == 8 ? lm->i64 : lm->v128;
}

/* --- numbers --- */

static bool is_sign_extended(u16 op) {
    return op == OP_mlds8 || op == OP_mlds16 || op == OP_mlds32 || op == OP_mldi8 || op == OP_mldi16;
}

static void load_number(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    LLVMTypeRef t = type_of_letter(f->lm, r->type[0]);
    LLVMValueRef p = memory_place(f, i->c, i->b, insn_imm64(i), r->size), v;
    if (r->type[0] == 'F' || r->type[0] == 'D')
        v = load(f, i->c, t, p);
    else
        v = LLVMBuildIntCast2(f->b, load(f, i->c, type_of_size(f->lm, r->size), p), t, is_sign_extended(i->op), "");
    reg_set(f, i->a, r->type[0], v);
}

static void store_number(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    LLVMValueRef p = memory_place(f, i->c, i->b, insn_imm64(i), r->size), v = reg_get(f, i->a, r->type[0]);
    if (r->type[0] != 'F' && r->type[0] != 'D')
        v = LLVMBuildIntCast2(f->b, v, type_of_size(f->lm, r->size), false, "");
    store(f, i->c, v, p);
}

/* --- vectors --- */

/* 8 bytes as lanes of the half width. */
static LLVMValueRef load_wide(struct lfunc *f, const struct insn *i, LLVMValueRef p, enum lanes to, bool is_signed) {
    u32 n = lane_count(to);
    LLVMValueRef v = load(f, i->c, lanes_type(f->lm, to == L16 ? L8 : to == L32 ? L16 : L32, n), p);
    return (is_signed ? LLVMBuildSExt : LLVMBuildZExt)(f->b, v, lanes_type(f->lm, to, n), "");
}

static LLVMValueRef load_zero(struct lfunc *f, const struct insn *i, LLVMValueRef p, enum lanes l) {
    LLVMValueRef zero = LLVMConstNull(lanes_type(f->lm, l, lane_count(l)));
    LLVMValueRef v = load(f, i->c, type_of_size(f->lm, isa_info[i->op].size), p);
    return LLVMBuildInsertElement(f->b, zero, v, k32(f->lm, 0), "");
}

static bool load_vector(struct lfunc *f, const struct insn *i) {
    u32 size = isa_info[i->op].size;
    LLVMValueRef p = memory_place(f, i->c, i->b, insn_imm64(i), size), v;
    switch (i->op) {
    case OP_v128_load: v = load(f, i->c, f->lm->v128, p); break;
    case OP_v128_load8x8_s: v = load_wide(f, i, p, L16, true); break;
    case OP_v128_load8x8_u: v = load_wide(f, i, p, L16, false); break;
    case OP_v128_load16x4_s: v = load_wide(f, i, p, L32, true); break;
    case OP_v128_load16x4_u: v = load_wide(f, i, p, L32, false); break;
    case OP_v128_load32x2_s: v = load_wide(f, i, p, L64, true); break;
    case OP_v128_load32x2_u: v = load_wide(f, i, p, L64, false); break;
    case OP_v128_load8_splat:
    case OP_v128_load16_splat:
    case OP_v128_load32_splat:
    case OP_v128_load64_splat: v = splat(f, load(f, i->c, type_of_size(f->lm, size), p), 16 / size); break;
    case OP_v128_load32_zero: v = load_zero(f, i, p, L32); break;
    case OP_v128_load64_zero: v = load_zero(f, i, p, L64); break;
    default: return false;
    }
    vec_set(f, i->a, v);
    return true;
}

static enum lanes lanes_of_size(u32 size) {
    return size == 1 ? L8 : size == 2 ? L16 : size == 4 ? L32 : L64;
}

static void load_lane(struct lfunc *f, const struct insn *i) {
    u32 size = isa_info[i->op].size, m = i->c & 4095u;
    LLVMValueRef p = memory_place(f, m, i->b, insn_imm64(i), size), v = load(f, m, type_of_size(f->lm, size), p);
    vec_set(f, i->a,
            LLVMBuildInsertElement(f->b, vec_get(f, i->a, lanes_of_size(size)), v, k32(f->lm, i->c >> 12), ""));
}

static void store_lane(struct lfunc *f, const struct insn *i) {
    u32 size = isa_info[i->op].size;
    LLVMValueRef p = memory_place(f, i->c & 4095u, i->b, insn_imm64(i), size);
    LLVMValueRef v = vec_get(f, i->a, lanes_of_size(size));
    store(f, i->c & 4095u, LLVMBuildExtractElement(f->b, v, k32(f->lm, i->c >> 12), ""), p);
}

/* --- sizes --- */

static void memory_size(struct lfunc *f, const struct insn *i) {
    LLVMValueRef v;
    if (f->f->typed)
        v = load_runtime(f, f->lm->i64, memory_ptr(f, (u32)i->imm), offsetof(struct memory, size));
    else
        v = ctx_get(f, f->lm->i64, offsetof(struct ctx, memory_size));
    reg_set(f, i->a, 'L', LLVMBuildLShr(f->b, v, k64(f->lm, 16), ""));
}

/* Of functions of eBPF's kind, whose memory has its address space already. */
static LLVMValueRef grow_own(struct lfunc *f, LLVMValueRef pages) {
    LLVMValueRef size = ctx_get(f, f->lm->i64, offsetof(struct ctx, memory_size));
    LLVMValueRef max = ctx_fixed(f, f->lm->i64, offsetof(struct ctx, memory_max));
    LLVMValueRef more = LLVMBuildShl(f->b, LLVMBuildZExt(f->b, pages, f->lm->i64, ""), k64(f->lm, 16), ""), fits, old;
    fits = LLVMBuildICmp(f->b, LLVMIntULE, more, LLVMBuildSub(f->b, max, size, ""), "");
    old = LLVMBuildLShr(f->b, size, k64(f->lm, 16), "");
    size = LLVMBuildAdd(f->b, size, LLVMBuildSelect(f->b, fits, more, k64(f->lm, 0), ""), "");
    ctx_set(f, offsetof(struct ctx, memory_size), size);
    return LLVMBuildSelect(f->b, fits, old, k64(f->lm, UINT32_MAX), "");
}

static void memory_grow(struct lfunc *f, const struct insn *i) {
    LLVMValueRef none = k64(f->lm, 0), v;
    char letter = is_memory64(f, (u32)i->imm) ? 'L' : 'I';
    if (!f->f->typed) {
        reg_set(f, i->a, 'L', grow_own(f, reg_get(f, i->b, 'I')));
        return;
    }
    v = as_letter(f, reg_get(f, i->b, letter), letter, 'L');
    v = call_object(f, i->op, (u32)i->imm, 0, none, v, none);
    reg_set(f, i->a, letter, as_letter(f, v, 'L', letter));
}

bool lower_memory(struct lfunc *f, const struct insn *i) {
    switch (i->op) {
#define MLD(name, ...) case OP_##name:
#include "isa/isa.def"
        load_number(f, i);
        return true;
#define MST(name, ...) case OP_##name:
#include "isa/isa.def"
        store_number(f, i);
        return true;
    case OP_v128_store:
        store(f, i->c, reg_get(f, i->a, 'V'), memory_place(f, i->c, i->b, insn_imm64(i), 16));
        return true;
#define VLDLANE(name, ...) case OP_##name:
#include "isa/isa.def"
        load_lane(f, i);
        return true;
#define VSTLANE(name, ...) case OP_##name:
#include "isa/isa.def"
        store_lane(f, i);
        return true;
    case OP_memsize: memory_size(f, i); return true;
    case OP_memgrow: memory_grow(f, i); return true;
    case OP_fence: LLVMBuildFence(f->b, LLVMAtomicOrderingSequentiallyConsistent, false, ""); return true;
    default: return isa_info[i->op].shape == SHAPE_MLD && load_vector(f, i);
    }
}
