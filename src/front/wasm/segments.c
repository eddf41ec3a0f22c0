/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* segments.c - element and data segments (WebAssembly 3.0, 5.5.12, 5.5.14). What they hold is checked and stays
 * in the file. */
#include "front/wasm/decode.h"

static void read_place(struct decoder *d, struct wasm_elem *s, u32 table) {
    const u8 *at = d->b.p;

    s->mode = SEG_ACTIVE;
    s->table = table;
    if (d->b.e->code) return;
    if (table >= d->m->ntable) bad(&d->b, E_INDEX, at, "unknown table %u", table);
    else s->at = read_const(d, d->m->table[table].lim.is64 ? 'L' : 'I');
}

static void read_func_item(struct decoder *d) {
    const u8 *at = d->b.p;
    u32 f = leb_u32(&d->b);

    if (d->b.e->code) return;
    if (f >= d->m->nfunc) bad(&d->b, E_INDEX, at, "unknown function %u", f);
    else d->m->referenced[f / 8] |= (u8)(1u << f % 8);
}

/* All eight forms. Bits of flags: 0 passive or declared, 1 has a table index (or, with bit 0,
 * is declared), 2 items are expressions. */
static void read_elem(struct decoder *d) {
    struct bytes *b = &d->b;
    const u8 *at = b->p, *start;
    u32 flags = leb_u32(b);
    struct wasm_elem s = {.exprs = flags & 4, .type = VT_REF | HEAP_FUNC}, *to;

    if (flags > (d->m->features >> WF_BULK & 1 ? 7 : 0))
        bad(b, E_FORMAT, at, "malformed elements segment kind %u", flags);
    if (flags & 1) s.mode = flags & 2 ? SEG_DECLARED : SEG_PASSIVE;
    else read_place(d, &s, flags & 2 ? leb_u32(b) : 0);
    if (s.exprs) s.type = VT_FUNCREF;
    if (flags & 3) { /* else it is of functions, or of funcref */
        const u8 *kind = b->p;
        if (s.exprs) s.type = wasm_read_reftype(d->m, b);
        else if (take_u8(b)) bad(b, E_FORMAT, kind, "malformed element kind");
    }
    if (!b->e->code && s.mode == SEG_ACTIVE && !wasm_type_match(d->m, s.type, d->m->table[s.table].type))
        bad(b, E_FORMAT, at, "type mismatch: elements of %s for a table of %s", wasm_type_text(s.type).s,
            wasm_type_text(d->m->table[s.table].type).s);
    s.n = read_count(d, 0, WASM_MAX_ITEMS, "items of an element segment");
    start = b->p;
    for (u32 i = 0; i < s.n && !b->e->code; i++) {
        if (s.exprs) read_const(d, s.type);
        else read_func_item(d);
    }
    s.items = (struct wasm_span){(u32)(start - d->m->p), (u32)(b->p - start)};
    if (!b->e->code && (to = PUSH(d, elem))) *to = s;
}

void read_elems(struct decoder *d) {
    u32 n = read_count(d, 0, WASM_MAX_ELEMS, "element segments");

    for (u32 i = 0; i < n && !d->b.e->code; i++) read_elem(d);
}

static void read_data(struct decoder *d) {
    struct bytes *b = &d->b;
    const u8 *at = b->p, *p;
    u32 flags = leb_u32(b), n;
    struct wasm_data s = {.mode = flags == 1 ? SEG_PASSIVE : SEG_ACTIVE}, *to;

    if (flags > (d->m->features >> WF_BULK & 1 ? 2 : 0)) bad(b, E_FORMAT, at, "malformed data segment kind %u", flags);
    if (flags == 2) s.memory = leb_u32(b);
    if (b->e->code) return;
    if (s.mode == SEG_ACTIVE) {
        if (s.memory >= d->m->nmemory) bad(b, E_INDEX, at, "unknown memory %u", s.memory);
        else s.at = read_const(d, d->m->memory[s.memory].lim.is64 ? 'L' : 'I');
    }
    n = leb_u32(b);
    if (!(p = leb_bytes(b, n)) || b->e->code) return;
    s.bytes = (struct wasm_span){(u32)(p - d->m->p), n};
    if ((to = PUSH(d, data))) *to = s;
}

void read_datas(struct decoder *d) {
    const u8 *at = d->b.p;
    u32 n = read_count(d, 0, WASM_MAX_DATAS, "data segments");

    if (!d->b.e->code && d->m->data_count != WASM_NONE && n != d->m->data_count)
        bad(&d->b, E_FORMAT, at, "data count and data section have inconsistent lengths: %u and %u",
            d->m->data_count, n);
    for (u32 i = 0; i < n && !d->b.e->code; i++) read_data(d);
}
