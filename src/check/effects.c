/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* effects.c - what the table of helpers does not say of them: on which maps they work, what they acquire and release,
 * what their results are bounded by, which of them move the packet or run a function. Numbers are those of helpers.def.
 */
#include "check/inner.h"
#include <string.h>

enum {
    H_LOOKUP = 1,
    H_UPDATE,
    H_DELETE,
    H_TAIL_CALL = 12,
    H_GET_STACK = 67,
    H_PROBE_READ_STR = 45,
    H_SK_RELEASE = 86,
    H_SPIN_LOCK = 93,
    H_SPIN_UNLOCK,
    H_RESERVE = 131,
    H_SUBMIT,
    H_DISCARD,
    H_FOR_EACH = 164,
    H_TIMER_INIT = 169,
    H_TIMER_CALLBACK,
    H_TIMER_START,
    H_TIMER_CANCEL,
    H_FIND_VMA = 180,
    H_LOOP,
    H_KPTR_XCHG = 194,
    H_LOOKUP_PERCPU,
    H_DYNPTR_FROM_MEM = 197,
    H_RESERVE_DYNPTR,
    H_SUBMIT_DYNPTR,
    H_DISCARD_DYNPTR,
    H_DYNPTR_READ,
    H_DYNPTR_WRITE,
    H_DYNPTR_DATA,
    H_DRAIN = 209,
};
enum {
    M_PROG_ARRAY = 3,
    M_PERF = 4,
    M_STACKS = 7,
    M_CGROUPS = 8,
    M_ARRAYS = 12,
    M_HASHES = 13,
    M_DEVMAP = 14,
    M_CPUMAP = 16,
    M_XSK = 17,
    M_CGROUP_STORAGE = 19,
    M_PERCPU_CGROUP = 21,
    M_QUEUE,
    M_STACK,
    M_DEVHASH = 25,
    M_RINGBUF = 27,
    M_TASK = 29,
    M_BLOOM,
    M_USER_RINGBUF,
    M_ARENA = 33,
    M_INSNS
};

bool calls_back(u32 id) {
    return id == H_FOR_EACH || id == H_FIND_VMA || id == H_LOOP || id == H_DRAIN;
}

bool changes_packet(u32 id) {
    switch (id) {
    case 9:
    case 10:
    case 11:
    case 13:
    case 18:
    case 19:
    case 31:
    case 38:
    case 39:
    case 43:
    case 44:
    case 50:
    case 54:
    case 63:
    case 65:
    case 73:
    case 74:
    case 75:
    case 76:
    case 90:
    case 91:
    case 143:
    case 144: return true;
    default: return false;
    }
}

/* --- maps --- */

static bool on(u32 id, u32 a, u32 b, u32 d) {
    return id == a || (b && id == b) || (d && id == d);
}

/* Both ways, as the kernel has it: maps that few functions take, functions that take few maps. */
static bool map_suits(u32 id, u32 type) {
    bool ok = true;
    switch (type) {
    case M_PROG_ARRAY: return id == H_TAIL_CALL;
    case M_PERF: ok = on(id, 22, 25, 55) || id == 111 || id == 121; break;
    case M_STACKS: ok = id == 27; break;
    case M_CGROUPS: ok = id == 33 || id == 37; break;
    case M_CGROUP_STORAGE:
    case M_PERCPU_CGROUP: ok = id == 81; break;
    case M_DEVMAP:
    case M_DEVHASH:
    case M_XSK: ok = on(id, 51, H_LOOKUP, 0); break;
    case M_CPUMAP: ok = id == 51; break;
    case M_ARRAYS:
    case M_HASHES: ok = id == H_LOOKUP; break;
    case M_QUEUE:
    case M_STACK: ok = on(id, 87, 88, 89); break;
    case M_BLOOM: ok = on(id, 87, 89, 0); break;
    case M_RINGBUF: ok = on(id, 130, H_RESERVE, 134) || id == H_RESERVE_DYNPTR; break;
    case M_USER_RINGBUF: ok = id == H_DRAIN; break;
    case M_TASK: ok = on(id, 156, 157, H_KPTR_XCHG); break;
    case M_ARENA: return id >= 1 << 16; /* kfuncs */
    default: break;
    }
    if (!ok)
        return false;
    switch (id) {
    case H_TAIL_CALL: return type == M_PROG_ARRAY;
    case 22:
    case 25:
    case 55: return type == M_PERF;
    case 27: return type == M_STACKS;
    case 51: return type == M_DEVMAP || type == M_DEVHASH || type == M_CPUMAP || type == M_XSK;
    case 33:
    case 37: return type == M_CGROUPS;
    case 81: return type == M_CGROUP_STORAGE || type == M_PERCPU_CGROUP;
    case 87:
    case 88: return type == M_QUEUE || type == M_STACK || (type == M_BLOOM && id == 87);
    case 89: return type == M_QUEUE || type == M_STACK || type == M_BLOOM;
    case 130:
    case H_RESERVE:
    case 134:
    case H_RESERVE_DYNPTR: return type == M_RINGBUF;
    case H_DRAIN: return type == M_USER_RINGBUF;
    case 156:
    case 157: return type == M_TASK;
    case H_LOOKUP_PERCPU: return type == 5 || type == 6 || type == 10;
    case H_FOR_EACH: return type == 1 || type == 2 || type == 5 || type == 6 || type == 9 || type == 10;
    case H_UPDATE:
    case H_DELETE: return !(type == 18 || type == 15) || id == H_UPDATE || id == H_DELETE;
    default: return true;
    }
}

u32 find_field(const struct map_info *mi, u8 kind) {
    for (u32 k = 0; mi && k < mi->n; k++)
        if (mi->f[k].kind == kind)
            return k;
    return NO_INDEX;
}

/* The field of that kind in a map value that register r points at; NULL: noted. */
static const struct map_field *field_at(struct check *c, struct callee *k, u16 r, u8 kind) {
    const struct reg *x = read_reg(c, r);
    const struct map_info *mi;
    if (!x)
        return NULL;
    if (x->kind != VAL_MAP_VALUE || x->flags & R_NULL || !scalar_is_const(&x->var)) {
        arg_fails(c, k, x->flags & R_NULL && reg_is_pointer(x) ? CHECK_NULLABLE : CHECK_ARG_TYPE, r);
        return NULL;
    }
    mi = x->sub ? NULL : map_info(c, x->map);
    for (u32 j = 0; mi && j < mi->n; j++)
        if (mi->f[j].kind == kind && (s64)mi->f[j].off == (s64)((u64)x->off + x->var.umin))
            return &mi->f[j];
    arg_fails(c, k, CHECK_ARG_TYPE, r);
    return NULL;
}

static bool field_arg(struct check *c, struct callee *k, u16 r, u8 kind) {
    return field_at(c, k, r, kind) != NULL;
}

static bool lock(struct check *c, struct callee *k) {
    const struct reg *x = &top(c)->r[1];
    if (!field_arg(c, k, 1, MF_LOCK))
        return false;
    x = &top(c)->r[1];
    if (c->s.lock_map != NO_INDEX)
        return arg_fails(c, k, CHECK_LOCK_STATE, 1);
    c->s.lock_map = x->map;
    c->s.lock_uid = x->uid;
    c->s.lock_off = (s64)((u64)x->off + x->var.umin);
    return true;
}

static bool unlock(struct check *c, struct callee *k) {
    const struct reg *x;
    if (!field_arg(c, k, 1, MF_LOCK))
        return false;
    x = &top(c)->r[1];
    if (c->s.lock_map != x->map || c->s.lock_uid != x->uid)
        return arg_fails(c, k, CHECK_LOCK_STATE, 1);
    c->s.lock_map = NO_INDEX;
    return true;
}

/* --- sockets and records --- */

static bool socket_arg(struct check *c, struct callee *k, u16 r, struct reg *out) {
    const struct reg *x = read_reg(c, r);
    if (!x)
        return false;
    *out = *x;
    if (x->kind != VAL_SOCKET && x->kind != VAL_OBJECT)
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    return !(x->flags & R_NULL) || arg_fails(c, k, CHECK_NULLABLE, r);
}

static bool socket_result(struct check *c, struct callee *k, u32 ref, u32 size) {
    k->result = reg_pointer(VAL_SOCKET);
    k->result.flags = R_NULL;
    k->result.id = new_id(c);
    k->result.ref = ref;
    k->result.size = size;
    return true;
}

static bool cast_socket(struct check *c, struct callee *k, u32 size) {
    struct reg x;
    return socket_arg(c, k, 1, &x) && socket_result(c, k, x.ref, size);
}

static bool release(struct check *c, struct callee *k, const struct reg *x, u8 kind) {
    for (u32 j = 0; j < c->s.nref; j++)
        if (x->ref && c->s.ref[j].id == x->ref && c->s.ref[j].kind == kind) {
            drop_ref(c, x->ref);
            return true;
        }
    return arg_fails(c, k, CHECK_REF_STATE, 1);
}

static bool reserve(struct check *c, struct callee *k) {
    u64 size;
    u32 id;
    if (!is_const_arg(c, k, 2, &size) || !take_ref(c, REF_RECORD, &id))
        return false;
    k->result.ref = id;
    k->result.size = (u32)min64(size, MAX_VAR);
    return true;
}

/* An object of the kernel, of that type. */
static bool object_arg(struct check *c, struct callee *k, u16 r, const char *type) {
    const struct reg *x = read_reg(c, r);
    if (!x)
        return false;
    if (x->kind == VAL_OBJECT && x->flags & R_TRUSTED) /* its types cannot be read here */
        return true;
    if (x->kind != VAL_BTF || !btf_points_at(c, x, type))
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    if (x->flags & R_NULL)
        return arg_fails(c, k, CHECK_NULLABLE, r);
    return !(x->flags & R_GONE) || arg_fails(c, k, CHECK_UNTRUSTED, r);
}

/* --- dynptrs: a pair of slots of kind DYNPTR; slot[first]: sub bit 1 set is the second half, size the kind --- */

static bool dynptr_slot(struct check *c, struct callee *k, u16 r, u32 *frame, u32 *slot) {
    const struct reg *x = read_reg(c, r);
    s64 off;
    if (!x)
        return false;
    if (x->kind != VAL_STACK || !scalar_is_const(&x->var))
        return arg_fails(c, k, CHECK_DYNPTR, r);
    off = (s64)((u64)x->off + x->var.umin);
    if (off % 8 || off < -STACK_BYTES || off > -16)
        return arg_fails(c, k, CHECK_DYNPTR, r);
    *frame = x->frame;
    *slot = (u32)(off + STACK_BYTES) / 8;
    return true;
}

bool dynptr_new(struct check *c, struct callee *k, u16 r, u32 kind, u32 ref, bool read_only) {
    u32 frame, slot;
    struct frame *f;
    if (!dynptr_slot(c, k, r, &frame, &slot))
        return false;
    stack_clobber(c, frame, (s64)slot * 8 - STACK_BYTES, 16);
    if (c->stop || !(f = own(c, frame)))
        return false;
    memset(&f->byte[slot * 8], B_DYNPTR, 16);
    for (u32 j = 0; j < 2; j++) {
        f->slot[slot + j] = reg_pointer(VAL_DYNPTR);
        f->slot[slot + j].sub = (u8)j;
        f->slot[slot + j].size = kind;
        f->slot[slot + j].ref = ref;
        f->slot[slot + j].flags = read_only ? R_RDONLY : 0;
        f->slot[slot + j].id = 0;
    }
    return true;
}

/* A dynptr that is there; *out says what is known of it. */
bool dynptr_arg(struct check *c, struct callee *k, u16 r, struct reg *out) {
    const struct reg *x = read_reg(c, r);
    u32 frame, slot;
    if (!x)
        return false;
    if (x->kind == VAL_DYNPTR) {
        *out = *x;
        return true;
    }
    if (!dynptr_slot(c, k, r, &frame, &slot))
        return false;
    slots_read(c, frame, 3ull << slot);
    if (c->s.f[frame]->byte[slot * 8] != B_DYNPTR || c->s.f[frame]->slot[slot].sub)
        return arg_fails(c, k, CHECK_DYNPTR, r);
    *out = c->s.f[frame]->slot[slot];
    return true;
}

static bool dynptr_from_memory(struct check *c, struct callee *k) {
    const struct reg *n = read_reg(c, 2), *p;
    if (!n || n->kind != VAL_SCALAR)
        return n && arg_fails(c, k, CHECK_ARG_TYPE, 2);
    precise(c, n);
    if (n->var.umax >= MAX_VAR)
        return arg_fails(c, k, CHECK_ARG_SIZE, 2);
    if (!pass_memory(c, 1, 1, n->var.umax, true, k->name))
        return false;
    p = &top(c)->r[1];
    if (p->kind != VAL_MAP_VALUE && p->kind != VAL_MEM)
        return arg_fails(c, k, CHECK_ARG_TYPE, 1); /* the kernel allows map values alone */
    return dynptr_new(c, k, 4, 1, 0, false);
}

static bool dynptr_commit(struct check *c, struct callee *k) {
    struct reg x;
    u32 frame, slot;
    struct frame *f;
    if (!dynptr_arg(c, k, 1, &x) || !dynptr_slot(c, k, 1, &frame, &slot))
        return false;
    if (x.size != 2 || !x.ref)
        return arg_fails(c, k, CHECK_DYNPTR, 1);
    if (!(f = own(c, frame)))
        return false;
    memset(&f->byte[slot * 8], B_MISC, 16);
    drop_ref(c, x.ref);
    /* copies of it are gone as well */
    for (u32 j = 0; j < c->s.nframe; j++)
        for (u32 i = c->s.f[j]->lo; i < SLOTS; i++)
            if (c->s.f[j]->byte[i * 8] == B_DYNPTR && c->s.f[j]->slot[i].ref == x.ref) {
                if (!(f = own(c, j)))
                    return false;
                memset(&f->byte[i * 8], B_MISC, 8);
            }
    return true;
}

static bool dynptr_data(struct check *c, struct callee *k) {
    struct reg x;
    u64 n;
    if (!dynptr_arg(c, k, 1, &x) || !is_const_arg(c, k, 3, &n))
        return false;
    k->result.size = (u32)min64(n, MAX_VAR);
    k->result.ref = x.ref; /* it goes with the dynptr */
    return true;
}

/* --- timers and callbacks --- */

static bool timer_callback(struct check *c, struct callee *k) {
    const struct reg *x;
    if (!field_arg(c, k, 1, MF_TIMER))
        return false;
    x = &top(c)->r[1];
    k->map = x->map;
    k->map_uid = x->uid;
    k->def = &c->m->map[x->map];
    call_back(c, k, CB_TIMER);
    return !c->stop;
}

static bool loop(struct check *c, struct callee *k) {
    const struct reg *n = read_reg(c, 1);
    u64 flags;
    if (!n || n->kind != VAL_SCALAR)
        return n && arg_fails(c, k, CHECK_ARG_TYPE, 1);
    precise(c, n);
    k->result = reg_scalar(scalar_srange(-22, 8 * 1024 * 1024));
    uncounted(c);
    if (!is_const_arg(c, k, 4, &flags))
        return false;
    if (n->var.umax)
        call_back(c, k, CB_LOOP);
    return true;
}

static void bounded_by(struct check *c, struct callee *k, u16 r) {
    const struct reg *n = &top(c)->r[r];
    if (n->kind == VAL_SCALAR && n->var.umax < MAX_VAR) {
        k->result = reg_scalar(scalar_srange(-4095, (s64)n->var.umax));
        k->result.dep[0] = n->dep[0];
        k->result.dep[1] = n->dep[1];
    }
}

static bool tail_call(struct check *c, struct callee *k) {
    const struct reg *x = &top(c)->r[1];
    c->endless = true; /* another program may go on */
    if (c->ctx->size && (x->kind != VAL_CTX || !reg_at_start(x)))
        return arg_fails(c, k, CHECK_ARG_TYPE, 1);
    if (c->s.nref || c->s.lock_map != NO_INDEX || c->s.rcu || c->s.preempt) {
        struct check_fail *f = unproven(c, c->s.nref ? CHECK_REF_LEAK : CHECK_LOCK_STATE, -1);
        f->name = k->name;
        f->at = c->s.nref ? c->s.ref[0].pc : NO_INDEX;
    }
    for (u32 j = 0; j < c->s.nframe; j++)
        if (c->s.f[j]->cb)
            return arg_fails(c, k, CHECK_CALLBACK, 2);
    const struct reg *n = &top(c)->r[3];
    if (n->kind == VAL_SCALAR)
        precise(c, n);
    return true;
}

/* r3 bytes at r2. */
static bool tcp_header(struct check *c, struct callee *k) {
    const struct reg *n = read_reg(c, 3);
    if (!n)
        return false;
    if (n->kind != VAL_SCALAR)
        return arg_fails(c, k, CHECK_ARG_TYPE, 3);
    precise(c, n);
    if (n->var.umax >= MAX_VAR)
        return arg_fails(c, k, CHECK_ARG_SIZE, 3);
    return pass_memory(c, 2, 2, n->var.umax, false, k->name);
}

bool helper_effects(struct check *c, struct callee *k) {
    struct reg x;
    u32 id;
    if (k->def && k->map != NO_INDEX && !map_suits(k->id, k->def->type)) {
        struct check_fail *f = unproven(c, CHECK_MAP_KIND, -1);
        f->name = k->name;
        return false;
    }
    if (k->def && (k->id == H_UPDATE || k->id == H_DELETE || k->id == 87 || k->id == 88) &&
        (k->def->flags & 128 || (!k->inner && c->l->map[k->map].read_only)))
        return arg_fails(c, k, CHECK_READ_ONLY, 1);
    if (changes_packet(k->id))
        forget_packets(c);
    switch (k->id) {
    case 8: k->result = reg_scalar(scalar_range(0, 8191)); return true; /* the CPU */
    case H_TAIL_CALL: return tail_call(c, k);
    case H_PROBE_READ_STR:
    case 114:
    case 115: bounded_by(c, k, 2); return true;
    case H_GET_STACK: bounded_by(c, k, 3); return true;
    case 126:
    case 127: return object_arg(c, k, 1, "seq_file");
    case 141: bounded_by(c, k, 3); return object_arg(c, k, 1, "task_struct");
    case 7: k->result = reg_scalar(scalar_load(4)); return true;
    case 81: k->result.flags &= (u8)~R_NULL; return true;
    case 84:
    case 85:
    case 99: return take_ref(c, REF_SOCKET, &id) && socket_result(c, k, id, 80);
    case H_SK_RELEASE: return socket_arg(c, k, 1, &x) && release(c, k, &x, REF_SOCKET);
    case 95: return cast_socket(c, k, 80);
    case 98: return cast_socket(c, k, 80);
    case 96: return cast_socket(c, k, 116);
    case 136:
    case 137:
    case 138:
    case 139:
    case 140:
    case 178:
    case 196: return cast_socket(c, k, 4096);
    case 124: /* sk_assign takes no socket, too */
        if ((x = top(c)->r[2]).kind == VAL_SCALAR)
            return true;
        return socket_arg(c, k, 2, &x);
    case 100:
    case 110:
    case 128:
    case 129: return socket_arg(c, k, 1, &x);
    case H_SPIN_LOCK: return lock(c, k);
    case H_SPIN_UNLOCK: return unlock(c, k);
    case H_RESERVE: return reserve(c, k);
    case H_SUBMIT:
    case H_DISCARD: x = top(c)->r[1]; return release(c, k, &x, REF_RECORD);
    case 163: return pass_memory(c, 3, 3, 4, true, k->name);
    case 204:
    case 205: return pass_memory(c, 1, 1, k->id == 204 ? 20 : 40, false, k->name) && tcp_header(c, k);
    case 206:
    case 207:
        return pass_memory(c, 1, 1, k->id == 206 ? 20 : 40, false, k->name) && pass_memory(c, 2, 2, 20, false, k->name);
    case 157: return object_arg(c, k, 2, "task_struct");
    case 191: return object_arg(c, k, 4, "task_struct");
    case 156:
        if (!object_arg(c, k, 2, "task_struct"))
            return false;
        x = top(c)->r[3]; /* the first value, or none */
        if (!(x.kind == VAL_SCALAR && scalar_is_const(&x.var) && !x.var.umin) &&
            !pass_memory(c, 3, 3, k->def->value_size, false, k->name))
            return false;
        k->result = reg_pointer(VAL_MAP_VALUE);
        k->result.flags = R_NULL;
        k->result.id = k->result.uid = new_id(c);
        k->result.map = k->map;
        k->result.size = k->def->value_size;
        k->result.sub = 3; /* no row of regions holds it */
        return true;
    case 158:
        if (btf_task(c, &k->result))
            return true;
        k->result = reg_pointer(VAL_OBJECT);
        k->result.flags = R_TRUSTED;
        return true;
    case 153:
    case 154:
        k->result = reg_pointer(VAL_UNTRUSTED);
        if (k->id == 153) {
            k->result.flags = R_NULL;
            k->result.id = new_id(c);
        }
        return true;
    case H_FOR_EACH:
        uncounted(c);
        call_back(c, k, CB_EACH);
        return !c->stop;
    case H_LOOP: return loop(c, k);
    case H_FIND_VMA:
        uncounted(c);
        call_back(c, k, CB_VMA);
        return !c->stop;
    case H_DRAIN:
        uncounted(c);
        call_back(c, k, CB_DRAIN);
        return !c->stop;
    case H_TIMER_INIT:
        return field_arg(c, k, 1, MF_TIMER) && (top(c)->r[1].map == k->map || arg_fails(c, k, CHECK_ARG_TYPE, 2));
    case H_TIMER_CALLBACK: return timer_callback(c, k);
    case H_TIMER_START:
    case H_TIMER_CANCEL: return field_arg(c, k, 1, MF_TIMER);
    case H_KPTR_XCHG: {
        const struct map_field *f = field_at(c, k, 1, MF_KPTR);
        return f && kptr_exchange(c, k, f);
    }
    case H_DYNPTR_FROM_MEM: return dynptr_from_memory(c, k);
    case H_RESERVE_DYNPTR: return take_ref(c, REF_DYNPTR, &id) && dynptr_new(c, k, 4, 2, id, false);
    case H_SUBMIT_DYNPTR:
    case H_DISCARD_DYNPTR: return dynptr_commit(c, k);
    case H_DYNPTR_READ: return dynptr_arg(c, k, 3, &x);
    case H_DYNPTR_WRITE:
        if (!dynptr_arg(c, k, 1, &x))
            return false;
        if (x.size == 3) /* of a packet: it may move */
            forget_packets(c);
        return true;
    case H_DYNPTR_DATA: return dynptr_data(c, k);
    default: return true;
    }
}
