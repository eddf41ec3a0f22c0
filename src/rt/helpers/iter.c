/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* iter.c - open-coded iterators: new, next, destroy.
 * What the program keeps on its stack is only the key (its address) and the place where next()
 * puts the element; the state is a row of the run's table. One that is not destroyed is held. */
#include "rt/helpers/helpers.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum iter_kind { ITER_NUM, ITER_BITS };

static struct object *make(struct ctx *cx, u64 at, enum iter_kind kind) {
    struct object *o = NULL;
    if (object_find(cx, OBJECT_ITER, ptr(at)) || object_find(cx, OBJECT_DYNPTR, ptr(at)))
        trap(cx, TRAP_BAD_HANDLE);
    else if (!(o = object_new(cx, OBJECT_ITER, NULL, ptr(at))))
        trap(cx, TRAP_MEMORY);
    else
        o->sub = kind;
    return o;
}

static struct object *find(struct ctx *cx, u64 at, enum iter_kind kind) {
    struct object *o = object_find(cx, OBJECT_ITER, ptr(at));
    if (o && o->sub == kind)
        return o;
    trap(cx, TRAP_BAD_HANDLE);
    return NULL;
}

static u64 element(u64 at, u32 v) {
    memcpy(ptr(at), &v, sizeof v);
    return at;
}

static u64 destroy(struct ctx *cx, u64 at, enum iter_kind kind) {
    struct object *o = find(cx, at, kind);
    if (!o)
        return 0;
    free(ptr(o->base));
    object_free(cx, o);
    return 0;
}

/* at: the next number; len: the end. Both are s32, kept as their bits. */
K(bpf_iter_num_new) {
    enum { MAX_LOOPS = 8 * 1024 * 1024 };
    s64 n = (s64)(s32)r3 - (s32)r2, err = n < 0 ? -EINVAL : n > MAX_LOOPS ? -E2BIG : 0;
    struct object *o = make(cx, r1, ITER_NUM);
    if (!o)
        return 0;
    if (!err) {
        o->at = (u32)r2;
        o->len = (u32)r3;
    }
    return (u64)err;
}

K(bpf_iter_num_next) {
    struct object *o = find(cx, r1, ITER_NUM);
    if (!o || (s32)o->at >= (s32)o->len)
        return 0;
    return element(r1, o->at++);
}

K(bpf_iter_num_destroy) {
    return destroy(cx, r1, ITER_NUM);
}

/* base: a copy of the words; at: the next bit to look at; len: bits. */
K(bpf_iter_bits_new) {
    enum { WORDS_MAX = 511 };
    struct object *o = make(cx, r1, ITER_BITS);
    u32 words = (u32)r3;
    u64 *copy;
    if (!o)
        return 0;
    if (!r2 || !words)
        return (u64)-EINVAL;
    if (words > WORDS_MAX)
        return (u64)-E2BIG;
    if (!mem_try(cx, r2, words * 8, false))
        return (u64)-EFAULT;
    if (!charge_bytes(cx, words * 8) || !(copy = malloc(words * 8)))
        return (u64)-ENOMEM;
    memcpy(copy, ptr(r2), words * 8);
    o->base = num(copy);
    o->len = words * 64;
    return 0;
}

K(bpf_iter_bits_next) {
    struct object *o = find(cx, r1, ITER_BITS);
    const u64 *word;
    if (!o)
        return 0;
    word = ptr(o->base);
    while (o->at < o->len) {
        u64 rest = word[o->at / 64] >> o->at % 64;
        if (rest) {
            o->at += (u32)__builtin_ctzll(rest);
            return element(r1, o->at++);
        }
        o->at = (o->at / 64 + 1) * 64;
    }
    return 0;
}

K(bpf_iter_bits_destroy) {
    return destroy(cx, r1, ITER_BITS);
}
