/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostmod_map.c - maps for guests of "supervm", by copy: the guest sees what a process sees through bpf(2), so of
 * per-CPU kinds a value is that of all processors.
 *
 * The map's own functions are those that the host uses (rt/map.h); a guest's keys and values are ranges of its memory,
 * which other threads may write meanwhile where it is shared, as they may with the keys that programs pass. */
#include "api/hostmod.h"
#include <errno.h>
#include <string.h>

HM(map_open) {
    return grant_find(cx, f, a[0], a[1], true);
}

HM(map_info) {
    const struct grant *g = granted_map(f, a[0]);
    struct {
        u32 type, key_size, value_size, max_entries, value_bytes, flags;
    } info; /* struct supervm_map_info */
    u8 *out = guest_bytes(cx, a[1], sizeof info);
    if (!g)
        return (u64)-EBADF;
    if (!out)
        return (u64)-EFAULT;
    info.type = g->map->type;
    info.key_size = g->map->key_size;
    info.value_size = g->map->value_size;
    info.max_entries = g->map->max_entries;
    info.value_bytes = (u32)map_value_bytes(g->map);
    info.flags = g->map->flags;
    memcpy(out, &info, sizeof info);
    return 0;
}

/* What a call is about: the map, and where its key and value lie. 0, or -errno. */
struct call {
    struct map *m;
    u8 *key, *value;
};

static s64 look(struct ctx *cx, const struct host_func *f, const u64 *a, bool has_value, bool write, struct call *c) {
    const struct grant *g = granted_map(f, a[0]);
    u64 bytes;
    if (!g)
        return -EBADF;
    if (write && !g->write)
        return -EPERM;
    c->m = g->map;
    bytes = has_value ? map_value_bytes(g->map) : 0;
    if (!(c->key = guest_bytes(cx, a[1], g->map->key_size)) ||
        (has_value && !(c->value = guest_bytes(cx, a[2], bytes))))
        return -EFAULT;
    return charge_bytes(cx, g->map->key_size + bytes) ? 0 : -EINTR; /* it trapped */
}

HM(map_lookup) {
    struct call c;
    s64 rc = look(cx, f, a, true, false, &c);
    return (u64)(rc ? rc : map_get(c.m, c.key, c.value));
}

HM(map_update) {
    struct call c;
    s64 rc = look(cx, f, a, true, true, &c);
    return (u64)(rc ? rc : map_put(c.m, c.key, c.value, a[3]));
}

HM(map_delete) {
    struct call c;
    s64 rc = look(cx, f, a, false, true, &c);
    return (u64)(rc ? rc : map_del(c.m, c.key));
}

HM(map_take) {
    struct call c;
    s64 rc = look(cx, f, a, true, true, &c);
    return (u64)(rc ? rc : map_take(c.m, c.key, c.value));
}

HM(map_next) {
    struct call c;
    s64 rc = look(cx, f, a, false, false, &c);
    u8 *next = rc ? NULL : guest_bytes(cx, a[2], c.m->key_size);
    if (!rc && !next)
        rc = -EFAULT;
    return (u64)(rc ? rc : map_next(c.m, a[1] ? c.key : NULL, next));
}

/* ---- ring buffers ---- */

enum { MAP_TYPE_PERF_EVENT_ARRAY = 4, MAP_TYPE_RINGBUF = 27 };

HM(ringbuf_output) {
    const struct grant *g = granted_map(f, a[0]);
    const u8 *p = guest_bytes(cx, a[1], a[2]);
    void *record;
    if (!g)
        return (u64)-EBADF;
    if (!g->write)
        return (u64)-EPERM;
    if (g->map->type != MAP_TYPE_RINGBUF || a[3] & ~(u64)(RING_NO_WAKEUP | RING_FORCE_WAKEUP))
        return (u64)-EINVAL;
    if (!p)
        return (u64)-EFAULT;
    if (!charge_bytes(cx, a[2]))
        return (u64)-EINTR;
    if (!(record = ringbuf_reserve(g->map, a[2])))
        return (u64)-EAGAIN;
    memcpy(record, p, a[2]);
    ringbuf_submit(g->map, record, false, a[3]);
    return 0;
}

struct taken {
    struct ctx *cx;
    u8 *to;
    u64 room, len;
};

static int take(void *arg, const void *data, size_t len) {
    struct taken *t = arg;
    t->len = len;
    memcpy(t->to, data, min64(len, t->room));
    return 0;
}

HM(ringbuf_poll) {
    const struct grant *g = granted_map(f, a[0]);
    struct taken t = {.cx = cx, .to = guest_bytes(cx, a[1], a[2]), .room = a[2]};
    s64 n;
    if (!g)
        return (u64)-EBADF;
    if (!g->write)
        return (u64)-EPERM; /* who reads a ring takes the record from others */
    if (g->map->type != MAP_TYPE_RINGBUF && g->map->type != MAP_TYPE_PERF_EVENT_ARRAY)
        return (u64)-EINVAL;
    if (!t.to)
        return (u64)-EFAULT;
    n = ringbuf_consume(g->map, take, &t, 1);
    if (n <= 0)
        return (u64)(n ? n : -EAGAIN);
    return charge_bytes(cx, t.len) ? t.len : 0;
}
