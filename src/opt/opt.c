/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt.c - the passes, in order. */
#include "opt/opt.h"

static int find_switches(struct opt *o, struct arena *a, struct error *e) {
    return switches_find(&o->switches, o->f, o->g, o->live, a, e);
}
static int find_bytes(struct opt *o, struct arena *a, struct error *e) {
    return bytes_find(&o->bytes, o->f, o->g, o->live, a, e);
}
static int find_rotates(struct opt *o, struct arena *a, struct error *e) {
    return rotates_find(&o->rotates, o->f, o->g, o->live, a, e);
}

static void print_switches(const struct opt *o, struct buf *b) {
    for (u32 k = 0; k < o->switches.n; k++) {
        const struct recovered *r = &o->switches.of[k];
        u64 lo, hi;
        buf_printf(b, "%u: switch on r%u (%s), %u compares, %u ways", r->root, r->reg, r->wide ? "64" : "32",
                   r->ncompare, r->nway);
        if (switch_table(r, 1024, &lo, &hi))
            buf_printf(b, ", table %llu..%llu", (unsigned long long)lo, (unsigned long long)hi);
        buf_printf(b, "\n");
    }
}

static void print_bytes(const struct opt *o, struct buf *b) {
    for (u32 k = 0; k < o->bytes.n; k++) {
        const struct joined *j = &o->bytes.of[k];
        buf_printf(b, "%u..%u: %s of %u bytes at r%u%+d%s, %u pieces, %u die", j->first, j->last,
                   j->store ? "store" : "load", j->size, j->base, j->off, j->swap ? ", swapped" : "", j->npiece,
                   j->ndie);
        if (j->store)
            buf_printf(b, ", of r%u", j->value);
        buf_printf(b, "\n");
    }
}

static void print_rotates(const struct opt *o, struct buf *b) {
    for (u32 k = 0; k < o->rotates.n; k++) {
        const struct rotate *r = &o->rotates.of[k];
        buf_printf(b, "%u..%u: rotate of r%u to the left by %u of %u bits, %u die\n", r->first, r->root, r->from, r->n,
                   r->wide ? 64 : 32, r->ndie);
    }
}

static const struct pass {
    u32 bit;
    int (*run)(struct opt *o, struct arena *a, struct error *e);
    void (*print)(const struct opt *o, struct buf *b);
} passes[] = {
    {OPT_SWITCH, find_switches, print_switches},
    {OPT_BYTES, find_bytes, print_bytes},
    {OPT_ROTATE, find_rotates, print_rotates},
};

int opt_run(struct opt *o, u32 which, struct arena *a, struct error *e) {
    for (size_t k = 0; k < COUNT(passes); k++)
        if (which & passes[k].bit && passes[k].run(o, a, e))
            return e->code;
    return 0;
}

void opt_print(const struct opt *o, struct buf *b) {
    for (size_t k = 0; k < COUNT(passes); k++)
        passes[k].print(o, b);
}
