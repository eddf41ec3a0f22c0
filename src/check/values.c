/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* values.c - registers and states in words. */
#include "check/inner.h"

const char *check_reason_name(u32 reason) {
    static const char *const names[CHECK_REASONS] = {
        "accepted",
#define REASON(id, name, text) name,
#include "check/reasons.def"
    };
    return reason < CHECK_REASONS ? names[reason] : "unknown";
}

const char *check_reason_text(u32 reason) {
    static const char *const texts[CHECK_REASONS] = {
        "proven safe",
#define REASON(id, name, text) text,
#include "check/reasons.def"
    };
    return reason < CHECK_REASONS ? texts[reason] : "";
}

const char *check_value_kind(u32 kind) {
    static const char *const names[VAL_KINDS] = {
        [VAL_NONE] = "nothing",
        [VAL_SCALAR] = "number",
        [VAL_CTX] = "context",
        [VAL_STACK] = "stack",
        [VAL_PACKET] = "packet",
        [VAL_PACKET_META] = "packet metadata",
        [VAL_PACKET_END] = "packet end",
        [VAL_MAP] = "map",
        [VAL_MAP_VALUE] = "map value",
        [VAL_MAP_KEY] = "map key",
        [VAL_MEM] = "memory",
        [VAL_BUFFER] = "input",
        [VAL_FUNC] = "function",
        [VAL_DYNPTR] = "dynptr",
        [VAL_OBJECT] = "object",
        [VAL_UNTRUSTED] = "untrusted object",
        [VAL_BTF] = "object of the kernel",
        [VAL_SOCKET] = "socket",
        [VAL_ARENA] = "arena",
        [VAL_LABEL] = "label",
    };
    return kind < VAL_KINDS ? names[kind] : "unknown";
}

void reg_value(const struct reg *r, struct check_value *v) {
    *v = (struct check_value){
        .kind = r->kind,
        .or_null = reg_is_pointer(r) && r->flags & R_NULL,
        .read_only = reg_is_pointer(r) && r->flags & R_RDONLY,
        .frame = r->frame,
        .map = r->map,
        .off = reg_is_pointer(r) ? r->off : 0,
        .var = r->var,
        .range = r->size,
        .ref = r->ref,
    };
    if (r->kind == VAL_BTF)
        v->trust = r->flags & R_GONE                ? TRUST_GONE
                   : r->ref || r->flags & R_TRUSTED ? TRUST_FULL
                   : r->flags & R_RCU               ? TRUST_RCU
                                                    : TRUST_NONE;
}

void check_value_print(struct buf *b, const struct check_value *v, const struct module *m) {
    if (v->kind == VAL_SCALAR) {
        scalar_print(b, &v->var);
        return;
    }
    if (v->kind == VAL_NONE) {
        buf_printf(b, "never written");
        return;
    }
    if (v->kind == VAL_BTF && v->type && *v->type)
        buf_printf(b, "struct %s *", v->type);
    else
        buf_printf(b, "%s", check_value_kind(v->kind));
    if ((v->kind == VAL_MAP || v->kind == VAL_MAP_VALUE || v->kind == VAL_MAP_KEY || v->kind == VAL_LABEL) &&
        v->map < m->nmap)
        buf_printf(b, " of %s", m->map[v->map].name);
    if (v->kind == VAL_FUNC && v->map < m->nfunc)
        buf_printf(b, " %s", m->func[v->map].name);
    if (v->kind == VAL_STACK && v->frame)
        buf_printf(b, " of frame %u", v->frame);
    if (!scalar_is_const(&v->var)) {
        struct scalar off = scalar_const((u64)v->off), sum = scalar_bin(OP_add64, &v->var, &off);
        buf_printf(b, " + ");
        scalar_print(b, &sum);
    } else if ((s64)((u64)v->off + v->var.umin)) {
        s64 n = (s64)((u64)v->off + v->var.umin);
        buf_printf(b, " %c %llu", n < 0 ? '-' : '+', (unsigned long long)(n < 0 ? 0 - (u64)n : (u64)n));
    }
    if (v->kind == VAL_BTF) {
        static const char *const trusts[] = {"", ", trusted", ", trusted within the RCU section", ", may be gone"};
        buf_printf(b, "%s", trusts[v->trust]);
    }
    if (v->or_null)
        buf_printf(b, ", or null");
    if (v->kind == VAL_PACKET || v->kind == VAL_PACKET_META)
        buf_printf(b, ", %llu bytes checked", (unsigned long long)v->range);
    else if (v->kind == VAL_MAP_VALUE || v->kind == VAL_MAP_KEY || v->kind == VAL_MEM)
        buf_printf(b, ", %llu bytes", (unsigned long long)v->range);
}

void reg_print(struct check *c, struct buf *b, const struct reg *r) {
    struct check_value v;
    reg_value(r, &v);
    if (r->kind == VAL_BTF)
        v.type = btf_words(c, r, NULL);
    check_value_print(b, &v, c->m);
}

void state_print(struct check *c, struct buf *b, const struct state *s) {
    const struct frame *f = s->f[s->nframe - 1];
    const char *sep = "";
    for (u32 k = 0; k < NREG_EBPF; k++) {
        if (f->r[k].kind == VAL_NONE)
            continue;
        buf_printf(b, "%sr%u = ", sep, k);
        reg_print(c, b, &f->r[k]);
        sep = "; ";
    }
    for (u32 k = f->lo; k < SLOTS; k++) {
        const u8 *y = &f->byte[k * 8];
        u32 written = 0;
        for (u32 i = 0; i < 8; i++)
            written += y[i] != B_NONE;
        if (!written)
            continue;
        buf_printf(b, "%sfp-%u = ", sep, (SLOTS - k) * 8);
        sep = "; ";
        switch ((enum byte_kind)y[0]) {
        case B_REG: reg_print(c, b, &f->slot[k]); break;
        case B_DYNPTR: buf_printf(b, "dynptr"); break;
        case B_ITER: buf_printf(b, "iterator"); break;
        case B_IRQ: buf_printf(b, "saved interrupt flags"); break;
        case B_NONE:
        case B_MISC:
        case B_ZERO: buf_printf(b, "%u bytes", written); break;
        }
    }
}
