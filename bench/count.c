/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* count.c - a WebAssembly module in, one that counts its own instructions out.
 *
 * At the start of each straight run of instructions (function, behind loop, if, else, end and br_if) the number of
 * those in it is added to a new global, so any engine counts exactly and alike. What only marks blocks (block, loop,
 * else, end, try_table) does not count. A call that throws leaves the rest of its run counted. */
#include "count.h"
#include "front/wasm/wasm.h"
#include <string.h>

enum { SEC_GLOBAL = 6, SEC_EXPORT = 7, SEC_CODE = 10 };

static void put_u8(struct buf *b, u8 v) {
    buf_add(b, &v, 1);
}

static void put_u32(struct buf *b, u64 v) {
    for (; v >= 0x80; v >>= 7)
        put_u8(b, (u8)(v | 0x80));
    put_u8(b, (u8)v);
}

static void put_s64(struct buf *b, s64 v) {
    for (; v < -64 || v > 63; v >>= 7)
        put_u8(b, (u8)(v | 0x80));
    put_u8(b, v & 0x7f);
}

static void put_section(struct buf *out, u8 id, const struct buf *body) {
    put_u8(out, id);
    put_u32(out, body->len);
    buf_add(out, body->data, body->len);
}

/* global := global + n */
static void put_count(struct buf *b, u32 global, u32 n) {
    if (!n)
        return;
    put_u8(b, 0x23);
    put_u32(b, global);
    put_u8(b, 0x42);
    put_s64(b, n);
    put_u8(b, 0x7c);
    put_u8(b, 0x24);
    put_u32(b, global);
}

static bool marks_only(u16 op) {
    return op == W_block || op == W_loop || op == W_else || op == W_end || op == W_try_table;
}
static bool ends_run(u16 op) {
    return op == W_loop || op == W_if || op == W_else || op == W_end || op == W_br_if || op == W_br_on_null ||
           op == W_br_on_non_null;
}

static void put_body(struct buf *out, const struct wasm_module *m, const struct wasm_func *f, struct error *e) {
    struct bytes s = wasm_bytes(m, f->body, e);
    const u8 *run = s.p;
    struct wasm_insn i;
    struct buf b = {0};
    u32 n = 0;
    for (u32 runs = leb_u32(&s); runs && !e->code; runs--) {
        leb_u32(&s);
        wasm_read_valtype(m, &s);
    }
    buf_add(&b, run, (size_t)(s.p - run));
    run = s.p;
    while (s.p < s.end && wasm_insn_read(m, &s, &i)) {
        n += !marks_only(i.op);
        if (!ends_run(i.op) && s.p < s.end)
            continue;
        put_count(&b, m->nglobal, n);
        buf_add(&b, run, (size_t)(s.p - run));
        run = s.p;
        n = 0;
    }
    put_u32(out, b.len);
    buf_add(out, b.data, b.len);
    buf_free(&b);
}

/* The three sections that change; rest: what stood there behind the count, or nothing. */
static void put_changed(struct buf *out, const struct wasm_module *m, u8 id, const u8 *rest, size_t len,
                        struct error *e) {
    struct buf b = {0};
    switch (id) {
    case SEC_GLOBAL:
        put_u32(&b, m->nglobal - m->nglobal_import + 1u);
        buf_add(&b, rest, len);
        buf_add(&b, "\x7e\x01\x42\x00\x0b", 5); /* (mut i64) 0 */
        break;
    case SEC_EXPORT:
        put_u32(&b, m->nexport + 1u);
        buf_add(&b, rest, len);
        put_u32(&b, sizeof COUNT_EXPORT - 1);
        buf_add(&b, COUNT_EXPORT, sizeof COUNT_EXPORT - 1);
        put_u8(&b, WASM_GLOBAL);
        put_u32(&b, m->nglobal);
        break;
    case SEC_CODE:
        put_u32(&b, m->nfunc - m->nfunc_import);
        for (u32 f = m->nfunc_import; f < m->nfunc; f++)
            put_body(&b, m, &m->func[f], e);
        break;
    }
    put_section(out, id, &b);
    buf_free(&b);
}

static size_t behind_count(const u8 *p, size_t len) {
    size_t k = 0;
    while (k < len && p[k] & 0x80)
        k++;
    return k < len ? k + 1 : len;
}

int count_instrument(const u8 *p, size_t n, struct buf *out, struct error *e) {
    static const u8 changed[] = {SEC_GLOBAL, SEC_EXPORT, SEC_CODE};
    struct arena a = {0};
    struct wasm_module m;
    struct wasm_section s;
    u32 pos = 8, next = 0, from = 8;
    if (wasm_load(&m, &a, p, n, 0, 1, e)) {
        arena_drop(&a);
        return e->code;
    }
    buf_add(out, p, 8);
    for (; wasm_section_next(&m, &pos, &s); from = pos) {
        size_t count = behind_count(p + s.body.off, s.body.len);
        /* sections that the module does not have; 12 and 13 stand out of the order of numbers */
        while (next < COUNT(changed) && s.id && s.id < 12 && s.id > changed[next])
            put_changed(out, &m, changed[next++], NULL, 0, e);
        if (next < COUNT(changed) && s.id == changed[next])
            put_changed(out, &m, changed[next++], p + s.body.off + count, s.body.len - count, e);
        else
            buf_add(out, p + from, pos - from);
    }
    arena_drop(&a);
    if (out->oom)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    return e->code;
}
