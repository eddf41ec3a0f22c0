/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dynptr.c - dynptrs: memory with a length that only running tells.
 *
 *   struct bpf_dynptr on the program's stack: 16 bytes that say nothing; its address is the key
 *   struct object { DYNPTR, sub, base, at, len } in the run's table: what it stands for
 *
 * Memory is checked again at each use, packets are looked up at each use, so a dynptr cannot
 * outlive what it points into. Only a ring buffer's record has to be given back. */
#include "rt/helpers/packet.h"
#include <errno.h>
#include <string.h>

enum { RINGBUF = 27, SIZE_MAX_DYNPTR = (1 << 24) - 1 };

static bool alive(const struct object *o) {
    return o->sub != DYNPTR_NULL;
}

/* The dynptr that a program names; NULL: trapped. */
static struct object *find(struct ctx *cx, u64 at) {
    struct object *o = object_find(cx, OBJECT_DYNPTR, ptr(at));
    if (!o)
        trap(cx, TRAP_BAD_HANDLE);
    return o;
}

/* Frames that were left do not give their dynptrs back. Those far below the new one are taken
 * for dead; a program for which that is wrong traps at their next use. */
static void forget_dead(struct ctx *cx, u64 at) {
    for (u32 i = 0; i < cx->in->nobject; i++) {
        struct object *o = &cx->in->object[i];
        if (o->kind == OBJECT_DYNPTR && o->sub != DYNPTR_RINGBUF && num(o->p) + cx->frame_size < at)
            object_free(cx, o);
    }
}

/* A null dynptr at that address; what stood there goes, unless it has to be given back. */
static struct object *make(struct ctx *cx, u64 at) {
    struct object *o = object_find(cx, OBJECT_DYNPTR, ptr(at));
    if (o && o->sub == DYNPTR_RINGBUF) {
        trap(cx, TRAP_BAD_HANDLE);
        return NULL;
    }
    if (o) {
        object_free(cx, o);
    } else if (object_find(cx, OBJECT_ITER, ptr(at))) {
        trap(cx, TRAP_BAD_HANDLE);
        return NULL;
    }
    if (!(o = object_new(cx, OBJECT_DYNPTR, NULL, ptr(at)))) {
        forget_dead(cx, at);
        o = object_new(cx, OBJECT_DYNPTR, NULL, ptr(at));
    }
    if (!o)
        trap(cx, TRAP_MEMORY);
    return o;
}

static s64 check_range(const struct object *o, u64 off, u64 len) {
    return off > o->len || len > o->len - off ? -E2BIG : 0;
}

/* len bytes at off, in range, of a live dynptr; NULL: the packet has become shorter, or trapped. */
static u8 *bytes(struct ctx *cx, const struct object *o, u64 off, u64 len, bool write) {
    u64 at = o->at + off;
    switch ((enum dynptr_kind)o->sub) {
    case DYNPTR_NULL: return NULL;
    case DYNPTR_LOCAL: return mem_at(cx, o->base + at, len, write);
    case DYNPTR_RINGBUF: return ptr(o->base + at);
    case DYNPTR_SKB:
    case DYNPTR_XDP: return pkt_at(cx->pkt, at, len);
    }
    return NULL;
}

static bool of_packet(const struct object *o) {
    return o->sub == DYNPTR_SKB || o->sub == DYNPTR_XDP;
}

/* ---- making them ---- */

H(dynptr_from_mem) {
    struct object *o = make(cx, r4);
    u32 size = (u32)r2;
    if (!o)
        return 0;
    if (r3 || size > SIZE_MAX_DYNPTR)
        return r3 && size <= SIZE_MAX_DYNPTR ? (u64)-EINVAL : (u64)-E2BIG;
    if (!mem_at(cx, r1, size, true))
        return 0;
    o->sub = DYNPTR_LOCAL;
    o->base = r1;
    o->len = size;
    return 0;
}

static u64 from_packet(struct ctx *cx, u64 flags, u64 at, enum dynptr_kind kind, bool read_only) {
    struct object *o;
    if (!cx->pkt)
        return trap(cx, TRAP_BAD_CONTEXT);
    if (!(o = make(cx, at)))
        return 0;
    if (flags)
        return (u64)-EINVAL;
    o->sub = kind;
    o->len = (u32)pkt_len(cx->pkt);
    o->read_only = read_only;
    return 0;
}

K(bpf_dynptr_from_skb) {
    u8 kind = cx->type->kind;
    if (kind != PROG_TC && kind != PROG_SOCKET && kind != PROG_CGROUP_SKB)
        return trap(cx, TRAP_BAD_CONTEXT);
    return from_packet(cx, r2, r3, DYNPTR_SKB, !cx->type->writable);
}
K(bpf_dynptr_from_xdp) {
    return cx->type->kind == PROG_XDP ? from_packet(cx, r2, r3, DYNPTR_XDP, false) : trap(cx, TRAP_BAD_CONTEXT);
}

K(bpf_dynptr_clone) {
    struct object *o = find(cx, r1), *c, from;
    if (!o)
        return 0;
    from = *o;
    if (!(c = make(cx, r2)))
        return 0;
    if (!alive(&from))
        return (u64)-EINVAL;
    if (from.sub == DYNPTR_RINGBUF) /* the original alone is given back: its memory is checked like any other */
        from.sub = DYNPTR_LOCAL;
    from.p = c->p;
    from.region = 0;
    *c = from;
    return 0;
}

/* ---- ring buffer records of any length ---- */

/* The kernel wants submit or discard even after a failure, hence a null dynptr that is not held. */
H(ringbuf_reserve_dynptr) {
    struct map *m = ptr(r1);
    struct object *o;
    u32 size = (u32)r2;
    u8 *rec;
    if (m->type != RINGBUF)
        return trap(cx, TRAP_BAD_MAP);
    if (!(o = make(cx, r4)))
        return 0;
    if (r3)
        return (u64)-EINVAL;
    if (size > SIZE_MAX_DYNPTR)
        return (u64)-E2BIG;
    if (!(rec = ringbuf_reserve(m, size)))
        return (u64)-EINVAL;
    if (size && !(o->region = region_add(cx, rec, size, true))) {
        ringbuf_commit(m, rec, true);
        return (u64)-EINVAL;
    }
    o->sub = DYNPTR_RINGBUF;
    o->map = m;
    o->base = num(rec);
    o->len = size;
    return 0;
}

static u64 commit(struct ctx *cx, u64 at, bool discard, u64 flags) {
    struct object *o = find(cx, at);
    if (!o)
        return 0;
    if (o->sub != DYNPTR_RINGBUF && alive(o))
        return trap(cx, TRAP_BAD_HANDLE);
    if (alive(o)) {
        struct map *m = o->map;
        u8 *rec = ptr(o->base);
        object_free(cx, o);
        ringbuf_submit(m, rec, discard, flags);
    } else {
        object_free(cx, o);
    }
    return 0;
}

H(ringbuf_submit_dynptr) {
    return commit(cx, r1, false, r2);
}
H(ringbuf_discard_dynptr) {
    return commit(cx, r1, true, r2);
}

/* ---- using them ---- */

H(dynptr_read) {
    struct object *o = find(cx, r3);
    const u8 *p;
    s64 err;
    if (!o)
        return 0;
    if (!alive(o) || r5)
        return (u64)-EINVAL;
    if ((err = check_range(o, (u32)r4, (u32)r2)))
        return (u64)err;
    if (!(p = bytes(cx, o, (u32)r4, (u32)r2, false)))
        return (u64)(o->sub == DYNPTR_XDP ? -EINVAL : -EFAULT);
    memmove(ptr(r1), p, (u32)r2);
    return 0;
}

/* Flags are those of bpf_skb_store_bytes, for tc packets only. */
static u64 write_to(struct ctx *cx, struct object *o, u64 off, const void *from, u64 len, u64 flags) {
    enum { INVALIDATE_HASH = 2, STORE_FLAGS = 3 };
    u8 *p;
    s64 err;
    if (!alive(o) || o->read_only)
        return (u64)-EINVAL;
    if ((err = check_range(o, off, len)))
        return (u64)err;
    if (flags & ~(u64)(o->sub == DYNPTR_SKB ? STORE_FLAGS : 0))
        return (u64)-EINVAL;
    if (!(p = bytes(cx, o, off, len, true)))
        return (u64)(o->sub == DYNPTR_XDP ? -EINVAL : -EFAULT);
    memmove(p, from, len);
    if (o->sub == DYNPTR_SKB && flags & INVALIDATE_HASH)
        cx->pkt->hash = 0;
    return 0;
}

H(dynptr_write) {
    struct object *o = find(cx, r1);
    return o ? write_to(cx, o, (u32)r2, ptr(r3), (u32)r4, r5) : 0;
}

H(dynptr_data) {
    struct object *o = find(cx, r1);
    if (!o || !alive(o) || o->read_only || of_packet(o) || check_range(o, (u32)r2, (u32)r3))
        return 0;
    return num(bytes(cx, o, (u32)r2, (u32)r3, true));
}

/* Packets are one piece here, so a slice points into them, and the buffer is used only where the
 * program may not address its packet (socket filters). */
static u64 slice(struct ctx *cx, u64 at, u64 off, u64 buf, u64 size, bool write) {
    struct object *o = find(cx, at);
    u8 *p;
    if (!o || !alive(o) || (write && o->read_only) || check_range(o, off, size))
        return 0;
    if (!(p = bytes(cx, o, off, size, write)) || !of_packet(o) || !size || mem_try(cx, num(p), size, write))
        return num(p);
    if (buf) {
        u8 *to = mem_write(cx, buf, size);
        if (to)
            memmove(to, p, size);
        return num(to);
    }
    return region_add(cx, p, size, false) ? num(p) : 0;
}

K(bpf_dynptr_slice) {
    return slice(cx, r1, (u32)r2, r3, (u32)r4, false);
}
K(bpf_dynptr_slice_rdwr) {
    return slice(cx, r1, (u32)r2, r3, (u32)r4, true);
}

K(bpf_dynptr_adjust) {
    struct object *o = find(cx, r1);
    u32 start = (u32)r2, end = (u32)r3;
    if (!o)
        return 0;
    if (!alive(o) || start > end)
        return (u64)-EINVAL;
    if (start > o->len || end > o->len)
        return (u64)-ERANGE;
    o->at += start;
    o->len = end - start;
    return 0;
}

K(bpf_dynptr_is_null) {
    struct object *o = find(cx, r1);
    return o && !alive(o);
}
K(bpf_dynptr_is_rdonly) {
    struct object *o = find(cx, r1);
    return o && alive(o) && o->read_only;
}
K(bpf_dynptr_size) {
    struct object *o = find(cx, r1);
    return !o ? 0 : alive(o) ? o->len : (u64)-EINVAL;
}

K(bpf_dynptr_copy) {
    struct object *to = find(cx, r1), *from = to ? find(cx, r3) : NULL;
    u32 size = (u32)r5;
    const u8 *p;
    if (!from)
        return 0;
    if (!alive(from) || !alive(to) || to->read_only)
        return (u64)-EINVAL;
    if (check_range(from, (u32)r4, size) || check_range(to, (u32)r2, size))
        return (u64)-E2BIG;
    if (!charge_bytes(cx, size))
        return 0;
    if (!(p = bytes(cx, from, (u32)r4, size, false)))
        return (u64)-EFAULT;
    return write_to(cx, to, (u32)r2, p, size, 0);
}

K(bpf_dynptr_memset) {
    struct object *o = find(cx, r1);
    u8 *p;
    if (!o)
        return 0;
    if (!alive(o) || o->read_only)
        return (u64)-EINVAL;
    if (check_range(o, (u32)r2, (u32)r3))
        return (u64)-E2BIG;
    if (!charge_bytes(cx, (u32)r3))
        return 0;
    if (!(p = bytes(cx, o, (u32)r2, (u32)r3, true)))
        return (u64)-EFAULT;
    memset(p, (u8)r4, (u32)r3);
    return 0;
}
