/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_val.c - values of wasm.h, and slots as typed code has them. */
#include "api/wasm_c.h"
#include <string.h>

u8 valkind_of_vt(u32 vt) {
    switch (kind_of_vt(vt)) {
    case SVM_I32: return WASM_I32;
    case SVM_I64: return WASM_I64;
    case SVM_F32: return WASM_F32;
    case SVM_F64: return WASM_F64;
    case SVM_V128: return WASM_KIND_V128;
    case SVM_FUNCREF: return WASM_FUNCREF;
    case SVM_EXTERNREF: return WASM_EXTERNREF;
    }
    return WASM_KIND_OTHER_REF;
}

u32 vt_of_valkind(u8 kind) {
    switch (kind) {
    case WASM_I32: return 'I';
    case WASM_I64: return 'L';
    case WASM_F32: return 'F';
    case WASM_F64: return 'D';
    case WASM_EXTERNREF: return VT_EXTERNREF;
    case WASM_FUNCREF: return VT_FUNCREF;
    }
    return 0;
}

bool slot_of_ref(struct wasm_store_t *s, struct member *into, u32 vt, struct wasm_ref_t *ref, u64 *slot) {
    struct group *g;
    *slot = 0;
    if (!ref)
        return vt & VT_NULL;
    if (ref->store != s || s->closed)
        return false;
    switch (valkind_of_vt(vt)) {
    case WASM_FUNCREF:
        if (ref->kind != REF_FUNC || !vt_holds(&s->vm->r, vt, num(ref->of.func)))
            return false;
        *slot = num(ref->of.func);
        if (!(g = ref_group(ref)))
            ref_pin(ref);
        return !g || group_join(into->group, g);
    case WASM_EXTERNREF:
        *slot = num(ref);
        ref_pin(ref);
        return vt_holds(&s->vm->r, vt, *slot);
    }
    return false;
}

bool slot_of_wasm(struct wasm_store_t *s, struct member *into, u32 vt, const wasm_val_t *v, u64 *slot) {
    if (vt_is_ref(vt) && wasm_valkind_is_ref(v->kind) && (!v->of.ref || v->kind == valkind_of_vt(vt)))
        return slot_of_ref(s, into, vt, v->of.ref, slot);
    if (vt_is_ref(vt) || v->kind != valkind_of_vt(vt))
        return false;
    *slot = 0;
    switch (v->kind) {
    case WASM_I32:
    case WASM_F32: memcpy(slot, &v->of.i32, 4); return true;
    case WASM_I64:
    case WASM_F64: memcpy(slot, &v->of.i64, 8); return true;
    }
    return false; /* a v128 */
}

void wasm_of_slot(struct wasm_store_t *s, u32 vt, const u64 *slot, wasm_val_t *v) {
    memset(v, 0, sizeof *v);
    v->kind = valkind_of_vt(vt);
    switch (v->kind) {
    case WASM_I32:
    case WASM_F32: memcpy(&v->of.i32, slot, 4); return;
    case WASM_I64:
    case WASM_F64: memcpy(&v->of.i64, slot, 8); return;
    case WASM_FUNCREF:
        if (*slot && !s->closed)
            v->of.ref = ref_of_func(s, ptr(*slot));
        return;
    case WASM_EXTERNREF:
        if (!s->closed)
            v->of.ref = ref_up(ptr(*slot));
        return;
    }
}

void wasm_val_delete(wasm_val_t *v) {
    if (v && wasm_valkind_is_ref(v->kind)) {
        ref_down(v->of.ref);
        v->of.ref = NULL;
    }
}

void wasm_val_copy(wasm_val_t *out, const wasm_val_t *v) {
    *out = *v;
    if (wasm_valkind_is_ref(v->kind))
        out->of.ref = ref_up(v->of.ref);
}
