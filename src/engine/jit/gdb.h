/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gdb.h - code that gdb is told of, and how its frames are unwound. */
#ifndef ENGINE_JIT_GDB_H
#define ENGINE_JIT_GDB_H
#include "base/buf.h"
#include "engine/jit/image.h"

/* Code that is not a function of the guest's. */
enum jit_thunk {
    THUNK_NONE,
    THUNK_ENTER,       /* from C into eBPF functions */
    THUNK_FIRST,       /* the same, with the run elsewhere */
    THUNK_TYPED_ENTER, /* from C into a typed function, on another stack */
    THUNK_SERVICE,     /* from typed functions to C, on the host's stack */
    THUNK_BETWEEN,     /* the same, all registers saved */
};

/* A piece of code with a name; body: of a guest's function, else NULL. */
struct jit_piece {
    const char *name;
    const u8 *code;
    u32 size;
    const struct jbody *body;
    enum jit_thunk thunk;
};

struct machine;
/* gdb_elf.c: an object file of pieces that lie in one chunk of memory, in ascending order, as gdb reads it from memory; empty: out of
 * memory */
void gdb_elf(struct buf *out, const struct module *m, const struct machine *mc, const struct jit_piece *p, u32 n);

#endif
