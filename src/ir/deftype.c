/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* deftype.c - where the values of a function type stand in a window.
 * in:  nparam, nresult, vt      out: param_slots, result_slots, result_at */
#include "ir/module.h"

static u32 slots_of(const u32 *vt, u32 n) {
    u32 slots = 0;

    for (u32 k = 0; k < n; k++) slots += vt_slots(vt[k]);
    return slots;
}

/* What a register can hold at all: numbers, or one class of references. */
static u8 class_of(u32 vt) { return vt_is_ref(vt) ? vt_letter(vt) : 0; }

/* Whether some slot would hold one class in one list and another in the other. */
static bool differ(const u32 *a, u32 na, const u32 *b, u32 nb) {
    u32 i = 0, j = 0, a_end = 0, b_end = 0;

    while (i < na && j < nb) {
        u32 x = a_end + vt_slots(a[i]), y = b_end + vt_slots(b[j]);
        if (class_of(a[i]) != class_of(b[j])) return true;
        if (x <= y) a_end = x, i++;
        if (y <= x) b_end = y, j++;
    }
    return false;
}

void deftype_slots(struct deftype *t) {
    t->param_slots = slots_of(t->vt, t->nparam);
    t->result_slots = slots_of(t->vt + t->nparam, t->nresult);
    t->result_at = differ(t->vt, t->nparam, t->vt + t->nparam, t->nresult) ? t->param_slots : 0;
}
