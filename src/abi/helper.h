/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* helper.h - helpers and kfuncs: the kinds of their arguments and the row of each. */
#ifndef ABI_HELPER_H
#define ABI_HELPER_H
#include "abi/ctx.h"

/* What an argument must be; checked before the C function sees it. */
enum arg {
    ARG_NONE,
    ARG_ANY,            /* a number; never dereferenced */
    ARG_CTX,            /* the context handle of this run */
    ARG_MAP,            /* a map handle; the function gets struct map * */
    ARG_MAP_KEY,        /* readable, key_size of the map in the last ARG_MAP */
    ARG_MAP_VALUE,      /* readable, value_size of that map */
    ARG_MAP_VALUE_OUT,  /* writable, value_size of that map */
    ARG_MEM,            /* readable, its length is the next argument (ARG_SIZE) */
    ARG_MEM_OUT,        /* writable, its length is the next argument */
    ARG_MEM_OR_NULL,    /* as ARG_MEM, or 0 with a length of 0 */
    ARG_SIZE,           /* length > 0 of the memory before it */
    ARG_SIZE_OR_ZERO,   /* may be 0 */
    ARG_STR,            /* readable, NUL-terminated within a region; at most 4096 bytes */
    ARG_FUNC,           /* function handle (a callback) */
    ARG_RECORD,         /* start of a live record of this run (ringbuf reserve) */
    ARG_LOCK,           /* a struct bpf_spin_lock inside a map value */
    ARG_OBJECT,         /* other handles: dynptr, timer, iterator; the function looks them up */
    ARG_OBJECT_OUT,     /* where such a handle is to be put */
    ARG_MEM8_OUT,       /* writable, 8 bytes (long *) */
};
enum result {
    RET_VOID, RET_SCALAR, RET_MAP_VALUE_OR_NULL, RET_RECORD_OR_NULL, RET_MEM_OR_NULL, RET_MAP_OR_NULL, RET_NEVER,
};

/* A host's function as LLVM bitcode: u64 symbol(void *user_arg, u64 r1 .. r5), its arguments checked before. */
struct helper_code {
    const void *bytes; size_t n;
    const char *symbol;
};

struct helper {
    const char *name;
    helper_fn *fn;             /* checks its arguments by kind, then does the work */
    void *user, *user_arg;     /* a host's function behind fn, and its closure */
    const struct helper_code *code; /* the body of user; NULL: nobody knows it */
    u8 result;                 /* enum result */
    u8 arg[5];                 /* enum arg */
    bool gpl_only : 1;
    bool ends_if_zero : 1;     /* a result of 0 ends the program at once */
    bool unpaid : 1;           /* runs no function, and takes no fuel but for the bytes that it is given: one of each 64 */
    u32 kinds;                 /* bit k: programs of enum prog_kind k may call it; 0: all */
    u32 id;
};

#endif
