/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* global.c - global functions: the arguments that their signature in BTF allows. The function is walked once, with
 * these; each caller is held against them. */
#include "check/global.h"
#include "ir/btf.h"
#include <string.h>

/* The structs of contexts, as programs name them. */
static bool is_context(const char *name) {
    static const char *const names[] = {"xdp_md",
                                        "__sk_buff",
                                        "bpf_sock_ops",
                                        "bpf_sock_addr",
                                        "bpf_sock",
                                        "sk_msg_md",
                                        "pt_regs",
                                        "bpf_perf_event_data",
                                        "bpf_raw_tracepoint_args",
                                        "bpf_user_pt_regs_t",
                                        "user_pt_regs",
                                        "sk_reuseport_md",
                                        "bpf_sk_lookup",
                                        "bpf_sockopt",
                                        "bpf_sysctl",
                                        "bpf_cgroup_dev_ctx"};
    for (u32 i = 0; i < COUNT(names); i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static bool find_function(const struct module *m, const char *name, struct btf_type *proto) {
    u32 id = btf_find_type(m, name, BTF_FUNC);
    struct btf_type f;
    return id && btf_type_at(m, id, &f) && btf_type_at(m, f.size, proto) && proto->kind == BTF_FUNC_PROTO;
}

/* Tags of parameter i of function id: "arg:nonnull", "arg:ctx", "arg:arena". */
static bool has_tag(const struct module *m, const char *func, u32 i, const char *tag) {
    u32 id = btf_find_type(m, func, BTF_FUNC);
    struct btf_type t;
    if (!btf_says(m, tag))
        return false;
    for (u32 k = 1; btf_type_at(m, k, &t); k++) {
        s32 at;
        if (t.kind != BTF_DECL_TAG || t.size != id || strcmp(btf_text(m, t.name), tag))
            continue;
        memcpy(&at, t.more, 4);
        if (at == (s32)i)
            return true;
    }
    return false;
}

static bool argument(struct check *c, const char *func, u32 i, u32 type, struct reg *out) {
    const struct module *m = c->m;
    struct btf_type t, to;
    u64 size;
    if (!btf_resolve(m, type, &t))
        return false;
    if (t.kind != BTF_PTR) {
        *out = reg_scalar(scalar_any());
        return t.kind == BTF_INT || t.kind == BTF_ENUM || t.kind == BTF_ENUM64;
    }
    if (has_tag(m, func, i, "arg:arena")) {
        *out = reg_pointer(VAL_ARENA);
        return true;
    }
    bool known = btf_resolve(m, t.size, &to);
    if (has_tag(m, func, i, "arg:ctx") ||
        (known && (to.kind == BTF_STRUCT || to.kind == BTF_FWD) && is_context(btf_text(m, to.name)))) {
        if (!c->ctx->size)
            return false;
        *out = reg_pointer(VAL_CTX);
        return true;
    }
    if (known && to.kind == BTF_STRUCT && !strcmp(btf_text(m, to.name), "bpf_dynptr")) {
        *out = reg_pointer(VAL_DYNPTR);
        return true;
    }
    size = known ? btf_bytes(m, t.size) : 0;
    if (!size || size > MAX_VAR)
        return false;
    *out = reg_pointer(VAL_MEM);
    out->size = (u32)size;
    if (!has_tag(m, func, i, "arg:nonnull")) {
        out->flags = R_NULL;
        out->id = new_id(c);
    }
    return true;
}

bool global_signature(struct check *c, u32 func) {
    struct fn *g = &c->fn[func];
    const char *name = c->m->func[func].name;
    struct btf_type proto;
    struct reg *arg;
    if (g->arg)
        return true;
    if (g->narg) /* looked at before */
        return false;
    g->narg = NO_INDEX;
    if (!find_function(c->m, name, &proto) || proto.n > 5 || !(arg = arena_new(&c->tmp, struct reg, 6)))
        return false;
    for (u32 i = 0; i < proto.n; i++)
        if (!argument(c, name, i, btf_part(&proto, i).type, &arg[i]))
            return false;
    g->arg = arg;
    g->narg = proto.n;
    return true;
}

bool may_change_packet(struct check *c, u32 func) {
    struct fn *g = &c->fn[func];
    u8 *seen;
    u32 *todo, n = 0;
    if (g->moves)
        return g->moves == MOVES;
    g->moves = MOVES;
    seen = arena_new(&c->tmp, u8, c->m->nfunc);
    todo = arena_new(&c->tmp, u32, c->m->nfunc);
    if (!seen || !todo)
        return true;
    seen[func] = 1;
    todo[n++] = func;
    while (n) {
        const struct func *f = &c->m->func[todo[--n]];
        for (u32 pc = 0; pc < f->nslot; pc++) {
            const struct insn *i = &f->code[pc];
            if ((i->op == OP_call && changes_packet((u32)i->imm)) || i->op == OP_callx)
                return true;
            if ((i->op == OP_callf || i->op == OP_ldfunc) && !seen[i->imm]) {
                seen[i->imm] = 1;
                todo[n++] = (u32)i->imm;
            }
        }
    }
    g->moves = STAYS;
    return false;
}
