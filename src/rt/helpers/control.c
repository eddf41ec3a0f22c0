/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* control.c - helpers that change who runs: loops, tail calls, spin locks. */
#include "rt/helpers/helpers.h"
#include <errno.h>

enum { MAX_LOOPS = 8 * 1024 * 1024, PROG_ARRAY = 3 }; /* BPF_MAX_LOOPS */

/* callback(i, ctx) for i = 0 .. n - 1 until it returns other than 0; how often it was called. */
H(loop) {
    u64 i, ret;
    if (r4)
        return (u64)-EINVAL;
    if (r1 > MAX_LOOPS)
        return (u64)-E2BIG;
    for (i = 0; i < r1; i++) {
        u64 args[5] = {i, r3, 0, 0, 0};
        if (!charge(cx, 1) || !cx->services->call(cx, (u32)r2, args, &ret))
            break;
        if (ret)
            return i + 1;
    }
    return i;
}

/* No entry, or too many in a row: the program goes on behind the call. */
H(tail_call) {
    struct map *m = ptr(r2);
    struct program *to;
    u32 func;
    if (m->type != PROG_ARRAY)
        return trap(cx, TRAP_BAD_MAP);
    if (cx->type->size && r1 != handle(TAG_CTX, 0))
        return trap(cx, TRAP_BAD_CONTEXT);
    if (cx->in->nest)
        return trap(cx, TRAP_BAD_ARGUMENT); /* a callback has to return to its helper */
    if (cx->tail_count >= MAX_TAIL_CALLS)
        return (u64)-ENOENT;
    if (!prog_array_get(m, (u32)r3, cx->program, &to, &func))
        return (u64)-ENOENT;
    cx->tail_count++;
    cx->tail_program = to;
    cx->tail_func = func;
    return trap(cx, TRAP_TAIL_CALL);
}

/* The word in the map value is 1 while somebody holds the lock. A program may scribble on it:
 * whoever waits then does so at the cost of its own budget. Who holds what is known from the
 * object table. One lock at a time, as in the kernel. */
H(spin_lock) {
    u32 *word = ptr(r1);
    struct instance *in = cx->in;
    for (u32 i = 0; i < in->nobject; i++)
        if (in->object[i].kind == OBJECT_LOCK)
            return trap(cx, TRAP_HELD);
    if (!lock_word(cx, word))
        return 0;
    if (!object_new(cx, OBJECT_LOCK, NULL, word)) {
        unlock_word(word);
        return trap(cx, TRAP_MEMORY);
    }
    return 0;
}

H(spin_unlock) {
    struct object *o = object_find(cx, OBJECT_LOCK, ptr(r1));
    if (!o)
        return trap(cx, TRAP_BAD_HANDLE);
    object_free(cx, o);
    unlock_word(ptr(r1));
    return 0;
}
