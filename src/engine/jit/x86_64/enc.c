/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enc.c - the buffer of the encoder: labels, jumps that become short, constants, relocations.
 *
 * Jumps are written in their long form, with a struct enc_fix each, in the order of the code. enc_finish() walks them
 * once and decides which become short: of a jump back the distance is known by then, of one ahead the distance in the
 * long layout is an upper bound (alignments are written at their longest, too). A label knows how many fixes stand
 * before it, so its final position is one subtraction away. The bytes move once, when enc_place() copies them. */
#include "engine/jit/x86_64/enc_raw.h"
#include <stdlib.h>

enum fix { FIX_JMP, FIX_JCC, FIX_REL, FIX_ALIGN, FIX_SHORT, FIX_GONE };
enum { JMP_LONG = 5, JCC_LONG = 6, SHORT = 2 };
enum { NOT_BOUND = UINT32_MAX, IN_DATA = UINT32_MAX - 1 };
enum { CODE_LIMIT = 1 << 30 };

struct enc_fix {
    u32 pos;   /* of jumps and alignments their first byte, of FIX_REL the field */
    u32 label; /* of an alignment: its bytes */
    u32 cum;   /* after enc_finish(): bytes saved before it */
    u8 kind, tail;
};
struct enc_label {
    u32 pos, fix; /* fix: how many stand before; or NOT_BOUND; IN_DATA: pos is final */
};
struct enc_const {
    u32 label, off, next; /* off: in e->data; next: of the same hash, + 1 */
    u32 n;
};

/* Room for one more than n in an array, given by the address of its pointer; false: out of memory. */
static bool more(struct enc *e, void *array, u32 n, u32 *cap, size_t size) {
    void *old, *grown;
    u32 want = *cap ? 2 * *cap : 64;
    if (n < *cap)
        return true;
    memcpy(&old, array, sizeof old);
    if (e->oom || want < *cap || !(grown = realloc(old, want * size))) {
        e->oom = true;
        return false;
    }
    memcpy(array, &grown, sizeof grown);
    *cap = want;
    return true;
}

static void use_buffer(struct enc *e, u8 *buf, size_t cap, size_t len) {
    e->buf = buf;
    e->cap = cap;
    e->p = buf + len;
    e->lim = buf + cap - ENC_ROOM;
}

/* Without memory the code is written over and over the same place: nobody sees it. */
void enc_grow(struct enc *e) {
    size_t len = enc_pos(e);
    u8 *grown = !e->oom && e->cap < CODE_LIMIT ? malloc(2 * e->cap) : NULL;
    if (!grown) {
        e->oom = true;
        e->p = e->buf;
        return;
    }
    memcpy(grown, e->buf, len);
    free(e->buf);
    use_buffer(e, grown, 2 * e->cap, len);
}

void enc_init(struct enc *e, u32 cpu) {
    u8 *buf = malloc(4096);
    memset(e, 0, sizeof *e);
    e->cpu = cpu;
    use_buffer(e, buf ? buf : e->spare, buf ? 4096 : sizeof e->spare, 0);
    e->oom = !buf;
}

void enc_reset(struct enc *e) {
    if (e->ncon && e->hash)
        memset(e->hash, 0, e->chash * sizeof *e->hash);
    e->p = e->buf;
    e->oom = e->buf == e->spare;
    e->done = false;
    e->size = e->code = e->nfix = e->nlabel = e->nreloc = e->ncon = e->ntable = e->ndata = 0;
}

void enc_free(struct enc *e) {
    if (e->buf != e->spare)
        free(e->buf);
    free(e->fix);
    free(e->label);
    free(e->reloc);
    free(e->con);
    free(e->hash);
    free(e->table);
    free(e->data);
}

u32 enc_label(struct enc *e) {
    if (!more(e, &e->label, e->nlabel, &e->clabel, sizeof *e->label))
        return 0;
    e->label[e->nlabel] = (struct enc_label){0, NOT_BOUND};
    return e->nlabel++;
}

void enc_bind(struct enc *e, u32 label) {
    if (e->oom)
        return;
    assert(label < e->nlabel && e->label[label].fix == NOT_BOUND);
    e->label[label] = (struct enc_label){enc_pos(e), e->nfix};
}

static void add_fix(struct enc *e, enum fix kind, u32 label, unsigned tail) {
    if (more(e, &e->fix, e->nfix + 1, &e->cfix, sizeof *e->fix)) /* one more than there are: enc_finish() ends them */
        e->fix[e->nfix++] = (struct enc_fix){enc_pos(e), label, 0, (u8)kind, (u8)tail};
}

void enc_fix_rel(struct enc *e, u32 label, unsigned tail) {
    add_fix(e, FIX_REL, label, tail);
}

void enc_reloc(struct enc *e, u32 sym, u64 target) {
    if (more(e, &e->reloc, e->nreloc, &e->creloc, sizeof *e->reloc))
        e->reloc[e->nreloc++] = (struct reloc){enc_pos(e), sym, target};
}

/* --- constants and tables --- */

static u32 hash_of(const void *p, unsigned n) {
    u64 v = 0, w = 0;
    memcpy(&v, p, n < 8 ? n : 8);
    if (n == 16)
        memcpy(&w, (const u8 *)p + 8, 8);
    v = (v ^ (w + n) * 0x9e3779b97f4a7c15) * 0x9e3779b97f4a7c15;
    return (u32)(v >> 32);
}

static void rehash(struct enc *e) {
    u32 want = e->chash ? 2 * e->chash : 64, k, h;
    u32 *grown = calloc(want, sizeof *grown);
    if (!grown) {
        e->oom = true;
        return;
    }
    free(e->hash);
    e->hash = grown;
    e->chash = want;
    for (k = 0; k < e->ncon; k++) {
        h = hash_of(e->data + e->con[k].off, e->con[k].n) & (want - 1);
        e->con[k].next = grown[h];
        grown[h] = k + 1;
    }
}

u32 enc_const(struct enc *e, const void *p, unsigned n) {
    u32 h, k;
    assert(n == 4 || n == 8 || n == 16);
    if (e->ncon >= e->chash)
        rehash(e);
    if (e->oom)
        return 0;
    h = hash_of(p, n) & (e->chash - 1);
    for (k = e->hash[h]; k; k = e->con[k - 1].next)
        if (e->con[k - 1].n == n && !memcmp(e->data + e->con[k - 1].off, p, n))
            return e->con[k - 1].label;
    if (!more(e, &e->con, e->ncon, &e->ccon, sizeof *e->con) || !more(e, &e->data, e->ndata + 16, &e->cdata, 1))
        return 0;
    memcpy(e->data + e->ndata, p, n);
    e->con[e->ncon] = (struct enc_const){enc_label(e), e->ndata, e->hash[h], n};
    e->ndata += n;
    e->hash[h] = ++e->ncon;
    return e->con[e->ncon - 1].label;
}

/* In e->table: | its label | n | n labels |, one table after the other. */
static void table_word(struct enc *e, u32 v) {
    if (more(e, &e->table, e->ntable, &e->ctable, sizeof *e->table))
        e->table[e->ntable++] = v;
}

u32 enc_table(struct enc *e, const u32 *label, u32 n) {
    u32 l = enc_label(e), k;
    table_word(e, l);
    table_word(e, n);
    for (k = 0; k < n; k++)
        table_word(e, label[k]);
    return l;
}

/* --- jumps --- */

void enc_align(struct enc *e, unsigned n) {
    room(e);
    assert(n == 4 || n == 8 || n == 16 || n == 32 || n == 64);
    add_fix(e, FIX_ALIGN, n, 0);
    memset(e->p, 0xcc, n - 1);
    e->p += n - 1;
}

void x_jmp(struct enc *e, u32 label) {
    room(e);
    add_fix(e, FIX_JMP, label, 0);
    put8(e, 0xe9);
    put32(e, 0);
}

void x_jcc(struct enc *e, enum cc cc, u32 label) {
    room(e);
    add_fix(e, FIX_JCC, label, 0);
    put16(e, 0x800f | (unsigned)cc << 8);
    put32(e, 0);
}

void x_call(struct enc *e, u32 label) {
    room(e);
    put8(e, 0xe8);
    enc_fix_rel(e, label, 0);
    put32(e, 0);
}

/* --- the end --- */

/* Final position of a label all of whose fixes before it are decided. */
static u32 where(const struct enc *e, u32 label) {
    const struct enc_label *l = &e->label[label];
    assert(label < e->nlabel && l->fix != NOT_BOUND);
    return l->fix == IN_DATA ? l->pos : l->pos - e->fix[l->fix].cum;
}

/* How many bytes a jump that begins at old position pos may do without. */
static u32 shorten(struct enc *e, struct enc_fix *f, u32 index, u32 saved) {
    const struct enc_label *l = &e->label[f->label];
    u32 len = f->kind == FIX_JMP ? JMP_LONG : JCC_LONG;
    assert(f->label < e->nlabel && l->fix != NOT_BOUND && l->fix != IN_DATA);
    if (l->fix > index) { /* ahead */
        u32 far = l->pos - (f->pos + len);
        if (far == 0)
            return f->kind = FIX_GONE, f->tail = (u8)len, len;
        if (far > 127)
            return 0;
    } else if ((f->pos - saved + SHORT) - where(e, f->label) > 128) {
        return 0;
    }
    f->kind = FIX_SHORT;
    f->tail = (u8)len;
    return len - SHORT;
}

static void place_data(struct enc *e) {
    u32 at = (u32)align_up(e->code, e->ncon || e->ntable ? 16 : 1), n, k;
    for (n = 16; n >= 4; n /= 2)
        for (k = 0; k < e->ncon; k++)
            if (e->con[k].n == n) {
                e->label[e->con[k].label] = (struct enc_label){at, IN_DATA};
                at += n;
            }
    for (k = 0; k < e->ntable; k += 2 + e->table[k + 1]) {
        e->label[e->table[k]] = (struct enc_label){at, IN_DATA};
        at += 4 * e->table[k + 1];
    }
    e->size = (u32)align_up(at, 16);
}

bool enc_finish(struct enc *e) {
    u32 saved = 0, k, r = 0;
    assert(!e->done);
    if (!e->nfix)
        more(e, &e->fix, 0, &e->cfix, sizeof *e->fix);
    if (e->oom || (u64)enc_pos(e) + e->ndata + 4 * (u64)e->ntable > CODE_LIMIT)
        return false;
    for (k = 0; k < e->nfix; k++) {
        struct enc_fix *f = &e->fix[k];
        for (; r < e->nreloc && e->reloc[r].pos < f->pos; r++)
            e->reloc[r].pos -= saved;
        f->cum = saved;
        if (f->kind == FIX_ALIGN)
            saved += f->label - 1 - (-(f->pos - saved) & (f->label - 1));
        else if (f->kind != FIX_REL)
            saved += shorten(e, f, k, saved);
    }
    for (; r < e->nreloc; r++)
        e->reloc[r].pos -= saved;
    e->fix[k].cum = saved;
    e->code = enc_pos(e) - saved;
    place_data(e);
    e->done = true;
    return true;
}

u32 enc_label_pos(const struct enc *e, u32 label) {
    assert(e->done);
    return where(e, label);
}

void enc_follow(const struct enc *e, u32 *pos, size_t n, size_t stride) {
    u32 k = 0;
    assert(e->done);
    for (; n; n--, pos = (u32 *)(void *)((u8 *)pos + stride)) {
        while (k < e->nfix && e->fix[k].pos < *pos)
            k++;
        *pos -= e->fix[k].cum;
    }
}

static void put_nops(u8 *p, u32 n) {
    static const u8 nop[9][9] = {
        {0x90},
        {0x66, 0x90},
        {0x0f, 0x1f, 0x00},
        {0x0f, 0x1f, 0x40, 0x00},
        {0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };
    for (; n;) {
        u32 k = n < 9 ? n : 9;
        memcpy(p, nop[k - 1], k);
        p += k;
        n -= k;
    }
}

void x_nop(struct enc *e, unsigned n) {
    for (; n;) {
        unsigned k = n < 9 ? n : 9;
        room(e);
        put_nops(e->p, k);
        e->p += k;
        n -= k;
    }
}

static void set32(u8 *p, u32 v) {
    memcpy(p, &v, 4);
}

/* What stands in place of the bytes of a fix, at its new position; how many of the old ones it takes. */
static u32 place_fix(const struct enc *e, const struct enc_fix *f, u8 *to) {
    const u8 *old = e->buf + f->pos;
    u32 at = f->pos - f->cum;
    switch ((enum fix)f->kind) {
    case FIX_JMP:
        to[at] = old[0];
        set32(to + at + 1, where(e, f->label) - (at + JMP_LONG));
        return JMP_LONG;
    case FIX_JCC:
        memcpy(to + at, old, 2);
        set32(to + at + 2, where(e, f->label) - (at + JCC_LONG));
        return JCC_LONG;
    case FIX_SHORT:
        to[at] = (u8)(f->tail == JMP_LONG ? 0xeb : old[1] - 0x10);
        to[at + 1] = (u8)(where(e, f->label) - (at + SHORT));
        return f->tail;
    case FIX_REL: set32(to + at, where(e, f->label) - (at + 4 + f->tail)); return 4;
    case FIX_ALIGN: put_nops(to + at, -at & (f->label - 1)); return f->label - 1;
    case FIX_GONE: return f->tail;
    }
    return 0;
}

void enc_place(struct enc *e, u8 *to, u64 at) {
    u32 from = 0, k, n;
    assert(e->done);
    for (k = 0; k < e->nfix; k++) {
        const struct enc_fix *f = &e->fix[k];
        memcpy(to + from - f->cum, e->buf + from, f->pos - from);
        from = f->pos + place_fix(e, f, to);
    }
    n = enc_pos(e) - from;
    memcpy(to + e->code - n, e->buf + from, n);
    memset(to + e->code, 0xcc, e->size - e->code);
    for (k = 0; k < e->ncon; k++)
        memcpy(to + where(e, e->con[k].label), e->data + e->con[k].off, e->con[k].n);
    for (k = 0; k < e->ntable; k += 2 + e->table[k + 1]) {
        u32 base = where(e, e->table[k]);
        for (n = 0; n < e->table[k + 1]; n++)
            set32(to + base + 4 * n, where(e, e->table[k + 2 + n]) - base);
    }
    for (k = 0; k < e->nreloc; k++)
        if (e->reloc[k].sym == ENC_ABS)
            set32(to + e->reloc[k].pos, (u32)(e->reloc[k].target - (at + e->reloc[k].pos + 4)));
}
