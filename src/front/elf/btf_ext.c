/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_ext.c - where instructions come from, and which of them depend on the target's types.
 * in: section .BTF.ext      out: func.line, l->core
 *
 *   header | func_info | line_info | core_relo,  each: record size, then for each section
 *            section name, count, records (offset in the section first) */
#include "base/reader.h"
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"
#include <stdlib.h>
#include <string.h>

struct place {
    const char *name;
    u32 sec;
};
struct where {
    u32 slot, order;
    struct line line;
};

struct ext_reader {
    struct loader *l;
    const struct sec *s;
    struct place *place;
    u32 nplace; /* sections of code, sorted by name */
    struct where *where;
    u32 nwhere, cap_where;
};

static int by_name(const void *x, const void *y) {
    return strcmp(((const struct place *)x)->name, ((const struct place *)y)->name);
}

static int by_slot(const void *x, const void *y) {
    const struct where *a = x, *b = y;
    if (a->slot != b->slot)
        return a->slot < b->slot ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static int index_sections(struct ext_reader *x) {
    u32 i;
    if (!(x->place = arena_new(&x->l->tmp, struct place, x->l->f.nsec)))
        return no_memory(x->l);
    for (i = 1; i < x->l->f.nsec; i++)
        if (is_code(&x->l->f.sec[i]))
            x->place[x->nplace++] = (struct place){x->l->f.sec[i].name, i};
    qsort(x->place, x->nplace, sizeof *x->place, by_name);
    return 0;
}

static int bad_string(struct ext_reader *x, size_t at, u32 off) {
    return fail_sec(x->l, x->s, at, E_BTF, "string offset 0x%x lies outside the strings of .BTF", off);
}

/* A string of .BTF, in the module's own copy of it. */
static const char *string(struct ext_reader *x, u32 off) {
    const u8 *p = x->l->btf_bytes;
    u64 strs = le(p + 4, 4) + le(p + 16, 4);
    return off < le(p + 20, 4) ? (const char *)p + strs + off : NULL;
}

static int add_line(struct ext_reader *x, const struct sec *code, u32 slot, struct reader *r, size_t at) {
    u32 file = get_u32(r), text = get_u32(r), pos = get_u32(r);
    struct where *w = grow(&x->l->tmp, x->where, x->nwhere, &x->cap_where, sizeof *w);
    if (!w)
        return no_memory(x->l);
    x->where = w;
    w += x->nwhere;
    w->slot = code->base + slot;
    w->order = x->nwhere++;
    w->line = (struct line){0, pos >> 10, pos & 0x3ff, string(x, file), string(x, text)};
    if (!w->line.file)
        return bad_string(x, at, file);
    if (!w->line.text)
        return bad_string(x, at, text);
    return 0;
}

static int add_core(struct ext_reader *x, const struct sec *code, u32 slot, struct reader *r, size_t at) {
    struct loader *l = x->l;
    u32 type = get_u32(r), access = get_u32(r), kind = get_u32(r);
    struct core_rec *c = grow(&l->tmp, l->core, l->ncore, &l->cap_core, sizeof *c);
    if (!c)
        return no_memory(l);
    l->core = c;
    c += l->ncore++;
    *c = (struct core_rec){code->index, slot, type, kind, string(x, access)};
    if (!c->access)
        return bad_string(x, at, access);
    if (!type || type >= bpf.btf__type_cnt(l->btf))
        return fail_sec(l, x->s, at, E_BTF, "no type %u", type);
    return 0;
}

/* func_info repeats what symbols say; its bounds are checked all the same. */
static int add_func_info(struct ext_reader *x, const struct sec *code, u32 slot, struct reader *r, size_t at) {
    u32 type = get_u32(r);
    (void)code, (void)slot;
    return type < bpf.btf__type_cnt(x->l->btf) ? 0 : fail_sec(x->l, x->s, at, E_BTF, "no type %u", type);
}

typedef int take(struct ext_reader *x, const struct sec *code, u32 slot, struct reader *r, size_t at);

static int read_records(struct ext_reader *x, const struct sec *code, struct reader *r, u32 size, u32 n, take *fn) {
    u32 i, off;
    int e;
    for (i = 0; i < n; i++) {
        size_t at = r->pos;
        off = get_u32(r);
        if (code && (off % 8 || off >= code->size))
            return fail_sec(x->l, x->s, at, E_BTF, "no instruction at 0x%x of section %.80s", off, code->name);
        if (code && (e = fn(x, code, off / 8, r, at)))
            return e;
        seek_to(r, at + size);
    }
    return 0;
}

/* One of the three tables: len bytes at off behind the header. */
static int read_table(struct ext_reader *x, const char *what, u64 off, u64 len, u32 least, take *fn) {
    const struct sec *s = x->s;
    struct reader r = reader_on(s->data, s->size);
    size_t end;
    u32 size;
    int e;
    if (!len)
        return 0;
    if (off % 4 || off > s->size || len > s->size - off || len < 4)
        return fail_sec(x->l, s, 0, E_BTF, "%s: 0x%llx bytes at 0x%llx lie outside the section", what,
                        (unsigned long long)len, (unsigned long long)off);
    end = off + len;
    r.len = end;
    seek_to(&r, off);
    size = get_u32(&r);
    if (size < least || size % 4)
        return fail_sec(x->l, s, off, E_BTF, "%s: records of %u bytes", what, size);
    while (r.pos < end) {
        size_t at = r.pos;
        u32 name = get_u32(&r), n = get_u32(&r);
        struct place key = {string(x, name), 0}, *p;
        if (r.bad || (u64)n * size > end - r.pos)
            return fail_sec(x->l, s, at, E_BTF, "%s: cut off", what);
        if (!key.name)
            return bad_string(x, at, name);
        /* Sections that hold no code here (dropped by a linker, or empty) are passed over. */
        p = bsearch(&key, x->place, x->nplace, sizeof key, by_name);
        if ((e = read_records(x, p ? &x->l->f.sec[p->sec] : NULL, &r, size, n, fn)))
            return e;
    }
    return 0;
}

/* Hands the lines, in order of their instructions, to the functions. */
static int hand_out_lines(struct ext_reader *x) {
    struct module *m = x->l->m;
    struct line *line = arena_new(&m->arena, struct line, x->nwhere);
    u32 i = 0, f;
    if (!line)
        return no_memory(x->l);
    if (x->nwhere)
        qsort(x->where, x->nwhere, sizeof *x->where, by_slot);
    for (f = 0; f < m->nfunc; f++) {
        struct func *fn = &m->func[f];
        fn->line = line + i;
        for (; i < x->nwhere && x->where[i].slot < fn->base + fn->nslot; i++) {
            line[i] = x->where[i].line;
            line[i].insn = x->where[i].slot - fn->base;
            fn->nline++;
        }
        if (!fn->nline)
            fn->line = NULL;
    }
    return 0;
}

int load_btf_ext(struct loader *l) {
    struct ext_reader x = {.l = l};
    u64 hdr;
    u32 i;
    int e;
    for (i = 1; i < l->f.nsec; i++)
        if (l->f.sec[i].role == ROLE_BTF_EXT)
            x.s = &l->f.sec[i];
    if (!x.s || !l->btf)
        return 0;
    if (x.s->size < 24)
        return fail_sec(l, x.s, 0, E_BTF, "header: only %llu bytes", (unsigned long long)x.s->size);
    hdr = le(x.s->data + 4, 4);
    if (le(x.s->data, 2) != BTF_MAGIC || x.s->data[2] != BTF_VERSION || x.s->data[3])
        return fail_sec(l, x.s, 0, E_BTF, "header: unknown magic, version or flags");
    if (hdr < 24 || hdr > x.s->size)
        return fail_sec(l, x.s, 4, E_BTF, "header: bad length %llu", (unsigned long long)hdr);
    if ((e = index_sections(&x)))
        return e;
    if ((e = read_table(&x, "func_info", hdr + le(x.s->data + 8, 4), le(x.s->data + 12, 4), 8, add_func_info)))
        return e;
    if ((e = read_table(&x, "line_info", hdr + le(x.s->data + 16, 4), le(x.s->data + 20, 4), 16, add_line)))
        return e;
    if (hdr >= 32 &&
        (e = read_table(&x, "core_relo", hdr + le(x.s->data + 24, 4), le(x.s->data + 28, 4), 16, add_core)))
        return e;
    return hand_out_lines(&x);
}
