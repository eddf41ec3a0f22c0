/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* step.c - what one instruction does to what is known. */
#include "check/inner.h"

const struct reg *read_reg(struct check *c, u16 r) {
    const struct reg *v = &top(c)->r[r];
    if (v->kind != VAL_NONE)
        return v;
    unproven(c, CHECK_UNINIT_REG, r);
    return NULL;
}

void set_reg(struct check *c, u16 r, const struct reg *v) {
    struct frame *f = own(c, top_index(c));
    if (f) {
        f->r[r] = *v;
        f->r[r].sub = v->kind == VAL_SCALAR ? 0 : v->sub;
    }
}

void set_scalar(struct check *c, u16 r, struct scalar v) {
    struct reg x = reg_scalar(v);
    set_reg(c, r, &x);
}

/* A register as it is after something that was not proven: some number. */
static void set_any(struct check *c, u16 r) {
    set_scalar(c, r, scalar_any());
}

void name_number(struct check *c, struct reg *r) {
    r->id = new_id(c);
    r->off = 0;
    r->flags = 0;
}

static bool is_32(u16 op) {
    return isa_info[op].type[0] == 'I';
}

static void depends(struct reg *to, const struct reg *from) {
    to->dep[0] |= from->dep[0];
    to->dep[1] |= from->dep[1];
}

/* --- pointers --- */

static bool may_be_added_to(const struct reg *p) {
    switch ((enum value_kind)p->kind) {
    case VAL_CTX:
    case VAL_STACK:
    case VAL_PACKET:
    case VAL_PACKET_META:
    case VAL_MAP_VALUE:
    case VAL_MAP_KEY:
    case VAL_MEM:
    case VAL_BUFFER:
    case VAL_OBJECT:
    case VAL_UNTRUSTED:
    case VAL_BTF:
    case VAL_ARENA:
    case VAL_SOCKET: return true;
    case VAL_NONE:
    case VAL_SCALAR:
    case VAL_PACKET_END:
    case VAL_MAP:
    case VAL_FUNC:
    case VAL_DYNPTR:
    case VAL_LABEL:
    case VAL_KINDS: return false;
    }
    return false;
}

/* p + n, or p - n. */
static void add_to_pointer(struct check *c, u16 a, u16 rp, const struct reg *p, const struct reg *n, bool minus) {
    struct reg out = *p;
    if (p->kind == VAL_ARENA) {
        set_reg(c, a, &out);
        return;
    }
    if (p->flags & R_NULL || !may_be_added_to(p)) {
        unproven(c, p->flags & R_NULL ? CHECK_NULLABLE : CHECK_POINTER_ARITH, rp);
        set_any(c, a);
        return;
    }
    precise(c, n);
    if (scalar_is_const(&n->var)) {
        s64 k = (s64)n->var.umin;
        if (k > -MAX_VAR && k < MAX_VAR && p->off > -MAX_VAR && p->off < MAX_VAR) {
            out.off += minus ? -k : k;
            set_reg(c, a, &out);
            return;
        }
    }
    out.var = scalar_bin(minus ? OP_sub64 : OP_add64, &p->var, &n->var);
    out.id = new_id(c);
    if (p->kind == VAL_PACKET || p->kind == VAL_PACKET_META)
        out.size = 0; /* nothing is known to be there from the new place on */
    set_reg(c, a, &out);
}

static void pointer_bin(struct check *c, const struct insn *i, const struct reg *x, const struct reg *y) {
    u16 op = i->op;
    bool add = op == OP_add64 || op == OP_add64i, sub = op == OP_sub64 || op == OP_sub64i, px = reg_is_pointer(x);
    struct reg a = *x, b = *y;
    if (add && px && !reg_is_pointer(y)) {
        add_to_pointer(c, i->a, i->b, &a, &b, false);
    } else if (add && !px) {
        add_to_pointer(c, i->a, i->c, &b, &a, false);
    } else if (sub && px && !reg_is_pointer(y)) {
        if (x->kind == VAL_STACK && !scalar_is_const(&b.var) && b.var.smin == INT64_MIN)
            unproven(c, CHECK_POINTER_ARITH, i->b), set_any(c, i->a);
        else
            add_to_pointer(c, i->a, i->b, &a, &b, true);
    } else if ((sub && px && reg_is_pointer(y)) || op == OP_sub32 ||
               op == OP_sub32i) { /* the distance of two pointers */
        set_scalar(c, i->a, sub ? scalar_any() : scalar_load(4));
    } else if (is_32(op) || a.kind == VAL_ARENA || b.kind == VAL_ARENA) {
        if (a.kind != VAL_ARENA && b.kind != VAL_ARENA)
            unproven(c, CHECK_POINTER_ARITH, px ? i->b : i->c);
        set_scalar(c, i->a, is_32(op) ? scalar_load(4) : scalar_any());
    } else {
        unproven(c, CHECK_POINTER_ARITH, px ? i->b : i->c);
        set_any(c, i->a);
    }
}

/* --- numbers --- */

static bool shift_by_32(u16 op, u16 want, const struct reg *y) {
    return op == want && scalar_is_const(&y->var) && y->var.umin == 32;
}

/* A number plus a constant stays related to its copies, and so do its low 32 bits, however they are cut off. */
static void relate(const struct insn *i, struct reg *out, const struct reg *x, const struct reg *y) {
    bool add = i->op == OP_add64 || i->op == OP_add64i, sub = i->op == OP_sub64 || i->op == OP_sub64i;
    bool add32 = i->op == OP_add32 || i->op == OP_add32i, sub32 = i->op == OP_sub32 || i->op == OP_sub32i;
    u8 half = x->flags & (R_LOW | R_HIGH);
    s64 d, off = x->flags & R_DELTA ? x->off : 0;
    bool fits;
    if (!x->id)
        return;
    if (shift_by_32(i->op, OP_lsh64i, y) && half != R_HIGH) {
        half = R_HIGH;
    } else if (shift_by_32(i->op, OP_rsh64i, y) && half == R_HIGH) {
        half = R_LOW;
    } else if ((add || sub || add32 || sub32) && scalar_is_const(&y->var) && half != R_HIGH) {
        d = add32 || sub32 ? (s32)y->var.umin : (s64)y->var.umin;
        if (d <= -MAX_VAR || d >= MAX_VAR)
            return;
        if (sub || sub32)
            d = -d;
        fits = x->var.umax <= UINT32_MAX && (s64)x->var.umin + d >= 0 && (s64)x->var.umax + d <= UINT32_MAX;
        if ((add || sub) && half && !fits)
            return;
        if ((add32 || sub32) && !fits)
            half = R_LOW;
        off += d;
        if (off <= -MAX_VAR || off >= MAX_VAR)
            return;
    } else {
        return;
    }
    out->id = x->id;
    out->off = off;
    out->flags = half | (off ? R_DELTA : 0);
}

static void binary(struct check *c, const struct insn *i) {
    bool imm = isa_info[i->op].shape == SHAPE_BINI;
    const struct reg *x = read_reg(c, i->b), *y;
    struct reg k = reg_scalar(scalar_imm(i->imm)), out;
    y = imm ? &k : read_reg(c, i->c);
    if (!x || !y) {
        set_any(c, i->a);
        return;
    }
    if (reg_is_pointer(x) || reg_is_pointer(y)) {
        pointer_bin(c, i, x, y);
        return;
    }
    if (!imm && i->b == i->c && (i->op == OP_xor64 || i->op == OP_sub64 || i->op == OP_xor32 || i->op == OP_sub32)) {
        out = reg_const(0);
    } else {
        out = reg_scalar(scalar_bin(i->op, &x->var, &y->var));
        depends(&out, x);
        depends(&out, y);
        relate(i, &out, x, y);
    }
    set_reg(c, i->a, &out);
}

static void copy_reg(struct check *c, const struct insn *i) {
    const struct reg *x = read_reg(c, i->b);
    struct frame *f;
    struct reg v;
    if (!x || !(f = own(c, top_index(c)))) {
        set_any(c, i->a);
        return;
    }
    if (f->r[i->b].kind == VAL_SCALAR && !f->r[i->b].id && !scalar_is_const(&f->r[i->b].var))
        name_number(c, &f->r[i->b]);
    v = f->r[i->b];
    set_reg(c, i->a, &v);
}

static void unary(struct check *c, const struct insn *i) {
    const struct reg *x = read_reg(c, i->b);
    struct reg out;
    if (i->op == OP_mov64) {
        copy_reg(c, i);
        return;
    }
    if (!x) {
        set_any(c, i->a);
        return;
    }
    if (reg_is_pointer(x)) {
        bool part = i->op == OP_mov32 || i->op == OP_movsx8_32 || i->op == OP_movsx16_32 || i->op == OP_movsx8_64 ||
                    i->op == OP_movsx16_64 || i->op == OP_movsx32_64;
        if (!part)
            unproven(c, CHECK_POINTER_ARITH, i->b);
        set_scalar(c, i->a, is_32(i->op) ? scalar_load(4) : scalar_any());
        return;
    }
    if (i->op == OP_mov32 && x->var.umax <= UINT32_MAX) {
        copy_reg(c, i);
        return;
    }
    out = reg_scalar(scalar_un(i->op, &x->var));
    depends(&out, x);
    if (i->op == OP_mov32 && !(x->flags & R_HIGH)) {
        struct frame *f = own(c, top_index(c));
        if (!f)
            return;
        if (!f->r[i->b].id)
            name_number(c, &f->r[i->b]);
        out.id = f->r[i->b].id;
        out.off = f->r[i->b].off;
        out.flags = f->r[i->b].flags | R_LOW;
    }
    set_reg(c, i->a, &out);
}

/* --- the odd ones --- */

static void map_address(struct check *c, const struct insn *i) {
    struct reg v = reg_pointer(i->op == OP_ldmap ? VAL_MAP : VAL_MAP_VALUE);
    const struct map_def *d = &c->m->map[i->imm];
    v.map = (u32)i->imm;
    if (i->op == OP_ldmapval) {
        if (d->type == 33) {
            v = reg_pointer(VAL_ARENA);
        } else if (!c->l->map[i->imm].value || !d->value_size) {
            unproven(c, CHECK_MAP_ACCESS, -1)->name = d->name;
            v = reg_scalar(scalar_any());
        } else {
            v.size = d->value_size;
            v.off = (u32)i->off;
            v.uid = 0;
        }
    }
    set_reg(c, i->a, &v);
}

static void cast(struct check *c, const struct insn *i) {
    const struct reg *x = read_reg(c, i->b);
    struct reg v = i->op == OP_cast_kern ? reg_pointer(VAL_ARENA) : reg_scalar(scalar_any());
    if (x && x->kind != VAL_SCALAR && x->kind != VAL_ARENA)
        unproven(c, CHECK_ARENA, i->b);
    set_reg(c, i->a, &v);
}

static void packet_load(struct check *c, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    struct frame *f;
    const struct reg *ctx = &top(c)->r[6];
    if (c->ctx->type && c->ctx->type->kind != PROG_XDP && c->ctx->type->form == CTX_PACKET) {
        if (ctx->kind != VAL_CTX || !reg_at_start(ctx))
            unproven(c, CHECK_ARG_TYPE, 6)->name = "the context in r6";
    } else if (c->ctx->size) {
        unproven(c, CHECK_BAD_INSN, -1)->name = isa_row_name(row);
    }
    if (i->op == OP_ldind8 || i->op == OP_ldind16 || i->op == OP_ldind32) {
        const struct reg *x = read_reg(c, i->b);
        if (x && reg_is_pointer(x))
            unproven(c, CHECK_NOT_SCALAR, i->b);
    }
    if (c->s.nref || c->s.lock_map != NO_INDEX)
        unproven(c, CHECK_REF_LEAK, -1)->name = isa_row_name(row); /* it may end the program */
    if (!(f = own(c, top_index(c))))
        return;
    for (u32 k = 1; k <= 5; k++)
        f->r[k] = (struct reg){0};
    f->r[0] = reg_scalar(scalar_load(row->size));
}

static void control(struct check *c, const struct insn *i) {
    struct reg v;
    switch (i->op) {
    case OP_mov64i: set_scalar(c, i->a, scalar_imm(i->imm)); return;
    case OP_mov32i: set_scalar(c, i->a, scalar_const((u32)i->imm)); return;
    case OP_const64: set_scalar(c, i->a, scalar_const(insn_imm64(i))); return;
    case OP_ldmap:
    case OP_ldmapval: map_address(c, i); return;
    case OP_ldsym: {
        u64 at = c->l->import_addr ? c->l->import_addr[i->imm] : 0;
        if (c->m->import[i->imm].kind == IMPORT_FUNC || !at) {
            set_scalar(c, i->a, scalar_const(at));
            return;
        }
        v = reg_pointer(VAL_UNTRUSTED);
        set_reg(c, i->a, &v);
        return;
    }
    case OP_ldfunc:
        v = reg_pointer(VAL_FUNC);
        v.map = (u32)i->imm;
        set_reg(c, i->a, &v);
        return;
    case OP_cast_kern:
    case OP_cast_user: cast(c, i); return;
    case OP_call:
    case OP_callf:
    case OP_callk:
    case OP_callx: call(c, i); return;
    case OP_fence: return;
    case OP_trap:
        unproven(c, CHECK_EXPLICIT_TRAP, -1);
        cut_off(c);
        return;
    case OP_memsize:
    case OP_memgrow: set_scalar(c, i->a, scalar_any()); return;
    case OP_select: {
        const struct reg *x = read_reg(c, i->b), *y = read_reg(c, i->c);
        v = reg_scalar(scalar_any());
        read_reg(c, (u16)i->imm);
        if (x && y && x->kind == VAL_SCALAR && y->kind == VAL_SCALAR) {
            v.var = scalar_join(&x->var, &y->var);
            depends(&v, x);
            depends(&v, y);
        } else if (x && y) {
            unproven(c, CHECK_POINTER_ARITH, i->b);
        }
        set_reg(c, i->a, &v);
        return;
    }
    default: {
        struct regs w = isa_writes(i);
        unproven(c, CHECK_BAD_INSN, -1)->name = isa_name(i->op);
        for (u32 k = 0; k < w.n; k++)
            if (w.r[k] < NREG_EBPF)
                set_scalar(c, w.r[k], scalar_any());
        return;
    }
    }
}

/* Registers above r10 are of .svm files: they are not followed. */
static bool beyond(struct check *c, const struct insn *i) {
    struct regs in, out;
    bool b = false;
    if (c->m->func[c->func].nreg <= NREG_EBPF)
        return false;
    in = isa_reads(i);
    out = isa_writes(i);
    for (u32 k = 0; k < in.n; k++)
        b |= in.r[k] >= NREG_EBPF;
    for (u32 k = 0; k < out.n; k++)
        b |= out.r[k] >= NREG_EBPF;
    return b;
}

void step(struct check *c) {
    const struct insn *i = &c->m->func[c->func].code[c->s.pc];
    u8 shape = isa_info[i->op].shape;
    u32 next = c->s.pc + (u32)isa_len(i);
    struct regs out = isa_writes(i);
    if (shape == SHAPE_JCC || shape == SHAPE_JCCI || i->op == OP_ja || i->op == OP_may_goto || i->op == OP_gotox ||
        i->op == OP_brtab) {
        if (beyond(c, i)) {
            unproven(c, CHECK_BAD_INSN, -1)->name = "registers above r10";
            c->gave_up = c->stop = true; /* where it goes is not known */
            return;
        }
        check_branch(c, i);
        return;
    }
    if (i->op == OP_exit) {
        leave(c);
        return;
    }
    c->s.pc = next; /* a call of a function sets it anew */
    for (u32 k = 0; k < out.n; k++)
        if (out.r[k] == REG_FP) {
            unproven(c, CHECK_FP_WRITE, REG_FP);
            return;
        }
    if (beyond(c, i)) {
        unproven(c, CHECK_BAD_INSN, -1)->name = "registers above r10";
        for (u32 k = 0; k < out.n; k++)
            if (out.r[k] < REG_FP)
                set_any(c, out.r[k]);
        if (isa_info[i->op].size)
            note(c, 0, NO_REGION, 0);
        stack_havoc(c);
        return;
    }
    switch ((enum shape)shape) {
    case SHAPE_BIN:
    case SHAPE_BINI: binary(c, i); return;
    case SHAPE_UN: unary(c, i); return;
    case SHAPE_LD: load(c, i); return;
    case SHAPE_ST:
    case SHAPE_STI: store(c, i); return;
    case SHAPE_ATOM: atomic(c, i); return;
    case SHAPE_PKT: packet_load(c, i); return;
    case SHAPE_CTL: control(c, i); return;
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM:
    case SHAPE_OBJ:
    case SHAPE_TER:
    case SHAPE_LANE:
    case SHAPE_BAD:
    case SHAPE_JCC:
    case SHAPE_JCCI: control(c, i); return;
    }
}
