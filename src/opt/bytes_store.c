/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bytes_store.c - stores, one behind the other, of neighbouring bytes of what some register holds.
 *
 *     *(u8 *)(r1 + 0) = r2        v0        v0 .. v7: what r2 holds
 *     r3 = r2
 *     r3 >>= 8
 *     *(u8 *)(r1 + 1) = r3        v1        = *(u16 *)(r1 + 0) = r2 */
#include "opt/bytes_walk.h"
#include <string.h>

/* How many bytes of a register, from the lowest on, are one behind the other where they come from. */
static struct sequence sequence_of(const struct held *h, u16 reg) {
    s32 step = h->b[1].at - h->b[0].at;
    struct sequence s = {.def = h->def, .reg = reg, .n = 1, .step = (s8)step, .from = h->b[0].from, .at = h->b[0].at};
    if (!h->spread)
        return (struct sequence){h->def, reg, h->n, h->step, h->from, h->at};
    if (!s.from || (step != 1 && step != -1))
        return s;
    while (s.n < 8 && h->b[s.n].from == s.from && h->b[s.n].at == s.at + step * s.n)
        s.n++;
    return s;
}

void store_run_add(struct look *k, u32 pc) {
    const struct insn *i = &k->f->code[pc];
    const struct held *at = held_by(k, i->b);
    struct store *s;
    if (k->nrun == MAX_RUN)
        store_run_end(k);
    s = &k->run[k->nrun++];
    *s = (struct store){.pc = pc, .base = at->base, .at = at->plus + i->off, .size = isa_info[i->op].size};
    memcpy(s->b, bytes_of(held_by(k, i->c)), sizeof s->b);
    for (u16 r = 0; r < NREG_EBPF && s->size < 8; r++) {
        struct sequence q = sequence_of(held_by(k, r), r);
        if (q.n > 1 && q.from == s->b[0].from)
            s->seq[s->nseq++] = q;
    }
}

/* What stores run[i] .. run[j] leave in memory from *at on; its bytes, or 0: there are holes or overlaps, or it is too
 * long. */
static u32 image(const struct look *k, u32 i, u32 j, s32 *at, struct byte out[8]) {
    u32 filled = 0, size = 0;
    *at = k->run[i].at;
    for (u32 n = i; n <= j; n++) {
        *at = k->run[n].at < *at ? k->run[n].at : *at;
        size += k->run[n].size;
    }
    if (size > 8)
        return 0;
    for (u32 n = i; n <= j; n++) {
        const struct store *s = &k->run[n];
        for (s32 t = 0; t < s->size; t++) {
            s64 to = (s64)s->at - *at + t;
            if (to >= (s64)size || filled >> to & 1)
                return 0;
            filled |= 1u << to;
            out[to] = s->b[LITTLE ? t : s->size - 1 - t];
        }
    }
    return size;
}

/* What is read between the first and the last piece is not about to die with what it was loaded by. */
static bool is_read(const struct look *k, u32 first, u32 last, u32 def) {
    for (u32 pc = first; def && pc <= last; pc++)
        if (k->use[pc].b == def || k->use[pc].c == def)
            return true;
    return !def;
}

/* The register whose bytes these are, in the machine's order or the other. */
static bool holder(const struct look *k, const struct store *s, u32 last, const struct byte *b, u32 size, u16 *reg,
                   bool *swap) {
    for (u32 q = 0; q < s->nseq; q++) {
        const struct sequence *v = &s->seq[q];
        for (u32 order = 0; order < 2 && v->n >= size; order++) {
            u32 t = 0;
            while (t < size) {
                const struct byte *is = &b[(order == 0) == LITTLE ? t : size - 1 - t];
                if (is->from != v->from || is->at != v->at + v->step * (s32)t)
                    break;
                t++;
            }
            if (t == size && is_read(k, s->pc, last, v->def)) {
                *reg = v->reg;
                *swap = order;
                return true;
            }
        }
    }
    return false;
}

void store_run_end(struct look *k) {
    for (u32 i = 0; i + 1 < k->nrun; i++) {
        struct cand best = {0};
        u32 end = i;
        for (u32 j = i; j < k->nrun && j - i < 8; j++) {
            struct cand c = {.first = k->run[i].pc, .last = k->run[j].pc, .store = true};
            struct byte b[8];
            s32 at;
            u32 size;
            if (k->run[j].base != k->run[i].base || c.last - c.first >= MAX_SPAN)
                break;
            size = image(k, i, j, &at, b);
            if (j == i || (size != 2 && size != 4 && size != 8) ||
                !holder(k, &k->run[i], c.last, b, size, &c.value, &c.swap))
                continue;
            c.size = (u8)size;
            c.at = at - k->run[i].at + k->f->code[c.first].off;
            best = c;
            end = j;
        }
        if (best.store)
            note_cand(k, &best);
        i = end;
    }
    k->nrun = 0;
}
