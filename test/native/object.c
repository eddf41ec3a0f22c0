/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* object.c - an object as engine/native loads it (test/unit/native.c), by hand: what a compiler of bytecode would make. */
#include "abi/native.h"
#include "abi/object.h"

void *memcpy(void *to, const void *from, size_t n);
double floor(double x);

static u64 add(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10) {
    return r1 + r2 * 2 + r3 * 3 + r4 * 4 + r5 * 5 + (r10 == (u64)(uintptr_t)cx->stack_top - (u64)(cx->depth - 1) * cx->frame_size);
}

/* f(n): calls itself n times, then traps with r2. */
static u64 down(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10) {
    u64 r0;
    if (!r1) {
        cx->env->trap(cx, native_place(1, 7), (u32)r2);
        return 0;
    }
    cx->shadow[cx->depth - 1] = native_place(1, 3);
    if (cx->depth >= cx->max_depth)
        cx->env->trap(cx, native_place(1, 3), TRAP_CALL_DEPTH);
    cx->depth++;
    r0 = down(cx, r1 - 1, r2, r3, r4, r5, r10 - 512);
    cx->depth--;
    return r0 + 1;
}

/* Rows of a switch are addresses in read-only data; libm and memcpy are outside of the object. */
static u64 outside(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10) {
    static u64 (*const row[])(struct ctx *, u64, u64, u64, u64, u64, u64) = {add, down};
    u8 to[64];
    volatile u64 n = r2;
    (void)r3, (void)r4, (void)r5;
    memcpy(to, (const void *)(uintptr_t)r1, n);
    if (to[0] == 9)
        return row[to[1] & 1](cx, 0, TRAP_HOST, 0, 0, 0, r10);
    return (u64)floor(to[0] + 0.75) + to[n - 1];
}

static u64 helper(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10) {
    const struct helper *h = cx->env->bind[0];
    u64 r0;
    (void)r10;
    cx->callee = h;
    r0 = (*(helper_fn *const *)((const u8 *)h + 8))(cx, r1, r2, r3, r4, r5);
    return cx->trap ? cx->env->trapped(cx, native_place(3, 5), r0) : r0;
}

static u64 access(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10) {
    (void)r4, (void)r5, (void)r10;
    if (r3)
        cx->env->store(cx, native_place(4, 1), r1, 1, r2);
    return cx->env->load(cx, native_place(4, 2), r1, 0) + (cx->env->load_sx(cx, native_place(4, 3), r1, 1) << 8);
}

/* --- typed --- */

static u64 sum(struct ctx *cx, u64 *sp, u64 n) {
    volatile u64 *at = sp;
    u64 r;
    if (sp == cx->place_end)
        cx->env->deep(cx);
    if (n == 0)
        return 0;
    if (n == 1000000)
        cx->env->trap(cx, native_place(5, 9), TRAP_UNREACHABLE);
    *at = native_place(5, 4);
    r = sum(cx, sp - 1, n > 1000000 ? n - 1000000 + 999999 : n - 1);
    *at = 0;
    return r + n;
}
static void enter_sum(struct ctx *cx, u64 *slot) {
    slot[0] = sum(cx, cx->place, slot[0]);
}

/* Its line is what fault_place says: see the #line. */
#line 12 "6"
static void enter_peek(struct ctx *cx, u64 *slot) { slot[0] = *(const u8 *)(cx->memory + (u32)slot[0]); }
#line 83 "object.c"

static const void *const enter[] = {add, down, outside, helper, access, enter_sum, enter_peek};
static const struct native_bind bind[] = {{BIND_HELPER, 1}};
extern const struct native_head svm_native;
const struct native_head svm_native = {NATIVE_VERSION, NATIVE_CHECKS | NATIVE_GUARDED, 7, 512, enter, bind, 1, 0, NULL, NULL, NULL, 0, 0};
