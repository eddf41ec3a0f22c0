/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline_help.c - helpers of the runtime that code does in place, or calls as functions that touch nothing of a run: no
 * fuel is written back for them, no trap is looked for, and a loop with them is as good as one without calls.
 *
 * The clock is read by the C library (vDSO), which object files have no address of: that stays a call of the helper. */
#include "engine/llvm/plugin/inline.h"

enum { /* Linux UAPI, enum bpf_func_id */
       KTIME_GET_NS = 5,
       GET_PRANDOM_U32 = 7,
       GET_SMP_PROCESSOR_ID = 8,
       GET_CURRENT_PID_TGID = 14,
       GET_CURRENT_UID_GID = 15,
       CSUM_DIFF = 28,
       GET_NUMA_NODE_ID = 42,
       JIFFIES64 = 118,
       KTIME_GET_BOOT_NS = 125,
       KTIME_GET_COARSE_NS = 160,
       KTIME_GET_TAI_NS = 208,
};
enum { CHARGED = 64 }; /* bytes from which on a helper charges for them */

/* A helper of the runtime that any program may call, and whose arguments are of these kinds. */
static bool is_own(const struct helper *h, const enum arg kind[5]) {
    for (u32 k = 0; k < 5; k++)
        if (h->arg[k] != kind[k])
            return false;
    return !h->user && !h->kinds && !h->ends_if_zero && h->result == RET_SCALAR;
}

/* The id of a helper that is told nothing; else 0. */
static u32 plain_id(const struct helper *h) {
    static const enum arg none[5] = {ARG_NONE};
    return h && is_own(h, none) ? h->id : 0;
}

static bool is_leaf(u32 id) {
    switch (id) {
    case KTIME_GET_NS:
    case GET_CURRENT_PID_TGID:
    case GET_CURRENT_UID_GID:
    case JIFFIES64:
    case KTIME_GET_BOOT_NS:
    case KTIME_GET_COARSE_NS:
    case KTIME_GET_TAI_NS: return true;
    default: return false;
    }
}

/* --- calls that a run does not notice --- */

/* LLVM's memory(...) of calls that touch what only others see, and of those that change struct ctx too. */
enum { READ = 1, READ_WRITE = 3 };
enum { ELSEWHERE = READ_WRITE << 2, CTX_TOO = READ_WRITE | READ_WRITE << 2 };

static LLVMValueRef call_leaf(struct lfunc *f, u32 kind, u32 index, u64 memory) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef fn = load_fixed(f, lm->ptr, bound(f, lm->ptr, kind, index), offsetof(struct helper, fn)), arg[6], v;
    LLVMTypeRef type[6];
    arg[0] = f->cx;
    for (u32 k = 1; k < 6; k++)
        arg[k] = k64(lm, 0);
    for (u32 k = 0; k < 6; k++)
        type[k] = LLVMTypeOf(arg[k]);
    v = LLVMBuildCall2(f->b, LLVMFunctionType(lm->i64, type, 6, false), fn, arg, 6, "");
    call_attr(lm, v, "nounwind", 0);
    call_attr(lm, v, "willreturn", 0);
    call_attr(lm, v, "memory", memory);
    return v;
}

/* --- bpf_get_prandom_u32: misc.c of rt/helpers --- */

static LLVMValueRef xor_shift(struct lfunc *f, LLVMValueRef x, u32 n, bool left) {
    LLVMValueRef k = k64(f->lm, n);
    return LLVMBuildXor(f->b, x, left ? LLVMBuildShl(f->b, x, k, "") : LLVMBuildLShr(f->b, x, k, ""), "");
}

static LLVMValueRef prandom(struct lfunc *f, u32 kind, u32 index) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef x = ctx_get(f, lm->i64, offsetof(struct ctx, random)), v[2], phi;
    LLVMBasicBlockRef seed = block_new(f, "seed"), done = block_new(f, ""), from[2];
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntEQ, x, k64(lm, 0), ""), seed);
    x = xor_shift(f, xor_shift(f, xor_shift(f, x, 12, false), 25, true), 27, false);
    ctx_set(f, offsetof(struct ctx, random), x);
    v[0] = LLVMBuildLShr(f->b, LLVMBuildMul(f->b, x, k64(lm, CTX_RANDOM), ""), k64(lm, 32), "");
    from[0] = LLVMGetInsertBlock(f->b);
    branch(f, done);
    block_on(f, seed);
    v[1] = call_leaf(f, kind, index, CTX_TOO);
    call_attr(lm, v[1], "cold", 0);
    from[1] = seed;
    branch(f, done);
    block_on(f, done);
    phi = LLVMBuildPhi(f->b, lm->i64, "random");
    LLVMAddIncoming(phi, v, from, 2);
    return phi;
}

/* --- bpf_csum_diff: csum.c of rt/helpers --- */

static bool plan_sum(u32 origin, u32 len, struct inline_sum *s) {
    *s = (struct inline_sum){ORIGIN_KIND(len) == FROM_CONST ? (u32)ORIGIN_NUM(len) : CHARGED, origin};
    return s->len < CHARGED && s->len % 4 == 0;
}

/* Lies all of it in the frame for certain? */
static bool is_in_frame(const struct link_view *l, const struct inline_sum *s) {
    s64 at = ORIGIN_NUM(s->origin);
    return ORIGIN_KIND(s->origin) == FROM_FRAME && l->frame_size && at >= -(s64)l->frame_size && at + s->len <= 0;
}

/* Certain, or likely somewhere that code can look at. */
static bool is_found(const struct link_view *l, const struct inline_sum *s) {
    return !s->len || is_in_frame(l, s) || ORIGIN_KIND(s->origin) == FROM_REGION;
}

static bool plan_csum(struct lmodule *lm, u32 index, u32 pc, const u32 args[5]) {
    struct ebpf_unit *u = &lm->ebpf->unit[index];
    struct inline_csum c, *at;
    if (!plan_sum(args[0], args[1], &c.from) || !plan_sum(args[2], args[3], &c.to) || !is_found(lm->l, &c.from) ||
        !is_found(lm->l, &c.to))
        return false;
    if (!u->csum)
        u->csum = arena_new(lm->a, struct inline_csum *, lm->m->func[index].nslot);
    if (!u->csum || !(at = arena_new(lm->a, struct inline_csum, 1)))
        return false;
    *at = c;
    u->csum[pc] = at;
    return (!c.from.len || is_in_frame(lm->l, &c.from)) && (!c.to.len || is_in_frame(lm->l, &c.to));
}

bool inline_plan(struct lmodule *lm, u32 index, u32 pc, const struct helper *h, const u32 args[5]) {
    static const enum arg kind[5] = {ARG_MEM_OR_NULL, ARG_SIZE_OR_ZERO, ARG_MEM_OR_NULL, ARG_SIZE_OR_ZERO, ARG_ANY};
    return plain_id(h) || (h && h->id == CSUM_DIFF && is_own(h, kind) && plan_csum(lm, index, pc, args));
}

static const struct inline_csum *csum_at(const struct lfunc *f, u32 pc) {
    return f->ebpf->u->csum ? f->ebpf->u->csum[pc] : NULL;
}

/* Is some of it outside of where it likely is? NULL: it is not. */
static LLVMValueRef outside(struct lfunc *f, const struct inline_sum *s, u32 reg) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef row, off, limit;
    if (!s->len || is_in_frame(f->l, s))
        return NULL;
    row = LLVMBuildLoad2(f->b, lm->ptr, f->ebpf->rows, "");
    row = at_offset(f, row, (u64)ORIGIN_NUM(s->origin) * sizeof(struct region));
    off = LLVMBuildSub(f->b, reg_get(f, reg, TYPE_I64), load_limit(f, lm->i64, row, offsetof(struct region, base)), "");
    limit = load_limit(f, lm->i64, row, offsetof(struct region, read));
    limit = LLVMBuildSub(f->b, limit, k64(lm, s->len), ""); /* below 0: no place is good */
    return LLVMBuildOr(f->b, LLVMBuildICmp(f->b, LLVMIntSLT, limit, k64(lm, 0), ""),
                       LLVMBuildICmp(f->b, LLVMIntUGT, off, limit, ""), "");
}

/* start, and the words of s, as ones' complement has it: up to 2^32 - 1, 0 if all of them are. */
static LLVMValueRef sum(struct lfunc *f, const struct inline_sum *s, u32 reg, LLVMValueRef start) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef p = is_in_frame(f->l, s) ? at_offset(f, f->ebpf->frame, (u64)(s64)ORIGIN_NUM(s->origin))
                                          : LLVMBuildIntToPtr(f->b, reg_get(f, reg, TYPE_I64), lm->ptr, ""),
                 low = k64(lm, UINT32_MAX);
    for (u32 at = 0; at < s->len; at += 4) {
        LLVMValueRef w = LLVMBuildLoad2(f->b, lm->i32, at_offset(f, p, at), "");
        LLVMSetAlignment(w, 1);
        of_guest(f, w);
        start = LLVMBuildAdd(f->b, start, LLVMBuildZExt(f->b, w, lm->i64, ""), "");
    }
    for (u32 k = 0; k < 2; k++) /* 16 words and their carries */
        start = LLVMBuildAdd(f->b, LLVMBuildAnd(f->b, start, low, ""), LLVMBuildLShr(f->b, start, k64(lm, 32), ""), "");
    return start;
}

static LLVMValueRef inverted(struct lfunc *f, LLVMValueRef v) {
    return LLVMBuildXor(f->b, v, k64(f->lm, UINT32_MAX), "");
}

static LLVMValueRef csum(struct lfunc *f, const struct inline_csum *c) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef s = LLVMBuildAnd(f->b, reg_get(f, 5, TYPE_I64), k64(lm, UINT32_MAX), "");
    if (c->to.len && c->from.len)
        s = LLVMBuildAdd(f->b, s, inverted(f, sum(f, &c->from, 1, k64(lm, 0))), "");
    if (c->to.len)
        s = sum(f, &c->to, 3, s);
    else if (c->from.len)
        s = inverted(f, sum(f, &c->from, 1, inverted(f, s)));
    for (u32 k = 0; k < 2; k++)
        s = LLVMBuildAdd(f->b, LLVMBuildAnd(f->b, s, k64(lm, 0xffff), ""), LLVMBuildLShr(f->b, s, k64(lm, 16), ""), "");
    return LLVMBuildAnd(f->b, s, k64(lm, 0xffff), "");
}

/* What is not where it likely is, the helper looks for. */
static LLVMValueRef csum_diff(struct lfunc *f, const struct inline_csum *c, u32 kind, u32 index) {
    LLVMValueRef bad[2] = {outside(f, &c->from, 1), outside(f, &c->to, 3)}, v[2], phi;
    LLVMBasicBlockRef slow, done, from[2];
    if (!bad[0] && !bad[1])
        return csum(f, c);
    bad[0] = bad[0] && bad[1] ? LLVMBuildOr(f->b, bad[0], bad[1], "") : bad[0] ? bad[0] : bad[1];
    if ((slow = slow_way(f))) {
        branch_rare(f, bad[0], slow);
        return csum(f, c);
    }
    slow = block_new(f, "elsewhere");
    done = block_new(f, "");
    branch_rare(f, bad[0], slow);
    v[0] = csum(f, c);
    from[0] = LLVMGetInsertBlock(f->b);
    branch(f, done);
    block_on(f, slow);
    v[1] = call_helper(f, bound(f, f->lm->ptr, kind, index));
    from[1] = LLVMGetInsertBlock(f->b);
    branch(f, done);
    block_on(f, done);
    phi = LLVMBuildPhi(f->b, f->lm->i64, "csum");
    LLVMAddIncoming(phi, v, from, 2);
    return phi;
}

/* --- all of them --- */

LLVMValueRef inline_helper(struct lfunc *f, const struct helper *h, u32 kind, u32 index) {
    const struct lmodule *lm = f->lm;
    const struct inline_csum *c = csum_at(f, f->pc);
    u32 id = plain_id(h);
    if (c)
        return csum_diff(f, c, kind, index);
    switch (id) {
    case GET_PRANDOM_U32: return prandom(f, kind, index);
    case GET_SMP_PROCESSOR_ID:
        return LLVMBuildZExt(f->b, ctx_fixed(f, lm->i32, offsetof(struct ctx, cpu)), lm->i64, "cpu");
    case GET_NUMA_NODE_ID: return k64(lm, 0);
    default: return is_leaf(id) ? call_leaf(f, kind, index, ELSEWHERE) : NULL;
    }
}

bool inline_keeps_fuel(const struct lfunc *f, u32 pc) {
    const struct insn *i = &f->f->code[pc];
    const struct helper *h = i->op == OP_callk ? f->l->import ? f->l->import[i->imm] : NULL
                             : i->op == OP_call && (u32)i->imm < f->l->nhelper ? f->l->helper[i->imm]
                                                                               : NULL;
    u32 id = plain_id(h);
    return csum_at(f, pc) || (h && inline_code_keeps_fuel(f, h)) || id == GET_PRANDOM_U32 ||
           id == GET_SMP_PROCESSOR_ID || id == GET_NUMA_NODE_ID || is_leaf(id);
}
