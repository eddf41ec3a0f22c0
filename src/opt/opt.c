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

/* What a function must have for a pass to find something, counted before any runs: most have not. */
enum sign { NONE, LEFT, RIGHT, JOIN, LOAD, STORE, COMPARE, NSIGN };

static const u8 sign_of[OP_COUNT] = {
#define JCC(name, ...) [OP_##name] = COMPARE, [OP_##name##i] = COMPARE,
#include "isa/isa.def"
    [OP_lsh64i] = LEFT,  [OP_lsh32i] = LEFT, [OP_rsh64i] = RIGHT, [OP_rsh32i] = RIGHT, [OP_or64] = JOIN,
    [OP_or32] = JOIN,    [OP_add64] = JOIN,  [OP_add32] = JOIN,   [OP_xor64] = JOIN,   [OP_xor32] = JOIN,
    [OP_be16] = JOIN,    [OP_be32] = JOIN,   [OP_be64] = JOIN,    [OP_bswap16] = JOIN, [OP_bswap32] = JOIN,
    [OP_bswap64] = JOIN, [OP_ldx8] = LOAD,   [OP_ldx16] = LOAD,   [OP_ldx32] = LOAD,   [OP_st8] = STORE,
    [OP_st16] = STORE,   [OP_st32] = STORE,
};

static u32 hopeless(const u32 n[NSIGN]) {
    return (n[COMPARE] < SWITCH_MIN ? OPT_SWITCH : 0) | ((n[LOAD] < 2 || !n[JOIN]) && n[STORE] < 2 ? OPT_BYTES : 0) |
           (!n[LEFT] || !n[RIGHT] || !n[JOIN] ? OPT_ROTATE : 0);
}

int opt_run(struct opt *o, u32 which, struct arena *a, struct error *e) {
    u32 n[NSIGN] = {0};
    for (u32 pc = 0; pc < o->f->nslot; pc++)
        n[sign_of[o->f->code[pc].op]]++;
    which &= ~hopeless(n);
    for (size_t k = 0; k < COUNT(passes); k++)
        if (which & passes[k].bit && passes[k].run(o, a, e))
            return e->code;
    return 0;
}

void opt_print(const struct opt *o, struct buf *b) {
    for (size_t k = 0; k < COUNT(passes); k++)
        passes[k].print(o, b);
}
