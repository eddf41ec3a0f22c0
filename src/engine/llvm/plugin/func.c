/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* func.c - a function on its way: registers, blocks, traps, fuel, and the walk over its instructions.
 *
 * A block of the bytecode that jumps lead to is two here, where fuel is counted: one charges, the next is what blocks
 * run into that have paid for it already (ir/cfg.h). */
#include "engine/llvm/plugin/lower.h"
#include <llvm/Config/llvm-config.h>
#include <string.h>

/* --- registers --- */

LLVMValueRef alloca_at_entry(struct lfunc *f, LLVMTypeRef t, const char *name) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b);
    LLVMValueRef v;
    LLVMPositionBuilderBefore(f->b, f->alloca_end);
    v = LLVMBuildAlloca(f->b, t, name);
    LLVMPositionBuilderAtEnd(f->b, here);
    return v;
}

LLVMValueRef as_letter(struct lfunc *f, LLVMValueRef v, char from, char to) {
    const struct lmodule *lm = f->lm;
    LLVMTypeRef have = LLVMTypeOf(v), want = type_of_letter(lm, to);
    (void)from;
    if (have == want)
        return v;
    if (have == lm->f32 || have == lm->f64) {
        have = have == lm->f32 ? lm->i32 : lm->i64;
        v = LLVMBuildBitCast(f->b, v, have, "");
    }
    if (want == lm->f32 || want == lm->f64) {
        LLVMTypeRef bits = want == lm->f32 ? lm->i32 : lm->i64;
        v = LLVMBuildIntCast2(f->b, v, bits, false, "");
        return LLVMBuildBitCast(f->b, v, want, "");
    }
    return LLVMBuildIntCast2(f->b, v, want, false, "");
}

/* The letter that register r's alloca has. */
static char letter_of(const struct lfunc *f, u32 r) {
    return f->f->reg_type ? (char)f->f->reg_type[r] : TYPE_I64;
}

LLVMValueRef reg_get(struct lfunc *f, u32 r, char letter) {
    const struct lmodule *lm = f->lm;
    if (letter == TYPE_V128 && f->reg_type[r] != lm->v128) { /* two slots of any type */
        LLVMTypeRef pair = LLVMVectorType(lm->i64, 2);
        LLVMValueRef v = LLVMGetUndef(pair);
        v = LLVMBuildInsertElement(f->b, v, reg_get(f, r, TYPE_I64), k32(lm, 0), "");
        v = LLVMBuildInsertElement(f->b, v, reg_get(f, r + 1, TYPE_I64), k32(lm, 1), "");
        return LLVMBuildBitCast(f->b, v, lm->v128, "");
    }
    return as_letter(f, LLVMBuildLoad2(f->b, f->reg_type[r], f->reg[r], ""), letter_of(f, r), letter);
}

void reg_set(struct lfunc *f, u32 r, char letter, LLVMValueRef v) {
    const struct lmodule *lm = f->lm;
    if (LLVMTypeOf(v) == lm->v128 && f->reg_type[r] != lm->v128) {
        v = LLVMBuildBitCast(f->b, v, LLVMVectorType(lm->i64, 2), "");
        reg_set(f, r, TYPE_I64, LLVMBuildExtractElement(f->b, v, k32(lm, 0), ""));
        reg_set(f, r + 1, TYPE_I64, LLVMBuildExtractElement(f->b, v, k32(lm, 1), ""));
        return;
    }
    LLVMBuildStore(f->b, as_letter(f, v, letter, letter_of(f, r)), f->reg[r]);
}

/* --- control --- */

LLVMBasicBlockRef block_new(struct lfunc *f, const char *name) {
    return LLVMAppendBasicBlockInContext(f->lm->c, f->fn, name);
}

void block_on(struct lfunc *f, LLVMBasicBlockRef b) {
    LLVMPositionBuilderAtEnd(f->b, b);
}

void branch_rare(struct lfunc *f, LLVMValueRef cond, LLVMBasicBlockRef rare) {
    LLVMBasicBlockRef on = block_new(f, "");
    LLVMValueRef br = LLVMBuildCondBr(f->b, cond, rare, on);
    LLVMMoveBasicBlockAfter(on, LLVMGetInsertBlock(f->b));
    LLVMSetMetadata(br, f->lm->md_prof, LLVMMetadataAsValue(f->lm->c, f->lm->rare));
    block_on(f, on);
}

void branch(struct lfunc *f, LLVMBasicBlockRef to) {
    LLVMBuildBr(f->b, to);
}

u64 place_of(const struct lfunc *f) {
    return native_place(f->index, f->pc);
}

/* One block of the function traps for all places: they come with the number of their instruction and their trap. */
static void trap_block(struct lfunc *f) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b);
    f->trap = block_new(f, "trap");
    block_on(f, f->trap);
    f->trap_pc = LLVMBuildPhi(f->b, f->lm->i64, "place");
    f->trap_code = LLVMBuildPhi(f->b, f->lm->i32, "code");
    fuel_spill(f);
    env_leave(f, offsetof(struct native_env, trap), (LLVMValueRef[]){f->trap_pc, f->trap_code}, 2);
    block_on(f, here);
}

static void trap_from_here(struct lfunc *f, u32 trap) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b);
    LLVMValueRef place = k64(f->lm, place_of(f)), code = k32(f->lm, trap);
    LLVMAddIncoming(f->trap_pc, &place, &here, 1);
    LLVMAddIncoming(f->trap_code, &code, &here, 1);
}

/* With registers to be shown each place has a block of its own. */
static LLVMBasicBlockRef own_trap(struct lfunc *f, u32 trap) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), b = block_new(f, "trap");
    block_on(f, b);
    fuel_spill(f);
    f->show(f);
    env_leave(f, offsetof(struct native_env, trap), (LLVMValueRef[]){k64(f->lm, place_of(f)), k32(f->lm, trap)}, 2);
    block_on(f, here);
    return b;
}

void trap_if(struct lfunc *f, LLVMValueRef cond, u32 trap) {
    if (LLVMIsAConstantInt(cond) && !LLVMConstIntGetZExtValue(cond))
        return;
    if (f->show) {
        branch_rare(f, cond, own_trap(f, trap));
        return;
    }
    if (!f->trap)
        trap_block(f);
    trap_from_here(f, trap);
    branch_rare(f, cond, f->trap);
}

void trap_now(struct lfunc *f, u32 trap) {
    if (f->show) {
        branch(f, own_trap(f, trap));
    } else {
        if (!f->trap)
            trap_block(f);
        trap_from_here(f, trap);
        branch(f, f->trap);
    }
    block_on(f, block_new(f, ""));
}

/* --- struct ctx and the environment --- */

LLVMValueRef at_offset(struct lfunc *f, LLVMValueRef p, u64 off) {
    LLVMValueRef k = k64(f->lm, off);
    return off ? LLVMBuildGEP2(f->b, f->lm->i8, p, &k, 1, "") : p;
}

void of_scope(struct lfunc *f, LLVMValueRef access, enum scope s) {
    LLVMSetMetadata(access, f->lm->md_scope, LLVMMetadataAsValue(f->lm->c, f->lm->scope[s]));
    LLVMSetMetadata(access, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->others[s]));
}
void of_runtime(struct lfunc *f, LLVMValueRef access) {
    LLVMSetMetadata(access, f->lm->md_scope, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_RUNTIME]));
}
void of_guest(struct lfunc *f, LLVMValueRef access) {
    LLVMSetMetadata(access, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->host));
}

LLVMValueRef load_runtime(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, t, at_offset(f, p, off), "");
    of_runtime(f, v);
    return v;
}

LLVMValueRef load_fixed(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off) {
    LLVMValueRef v = load_runtime(f, t, p, off);
    LLVMSetMetadata(v, f->lm->md_invariant, LLVMMetadataAsValue(f->lm->c, f->lm->empty));
    return v;
}

LLVMValueRef load_limit(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, t, at_offset(f, p, off), "");
    of_scope(f, v, SCOPE_LIMITS);
    return v;
}

LLVMValueRef ctx_get(struct lfunc *f, LLVMTypeRef t, size_t off) {
    return load_runtime(f, t, f->cx, off);
}

LLVMValueRef ctx_fixed(struct lfunc *f, LLVMTypeRef t, size_t off) {
    return load_fixed(f, t, f->cx, off);
}

void ctx_set(struct lfunc *f, size_t off, LLVMValueRef v) {
    of_runtime(f, LLVMBuildStore(f->b, v, at_offset(f, f->cx, off)));
}

static LLVMValueRef call_through(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    LLVMTypeRef type[8];
    /* Calls out are rare: what they need shall not be kept in registers for them. */
    LLVMValueRef v[8], fn = load_runtime(f, f->lm->ptr, ctx_get(f, f->lm->ptr, offsetof(struct ctx, env)), off), call;
    u32 k;
    v[0] = f->cx;
    for (k = 0; k < n; k++)
        v[k + 1] = arg[k];
    for (k = 0; k <= n; k++)
        type[k] = LLVMTypeOf(v[k]);
    call = LLVMBuildCall2(f->b, LLVMFunctionType(ret, type, n + 1, false), fn, v, n + 1, "");
    call_attr(f->lm, call, "nounwind", 0);
    return call;
}

LLVMValueRef env_call(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    return call_through(f, off, ret, arg, n);
}

LLVMValueRef env_call_out(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    LLVMValueRef v;
    fuel_spill(f);
    v = call_through(f, off, ret, arg, n);
    fuel_reload(f);
    return v;
}

void env_leave(struct lfunc *f, size_t off, LLVMValueRef *arg, u32 n) {
    LLVMValueRef call = call_through(f, off, f->lm->tvoid, arg, n);
    call_attr(f->lm, call, "noreturn", 0);
    call_attr(f->lm, call, "cold", 0);
    LLVMBuildUnreachable(f->b);
}

LLVMValueRef bound(struct lfunc *f, LLVMTypeRef t, u32 kind, u32 index) {
    LLVMValueRef words = load_fixed(f, f->lm->ptr, f->env, offsetof(struct native_env, bind));
    return load_fixed(f, t, words, 8 * (u64)bind_word(f->lm, kind, index));
}

/* --- fuel --- */

/* Of calls that read anything, and change struct ctx and what is their own alone: LLVM's memory(read, argmem:
 * readwrite, inaccessiblemem: readwrite). */
enum {
    READ = 1,
    READ_WRITE = 3,
    CHANGES_CTX = READ_WRITE | READ_WRITE << 2 | READ << 4 | (LLVM_VERSION_MAJOR > 20 ? READ << 6 : 0)
};

static LLVMValueRef fuel_left(struct lfunc *f) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    return LLVMBuildNSWSub(f->b, v, LLVMBuildLoad2(f->b, f->lm->i64, f->cost, ""), "fuel");
}

void fuel_spill(struct lfunc *f) {
    if (f->fuel)
        ctx_set(f, offsetof(struct ctx, fuel), fuel_left(f));
}

/* What is to be subtracted is. */
static void settle(struct lfunc *f) {
    LLVMBuildStore(f->b, fuel_left(f), f->fuel);
    LLVMBuildStore(f->b, k64(f->lm, 0), f->cost);
}

void fuel_reload(struct lfunc *f) {
    if (f->fuel)
        LLVMBuildStore(f->b, ctx_get(f, f->lm->i64, offsetof(struct ctx, fuel)), f->fuel);
}

LLVMValueRef fuel_add(struct lfunc *f, s64 n) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    v = LLVMBuildNSWAdd(f->b, v, k64(f->lm, (u64)n), "fuel");
    LLVMBuildStore(f->b, v, f->fuel);
    return v;
}

void fuel_spend(struct lfunc *f, u64 n) {
    LLVMValueRef v;
    if (!f->saves) {
        fuel_add(f, -(s64)n);
        return;
    }
    v = LLVMBuildLoad2(f->b, f->lm->i64, f->cost, "");
    LLVMBuildStore(f->b, LLVMBuildNUWAdd(f->b, v, k64(f->lm, n), "cost"), f->cost);
}

void fuel_charge(struct lfunc *f, u32 n) {
    LLVMValueRef left, place = k64(f->lm, place_of(f)), call;
    LLVMBasicBlockRef out, on;
    if (!f->fuel || !n)
        return;
    left = fuel_add(f, -(s64)n);
    out = block_new(f, "refuel");
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntSLT, left, k64(f->lm, 0), ""), out);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, out);
    if (f->show)
        f->show(f);
    call = env_call_out(f, offsetof(struct native_env, refuel), f->lm->tvoid, &place, 1);
    call_attr(f->lm, call, "cold", 0);
    call_attr(f->lm, call, "memory", CHANGES_CTX);
    LLVMSetMetadata(call, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_LIMITS]));
    branch(f, on);
    block_on(f, on);
}

/* --- the function --- */

static int no_memory(struct lfunc *f) {
    return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile %s", f->f->name ? f->f->name : "a function");
}

static void make_registers(struct lfunc *f) {
    for (u32 r = 0; r < f->f->nreg; r++) {
        char letter = letter_of(f, r);
        if (letter == TYPE_VHIGH)
            continue;
        f->reg_type[r] = type_of_letter(f->lm, letter);
        f->reg[r] = LLVMBuildAlloca(f->b, f->reg_type[r], "");
    }
}

static void zero_registers(struct lfunc *f) {
    for (u32 r = 0; r < f->f->nreg; r++)
        if (f->reg[r])
            LLVMBuildStore(f->b, LLVMConstNull(f->reg_type[r]), f->reg[r]);
}

int lfunc_begin(struct lfunc *f, LLVMValueRef cx) {
    LLVMBasicBlockRef start;
    u32 n;
    if (!f->g.blk && (cfg_build(&f->g, f->f, f->a, f->e) || live_build(&f->live, f->f, &f->g, f->a, f->e)))
        return f->e->code;
    n = f->g.nblk;
    f->blk = arena_new(f->a, LLVMBasicBlockRef, n);
    f->past = arena_new(f->a, LLVMBasicBlockRef, n);
    f->reg = arena_new(f->a, LLVMValueRef, f->f->nreg);
    f->reg_type = arena_new(f->a, LLVMTypeRef, f->f->nreg);
    if (!f->blk || !f->past || !f->reg || !f->reg_type)
        return no_memory(f);
    f->cx = cx;
    f->b = LLVMCreateBuilderInContext(f->lm->c);
    f->entry = block_new(f, "entry");
    block_on(f, f->entry);
    make_registers(f);
    if (f->l->fuel) {
        f->fuel = LLVMBuildAlloca(f->b, f->lm->i64, "fuel");
        f->cost = LLVMBuildAlloca(f->b, f->lm->i64, "cost");
    }
    /* allocas that are made later stand in front of this branch */
    start = block_new(f, "start");
    f->alloca_end = LLVMBuildBr(f->b, start);
    block_on(f, start);
    for (u32 b = 0; b < n; b++) {
        if (!f->g.blk[b].reachable)
            continue;
        f->blk[b] = f->past[b] = block_new(f, "");
        f->past[b] = block_new(f, "");
    }
    f->env = ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, env));
    zero_registers(f);
    if (f->fuel)
        LLVMBuildStore(f->b, k64(f->lm, 0), f->cost);
    fuel_reload(f);
    return 0;
}

bool runs_on(const struct lfunc *f, u32 b) {
    const struct block *k = &f->g.blk[b];
    u32 pc = k->end - 1;
    if (f->f->code[pc].op == OP_pad)
        pc--;
    return k->succ[0] != NBLOCK && !isa_ends_block(f->f->code[pc].op);
}

typedef int row_fn(struct lfunc *f, const struct insn *i);

/* The instructions of block b, from where the builder stands. */
static int walk_block(struct lfunc *f, u32 b, row_fn *row) {
    const struct block *k = &f->g.blk[b];
    f->block = b;
    for (f->pc = k->start; f->pc < k->end; f->pc = f->next) {
        const struct insn *i = &f->f->code[f->pc];
        f->next = f->pc + (u32)isa_len(i);
        if (i->op == OP_pad)
            continue;
        debug_at(f);
        if (f->making == KIND_SLOW && f->resume[f->pc]) {
            branch(f, f->resume[f->pc]);
            block_on(f, f->resume[f->pc]);
        }
        if (row(f, i))
            return f->e->code;
    }
    if (!LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(f->b))) {
        u32 next = k->succ[0];
        if (next == NBLOCK)
            LLVMBuildUnreachable(f->b);
        else
            branch(f, runs_on(f, b) ? f->past[next] : f->blk[next]);
    }
    return 0;
}

/* What entering block b by `enter` costs; on behind it. */
static void pay(struct lfunc *f, u32 b, LLVMBasicBlockRef enter, LLVMBasicBlockRef past, bool look) {
    f->block = b;
    f->pc = f->g.blk[b].start;
    block_on(f, enter);
    debug_at(f);
    if (look)
        fuel_charge(f, f->g.blk[b].charge);
    else if (f->fuel)
        fuel_spend(f, f->g.blk[b].charge);
    branch(f, past);
    block_on(f, past);
}

static int plain_block(struct lfunc *f, u32 b, row_fn *row) {
    pay(f, b, f->blk[b], f->past[b], true);
    return walk_block(f, b, row);
}

/* Gives back what block b costs, for those who have paid it, and goes to where it is paid. */
static LLVMBasicBlockRef refund(struct lfunc *f, u32 b, LLVMBasicBlockRef at, LLVMBasicBlockRef to) {
    block_on(f, at);
    f->pc = f->g.blk[b].start;
    debug_at(f);
    if (f->fuel)
        fuel_add(f, f->g.blk[b].charge);
    branch(f, to);
    return at;
}

/* --- blocks of two kinds (fuel.c) --- */

/* Where blocks are entered, of one kind: f->blk and f->past while its code is made. */
struct ways {
    LLVMBasicBlockRef *blk, *past;
};
struct kinds {
    struct ways slow, fast;
    LLVMBasicBlockRef *short_; /* of each head: its slow block */
};

static void use_ways(struct lfunc *f, struct ways w) {
    f->blk = w.blk;
    f->past = w.past;
}

/* Fuel suffices for so many rounds of a counted loop. */
static void count_rounds(struct lfunc *f, u32 h) {
    LLVMValueRef left = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    u64 most = f->most[h] + f->g.blk[h].charge;
    LLVMBuildStore(f->b, LLVMBuildUDiv(f->b, left, k64(f->lm, most), ""), f->loop[h]->rounds);
}

/* Is fuel short for a round? */
static LLVMValueRef is_short(struct lfunc *f, u32 h) {
    LLVMValueRef left;
    if (!f->loop[h] || !f->loop[h]->counted) {
        left = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
        return LLVMBuildICmp(f->b, LLVMIntSLT, left, k64(f->lm, f->most[h] + f->g.blk[h].charge), "");
    }
    left = LLVMBuildLoad2(f->b, f->lm->i64, f->loop[h]->rounds, "");
    LLVMBuildStore(f->b, LLVMBuildSub(f->b, left, k64(f->lm, 1), ""), f->loop[h]->rounds);
    return LLVMBuildICmp(f->b, LLVMIntEQ, left, k64(f->lm, 0), "");
}

/* A way to `to` for those who have saved up costs. */
static LLVMBasicBlockRef settled(struct lfunc *f, LLVMBasicBlockRef to) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), b = block_new(f, "");
    block_on(f, b);
    settle(f);
    branch(f, to);
    block_on(f, here);
    return b;
}

LLVMBasicBlockRef slow_way(struct lfunc *f) {
    if (f->making != KIND_FAST)
        return NULL;
    if (!f->resume[f->pc])
        f->resume[f->pc] = block_new(f, "elsewhere");
    return f->saves ? settled(f, f->resume[f->pc]) : f->resume[f->pc];
}

static int fast_block(struct lfunc *f, const struct kinds *k, u32 b, LLVMBasicBlockRef enter, row_fn *row) {
    struct ways fast = {f->blk, f->past};
    int bad;
    if (f->kind[b] & FUEL_HEAD && f->fuel) {
        block_on(f, enter);
        branch_rare(f, is_short(f, b), k->short_[b]);
        enter = LLVMGetInsertBlock(f->b);
    }
    pay(f, b, enter, f->kind[b] & FUEL_HEAD ? block_new(f, "") : f->past[b], false);
    f->fast = !(f->kind[b] & FUEL_CALLS);
    if (!f->fast) /* what comes behind the call */
        use_ways(f, k->slow);
    f->making = KIND_FAST;
    bad = walk_block(f, b, row);
    f->making = KIND_ONE;
    f->fast = false;
    use_ways(f, fast);
    return bad;
}

static int slow_block(struct lfunc *f, const struct kinds *k, u32 b, row_fn *row) {
    bool head = f->kind[b] & FUEL_HEAD;
    int bad;
    pay(f, b, head ? k->short_[b] : f->blk[b], head ? block_new(f, "") : f->past[b], true);
    f->making = KIND_SLOW;
    bad = walk_block(f, b, row);
    f->making = KIND_ONE;
    return bad;
}

/* Blocks that lead to head h come to `to`; what they led to before is in old[]. */
static void lead_to(struct lfunc *f, u32 h, LLVMBasicBlockRef to, LLVMBasicBlockRef old[2]) {
    old[0] = f->blk[h];
    old[1] = f->past[h];
    f->past[h] = refund(f, h, block_new(f, ""), to);
    f->blk[h] = to;
}
static void lead_back(struct lfunc *f, u32 h, LLVMBasicBlockRef old[2]) {
    f->blk[h] = old[0];
    f->past[h] = old[1];
}

/* A way that is another one for a while. */
struct detour {
    u32 b;
    LLVMBasicBlockRef blk, past;
};

/* Ways out of a round, and to the next one, settle its costs first. Notes what they were in d; how many. */
static u32 settle_ways(struct lfunc *f, const struct fuel_loop *l, struct detour *d) {
    u32 n = 0, at;
    for (u32 j = 0; f->saves && j < l->n; j++) {
        const struct block *b = &f->g.blk[l->body[j]];
        for (u32 k = 0; k < block_nsucc(b); k++) {
            u32 s = block_succ(b, k);
            for (at = 0; at < n && d[at].b != s; at++)
                ;
            if (s == NBLOCK || at < n || (f->loop[s] == l && s != l->body[0]))
                continue;
            d[n++] = (struct detour){s, f->blk[s], f->past[s]};
            f->blk[s] = settled(f, f->blk[s]);
            f->past[s] = settled(f, f->past[s]);
        }
    }
    return n;
}

/* A copy of a small loop's fast blocks, which begins at head. */
static int small_copy(struct lfunc *f, const struct kinds *k, const struct fuel_loop *l, LLVMBasicBlockRef head,
                      row_fn *row) {
    LLVMBasicBlockRef old[2];
    struct detour *d;
    u32 n = 0;
    int bad = 0;
    for (u32 j = 0; j < l->n; j++)
        n += block_nsucc(&f->g.blk[l->body[j]]);
    if (!(d = arena_new(f->a, struct detour, n)))
        return no_memory(f);
    for (u32 j = 1; j < l->n; j++) {
        k->fast.blk[l->body[j]] = block_new(f, "");
        k->fast.past[l->body[j]] = block_new(f, "");
    }
    use_ways(f, k->fast);
    lead_to(f, l->body[0], head, old);
    f->saves = l->counted;
    n = settle_ways(f, l, d);
    for (u32 j = 0; !bad && j < l->n; j++)
        bad = fast_block(f, k, l->body[j], j ? f->blk[l->body[j]] : head, row);
    f->saves = false;
    while (n-- > 0) {
        f->blk[d[n].b] = d[n].blk;
        f->past[d[n].b] = d[n].past;
    }
    lead_back(f, l->body[0], old);
    return bad;
}

static int small_loop(struct lfunc *f, const struct kinds *k, struct fuel_loop *l, row_fn *row) {
    u32 h = l->body[0];
    LLVMBasicBlockRef head = block_new(f, "head"), again = block_new(f, "head"), back = again, old[2];
    int bad = 0;
    block_on(f, k->slow.blk[h]);
    if (l->counted) {
        l->rounds = alloca_at_entry(f, f->lm->i64, "rounds");
        count_rounds(f, h);
        branch(f, head);
        block_on(f, back = block_new(f, "back"));
        count_rounds(f, h);
        branch(f, again);
    } else {
        branch(f, head);
    }
    if (small_copy(f, k, l, head, row) || small_copy(f, k, l, again, row))
        return f->e->code;
    use_ways(f, k->slow);
    lead_to(f, h, back, old);
    for (u32 j = 0; !bad && j < l->n; j++)
        bad = slow_block(f, k, l->body[j], row);
    lead_back(f, h, old);
    return bad;
}

static int make_kinds(struct lfunc *f, struct kinds *k) {
    u32 n = f->g.nblk;
    k->slow = (struct ways){f->blk, f->past};
    k->fast = (struct ways){arena_new(f->a, LLVMBasicBlockRef, n), arena_new(f->a, LLVMBasicBlockRef, n)};
    k->short_ = arena_new(f->a, LLVMBasicBlockRef, n);
    if (!k->fast.blk || !k->fast.past || !k->short_)
        return no_memory(f);
    for (u32 b = 0; b < n; b++) {
        k->fast.blk[b] = f->blk[b];
        k->fast.past[b] = f->past[b];
        if (!f->g.blk[b].reachable)
            continue;
        if (f->kind[b] & FUEL_HEAD) { /* all ways lead to its look at the fuel */
            k->short_[b] = block_new(f, "slow");
            refund(f, b, f->past[b], f->blk[b]);
        } else if (f->kind[b] & FUEL_FAST && !f->loop[b]) {
            k->fast.blk[b] = block_new(f, "");
            k->fast.past[b] = block_new(f, "");
        }
    }
    return 0;
}

int lfunc_walk(struct lfunc *f, row_fn *row) {
    LLVMBasicBlockRef start = LLVMGetInsertBlock(f->b);
    struct kinds k;
    if (fuel_loops(f) || make_kinds(f, &k))
        return f->e->code;
    block_on(f, start);
    branch(f, f->blk[0]);
    for (u32 b = 0; b < f->g.nblk; b++) {
        struct fuel_loop *l = f->loop[b];
        if (!f->g.blk[b].reachable || (l && l->body[0] != b))
            continue;
        if (l) {
            if (small_loop(f, &k, l, row))
                return f->e->code;
            continue;
        }
        use_ways(f, k.fast);
        if (f->kind[b] & FUEL_FAST && fast_block(f, &k, b, f->blk[b], row))
            return f->e->code;
        use_ways(f, k.slow);
        if (f->kind[b] & FUEL_FAST ? slow_block(f, &k, b, row) : plain_block(f, b, row))
            return f->e->code;
    }
    return 0;
}

void lfunc_end(struct lfunc *f) {
    if (f->b)
        LLVMDisposeBuilder(f->b);
    f->b = NULL;
}
