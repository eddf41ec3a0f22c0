/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_pass.c - how values pass between typed functions, windows of registers and slots in memory. */
#include "engine/llvm/plugin/typed.h"

static char letter_of(u32 vt) {
    return (char)vt_letter(vt);
}

u32 direct_results(const struct lmodule *lm, const struct deftype *t) {
    const u32 *r = t->vt + t->nparam;
    if (typed_of(lm)->windowed)
        return 0;
    if (t->nresult == 1)
        return 1;
    return t->nresult == 2 && r[0] != 'V' && r[1] != 'V' ? 2 : 0;
}

/* What a function returns: fuel that is left, where it is counted, and its direct results. */
LLVMTypeRef result_type(const struct lmodule *lm, const struct deftype *t) {
    LLVMTypeRef of[3];
    u32 n = 0, direct = direct_results(lm, t);
    if (lm->l->fuel)
        of[n++] = lm->i64;
    for (u32 k = 0; k < direct; k++)
        of[n++] = type_of_letter(lm, letter_of(t->vt[t->nparam + k]));
    return n == 0 ? lm->tvoid : n == 1 ? of[0] : LLVMStructTypeInContext(lm->c, of, n, false);
}

LLVMTypeRef function_type(struct lmodule *lm, u32 type) {
    struct typed_module *tm = typed_of(lm);
    const struct deftype *t = &lm->m->type[type];
    u32 n = 0;
    LLVMTypeRef *p;
    if (tm->type[type])
        return tm->type[type];
    p = arena_new(lm->a, LLVMTypeRef, t->nparam + FIRST_PARAM);
    if (!p) {
        fail(lm->e, E_NOMEM, NOWHERE, "out of memory for the type of a function");
        return NULL;
    }
    p[n++] = lm->ptr;
    p[n++] = lm->ptr;
    if (lm->l->fuel)
        p[n++] = lm->i64;
    for (u32 k = 0; k < t->nparam && !tm->windowed; k++)
        p[n++] = type_of_letter(lm, letter_of(t->vt[k]));
    return tm->type[type] = LLVMFunctionType(result_type(lm, t), p, n, false);
}

/* --- registers --- */

void window_get(struct lfunc *f, u32 a, const u32 *vt, u32 n, LLVMValueRef *v) {
    for (u32 k = 0; k < n; a += vt_slots(vt[k]), k++)
        v[k] = reg_get(f, a, letter_of(vt[k]));
}
void window_set(struct lfunc *f, u32 a, const u32 *vt, u32 n, const LLVMValueRef *v) {
    for (u32 k = 0; k < n; a += vt_slots(vt[k]), k++)
        reg_set(f, a, letter_of(vt[k]), v[k]);
}

/* --- slots --- */

LLVMValueRef out_window(struct lfunc *f) {
    return ctx_get(f, f->lm->ptr, offsetof(struct ctx, slot_sp));
}

/* What is narrower stands zero-extended in a slot. */
LLVMValueRef slot_get(struct lfunc *f, LLVMValueRef slot, u32 at, char letter) {
    LLVMTypeRef t = letter == 'V' ? f->lm->v128 : f->lm->i64;
    LLVMValueRef v = load_runtime(f, t, slot, 8 * (u64)at);
    LLVMSetAlignment(v, 8);
    return letter == 'V' ? v : as_letter(f, v, 'X', letter);
}
void slot_set(struct lfunc *f, LLVMValueRef slot, u32 at, char letter, LLVMValueRef v) {
    LLVMValueRef to = at_offset(f, slot, 8 * (u64)at);
    LLVMValueRef store = LLVMBuildStore(f->b, letter == 'V' ? v : as_letter(f, v, letter, 'X'), to);
    LLVMSetAlignment(store, 8);
    of_runtime(f, store);
}
void slots_get(struct lfunc *f, LLVMValueRef slot, const u32 *vt, u32 n, LLVMValueRef *v) {
    for (u32 k = 0, at = 0; k < n; at += vt_slots(vt[k]), k++)
        v[k] = slot_get(f, slot, at, letter_of(vt[k]));
}
void slots_set(struct lfunc *f, LLVMValueRef slot, const u32 *vt, u32 n, const LLVMValueRef *v) {
    for (u32 k = 0, at = 0; k < n; at += vt_slots(vt[k]), k++)
        slot_set(f, slot, at, letter_of(vt[k]), v[k]);
}

/* --- results --- */

/* Value k of what a call gave. */
static LLVMValueRef part_of(struct lfunc *f, LLVMValueRef call, u32 k) {
    bool single = LLVMGetTypeKind(LLVMTypeOf(call)) != LLVMStructTypeKind;
    return single ? call : LLVMBuildExtractValue(f->b, call, k, "");
}

LLVMValueRef fuel_of(struct lfunc *f, LLVMValueRef call) {
    return part_of(f, call, 0);
}

void results_of(struct lfunc *f, const struct deftype *t, LLVMValueRef call, LLVMValueRef *v) {
    u32 direct = direct_results(f->lm, t);
    if (!direct && t->nresult)
        slots_get(f, out_window(f), t->vt + t->nparam, t->nresult, v);
    for (u32 k = 0; k < direct; k++)
        v[k] = part_of(f, call, k + f->lm->l->fuel);
}

/* With the direct results v. */
static void give_back(struct lfunc *f, const struct deftype *t, const LLVMValueRef *v) {
    LLVMValueRef of[3], all;
    u32 n = 0;
    if (f->fuel)
        of[n++] = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    for (u32 k = 0; k < direct_results(f->lm, t); k++)
        of[n++] = v[k];
    if (n < 2) {
        if (n)
            LLVMBuildRet(f->b, of[0]);
        else
            LLVMBuildRetVoid(f->b);
        return;
    }
    all = LLVMGetPoison(result_type(f->lm, t));
    for (u32 k = 0; k < n; k++)
        all = LLVMBuildInsertValue(f->b, all, of[k], k, "");
    LLVMBuildRet(f->b, all);
}

void return_values(struct lfunc *f, const struct deftype *t, const LLVMValueRef *v) {
    if (!direct_results(f->lm, t) && t->nresult)
        slots_set(f, out_window(f), t->vt + t->nparam, t->nresult, v);
    give_back(f, t, v);
}

void return_nothing(struct lfunc *f, const struct deftype *t) {
    LLVMValueRef none[2];
    for (u32 k = 0; k < direct_results(f->lm, t); k++)
        none[k] = LLVMConstNull(type_of_letter(f->lm, letter_of(t->vt[t->nparam + k])));
    give_back(f, t, none);
}
