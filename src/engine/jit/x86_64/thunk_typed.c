/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thunk_typed.c - between C and the code of typed functions: in, out, and for a while back to C.
 *
 * The host's stack pointer is kept in typed_run.host_sp, the guest's in typed_run.sp while C runs. */
#include "base/fault.h"
#include "base/platform.h"
#include "engine/jit/code.h"
#include "engine/jit/tell.h"
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/emit.h"
#include "engine/jit/x86_64/pass.h"

const u8 jit_kept[4] = {RBX, RBP, R12, R13};
/* What C wants kept, as enter pushes it. */
static const u8 pushed[6] = {RBP, RBX, R12, R13, R14, R15};

#define AT_CTX(f)    mem_b(CTX, offsetof(struct ctx, f))
#define AT_RUN(r, f) mem_b(r, offsetof(struct typed_run, f))

/* --- saving everything, for C functions that code calls in the middle of something --- */

static const u8 saved[] = {RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11};
_Static_assert(SAVED_BYTES == 16 * 16 + 8 * COUNT(saved), "save_all");
static struct mem saved_mem(enum gpr r) {
    u32 k = 0;
    while (saved[k] != r)
        k++;
    return mem_b(RSP, (s32)(256 + 8 * k));
}

static void save_all(struct enc *c) {
    x_alu_ri(c, ALU_sub, W64, RSP, SAVED_BYTES);
    for (u32 k = 0; k < COUNT(saved); k++)
        x_store(c, W64, mem_b(RSP, (s32)(256 + 8 * k)), (enum gpr)saved[k]);
    for (u32 k = 0; k < 16; k++)
        v_mr(c, V_movups_st, mem_b(RSP, (s32)(16 * k)), k);
}

static void restore_all(struct enc *c) {
    for (u32 k = 0; k < COUNT(saved); k++)
        x_load(c, W64, (enum gpr)saved[k], mem_b(RSP, (s32)(256 + 8 * k)));
    for (u32 k = 0; k < 16; k++)
        v_rm(c, V_movups, k, mem_b(RSP, (s32)(16 * k)));
    x_alu_ri(c, ALU_add, W64, RSP, SAVED_BYTES);
}

/* --- to C and back --- */

/* by, which is spent: finds the run */
static void to_host(struct enc *c, enum gpr by) {
    x_load(c, W64, by, AT_CTX(run));
    x_store(c, W64, AT_RUN(by, sp), RSP);
    x_load(c, W64, RSP, AT_RUN(by, host_sp));
    x_mov_rr(c, W64, RDI, CTX);
}
static void to_guest(struct enc *c, enum gpr by) {
    x_load(c, W64, by, AT_CTX(run));
    x_load(c, W64, RSP, AT_RUN(by, sp));
}

struct typed_thunks {
    const struct jimage *im;
    struct enc c;
    u32 leave, raise, common; /* labels */
};

static void keep_fuel(struct typed_thunks *t) {
    if (t->im->l.fuel)
        x_store(&t->c, W64, AT_CTX(fuel), FUEL);
}
static void take_fuel(struct typed_thunks *t) {
    if (t->im->l.fuel)
        x_load(&t->c, W64, FUEL, AT_CTX(fuel));
}

static void trapped_goes_to(struct typed_thunks *t, u32 label) {
    x_alu_mi(&t->c, ALU_cmp, W32, AT_CTX(trap), 0);
    x_jcc(&t->c, CC_ne, label);
}

/* fn(cx, op, arg), after which all registers are as before, but what `result` names. */
static void call_in_between(struct typed_thunks *t, const void *fn, enum gpr op, enum gpr arg, enum gpr result) {
    struct enc *c = &t->c;
    save_all(c);
    keep_fuel(t);
    if (op != NOREG)
        x_mov_rr(c, W64, RSI, op);
    if (arg != NOREG)
        x_mov_rr(c, W64, RDX, arg);
    to_host(c, RAX);
    x_call_to(c, fn, RAX);
    to_guest(c, RCX);
    if (result != NOREG)
        x_store(c, W64, saved_mem(result), RAX);
    restore_all(c);
    trapped_goes_to(t, t->raise);
}

static void service(struct typed_thunks *t) {
    struct enc *c = &t->c;
    for (u32 k = 0; k < COUNT(jit_kept); k++) /* where exceptions are looked for */
        x_push(c, (enum gpr)jit_kept[k]);
    to_host(c, RDI);
    x_call_r(c, RAX);
    to_guest(c, RCX);
    x_alu_ri(c, ALU_add, W64, RSP, 8 * COUNT(jit_kept));
    trapped_goes_to(t, t->raise);
    x_plain(c, PLAIN_ret);
}

/* rsi: an address in the code of the frame at rsp; ctx.fuel is valid */
static void raise(struct typed_thunks *t) {
    struct enc *c = &t->c;
    enc_bind(c, t->raise); /* [rsp]: what the code that raised it was to return to */
    x_pop(c, RSI);
    x_alu_ri(c, ALU_sub, W64, RSI, 1);
    enc_bind(c, t->common);
    x_load(c, W64, RAX, AT_CTX(run));
    for (u32 k = 0; k < COUNT(jit_kept); k++)
        x_store(c, W64, mem_b(RAX, (s32)(offsetof(struct typed_run, kept) + 8 * k)), (enum gpr)jit_kept[k]);
    x_mov_rr(c, W64, RDX, RSP);
    x_load(c, W64, RSP, AT_RUN(RAX, host_sp));
    x_mov_rr(c, W64, RDI, CTX);
    x_call_to(c, (const void *)jit_typed_raise, RAX);
    x_test_rr(c, W64, RAX, RAX);
    x_jcc(c, CC_e, t->leave);
    to_guest(c, RCX);
    for (u32 k = 0; k < COUNT(jit_kept); k++)
        x_load(c, W64, (enum gpr)jit_kept[k], mem_b(RCX, (s32)(offsetof(struct typed_run, kept) + 8 * k)));
    x_load(c, W64, RDI, AT_RUN(RCX, exception));
    take_fuel(t);
    x_jmp_r(c, RAX);
}

static void leave(struct typed_thunks *t) {
    struct enc *c = &t->c;
    enc_bind(c, t->leave);
    x_load(c, W64, RAX, AT_CTX(run));
    x_load(c, W64, RSP, AT_RUN(RAX, host_sp));
    x_alu_ri(c, ALU_add, W64, RSP, 8);
    for (u32 k = COUNT(pushed); k-- > 0;)
        x_pop(c, (enum gpr)pushed[k]);
    x_plain(c, PLAIN_ret);
}

static void set_trap(struct typed_thunks *t, u32 trap) {
    x_store_i(&t->c, W32, AT_CTX(trap), (s32)trap);
    keep_fuel(t);
    x_jmp(&t->c, t->common);
}

static u32 here(struct enc *c) {
    u32 l;
    enc_align(c, 16);
    l = enc_label(c);
    enc_bind(c, l);
    return l;
}

static const u8 *put(struct typed_thunks *t) {
    u64 at;
    u8 *to;
    if (!enc_finish(&t->c) || !(to = code_room(t->im->area, t->c.size, &at)))
        return NULL;
    enc_place(&t->c, to, at);
    return code_publish(t->im->area) ? (const u8 *)(uintptr_t)at : NULL;
}

/* Code from one label to another, or to the end. */
static void tell(struct jimage *im, const u8 *at, const struct enc *c, u32 from, u32 to, enum jit_thunk kind) {
    u32 start = enc_label_pos(c, from), end = to == UINT32_MAX ? c->code : enc_label_pos(c, to);
    jit_tell_thunk(im, at + start, end - start, kind);
}

static void begin(struct typed_thunks *t, const struct jimage *im) {
    *t = (struct typed_thunks){.im = im};
    enc_init(&t->c, im->cpu);
    if (im->l.jit.harden)
        enc_harden(&t->c, os_random());
    code_area_bounds(im->area, &t->c.near_lo, &t->c.near_hi);
    t->leave = enc_label(&t->c);
    t->raise = enc_label(&t->c);
    t->common = enc_label(&t->c);
}

int x86_64_typed_thunks(struct jimage *im, struct error *e) {
    struct typed_thunks t;
    struct enc *c = &t.c;
    u32 trap, trapped, refuel, fault, typed[TYPED_THUNKS];
    const u8 *at;
    begin(&t, im);
    raise(&t);
    leave(&t);

    trap = here(c);
    x_pop(c, RSI);
    x_pop(c, RDI);
    x_alu_ri(c, ALU_sub, W64, RSI, 1);
    x_store(c, W32, AT_CTX(trap), RDI);
    keep_fuel(&t);
    x_jmp(c, t.common);

    trapped = here(c);
    keep_fuel(&t);
    x_jmp(c, t.raise);

    refuel = here(c);
    call_in_between(&t, (const void *)jit_typed_refuel, NOREG, NOREG, NOREG);
    take_fuel(&t);
    x_plain(c, PLAIN_ret);

    fault = here(c); /* base/fault.h: [rsp] is the access */
    x_pop(c, RSI);
    set_trap(&t, TRAP_OUT_OF_BOUNDS);

    typed[TYPED_DEEP] = here(c);
    x_pop(c, RSI);
    x_alu_ri(c, ALU_sub, W64, RSI, 1);
    set_trap(&t, TRAP_CALL_DEPTH);

    typed[TYPED_LAZY] = here(c);
    call_in_between(&t, (const void *)jit_typed_lazy, RDI, NOREG, RDI);
    x_jmp_r(c, RDI);

    typed[TYPED_ELEMENT] = here(c);
    call_in_between(&t, (const void *)jit_typed_element, R10, RDI, RDI);
    x_plain(c, PLAIN_ret);

    typed[TYPED_REF] = here(c);
    call_in_between(&t, (const void *)jit_typed_ref, R10, RDI, RDI);
    x_plain(c, PLAIN_ret);

    typed[TYPED_SERVICE] = here(c);
    service(&t);

    at = put(&t);
    if (at) {
        im->thunk.trap[1] = at + enc_label_pos(c, trap);
        im->thunk.trapped[1] = at + enc_label_pos(c, trapped);
        im->thunk.refuel[1] = at + enc_label_pos(c, refuel);
        for (u32 k = 0; k < TYPED_THUNKS; k++)
            im->thunk.typed[k] = at + enc_label_pos(c, typed[k]);
        tell(im, at, c, refuel, fault, THUNK_BETWEEN);
        tell(im, at, c, typed[TYPED_LAZY], typed[TYPED_SERVICE], THUNK_BETWEEN);
        tell(im, at, c, typed[TYPED_SERVICE], UINT32_MAX, THUNK_SERVICE);
        if (!code_area_faults(im->area, at + enc_label_pos(c, fault)))
            at = NULL;
    }
    enc_free(c);
    return at ? 0 : fail(e, E_NOMEM, NOWHERE, "out of memory for code");
}

/* --- from C into a function of a type --- */

/* rdi: the slots. Those that do not go into registers are copied to the window. */
static void load_params(struct enc *c, struct passing p) {
    struct passed x;
    bool loaded = false;
    while (pass_next(&p, &x)) {
        s32 at = (s32)(8 * x.slot);
        if (!x.memory && x.vec) {
            v_rm(c, x.type == 'V' ? V_movups : x.type == 'F' ? V_movss_ld : V_movsd_ld, x.reg, mem_b(RDI, at));
        } else if (!x.memory) {
            x_load(c, W64, (enum gpr)x.reg, mem_b(RDI, at));
        } else {
            if (!loaded)
                x_load(c, W64, RBX, AT_CTX(slot_sp));
            loaded = true;
            v_rm(c, x.type == 'V' ? V_movups : V_movsd_ld, XSCRATCH, mem_b(RDI, at));
            v_mr(c, x.type == 'V' ? V_movups_st : V_movsd_st, mem_b(RBX, at), XSCRATCH);
        }
    }
}

static void store_results(struct enc *c, struct passing p, u32 result_at) {
    struct passed x;
    bool loaded = false;
    while (pass_next(&p, &x)) {
        struct mem to = mem_b(RDI, (s32)(8 * (result_at + x.slot)));
        if (!x.memory && x.vec) {
            if (x.type == 'F') {
                v_rr(c, V_movd_gx, RBP, x.reg);
                x_store(c, W64, to, RBP);
            } else {
                v_mr(c, x.type == 'V' ? V_movups_st : V_movsd_st, to, x.reg);
            }
        } else if (!x.memory) {
            x_store(c, W64, to, (enum gpr)x.reg);
        } else {
            if (!loaded)
                x_load(c, W64, RBX, AT_CTX(slot_sp));
            loaded = true;
            v_rm(c, x.type == 'V' ? V_movups : V_movsd_ld, XSCRATCH, mem_b(RBX, (s32)(8 * x.slot)));
            v_mr(c, x.type == 'V' ? V_movups_st : V_movsd_st, to, XSCRATCH);
        }
    }
}

/* enter(cx, run, slot, code), and before it the way to there from (cx, entry) */
static void enter(struct typed_thunks *t, const struct deftype *type, u32 begin) {
    struct enc *c = &t->c;
    x_load(c, W64, RDX, mem_b(RSI, offsetof(struct engine_entry, frame)));
    x_load(c, W64, RCX, mem_b(RSI, offsetof(struct engine_entry, code)));
    x_lea(c, W64, RSI, mem_b(RSI, offsetof(struct engine_entry, own)));
    enc_bind(c, begin);
    for (u32 k = 0; k < COUNT(pushed); k++)
        x_push(c, (enum gpr)pushed[k]);
    x_alu_ri(c, ALU_sub, W64, RSP, 8);
    x_store(c, W64, AT_RUN(RSI, host_sp), RSP);
    x_load(c, W64, RSP, AT_RUN(RSI, start));
    x_push(c, RDX);
    x_push(c, RCX);
    x_store(c, W64, AT_RUN(RSI, top), RSP);
    x_mov_rr(c, W64, CTX, RDI);
    x_load(c, W32, SCRATCH2, AT_RUN(RSI, frames));
    take_fuel(t);
    if (t->im->m->nmemory) {
        x_load(c, W64, MEMORY, AT_CTX(mem));
        x_load(c, W64, MEMORY, mem_b(MEMORY, 0));
        x_load(c, W64, MEMORY, mem_b(MEMORY, offsetof(struct memory, base)));
    }
    x_mov_rr(c, W64, RDI, RDX);
    load_params(c, pass_params(&x86_64_machine, type));
    x_call_m(c, mem_b(RSP, 0));
    x_load(c, W64, RDI, mem_b(RSP, 8));
    store_results(c, pass_results(&x86_64_machine, type), type->result_at);
    keep_fuel(t);
    leave(t);
}

typed_enter *jit_typed_enter(const struct jimage *im, u32 type) {
    typed_enter *_Atomic *p = &im->typed->enter[type];
    typed_enter *f = atomic_load_explicit(p, memory_order_acquire);
    pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&im->lock;
    struct typed_thunks t;
    const u8 *at;
    u32 label;
    if (f)
        return f;
    pthread_mutex_lock(lock);
    f = atomic_load_explicit(p, memory_order_relaxed);
    if (!f) {
        begin(&t, im);
        label = enc_label(&t.c);
        enter(&t, &im->m->type[type], label);
        at = put(&t);
        if (at) {
            u32 before = enc_label_pos(&t.c, label);
            im->typed->again[type] = (typed_again *)(uintptr_t)at;
            f = (typed_enter *)(uintptr_t)(at + before);
            jit_tell_thunk((struct jimage *)(uintptr_t)im, at + before, t.c.code - before, THUNK_TYPED_ENTER);
        }
        enc_free(&t.c);
        atomic_store_explicit(p, f, memory_order_release);
    }
    pthread_mutex_unlock(lock);
    return f;
}
