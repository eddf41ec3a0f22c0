/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* valtype.h - types of values as signatures, globals, tables and tags have them: one u32, equal
 * if and only if the types are.
 *
 *   number   a letter of isa.def: 'I' i32  'L' i64  'F' f32  'D' f64  'V' v128
 *
 *    31  30   29  24 23          0
 *   | 1 |null|      |    heap     |   a reference (a register of type R): heap is an index in
 *                                     module.type[], or an abstract type HEAP_* */
#ifndef IR_VALTYPE_H
#define IR_VALTYPE_H
#include "base/types.h"

#define VT_REF  0x80000000u
#define VT_NULL 0x40000000u
#define VT_HEAP 0x00ffffffu

/* Abstract heap types, from heaps.def. Those of collected objects exist as types only. */
enum {
    HEAP_FIRST = 0xff0000,
    HEAP_BEFORE = HEAP_FIRST - 1,
#define HEAP(id, byte, text, null_text, up) HEAP_##id,
#include "ir/heaps.def"
    HEAP_END
};
#define VT_FUNCREF   (VT_REF | VT_NULL | HEAP_FUNC)
#define VT_EXTERNREF (VT_REF | VT_NULL | HEAP_EXTERN)
#define VT_EXNREF    (VT_REF | VT_NULL | HEAP_EXN)

static inline bool vt_is_ref(u32 t) {
    return t >> 31;
}
/* The letter of a register that holds it, and the slots of 64 bits that it takes. References are told apart by
 * class alone: E those of the host, N exceptions, R all others, which are functions or null. */
static inline u8 vt_letter(u32 t) {
    if (!vt_is_ref(t))
        return (u8)t;
    switch (t & VT_HEAP) {
    case HEAP_EXTERN:
    case HEAP_NOEXTERN: return 'E';
    case HEAP_EXN:
    case HEAP_NOEXN: return 'N';
    default: return 'R';
    }
}
static inline u32 vt_slots(u32 t) {
    return t == 'V' ? 2 : 1;
}

#endif
