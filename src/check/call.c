/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* call.c - calls of helpers and kfuncs: each argument by its kind (abi/helper.h), then what the function does. */
#include "check/inner.h"
#include <string.h>

bool arg_fails(struct check *c, struct callee *k, u8 reason, u16 r) {
    struct check_fail *x = unproven(c, reason, r);
    x->arg = (u8)r;
    x->name = k->name;
    return false;
}

bool is_const_arg(struct check *c, struct callee *k, u16 r, u64 *v) {
    const struct reg *x = read_reg(c, r);
    if (!x)
        return false;
    if (x->kind != VAL_SCALAR || !scalar_is_const(&x->var))
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    precise(c, x);
    *v = x->var.umin;
    return true;
}

/* --- what is held --- */

bool take_ref(struct check *c, u8 kind, u32 *id) {
    if (c->s.nref == REFS) {
        unproven(c, CHECK_BUDGET, -1)->have = REFS;
        return false;
    }
    *id = new_id(c);
    c->s.ref[c->s.nref++] = (struct ref){*id, c->func, c->pc, kind, (u8)top_index(c)};
    return true;
}

/* Visits all registers and saved ones of all frames; fn says whether to forget it. */
static void forget_if(struct check *c, bool (*fn)(const struct reg *r, u32 arg), u32 arg) {
    for (u32 k = 0; k < c->s.nframe; k++) {
        struct frame *f = c->s.f[k];
        bool mine = false;
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                continue;
            if (!fn(r, arg))
                continue;
            if (!mine) {
                if (!(f = own_slots(c, k, 0)))
                    return;
                mine = true;
            }
            if (j < NREG_EBPF)
                f->r[j] = reg_scalar(scalar_any());
            else
                memset(&f->byte[(j - NREG_EBPF) * 8], B_MISC, 8);
        }
    }
}

static bool is_packet(const struct reg *r, u32 arg) {
    (void)arg;
    return r->kind == VAL_PACKET || r->kind == VAL_PACKET_END || r->kind == VAL_PACKET_META ||
           (r->kind == VAL_MEM && r->sub == 1);
}
void forget_packets(struct check *c) {
    forget_if(c, is_packet, 0);
    c->s.pkt_len = 0;
    if (c->part)
        c->part->forgets = true;
}

static bool has_ref(const struct reg *r, u32 arg) {
    return r->ref == arg && reg_is_pointer(r);
}
void drop_ref(struct check *c, u32 id) {
    for (u32 k = 0; k < c->s.nref; k++)
        if (c->s.ref[k].id == id) {
            memmove(&c->s.ref[k], &c->s.ref[k + 1], (c->s.nref - k - 1) * sizeof c->s.ref[0]);
            c->s.nref--;
            break;
        }
    forget_if(c, has_ref, id);
}

/* --- arguments --- */

static bool pointer_arg(struct check *c, struct callee *k, u16 r, u8 kind, struct reg *out) {
    const struct reg *x = read_reg(c, r);
    if (!x)
        return false;
    *out = *x;
    if (x->kind != kind)
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    if (x->flags & R_NULL)
        return arg_fails(c, k, CHECK_NULLABLE, r);
    return true;
}

static bool map_arg(struct check *c, struct callee *k, u16 r) {
    struct reg x;
    if (!pointer_arg(c, k, r, VAL_MAP, &x))
        return false;
    k->map = x.map;
    k->map_uid = x.uid;
    k->inner = x.sub == 1;
    k->def = &c->m->map[x.map];
    if (k->inner)
        k->def = k->def->inner;
    return k->def || arg_fails(c, k, CHECK_MAP_KIND, r); /* of a map of maps without a template */
}

/* r points at memory, r + 1 is its length. */
static bool sized_arg(struct check *c, struct callee *k, u16 r, bool write, bool may_be_null) {
    const struct reg *p = read_reg(c, r), *n = r < 5 ? read_reg(c, (u16)(r + 1)) : NULL;
    bool zero_ok = r < 5 && k->h->arg[r] == ARG_SIZE_OR_ZERO;
    if (!p || !n)
        return false;
    if (n->kind != VAL_SCALAR)
        return arg_fails(c, k, CHECK_ARG_TYPE, (u16)(r + 1));
    precise(c, n);
    if (n->var.smin < 0 || n->var.umax >= MAX_VAR || (!zero_ok && !n->var.umin)) {
        struct check_fail *x = unproven(c, CHECK_ARG_SIZE, r + 1);
        x->arg = (u8)(r + 1);
        x->name = k->name;
        x->least = !zero_ok;
        x->most = MAX_VAR;
        return false;
    }
    k->size = n->var.umax;
    if (p->kind == VAL_SCALAR && scalar_is_const(&p->var) && !p->var.umin && (may_be_null || zero_ok)) {
        precise(c, p);
        return !k->size || arg_fails(c, k, CHECK_NULLABLE, r);
    }
    return pass_memory(c, r, r, k->size, write, k->name);
}

bool string_arg(struct check *c, struct callee *k, u16 r) {
    const struct reg *p = read_reg(c, r);
    const struct map_view *v;
    if (!p)
        return false;
    if (p->kind != VAL_MAP_VALUE || p->flags & R_NULL || p->sub || !scalar_is_const(&p->var))
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    v = &c->l->map[p->map];
    s64 at = (s64)((u64)p->off + p->var.umin);
    if (!v->read_only || !v->value || at < 0 || at >= (s64)p->size)
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    return memchr(v->value + at, 0, p->size - (u64)at) || arg_fails(c, k, CHECK_ARG_MEMORY, r);
}

enum { TRACE_PRINTK = 6 };

static bool check_arg(struct check *c, struct callee *k, u16 r, u8 kind) {
    struct reg x;
    switch ((enum arg)kind) {
    case ARG_NONE: return true;
    case ARG_ANY:
        if (k->id == TRACE_PRINTK && r > 2) /* as many as the format names: whatever they hold */
            return true;
        return read_reg(c, r) != NULL;
    case ARG_SIZE:
    case ARG_SIZE_OR_ZERO: /* looked at with the memory */
    case ARG_LOCK:         /* effects.c */
    case ARG_OBJECT:
    case ARG_OBJECT_OUT: return read_reg(c, r) != NULL;
    case ARG_CTX: return pointer_arg(c, k, r, VAL_CTX, &x) && (reg_at_start(&x) || arg_fails(c, k, CHECK_ARG_TYPE, r));
    case ARG_MAP: return map_arg(c, k, r);
    case ARG_MAP_KEY: return !k->def || pass_memory(c, r, r, k->def->key_size, false, k->name);
    case ARG_MAP_VALUE: return !k->def || pass_memory(c, r, r, k->def->value_size, false, k->name);
    case ARG_MAP_VALUE_OUT: return !k->def || pass_memory(c, r, r, k->def->value_size, true, k->name);
    case ARG_MEM: return sized_arg(c, k, r, false, false);
    case ARG_MEM_OUT: return sized_arg(c, k, r, true, false);
    case ARG_MEM_OR_NULL: return sized_arg(c, k, r, false, true);
    case ARG_STR: return string_arg(c, k, r);
    case ARG_FUNC:
        if (!pointer_arg(c, k, r, VAL_FUNC, &x))
            return false;
        k->func = x.map;
        return true;
    case ARG_RECORD:
        return pointer_arg(c, k, r, VAL_MEM, &x) &&
               ((reg_at_start(&x) && x.ref) || arg_fails(c, k, CHECK_REF_STATE, r));
    case ARG_MEM8_OUT: return !k->id || pass_memory(c, r, r, 8, true, k->name); /* kfuncs: kfunc.c */
    }
    return true;
}

/* --- the call --- */

static const struct name {
    const char *name;
    bool gpl, refused;
} helper_names[] = {
#define HELPER(id, n, kinds, gpl, ...) [id] = {"bpf_" #n, gpl, false},
#define REFUSED(id, n, gpl)            [id] = {"bpf_" #n, gpl, true},
#include "abi/helpers.def"
};

/* What only the kernel has: who may call it, and its arguments. */
static const struct foreign {
    const char *types;
    struct helper h;
} foreign[] = {
#define VERIFIED(i, n, t, g, res, k1, k2, k3, k4, k5)                                                                  \
    {t,                                                                                                                \
     {.name = #n,                                                                                                      \
      .id = i,                                                                                                         \
      .gpl_only = g,                                                                                                   \
      .result = RET_##res,                                                                                             \
      .arg = {ARG_##k1, ARG_##k2, ARG_##k3, ARG_##k4, ARG_##k5}}},
#include "abi/helpers.def"
};

static const struct helper *find_foreign(const struct check *c, u32 id) {
    const char *type = c->ctx->name ? c->ctx->name : "";
    size_t n = strlen(type);
    for (u32 k = 0; n && k < COUNT(foreign); k++) {
        const char *at = foreign[k].types;
        if (foreign[k].h.id != id)
            continue;
        while ((at = strstr(at, type)) && ((at > foreign[k].types && at[-1] != ' ') || (at[n] && at[n] != ' ')))
            at += n;
        return at ? &foreign[k].h : NULL;
    }
    return NULL;
}

static bool find_callee(struct check *c, const struct insn *i, struct callee *k) {
    u32 n = (u32)i->imm;
    if (i->op == OP_callk) {
        k->h = c->l->import ? c->l->import[n] : NULL;
        k->name = c->m->import[n].name;
        if (!k->h && kernel_call(c, k))
            return true;
    } else {
        k->id = n;
        k->h = n < c->l->nhelper ? c->l->helper[n] : NULL;
        k->h = k->h ? k->h : find_foreign(c, n);
        k->name = n < COUNT(helper_names) && helper_names[n].name ? helper_names[n].name : k->h ? k->h->name : NULL;
        if (n == CORE_POISON) {
            unproven(c, CHECK_POISON, -1);
            return false;
        }
        if (n < COUNT(helper_names) && helper_names[n].gpl && !c->m->gpl && !c->o->any_license) {
            unproven(c, CHECK_LICENSE, -1)->name = k->name;
            return k->h != NULL;
        }
    }
    if (k->h)
        return true;
    unproven(c, CHECK_HELPER_UNKNOWN, -1)->name = k->name;
    return false;
}

static bool right_kind(const struct check *c, const struct callee *k) {
    u32 kinds = k->h->kinds;
    if (!kinds || kinds >> c->prog->kind & 1 || c->o->any_entry) /* it may be run as any type */
        return true;
    return c->ctx->as_kinds & kinds; /* types that the runtime has no context for */
}

/* (ok: its arguments are proven.) A look-up of an entry that an array certainly has: the key is a number of the frame
 * that is known. */
static bool in_array(struct check *c, const struct callee *k, bool ok) {
    const struct reg *key = &top(c)->r[2];
    s64 off = (s64)((u64)key->off + key->var.umin);
    struct reg v;
    if (!ok || k->id != 1 || k->inner || (k->def->type != 2 && k->def->type != 6) || key->kind != VAL_STACK ||
        !scalar_is_const(&key->var) || off % 4 || off < -STACK_BYTES || off > -4 ||
        !stack_load(c, key->frame, off, 4, &v) || v.kind != VAL_SCALAR || v.var.umax >= c->l->map[k->map].max_entries)
        return false;
    precise(c, &v);
    return true;
}

static void result_of(struct check *c, struct callee *k, bool ok) {
    struct reg r = reg_scalar(scalar_any());
    switch ((enum result)k->h->result) {
    case RET_VOID: r = (struct reg){0}; break;
    case RET_NEVER:
    case RET_SCALAR: break;
    case RET_MAP_VALUE_OR_NULL:
        if (!k->def)
            break;
        r = reg_pointer(VAL_MAP_VALUE);
        r.flags = R_NULL;
        r.id = new_id(c);
        r.map = k->map;
        if (in_array(c, k, ok))
            r.flags = 0;
        if (!k->inner && k->def && find_field(map_info(c, k->map), MF_LOCK) != NO_INDEX)
            r.uid = r.id;
        r.size = k->def->value_size;
        r.sub = k->inner;
        if (!k->inner && (k->def->type == 12 || k->def->type == 13))
            r.sub = 2;
        break;
    case RET_RECORD_OR_NULL:
    case RET_MEM_OR_NULL:
        r = reg_pointer(VAL_MEM);
        r.flags = R_NULL;
        r.id = new_id(c);
        break;
    case RET_MAP_OR_NULL:
        r = reg_pointer(VAL_MAP);
        r.flags = R_NULL;
        r.id = new_id(c);
        break;
    }
    k->result = r;
}

static void after_call(struct check *c, struct callee *k) {
    struct frame *f = own(c, top_index(c));
    if (!f)
        return;
    for (u32 r = 1; r <= 5; r++)
        f->r[r] = (struct reg){0};
    f->r[0] = k->result;
    if (k->h && k->h->ends_if_zero && f->r[0].kind == VAL_SCALAR && (c->s.nref || c->s.lock_map != NO_INDEX))
        unproven(c, CHECK_REF_LEAK, -1)->name = k->name;
}

static bool is_held(const struct reg *r, u32 arg) {
    (void)arg;
    return reg_is_pointer(r) && r->ref;
}

/* The call was not proven, and the walk goes on (guarded): what was held may be released, the packet moved, memory
 * written, and a function run with arguments that were not looked at. */
static void anything_done(struct check *c, const struct callee *k) {
    for (u32 r = 0; r < 5; r++)
        c->gave_up |= k->h->arg[r] == ARG_FUNC;
    c->stop |= c->gave_up;
    stack_havoc(c);
    forget_if(c, is_held, 0);
    forget_packets(c);
    c->s.nref = 0;
    c->s.lock_map = NO_INDEX;
}

/* It reads what may have to be brought into memory first. */
static bool may_sleep(u32 id) {
    return id == 148 || id == 191; /* copy_from_user, copy_from_user_task */
}

bool may_sleep_here(const struct check *c) {
    return (c->prog->sleepable || c->prog->kind == PROG_SYSCALL) && !c->s.rcu && !c->s.preempt && !c->s.f[0]->cb;
}

static void call_helper(struct check *c, const struct insn *i) {
    struct callee k = {.map = NO_INDEX, .func = NO_INDEX};
    bool ok = true;
    if (!find_callee(c, i, &k)) { /* it would trap: nothing comes after */
        cut_off(c);
        return;
    }
    if (!k.h) { /* of the kernel's alone: linking refuses it */
        after_call(c, &k);
        return;
    }
    if (!right_kind(c, &k)) {
        unproven(c, CHECK_HELPER_KIND, -1)->name = k.name;
        cut_off(c);
        return;
    }
    if (may_sleep(k.id) && !may_sleep_here(c))
        unproven(c, CHECK_SLEEPABLE, -1)->name = k.name;
    if (c->s.lock_map != NO_INDEX && k.id != 94 && k.id) {
        unproven(c, CHECK_IN_LOCK, -1)->name = k.name;
    }
    for (u16 r = 1; r <= 5 && !c->stop; r++)
        ok &= check_arg(c, &k, r, k.h->arg[r - 1]);
    if (c->stop)
        return;
    call_cost(c, &k, ok);
    result_of(c, &k, ok);
    if (ok)
        ok = k.id ? helper_effects(c, &k) : kfunc_effects(c, &k);
    if (c->stop)
        return;
    if (!ok) /* it checks its arguments itself, and may do all that they allow */
        anything_done(c, &k);
    if (c->stop)
        return;
    if (k.no_return) {
        cut_off(c);
        return;
    }
    after_call(c, &k);
}

void call(struct check *c, const struct insn *i) {
    struct insn direct = *i;
    if (i->op == OP_callf) {
        call_function(c, (u32)i->imm);
        return;
    }
    if (i->op == OP_callx) {
        const struct reg *x = read_reg(c, i->b);
        if (x && x->kind == VAL_FUNC) {
            call_function(c, x->map);
            return;
        }
        if (!x || x->kind != VAL_SCALAR || !scalar_is_const(&x->var) || x->var.umin > UINT32_MAX) {
            unproven(c, CHECK_INDIRECT_CALL, i->b);
            c->gave_up = c->stop = true; /* any function with any arguments */
            return;
        }
        precise(c, x);
        direct.op = OP_call;
        direct.imm = (s32)x->var.umin;
    }
    call_helper(c, &direct);
}
