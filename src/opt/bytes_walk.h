/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bytes_walk.h - the inside of bytes_find: bytes.c (the walk), bytes_store.c (stores of neighbouring bytes), bytes_take.c
 * (what is taken of what was met, and what that takes the place of). */
#ifndef OPT_BYTES_WALK_H
#define OPT_BYTES_WALK_H
#include "opt/bytes.h"

enum { LITTLE = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

/* Where a byte of a register came from. Definitions are numbered: what register r held at the block's entry is r + 1, what
 * instruction pc wrote nreg + 1 + pc * WRITES and more. */
enum { WRITES = COUNT((struct regs){0}.r) };
struct byte {
    u32 from; /* 0: it is zero; 2 * d: byte at of definition d; 2 * n + 1: memory of row n */
    s32 at;   /* there, from the address that is the row's */
};
struct held {     /* by a register */
    u32 block;    /* of which this is true, + 1; else it holds what it did at entry */
    u32 def;      /* the instruction of this block that wrote it, + 1; 0: none */
    u32 base;     /* as an address: definition base, and plus */
    s32 plus;
    u32 from;     /* bytes 0 .. n - 1 are from, at + step * k, and zero above; spread: they stand in b */
    s32 at;
    u8 n;
    s8 step;
    bool spread;
    struct byte b[8];
};
/* Memory from the address in definition base on, between two barriers of one block. */
struct row {
    u32 block, base, barrier;
};

enum { OTHER, LOAD, MOVES, MOVES_OTHER }; /* MOVES: bytes from memory, and zero, alone */
struct use {       /* of each instruction */
    u32 b, c;      /* who wrote its operands, + 1; 0: nobody in this block */
    u32 n;         /* how often what it writes is read; once more if it lives on behind the block */
    u32 row;       /* of loads */
    s32 at;
    u8 what;
};

struct sequence {  /* bytes 0 .. n - 1 of a register: from, at, at + step, ... */
    u32 def; /* who wrote it, as in struct held */
    u16 reg;
    u8 n;
    s8 step;
    u32 from;
    s32 at;
};
struct store {
    u32 pc, base;
    s32 at;
    u8 size, nseq;
    struct byte b[8];
    struct sequence seq[NREG_EBPF]; /* in front of it */
};
enum {
    MAX_RUN = 16,
    MAX_SPAN = 64, /* instructions from the first to the last of a span */
};

struct cand {          /* a load or store that may be taken */
    u32 first, last;   /* first: of stores */
    u32 row, barrier;  /* of loads */
    s32 at;            /* of its first byte: of loads in the row, of stores from what the first piece's offset is to */
    u16 value;
    u8 size;
    bool store, swap;
};

struct look {
    const struct func *f;
    const struct cfg *g;
    const struct live *l;
    struct held *reg;
    struct use *use;
    struct row *row;
    u32 nrow;
    u32 block;
    u32 barrier;       /* the last instruction that may do more than load or compute, + 1 */
    struct store run[MAX_RUN]; /* stores with nothing else between them that touches memory */
    u32 nrun;
    struct cand *cand;
    u32 ncand, cap;
};

struct held *held_by(struct look *k, u16 reg);
const struct byte *bytes_of(struct held *h);
u8 load_size(u16 op);  /* of loads whose bytes are followed; else 0 */
void note_cand(struct look *k, const struct cand *c);
void store_run_add(struct look *k, u32 pc);
void store_run_end(struct look *k);
/* Fills y->of. Nonzero: out of memory. */
int take_all(struct look *k, struct bytes *y, struct arena *a);

#endif
