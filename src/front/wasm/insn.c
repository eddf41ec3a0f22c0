/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* insn.c - one instruction out of a body: opcode and immediates, from the rows of wasm.def.
 * in:  bytes      out: struct wasm_insn; after it nobody looks at the encoding again
 *
 * What is wrong with the bytes alone is refused here; indices and types are the validator's. */
#include "front/wasm/insn_read.h"

const struct wasm_op wasm_op[W_COUNT] = {
#define PAGE_BASE 0
#define PAGE_FB 0xfb
#define PAGE_FC 0xfc
#define PAGE_FD 0xfd
#define PAGE_FE 0xfe
    [W_illegal] = {.name = "illegal opcode"},
#define OP(id, text, pg, cd, im, sg, ft)                                                                               \
    [W_##id] = {text, sg, sizeof(sg) - 2, IMM_##im, WF_##ft, PAGE_##pg, cd},
#include "front/wasm/wasm.def"
};

const u16 insn_rows[5 * PAGE_SIZE] = {
#define OP(id, text, page, code, ...) [AT_##page + code] = W_##id,
#include "front/wasm/wasm.def"
};

const char *wasm_feature_name(unsigned f) {
    static const char *const name[] = {
#define FEATURE(id, text) text,
#include "front/wasm/wasm.def"
    };
    return f < COUNT(name) ? name[f] : "unknown";
}

u32 insn_prefixed(struct bytes *b, const u8 *at) {
    u32 code, row;

    if (*at < 0xfb || *at > 0xfe) {
        bad(b, E_OPCODE, at, "illegal opcode %02x", *at);
        return W_illegal;
    }
    code = leb_u32(b);
    row = code < PAGE_SIZE ? insn_rows[(*at - 0xfau) * PAGE_SIZE + code] : W_illegal;
    if (!row) bad(b, E_OPCODE, at, "illegal opcode %02x %02x", *at, code);
    return b->e->code ? W_illegal : row;
}

/* 0, a value type, or BLOCK_TYPE | type: 5.4.1. The bytes of types are all negative as s33. */
u32 insn_block_type(const struct wasm_module *m, struct bytes *b) {
    const u8 *at = b->p;
    s64 v;

    if (b->p < b->end && *b->p == 0x40) return b->p++, 0;
    if (b->p < b->end && *b->p >= 0x40 && *b->p < 0x80) return wasm_read_valtype(m, b);
    v = leb_s33(b);
    if (b->e->code) return 0;
    if (v >= 0 && v < m->ntype && m->type[v].kind == 'f') return BLOCK_TYPE | m->type[v].canon;
    if (v < 0) bad(b, E_FORMAT, at, "malformed block type");
    else bad(b, E_INDEX, at, "unknown type %lld", (long long)v);
    return 0;
}

void insn_memarg_long(struct bytes *b, struct wasm_insn *i) {
    const u8 *at = b->p;

    i->x = leb_u32(b);
    i->y = 0;
    if (i->x >= 128) bad(b, E_FORMAT, at, "malformed memop flags");
    if (i->x & 64) i->y = leb_u32(b);
    i->x &= 63;
    i->imm = leb_u64(b);
}

void insn_labels(struct bytes *b, struct wasm_insn *i) {
    i->n = leb_u32(b);
    i->ext = b->p;
    if (i->n > WASM_MAX_LABELS) bad(b, E_LIMIT, i->at, "br_table with %u labels: at most %u", i->n, WASM_MAX_LABELS);
    for (u32 k = 0; k <= i->n && !b->e->code; k++) leb_u32(b);
}

bool wasm_catch_read(struct bytes *b, struct wasm_catch *c) {
    const u8 *at = b->p;

    c->kind = take_u8(b);
    c->tag = WASM_NONE;
    if (c->kind >= CATCH_KINDS) bad(b, E_FORMAT, at, "malformed catch clause");
    if (c->kind == CATCH_TAG || c->kind == CATCH_TAG_REF) c->tag = leb_u32(b);
    c->label = leb_u32(b);
    return !b->e->code;
}

void insn_catches(struct bytes *b, struct wasm_insn *i) {
    struct wasm_catch c;

    i->n = leb_u32(b);
    i->ext = b->p;
    if (i->n > WASM_MAX_CATCHES)
        bad(b, E_LIMIT, i->at, "try_table with %u catches: at most %u", i->n, WASM_MAX_CATCHES);
    for (u32 k = 0; k < i->n && !b->e->code; k++) wasm_catch_read(b, &c);
}

void insn_select_types(const struct wasm_module *m, struct bytes *b, struct wasm_insn *i) {
    i->n = leb_u32(b);
    if (i->n > left(b)) bad_end(b);
    for (u32 k = 0; k < i->n && !b->e->code; k++) {
        u32 t = wasm_read_valtype(m, b);
        if (!k) i->x = t;
    }
}

bool insn_refused(const struct wasm_module *m, struct bytes *b, const struct wasm_insn *i) {
    const struct wasm_op *o = &wasm_op[i->op];

    if (o->feature == WF_GC) bad(b, E_UNSUP, i->at, "garbage-collected objects are not supported: %s", o->name);
    else if (o->feature == WF_LEGACY_EH)
        bad(b, E_UNSUP, i->at, "legacy exceptions are not supported: %s; compile for try_table and exnref", o->name);
    else if (!(m->features >> o->feature & 1))
        bad(b, E_UNSUP, i->at, "illegal opcode: %s needs the feature %s, which is off", o->name,
            wasm_feature_name(o->feature));
    return b->e->code;
}

bool wasm_insn_read(const struct wasm_module *m, struct bytes *b, struct wasm_insn *i) {
    return read_opcode(m, b, i) && read_immediates(m, b, i, (enum wasm_imm)wasm_op[i->op].imm);
}

struct bytes wasm_bytes(const struct wasm_module *m, struct wasm_span s, struct error *e) {
    return (struct bytes){m->p, m->p + s.off, m->p + s.off + s.len, e};
}
