/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* access.c - memory accesses that the engine's likely region did not hold.
 *
 *   TAG_CTX | offset   an access to the context: the field table decides (abi/ctxtype.h)
 *   in a region        good, the engine does it
 *   else               a trap: READ_ONLY where a read would have been good
 *
 * Also ld_abs and ld_ind, and the checks of memory that helpers are given. */
#include "rt/mem.h"
#include <string.h>

static const struct field *field_at(const struct ctxtype *t, u32 off) {
    u32 lo = 0, hi = t->nfield;
    while (lo < hi) { /* the last field that begins at or before off */
        u32 mid = (lo + hi) / 2;
        if (t->field[mid].off <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && off < (u32)t->field[lo - 1].off + t->field[lo - 1].size ? &t->field[lo - 1] : NULL;
}

static u64 host_value(const u8 *k, const struct field *f) {
    u64 v = 0;
    memcpy(&v, k + f->host_off, f->host_size);
    return v;
}

static bool ctx_value(u8 *k, const struct field *f, u32 part, u32 size, bool write, u64 *val) {
    bool whole = !part && size == f->size;
    if (write) {
        if (!(f->access & FIELD_W) || !whole)
            return false;
        memcpy(k + f->host_off, val, f->host_size < size ? f->host_size : size);
        return true;
    }
    if (!(f->access & FIELD_R) || (!whole && !(f->access & FIELD_NARROW)) || part + size > f->size)
        return false;
    *val = host_value(k, f) >> part * 8;
    if (size < 8)
        *val &= ((u64)1 << size * 8) - 1;
    return true;
}

static bool ctx_bytes(u8 *k, const struct field *f, u32 part, u32 size, bool write, u64 *val) {
    u8 *p = k + f->host_off + part;
    if (!(f->access & (write ? FIELD_W : FIELD_R)) || part + size > f->size)
        return false;
    if (write) {
        memcpy(p, val, size);
    } else {
        *val = 0;
        memcpy(val, p, size);
    }
    return true;
}

static bool ctx_access(struct ctx *cx, u64 off, u32 size, bool write, u64 *val) {
    const struct ctxtype *t = cx->type;
    u8 *host = t && t->form == CTX_STRUCT ? cx->host_ctx : (u8 *)cx->pkt; /* what the table is about */
    const struct field *f;
    u32 part;
    if (!t || !host || off >= t->size || off % size || !(f = field_at(t, (u32)off)))
        return false;
    part = (u32)off - f->off;
    switch ((enum field_kind)f->kind) {
    case FIELD_VALUE: return ctx_value(host, f, part, size, write, val);
    case FIELD_BYTES: return ctx_bytes(host, f, part, size, write, val);
    case FIELD_DATA:
    case FIELD_DATA_END:
    case FIELD_DATA_META:
        /* the whole 32-bit field is read, and a real pointer comes out */
        if (write || part || size != f->size || !(f->access & FIELD_R))
            return false;
        *val = host_value(host, f);
        return true;
    }
    return false;
}

bool rt_access(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done) {
    u32 k = (u32)__builtin_ctz(size);
    *done = false;
    if (handle_tag(addr) == TAG_CTX) {
        *done = ctx_access(cx, handle_index(addr), size, write, val);
        if (!*done)
            trap(cx, TRAP_BAD_CONTEXT);
        return false; /* served, or trapped */
    }
    if (!cx->program->view.checks) /* the host trusts the program */
        return true;
    for (u32 i = 0; i < cx->nregion; i++) {
        const struct region *g = &cx->region[i];
        if (addr - g->base < (write ? g->write[k] : g->read[k]))
            return true;
    }
    trap(cx, write && mem_try(cx, addr, size, false) ? TRAP_READ_ONLY : TRAP_OUT_OF_BOUNDS);
    return false;
}

u8 *packet_base(const struct ctx *cx, bool net) {
    struct pkt *k = cx->pkt;
    if (cx->type->kind == PROG_SOCKET || cx->type->kind == PROG_CGROUP_SKB)
        return net ? k->data : k->data - k->head >= ETH_HEADER ? k->data - ETH_HEADER : NULL;
    return !net ? k->data : k->end - k->data >= ETH_HEADER ? k->data + ETH_HEADER : NULL;
}

/* Offsets below 0 count from the network header or from the frame, as in the kernel
 * (SKF_NET_OFF, SKF_LL_OFF); all else past the end ends the program with 0. */
bool rt_packet_load(struct ctx *cx, u64 off, u32 size, u64 *val) {
    const u32 net = 0xfff00000u, link = 0xffe00000u;
    const u8 *p = cx->pkt ? cx->pkt->data : ptr(cx->region[REGION_PACKET].base);
    u64 len = cx->pkt ? (u64)(cx->pkt->end - cx->pkt->data) : cx->region[REGION_PACKET].read[0];
    u32 at = (u32)off;
    u64 v = 0;
    if (at >= link && cx->pkt) {
        bool at_net = at >= net;
        if (!(p = packet_base(cx, at_net)))
            return false;
        len = (u64)(cx->pkt->end - p);
        at -= at_net ? net : link;
    } else if (at >= net) {
        at = at - net + ETH_HEADER;
    } else if (at >= link) {
        at -= link;
    }
    if (at > len || size > len - at)
        return false;
    for (u32 i = 0; i < size; i++)
        v = v << 8 | p[at + i];
    *val = v;
    return true;
}

bool mem_try(const struct ctx *cx, u64 addr, u64 len, bool write) {
    for (u32 i = 0; i < cx->nregion; i++)
        if (region_holds(&cx->region[i], addr, len, write))
            return true;
    return false;
}

u8 *mem_at(struct ctx *cx, u64 addr, u64 len, bool write) {
    if (!len)
        return cx->stack_top;
    if (mem_try(cx, addr, len, write) || !cx->program->view.checks)
        return ptr(addr);
    if (handle_tag(addr) == TAG_CTX)
        trap(cx, TRAP_BAD_CONTEXT);
    else
        trap(cx, write && mem_try(cx, addr, len, false) ? TRAP_READ_ONLY : TRAP_OUT_OF_BOUNDS);
    return NULL;
}

u64 mem_room(const struct ctx *cx, u64 addr, u64 max) {
    for (u32 i = 0; i < cx->nregion; i++) {
        u64 off = addr - cx->region[i].base, limit = cx->region[i].read[0];
        if (off < limit)
            return min64(limit - off, max);
    }
    return 0;
}

const char *mem_str(struct ctx *cx, u64 addr) {
    u64 room = mem_room(cx, addr, STR_MAX);
    if ((room && memchr(ptr(addr), 0, room)) || !cx->program->view.checks)
        return ptr(addr);
    trap(cx, handle_tag(addr) == TAG_CTX ? TRAP_BAD_CONTEXT : room == STR_MAX ? TRAP_BAD_ARGUMENT : TRAP_OUT_OF_BOUNDS);
    return NULL;
}
