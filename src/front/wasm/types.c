/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types.c - value types: read, compared, printed (WebAssembly 3.0, 5.3 and 3.3).
 * Types are canonical, so equality is ==, and subtyping of defined types a walk up. */
#include "front/wasm/wasm.h"
#include <stdio.h>

#define UP(id) (1u << (HEAP_##id - HEAP_FIRST))

/* Abstract heap types: bit set of supertypes. */
static const u32 heap_up[] = {
#define HEAP(id, byte, text, null_text, up) [HEAP_##id - HEAP_FIRST] = up,
#include "ir/heaps.def"
};
#define UP(id) (1u << (HEAP_##id - HEAP_FIRST))

static u32 abstract_of(u8 kind) { return kind == 'f' ? HEAP_FUNC : kind == 's' ? HEAP_STRUCT : HEAP_ARRAY; }

bool wasm_heap_match(const struct wasm_module *m, u32 a, u32 b) {
    if (a == b) return true;
    if (a >= HEAP_FIRST && b >= HEAP_FIRST) return heap_up[a - HEAP_FIRST] & 1u << (b - HEAP_FIRST);
    if (a >= HEAP_FIRST) /* only the bottom of its hierarchy lies below a defined type */
        return a == HEAP_BOT || (m->type[b].kind == 'f' ? a == HEAP_NOFUNC : a == HEAP_NONE);
    if (b >= HEAP_FIRST) return heap_up[abstract_of(m->type[a].kind) - HEAP_FIRST] & 1u << (b - HEAP_FIRST);
    while (a != WASM_NONE && a != b) a = m->type[a].super;
    return a == b;
}

bool wasm_type_match(const struct wasm_module *m, u32 a, u32 b) {
    if (a == b || !a) return true;
    if (!(a & b & VT_REF) || (a & VT_NULL && !(b & VT_NULL))) return false;
    return wasm_heap_match(m, a & VT_HEAP, b & VT_HEAP);
}

bool wasm_defaultable(u32 t) { return !(t & VT_REF) || t & VT_NULL; }

static u32 abstract_heap(u8 byte) {
    switch (byte) {
#define HEAP(id, byte, text, null_text, up) case byte: return HEAP_##id;
#include "ir/heaps.def"
    }
    return HEAP_BOT;
}

/* What reference-types, exception-handling and gc brought. */
static bool heap_allowed(const struct wasm_module *m, u32 h) {
    u32 need = h == HEAP_FUNC ? WF_MVP : h == HEAP_EXTERN ? WF_REF_TYPES : h == HEAP_EXN ? WF_EXCEPTIONS : WF_REC_TYPES;
    return m->features >> need & 1;
}

u32 wasm_read_heaptype(const struct wasm_module *m, struct bytes *b) {
    const u8 *at = b->p;
    s64 v = leb_s33(b);

    if (b->e->code) return 0;
    if (v < 0) {
        u32 h = v >= -64 ? abstract_heap((u8)(v & 0x7f)) : HEAP_BOT;
        if (h != HEAP_BOT && b->p - at == 1 && heap_allowed(m, h)) return h;
        bad(b, E_FORMAT, at, "malformed heap type");
        return 0;
    }
    if (v < m->ntype) return m->type[v].canon;
    if (v - m->ntype < m->pending) return HEAP_GROUP + (u32)(v - m->ntype);
    bad(b, E_INDEX, at, "unknown type %lld", (long long)v);
    return 0;
}

/* The reference type that starts with byte, which is read already; 0: none does. */
static u32 reference(const struct wasm_module *m, struct bytes *b, u8 byte) {
    u32 h;

    if ((byte == 0x63 || byte == 0x64) && m->features >> WF_FUNC_REFS & 1)
        return VT_REF | (byte == 0x63 ? VT_NULL : 0) | wasm_read_heaptype(m, b);
    h = abstract_heap(byte);
    return h == HEAP_BOT || !heap_allowed(m, h) ? 0 : VT_REF | VT_NULL | h;
}

u32 wasm_read_reftype(const struct wasm_module *m, struct bytes *b) {
    const u8 *at = b->p;
    u32 t = reference(m, b, take_u8(b));

    if (!t) bad(b, E_FORMAT, at, "malformed reference type");
    return t;
}

u32 wasm_read_valtype(const struct wasm_module *m, struct bytes *b) {
    const u8 *at = b->p;
    u8 byte = take_u8(b);
    u32 t;

    switch (byte) {
    case 0x7f: return 'I';
    case 0x7e: return 'L';
    case 0x7d: return 'F';
    case 0x7c: return 'D';
    case 0x7b:
        if (m->features >> WF_SIMD & 1) return 'V';
        break;
    }
    t = reference(m, b, byte);
    if (!t || (t == VT_FUNCREF && !(m->features >> WF_REF_TYPES & 1))) {
        bad(b, E_FORMAT, at, "malformed value type");
        return 0;
    }
    return t;
}

struct wasm_types wasm_params(const struct wasm_module *m, u32 type) {
    const struct wasm_type *t = &m->type[type];
    return (struct wasm_types){m->pool + t->first, t->n};
}

struct wasm_types wasm_results(const struct wasm_module *m, u32 type) {
    const struct wasm_type *t = &m->type[type];
    return (struct wasm_types){m->pool + t->first + t->n, t->nresult};
}

struct wasm_types wasm_block_params(const struct wasm_module *m, const u32 *block) {
    if (!(*block & BLOCK_TYPE) || *block & VT_REF) return (struct wasm_types){block, 0};
    return wasm_params(m, *block & VT_HEAP);
}

struct wasm_types wasm_block_results(const struct wasm_module *m, const u32 *block) {
    if (*block & BLOCK_TYPE && !(*block & VT_REF)) return wasm_results(m, *block & VT_HEAP);
    return (struct wasm_types){block, *block ? 1 : 0};
}

struct wasm_text wasm_type_text(u32 t) {
    struct wasm_text out;
    u32 h = t & VT_HEAP;
    const char *text = "any type", *null_text = NULL;

    switch (t & ~WT_MUTABLE) {
    case 'I': text = "i32"; break;
    case 'L': text = "i64"; break;
    case 'F': text = "f32"; break;
    case 'D': text = "f64"; break;
    case 'V': text = "v128"; break;
    case 'B': text = "i8"; break;
    case 'H': text = "i16"; break;
    }
    switch (t & VT_REF ? h : 0) {
#define HEAP(id, byte, tx, null_tx, up) case HEAP_##id: text = tx; null_text = null_tx; break;
#include "ir/heaps.def"
    }
    if (!(t & VT_REF)) snprintf(out.s, sizeof out.s, "%s", text);
    else if (!null_text) snprintf(out.s, sizeof out.s, "(ref %s%u)", t & VT_NULL ? "null " : "", h);
    else if (t & VT_NULL) snprintf(out.s, sizeof out.s, "%s", null_text);
    else snprintf(out.s, sizeof out.s, "(ref %s)", text);
    return out;
}
