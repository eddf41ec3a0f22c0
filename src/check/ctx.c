/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctx.c - layouts of contexts: the runtime's tables, and ctx.def for the other types of the kernel. */
#include "check/ctx.h"
#include <string.h>

enum { R = 1, W = 2, P = 4, Q = 8, D = 16 };
enum { SK = 1 << PROG_TC | 1 << PROG_XDP | 1 << PROG_CGROUP_SKB | 1 << PROG_SOCKET };
enum owner {
#define TYPE(id, ...)  OWNER_##id,
#define BYTES(id, ...) OWNER_##id,
#include "check/ctx.def"
};
static const struct ctx_span spans[] = {
#define SPAN(id, off, size, unit, what, access) {OWNER_##id, unit, CTX_##what, access, off, size},
#include "check/ctx.def"
};
static const struct row {
    const char *name;
    u8 owner;
    bool bytes, writable, ranged;
    u8 packet;
    u32 size, kinds;
    s32 least, most;
} rows[] = {
#define TYPE(id, name, size, kinds, packet, ranged, least, most)                                                       \
    {name, OWNER_##id, false, false, ranged, packet, size, kinds, least, most},
#define BYTES(id, name, size, writable, ranged, least, most)                                                           \
    {name, OWNER_##id, true, writable, ranged, 0, size, 0, least, most},
#include "check/ctx.def"
};

static bool starts(const char *s, const char *with) {
    return s && !strncmp(s, with, strlen(with));
}

static void of_row(struct ctx_layout *t, const struct row *r) {
    *t = (struct ctx_layout){
        .name = r->name,
        .size = r->size,
        .bytes = r->bytes,
        .writable = r->writable,
        .packet_read = r->packet & R,
        .packet_write = r->packet & W,
        .as_kinds = r->kinds,
        .ranged = r->ranged,
        .least = r->least,
        .most = r->most,
    };
    for (u32 i = 0; i < COUNT(spans); i++)
        if (spans[i].owner == r->owner && !r->bytes) {
            if (!t->span)
                t->span = &spans[i];
            t->nspan++;
        }
}

static void of_table(struct ctx_layout *t, const struct ctxtype *c, const char *name) {
    *t = (struct ctx_layout){
        .name = name,
        .type = c,
        .runtime = true,
        .size = c->size,
        .packet_read = c->kind != PROG_SOCKET,
        .packet_write = c->writable,
    };
    if (c->kind == PROG_CGROUP_SKB)
        t->ranged = true, t->least = 0, t->most = 1;
}

/* Results that the name of the section decides. */
static void by_section(struct ctx_layout *t, u8 kind, const char *s) {
    if (s && s[0] == '?')
        s++;
    if (starts(s, "cgroup_skb/egress") || (kind == PROG_CGROUP_SKB && starts(s, "cgroup/skb")))
        t->most = 3;
    else if (starts(s, "cgroup/recvmsg") || starts(s, "cgroup/getpeername") || starts(s, "cgroup/getsockname"))
        t->least = t->most = 1;
    else if (starts(s, "cgroup/bind"))
        t->most = 3;
    else if (starts(s, "fentry") || starts(s, "fexit"))
        t->ranged = true, t->least = t->most = 0;
    else if (starts(s, "iter/") || starts(s, "iter.s/"))
        t->ranged = true, t->least = 0, t->most = 1;
    else if (starts(s, "lsm"))
        t->ranged = true, t->least = -4095, t->most = 0;
}

void ctx_layout(struct ctx_layout *t, u8 kind, const char *name, const char *section) {
    const struct ctxtype *c = &ctxtypes[kind];
    if (c->form == CTX_PACKET || c->form == CTX_STRUCT) {
        of_table(t, c, c->name);
        by_section(t, kind, section);
        return;
    }
    if (kind == PROG_FENTRY || kind == PROG_FEXIT)
        name = name && strcmp(name, "lsm") ? "tracing" : "lsm";
    for (u32 i = 0; name && i < COUNT(rows); i++)
        if (!strcmp(rows[i].name, name)) {
            of_row(t, &rows[i]);
            by_section(t, kind, section);
            return;
        }
    if (starts(name, "lwt_") || starts(name, "sk_skb")) {
        of_table(t, &ctxtypes[PROG_TC], name);
        t->runtime = false;
        t->packet_write = !strcmp(name, "lwt_xmit") || !strcmp(name, "sk_skb");
        t->as_kinds = SK;
        return;
    }
    *t = (struct ctx_layout){.name = name ? name : c->name, .packet_write = true};
}

static const struct field *field_at(const struct ctxtype *c, u32 off) {
    for (u32 i = 0; i < c->nfield; i++)
        if (off >= c->field[i].off && off < (u32)c->field[i].off + c->field[i].size)
            return &c->field[i];
    return NULL;
}

/* As rt/access.c has it. */
static bool in_table(const struct ctxtype *c, u32 off, u32 size, bool write, u8 *what) {
    const struct field *f = field_at(c, off);
    u32 part;
    if (!f)
        return false;
    part = off - f->off;
    switch ((enum field_kind)f->kind) {
    case FIELD_VALUE:
        if (!strcmp(f->name, "sk"))
            *what = CTX_SOCKET;
        if (write)
            return f->access & FIELD_W && !part && size == f->size;
        return f->access & FIELD_R && ((!part && size == f->size) || f->access & FIELD_NARROW) &&
               part + size <= f->size;
    case FIELD_BYTES: return f->access & (write ? FIELD_W : FIELD_R) && part + size <= f->size;
    case FIELD_DATA: *what = CTX_PKT; break;
    case FIELD_DATA_END: *what = CTX_PKT_END; break;
    case FIELD_DATA_META: *what = CTX_PKT_META; break;
    }
    return !write && !part && size == f->size && f->access & FIELD_R;
}

static bool in_span(const struct ctx_span *s, u32 off, u32 size, bool write, u8 *what) {
    bool whole = size == s->unit, two = size == 2u * s->unit && s->access & D && off + size <= (u32)s->off + s->size;
    *what = s->what;
    if (write)
        return s->access & W && (whole || two || (size < s->unit && s->access & Q));
    return s->access & R && (whole || two || (size < s->unit && s->access & P));
}

bool ctx_access_ok(const struct ctx_layout *t, s64 off, u32 size, bool write, u8 *what) {
    *what = CTX_NUMBER;
    if (off < 0 || off + (s64)size > (s64)t->size || !size || (off % size && !(t->bytes && size == 8 && off % 4 == 0)))
        return false;
    if (t->bytes)
        return !write || t->writable;
    if (t->type)
        return in_table(t->type, (u32)off, size, write, what);
    for (u32 i = 0; i < t->nspan; i++)
        if ((u32)off >= t->span[i].off && (u32)off < (u32)t->span[i].off + t->span[i].size)
            return in_span(&t->span[i], (u32)off, size, write, what);
    return false;
}
