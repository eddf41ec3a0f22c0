/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* text.c - value types and signatures in the text format's words (WebAssembly 3.0, 6.4). */
#include "ir/text.h"

void print_valtype(struct buf *b, u32 vt) {
    const char *text = "?", *null_text = NULL;
    u32 heap = vt & VT_HEAP;
    if (!vt_is_ref(vt)) {
        switch (vt) {
        case TYPE_I32: text = "i32"; break;
        case TYPE_I64: text = "i64"; break;
        case TYPE_F32: text = "f32"; break;
        case TYPE_F64: text = "f64"; break;
        case TYPE_V128: text = "v128"; break;
        }
        buf_printf(b, "%s", text);
        return;
    }
    switch (heap) {
#define HEAP(id, byte, tx, null_tx, up)                                                                                \
    case HEAP_##id:                                                                                                    \
        text = tx;                                                                                                     \
        null_text = null_tx;                                                                                           \
        break;
#include "ir/heaps.def"
    }
    if (!null_text)
        buf_printf(b, "(ref %s%u)", vt & VT_NULL ? "null " : "", heap);
    else if (vt & VT_NULL)
        buf_printf(b, "%s", null_text);
    else
        buf_printf(b, "(ref %s)", text);
}

static void print_types(struct buf *b, const u32 *vt, u32 n) {
    buf_printf(b, "(");
    for (u32 k = 0; k < n; k++) {
        buf_printf(b, "%s", k ? ", " : "");
        print_valtype(b, vt[k]);
    }
    buf_printf(b, ")");
}

void print_signature(struct buf *b, const struct module *m, u32 type) {
    const struct deftype *t = &m->type[type];
    print_types(b, t->vt, t->nparam);
    buf_printf(b, " -> ");
    print_types(b, t->vt + t->nparam, t->nresult);
}
