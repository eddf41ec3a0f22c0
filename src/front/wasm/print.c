/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* print.c - one WebAssembly instruction out, in the words of the text format (WebAssembly 3.0, 6.5).
 * in:  struct wasm_insn (insn.c)      out: a line
 *
 * The mnemonic and the kind of immediate are in the row of wasm.def; here each kind is printed once. */
#include "front/wasm/print.h"
#include <math.h>
#include <string.h>

static void print_u32s(struct buf *b, struct bytes s, u32 n) {
    for (u32 k = 0; k < n; k++)
        buf_printf(b, " %u", leb_u32(&s));
}

static void print_bytes(struct buf *b, const u8 *p, u32 n, const char *fmt) {
    for (u32 k = 0; p && k < n; k++)
        buf_printf(b, fmt, p[k]);
}

static void print_block_type(struct buf *b, u32 t) {
    if (t & BLOCK_TYPE && !vt_is_ref(t))
        buf_printf(b, " (type %u)", t & ~BLOCK_TYPE);
    else if (t)
        buf_printf(b, " (result %s)", wasm_type_text(t).s);
}

static void print_catches(struct buf *b, struct bytes s, u32 n) {
    static const char *const text[CATCH_KINDS] = {"catch", "catch_ref", "catch_all", "catch_all_ref"};
    struct wasm_catch c;
    for (u32 k = 0; k < n && wasm_catch_read(&s, &c); k++) {
        buf_printf(b, " (%s", text[c.kind]);
        if (c.tag != WASM_NONE)
            buf_printf(b, " %u", c.tag);
        buf_printf(b, " %u)", c.label);
    }
}

/* Hexadecimal notation gives back the same bits, NaN payloads too. */
static void print_float(struct buf *b, f64 v, u64 payload, bool minus) {
    if (isnan(v))
        buf_printf(b, " %snan:0x%llx", minus ? "-" : "", (unsigned long long)payload);
    else
        buf_printf(b, isinf(v) || (v == (s64)v && fabs(v) < 1e15) ? " %.0f" : " %a", v);
}

static void print_f32(struct buf *b, u32 bits) {
    f32 v;
    memcpy(&v, &bits, sizeof v);
    print_float(b, v, bits & 0x7fffff, bits >> 31);
}

static void print_f64(struct buf *b, u64 bits) {
    f64 v;
    memcpy(&v, &bits, sizeof v);
    print_float(b, v, bits & 0xfffffffffffff, bits >> 63);
}

static void print_memarg(struct buf *b, const struct wasm_insn *i) {
    if (i->y)
        buf_printf(b, " %u", i->y);
    if (i->imm)
        buf_printf(b, " offset=%llu", (unsigned long long)i->imm);
    buf_printf(b, " align=%llu", 1ull << i->x);
}

static void print_func(struct buf *b, const struct wasm_module *m, u32 f) {
    struct wasm_span name = wasm_func_name(m, f);
    buf_printf(b, " %u", f);
    if (name.len)
        buf_printf(b, " <%.*s>", (int)name.len, (const char *)m->p + name.off);
}

void wasm_insn_print(struct buf *b, const struct wasm_module *m, const struct wasm_insn *i) {
    struct error e = {0};
    struct bytes ext = {m->p, i->ext, m->p + m->size, &e};
    buf_printf(b, "%s", wasm_op[i->op].name);
    switch ((enum wasm_imm)wasm_op[i->op].imm) {
    case IMM_NONE:
    case IMM_REFUSED:
    case IMM_FENCE: break;
    case IMM_BLOCK: print_block_type(b, i->x); break;
    case IMM_TRY:
        print_block_type(b, i->x);
        print_catches(b, ext, i->n);
        break;
    case IMM_LABELS: print_u32s(b, ext, i->n + 1); break;
    case IMM_FUNC: print_func(b, m, i->x); break;
    case IMM_LABEL:
    case IMM_TYPE:
    case IMM_LOCAL:
    case IMM_GLOBAL:
    case IMM_TABLE:
    case IMM_ELEM:
    case IMM_DATA:
    case IMM_TAG:
    case IMM_LANE2:
    case IMM_LANE4:
    case IMM_LANE8:
    case IMM_LANE16: buf_printf(b, " %u", i->x); break;
    case IMM_MEM:
        if (i->y)
            buf_printf(b, " %u", i->y);
        break;
    case IMM_CALLI:
        if (i->y)
            buf_printf(b, " %u", i->y);
        buf_printf(b, " (type %u)", i->x);
        break;
    case IMM_TABLES:
    case IMM_MEMS:
        if (i->x || i->y)
            buf_printf(b, " %u %u", i->x, i->y);
        break;
    case IMM_TINIT:
    case IMM_MINIT:
        if (i->y)
            buf_printf(b, " %u", i->y);
        buf_printf(b, " %u", i->x);
        break;
    case IMM_HEAP:
    case IMM_SELT: buf_printf(b, " %s", wasm_type_text(i->x).s); break;
    case IMM_I32: buf_printf(b, " %d", (s32)i->imm); break;
    case IMM_I64: buf_printf(b, " %lld", (long long)i->imm); break;
    case IMM_F32: print_f32(b, (u32)i->imm); break;
    case IMM_F64: print_f64(b, i->imm); break;
    case IMM_V128:
        buf_printf(b, " i8x16");
        print_bytes(b, i->ext, 16, " 0x%02x");
        break;
    case IMM_SHUFFLE: print_bytes(b, i->ext, 16, " %u"); break;
    case IMM_ACC0:
    case IMM_ACC1:
    case IMM_ACC2:
    case IMM_ACC3:
    case IMM_ACC4:
    case IMM_ATM0:
    case IMM_ATM1:
    case IMM_ATM2:
    case IMM_ATM3: print_memarg(b, i); break;
    case IMM_ALN0:
    case IMM_ALN1:
    case IMM_ALN2:
    case IMM_ALN3:
        print_memarg(b, i);
        buf_printf(b, " %u", i->n);
        break;
    }
}

/* --- what is shown of a module --- */

/* The declared locals, as runs, in front of the first instruction. */
static void locals(const struct wasm_module *m, struct bytes *s, u32 nparam, struct buf *b) {
    u64 first = nparam;
    for (u32 runs = leb_u32(s); runs && !s->e->code; runs--) {
        u64 n = leb_u32(s);
        struct wasm_text t = wasm_type_text(wasm_read_valtype(m, s));
        if (!n)
            continue;
        if (n == 1)
            buf_printf(b, "%10s  (local %llu %s)\n", "", (unsigned long long)first, t.s);
        else
            buf_printf(b, "%10s  (local %llu-%llu %s)\n", "", (unsigned long long)first,
                       (unsigned long long)(first + n - 1), t.s);
        first += n;
    }
}

/* NULL: an import, or a function that the front end has made up. */
static const struct wasm_func *body(const struct wasm_module *w, u32 f) {
    return f < w->nfunc && w->func[f].body.len ? &w->func[f] : NULL;
}

static u64 insns(const struct module *m, u32 f, u64 from, u64 upto, struct buf *b) {
    const struct wasm_module *w = m->front_data;
    const struct wasm_func *g = body(w, f);
    struct error e = {0};
    struct wasm_insn i;
    struct bytes s;
    if (!g)
        return from;
    s = wasm_bytes(w, g->body, &e);
    if (from <= g->body.off)
        locals(w, &s, w->type[g->type].n, b);
    else
        s.p = w->p + from;
    while (s.p < s.end && (u64)(s.p - w->p) <= upto && wasm_insn_read(w, &s, &i)) {
        buf_printf(b, "%10llx: ", (unsigned long long)(i.at - w->p));
        wasm_insn_print(b, w, &i);
        buf_printf(b, "\n");
    }
    return (u64)(s.p - w->p);
}

static bool custom(const struct module *m, u32 i, struct str *name, u64 *size) {
    const struct wasm_module *w = m->front_data;
    struct wasm_section s;
    u32 pos = 8;
    while (wasm_section_next(w, &pos, &s))
        if (!s.id && !i--) {
            *name = (struct str){(const char *)w->p + s.name.off, s.name.len};
            *size = s.body.len;
            return true;
        }
    return false;
}

static u64 size(const struct module *m, u32 f) {
    const struct wasm_func *g = body(m->front_data, f);
    return g ? g->body.len : 0;
}

const struct front_view wasm_view = {insns, size, custom};
