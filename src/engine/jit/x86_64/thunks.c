/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thunks.c - the code that eBPF functions of an image share: into them from C, and out of them.
 *
 * What goes out saves r0 .. r10 to ctx.trap_regs, where a trap shows them, and takes those back that C may
 * have changed. */
#include "engine/jit/x86_64/thunks.h"
#include "engine/jit/fuel.h"
#include "engine/jit/loop.h"
#include "engine/jit/x86_64/emit.h"

static struct mem cx(size_t off) {
    return mem_b(CTX, (s32)off);
}
static struct mem reg(u32 r) {
    return cx(offsetof(struct ctx, trap_regs) + 8 * r);
}

/* From and to ctx.fuel, which is all that there is (FUEL_KEPT). */
static void load_fuel(const struct thunks *t) {
    if (!t->fuel)
        return;
    x_load(t->c, W64, FUEL, cx(offsetof(struct ctx, fuel)));
    x_alu_ri_own(t->c, ALU_sub, W64, FUEL, FUEL_KEPT);
}
static void store_fuel(const struct thunks *t) {
    if (!t->fuel)
        return;
    x_alu_ri_own(t->c, ALU_add, W64, FUEL, FUEL_KEPT);
    x_store(t->c, W64, cx(offsetof(struct ctx, fuel)), FUEL);
}

/* Registers that C wants kept and functions keep: a run that is left by a trap gives them back itself. */
static const u8 kept[4] = {RBX, RBP, R12, R13};

/* The run lies at run + off, the code in r10. rsp is a multiple of 16. */
static void begin_run(struct thunks *t, enum gpr run, u32 off) {
    static const u8 to[5] = {RSI, RDX, RCX, R8, R9};
    struct enc *c = t->c;
    for (u32 k = 0; k < 4; k++)
        x_store(c, W64, mem_b(run, (s32)(off + offsetof(struct jrun, saved) + 8 * k)), (enum gpr)kept[k]);
    x_store(c, W64, mem_b(run, (s32)(off + offsetof(struct jrun, sp))), RSP);
    for (u32 k = 0; k < 5; k++)
        x_load(c, W64, (enum gpr)to[k], cx(offsetof(struct ctx, arg) + 8 * k));
    x_call_r(c, R10);
    x_store(c, W64, cx(offsetof(struct ctx, ret)), RAX);
    store_fuel(t);
}

/* enter(cx, code, image, frame) */
static void enter(struct thunks *t) {
    struct enc *c = t->c;
    x_push(c, R15);
    x_push(c, R14);
    x_alu_ri(c, ALU_sub, W64, RSP, ENTER_ROOM);
    x_mov_rr(c, W64, CTX, RDI);
    x_mov_rr(c, W64, FRAME, RCX);
    x_mov_rr(c, W64, R10, RSI);
    x_store(c, W64, mem_b(RSP, offsetof(struct jrun, im)), RDX);
    x_mov_rr(c, W64, RDX, RSP);
    x_load(c, W64, RAX, cx(offsetof(struct ctx, run)));
    x_store(c, W64, mem_b(RDX, offsetof(struct jrun, outer)), RAX);
    x_load(c, W32, RAX, cx(offsetof(struct ctx, depth)));
    x_store(c, W32, mem_b(RDX, offsetof(struct jrun, depth)), RAX);
    x_alu_ri(c, ALU_add, W32, RAX, 1);
    x_store(c, W32, cx(offsetof(struct ctx, depth)), RAX);
    x_store(c, W64, cx(offsetof(struct ctx, run)), RDX);
    x_store_i(c, W32, cx(offsetof(struct ctx, trap)), 0);
    x_store_i(c, W32, cx(offsetof(struct ctx, trap_func)), NO_PLACE);
    load_fuel(t);
    begin_run(t, RDX, 0);
    x_load(c, W32, RDX, mem_b(RSP, offsetof(struct jrun, depth)));
    x_load(c, W64, RCX, mem_b(RSP, offsetof(struct jrun, outer)));
    x_store(c, W32, cx(offsetof(struct ctx, depth)), RDX);
    x_store(c, W64, cx(offsetof(struct ctx, run)), RCX);
    x_alu_ri(c, ALU_add, W64, RSP, ENTER_ROOM);
    x_pop(c, R14);
    x_pop(c, R15);
    x_plain(c, PLAIN_ret);
}

/* first(cx, entry): what the run needs of cx is there, and stays for the next one. */
static void first(struct thunks *t) {
    struct enc *c = t->c;
    x_push(c, R15);
    x_push(c, R14);
    x_alu_ri(c, ALU_sub, W64, RSP, FIRST_ROOM);
    x_mov_rr(c, W64, CTX, RDI);
    x_load(c, W64, FRAME, mem_b(RSI, offsetof(struct engine_entry, frame)));
    x_load(c, W64, R10, mem_b(RSI, offsetof(struct engine_entry, code)));
    if (t->fuel) {
        x_load(c, W64, FUEL, mem_b(RSI, offsetof(struct engine_entry, fuel)));
        x_alu_ri_own(c, ALU_sub, W64, FUEL, FUEL_KEPT);
    }
    begin_run(t, RSI, offsetof(struct engine_entry, own));
    x_alu_ri(c, ALU_add, W64, RSP, FIRST_ROOM);
    x_pop(c, R14);
    x_pop(c, R15);
    x_plain(c, PLAIN_ret);
}

static void save(struct thunks *t, bool spoilt) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        if (spoilt && r >= 1 && r <= 5)
            x_store_i(t->c, W64, reg(r), 0); /* C's own by now */
        else
            x_store(t->c, W64, reg(r), (enum gpr)x86_64_machine.ebpf[r]);
    }
    store_fuel(t);
}

static void take_back(struct thunks *t) {
    for (u32 r = 0; r <= 5; r++)
        x_load(t->c, W64, (enum gpr)x86_64_machine.ebpf[r], reg(r));
    load_fuel(t);
}

/* Calls fn with the stack as C wants it; vector registers are kept where functions have any. */
static void call_c(struct thunks *t, const void *fn) {
    struct enc *c = t->c;
    x_push(c, RBP);
    x_mov_rr(c, W64, RBP, RSP);
    if (t->vectors) {
        x_alu_ri(c, ALU_sub, W64, RSP, 16 * 16);
        for (u32 r = 0; r < 16; r++)
            v_mr(c, V_movups_st, mem_b(RSP, (s32)(16 * r)), r);
    }
    x_alu_ri(c, ALU_and, W64, RSP, -16);
    x_call_to(c, fn, RAX);
    for (u32 r = 0; t->vectors && r < 16; r++)
        v_rm(c, V_movups, r, mem_b(RBP, (s32)(16 * r) - 16 * 16));
    x_mov_rr(c, W64, RSP, RBP);
    x_pop(c, RBP);
}

/* rax: the run. Back to where it was entered, as if its function had returned. */
static void leave(struct thunks *t) {
    struct enc *c = t->c;
    for (u32 k = 0; k < 4; k++)
        x_load(c, W64, (enum gpr)kept[k], mem_b(RAX, (s32)(offsetof(struct jrun, saved) + 8 * k)));
    x_load(c, W64, RSP, mem_b(RAX, offsetof(struct jrun, sp)));
    x_alu_ri(c, ALU_sub, W64, RSP, 8);
    load_fuel(t);
    x_load(c, W64, RAX, cx(offsetof(struct ctx, ret)));
    x_plain(c, PLAIN_ret);
}

static void trap(struct thunks *t) {
    struct enc *c = t->c;
    save(t, false);
    x_mov_rr(c, W64, RDI, CTX);
    x_load(c, W64, RSI, mem_b(RSP, 0));
    x_load(c, W32, RDX, mem_b(RSP, 8));
    x_lea(c, W64, RCX, mem_b(RSP, 16));
    call_c(t, (const void *)(uintptr_t)jit_trap);
    x_jmp(c, t->leave);
}

static void trapped(struct thunks *t) {
    struct enc *c = t->c;
    save(t, true);
    x_mov_rr(c, W64, RDI, CTX);
    x_load(c, W64, RSI, mem_b(RSP, 0));
    x_lea(c, W64, RDX, mem_b(RSP, 8));
    call_c(t, (const void *)(uintptr_t)jit_trapped);
    x_test_rr(c, W64, RAX, RAX);
    x_jcc(c, CC_ne, t->leave);
    x_load(c, W64, RAX, cx(offsetof(struct ctx, ret)));
    load_fuel(t);
    x_plain(c, PLAIN_ret);
}

static void refuel(struct thunks *t) {
    struct enc *c = t->c;
    save(t, false);
    x_mov_rr(c, W64, RDI, CTX);
    x_load(c, W64, RSI, mem_b(RSP, 0));
    x_lea(c, W64, RDX, mem_b(RSP, 8));
    call_c(t, (const void *)(uintptr_t)jit_refuel);
    x_test_rr(c, W64, RAX, RAX);
    x_jcc(c, CC_ne, t->leave);
    take_back(t);
    x_plain(c, PLAIN_ret);
}

/* rdi: where, r10: the function's steps; comes back with the way to go on in rdi. */
static void poor(struct thunks *t) {
    struct enc *c = t->c;
    save(t, false);
    x_mov_rr(c, W64, RDX, RDI);
    x_mov_rr(c, W64, RSI, R10);
    x_mov_rr(c, W64, RDI, CTX);
    x_load(c, W64, RCX, mem_b(RSP, 0));
    x_lea(c, W64, R8, mem_b(RSP, 8));
    call_c(t, (const void *)(uintptr_t)jit_poor);
    x_mov_rr(c, W64, RDI, RAX);
    x_mov_rr(c, W64, RAX, RDX);
    x_test_rr(c, W64, RDX, RDX);
    x_jcc(c, CC_ne, t->leave);
    take_back(t);
    for (u32 r = 6; r < REG_FP; r++)
        x_load(c, W64, (enum gpr)x86_64_machine.ebpf[r], reg(r));
    x_plain(c, PLAIN_ret);
}

/* rdi: the loop. All registers may come back changed. */
static void loop(struct thunks *t) {
    struct enc *c = t->c;
    save(t, false);
    x_mov_rr(c, W64, RSI, RDI);
    x_mov_rr(c, W64, RDI, CTX);
    call_c(t, (const void *)(uintptr_t)jit_loop);
    take_back(t);
    for (u32 r = 6; r < REG_FP; r++)
        x_load(c, W64, (enum gpr)x86_64_machine.ebpf[r], reg(r));
    x_plain(c, PLAIN_ret);
}

/* Behind the number of the kind, which was pushed. */
static void accesses(struct thunks *t) {
    struct enc *c = t->c;
    u32 leave_rdx = enc_label(c), common = enc_label(c);
    for (u32 k = 0; k < ACCESS_KINDS; k++) {
        enc_bind(c, t->access[k]);
        x_push_i(c, (s32)k);
        if (k + 1 < ACCESS_KINDS)
            x_jmp(c, common);
    }
    enc_bind(c, common);
    save(t, false);
    x_mov_rr(c, W64, RSI, RDI);
    x_mov_rr(c, W64, RDI, CTX);
    x_load(c, W32, RDX, mem_b(RSP, 0));
    x_mov_rr(c, W64, RCX, R10);
    x_load(c, W64, R8, mem_b(RSP, 8));
    x_lea(c, W64, R9, mem_b(RSP, 16));
    call_c(t, (const void *)(uintptr_t)jit_access);
    x_test_rr(c, W64, RDX, RDX);
    x_jcc(c, CC_ne, leave_rdx);
    x_mov_rr(c, W64, R10, RAX);
    take_back(t);
    x_alu_ri(c, ALU_add, W64, RSP, 8);
    x_plain(c, PLAIN_ret);
    enc_bind(c, leave_rdx);
    x_mov_rr(c, W64, RAX, RDX);
    x_jmp(c, t->leave);
}

static const void *at(const struct thunks *t, u32 label, u64 base) {
    return (const void *)(uintptr_t)(base + enc_label_pos(t->c, label));
}

void thunks_begin(struct thunks *t, struct enc *c, bool fuel, bool vectors) {
    *t = (struct thunks){.c = c, .fuel = fuel, .vectors = vectors};
    t->enter = enc_label(c);
    t->first = enc_label(c);
    t->trap = enc_label(c);
    t->trapped = enc_label(c);
    t->refuel = enc_label(c);
    t->poor = enc_label(c);
    t->leave = enc_label(c);
    t->loop = enc_label(c);
    for (u32 k = 0; k < ACCESS_KINDS; k++)
        t->access[k] = enc_label(c);
}

void thunks_emit(struct thunks *t) {
    enc_bind(t->c, t->enter);
    enter(t);
    enc_bind(t->c, t->first);
    first(t);
    enc_bind(t->c, t->trap);
    trap(t);
    enc_bind(t->c, t->trapped);
    trapped(t);
    enc_bind(t->c, t->refuel);
    refuel(t);
    if (t->fuel) {
        enc_bind(t->c, t->poor);
        poor(t);
    }
    enc_bind(t->c, t->loop);
    loop(t);
    accesses(t);
    enc_bind(t->c, t->leave);
    leave(t);
}

void thunks_place(const struct thunks *t, u64 base, struct jthunks *out) {
    out->enter = (void (*)(struct ctx *, const void *, const void *, u64))(uintptr_t)at(t, t->enter, base);
    out->first = (void (*)(struct ctx *, struct engine_entry *))(uintptr_t)at(t, t->first, base);
    out->trap[0] = at(t, t->trap, base);
    out->trapped[0] = at(t, t->trapped, base);
    out->refuel[0] = at(t, t->refuel, base);
    for (u32 k = 0; k < ACCESS_KINDS; k++)
        out->access[k] = at(t, t->access[k], base);
}
