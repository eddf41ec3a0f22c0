/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* values.c - values as the host has them (kind and union), and slots as typed code has them. */
#include "api/api.h"
#include <string.h>

u8 kind_of_vt(u32 vt) {
    if (!vt_is_ref(vt))
        return (u8)vt; /* the letters are the same */
    switch (vt & VT_HEAP) {
    case HEAP_EXTERN:
    case HEAP_NOEXTERN: return SVM_EXTERNREF;
    case HEAP_EXN:
    case HEAP_NOEXN: return SVM_EXNREF;
    case HEAP_ANY:
    case HEAP_EQ:
    case HEAP_I31:
    case HEAP_STRUCT:
    case HEAP_ARRAY:
    case HEAP_NONE: return SVM_ANYREF;
    }
    return SVM_FUNCREF;
}

u32 vt_of_kind(u8 kind) {
    switch (kind) {
    case SVM_I32:
    case SVM_I64:
    case SVM_F32:
    case SVM_F64:
    case SVM_V128: return kind;
    case SVM_FUNCREF: return VT_FUNCREF;
    case SVM_EXTERNREF: return VT_EXTERNREF;
    case SVM_EXNREF: return VT_EXNREF;
    case SVM_ANYREF: return VT_REF | VT_NULL | HEAP_ANY;
    }
    return 0;
}

void val_of_slot(struct svm_val *v, u32 vt, const u64 *slot) {
    *v = (struct svm_val){0};
    v->kind = kind_of_vt(vt);
    switch (v->kind) {
    case SVM_I32:
    case SVM_F32: memcpy(&v->of.i32, slot, 4); return;
    case SVM_V128: memcpy(v->of.v128, slot, 16); return;
    case SVM_FUNCREF: v->of.func = ptr(*slot); return;
    }
    memcpy(&v->of.i64, slot, 8);
}

static const struct funcref *funcref_of(const struct svm_func *f) {
    return (const struct funcref *)(const void *)f;
}

bool slot_of_val(struct group *g, u32 vt, const struct svm_val *v, u64 *slot) {
    const struct funcref *f;
    if (v->kind != kind_of_vt(vt))
        return false;
    slot[0] = 0;
    switch (v->kind) {
    case SVM_I32:
    case SVM_F32: memcpy(slot, &v->of.i32, 4); return true;
    case SVM_V128: memcpy(slot, v->of.v128, 16); return true;
    case SVM_FUNCREF:
        f = funcref_of(v->of.func);
        *slot = num(f);
        return (!f || group_of(f->owner) == g) && vt_holds(g->r, vt, *slot);
    case SVM_EXTERNREF: *slot = v->of.ref; return vt_holds(g->r, vt, *slot);
    case SVM_EXNREF: /* what a program threw is its own: a host could hand back one that is gone */
    case SVM_ANYREF: return !v->of.ref && vt & VT_NULL;
    }
    memcpy(slot, &v->of.i64, 8);
    return true;
}

void other_vals(struct svm_val *v, const u32 *vt, u32 n, const u64 *slot) {
    for (u32 i = 0; i < n; i++) {
        val_of_slot(&v[i], vt[i], slot);
        slot += vt_slots(vt[i]);
    }
}

bool other_slots(struct group *g, const u32 *vt, u32 n, const struct svm_val *v, u64 *slot) {
    for (u32 i = 0; i < n; i++) {
        if (!slot_of_val(g, vt[i], &v[i], slot))
            return false;
        slot += vt_slots(vt[i]);
    }
    return true;
}
