/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* object.h - what typed code works on, as running code sees it: memories, tables, globals, functions,
 * exceptions. rt owns all of them; an instance reaches them by the arrays of its struct ctx.
 *
 * A reference (a register of type R) is 0 for null, else the address of one of these: of a struct funcref (func
 * types), of a struct exception (exn), or whatever number the host gave (extern; never looked into). Types keep
 * programs from making one up. */
#ifndef ABI_OBJECT_H
#define ABI_OBJECT_H
#include "abi/ctx.h"
#include <stdatomic.h>

/* A type as all modules of a runtime share it: equal types have one address. up[k]: its supertype of
 * depth k, itself at up[depth]; so t is a subtype of s if and only if t->depth >= s->depth and
 * t->up[s->depth] == s. */
struct rtype {
    const struct rtype *const *up;
    u32 depth;
    u32 param_slots, result_slots;
    u32 result_at;             /* slot of a window in which results begin: struct deftype */
    /* --- rt --- */
    u32 id, nparam, nresult;
    const u32 *vt;             /* heap indices are ids of this kind */
};
static inline bool rtype_fits(const struct rtype *t, const struct rtype *s) {
    return t == s || (t->depth >= s->depth && t->up[s->depth] == s);
}

/* A linear memory. base never moves. guarded: the 8 GiB from base on are reserved, and an access with a
 * 32-bit address and a 32-bit offset behind size faults: code need not compare. Else it must. */
struct memory {
    u8 *base;
    _Atomic u64 size;          /* bytes that may be accessed; grows only */
    u64 max;                   /* bytes that it may grow to */
    bool guarded, is64, shared;
    /* rt's own fields follow, in its own struct */
};

struct table {
    u64 *elem;                 /* size references; moves when the table grows */
    u64 size, max;
    u32 vt;
    bool is64;
};

/* A global: 8 bytes, a v128: 16. */
union cell {
    u64 v;
    u8 b[16];
};

typedef bool host_func(struct ctx *cx, void *arg, u64 *slot); /* as services->call_ref, results from slot[0] on */

struct funcref {
    const struct rtype *type;
    struct ctx *cx;            /* of the instance that it runs in; the host's own functions: NULL */
    u32 func;                  /* its index there, of a function with code */
    host_func *host;           /* or this */
    void *arg;
    void *owner;               /* rt's */
};

struct exception {
    const void *tag;           /* equal addresses: equal tags */
    u32 nslot;
    u64 slot[];
};

#endif
