/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* places.c - from addresses of native code to functions and instructions.
 *
 * Functions are added as they are compiled, in chunks of code that lie anywhere, and looked for when something traps:
 * so they are put in order when they are looked for. */
#include "engine/jit/image.h"
#include <stdlib.h>
#include <string.h>

bool jit_body_add(struct jimage *im, const struct jbody *b) {
    if (im->nbody == im->cbody) {
        u32 n = 2 * im->cbody + 64;
        const struct jbody **p = realloc(im->by_code, n * sizeof *p);
        if (!p)
            return false;
        im->by_code = p;
        im->cbody = n;
    }
    im->by_code[im->nbody++] = b;
    return true;
}

static int by_code(const void *p, const void *q) {
    const u8 *a = (*(const struct jbody *const *)p)->code, *b = (*(const struct jbody *const *)q)->code;
    return (a > b) - (a < b);
}

/* The first of n that begins behind p. */
static u32 behind(const struct jbody *const *body, u32 n, const u8 *p) {
    u32 lo = 0, hi = n;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (body[mid]->code <= p)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void put_in_order(struct jimage *im) {
    enum { FEW = 32 };
    if (im->nbody - im->nsorted > FEW) {
        qsort(im->by_code, im->nbody, sizeof *im->by_code, by_code);
        im->nsorted = im->nbody;
    }
    for (; im->nsorted < im->nbody; im->nsorted++) {
        const struct jbody *b = im->by_code[im->nsorted];
        u32 at = behind(im->by_code, im->nsorted, b->code);
        memmove(im->by_code + at + 1, im->by_code + at, (im->nsorted - at) * sizeof *im->by_code);
        im->by_code[at] = b;
    }
}

const struct jbody *jit_body_at(const struct jimage *image, const void *code) {
    struct jimage *im = (struct jimage *)(uintptr_t)image;
    const struct jbody *b = NULL;
    const u8 *p = code;
    u32 at;
    pthread_mutex_lock(&im->lock);
    put_in_order(im);
    at = behind(im->by_code, im->nbody, p);
    if (at && (size_t)(p - im->by_code[at - 1]->code) < im->by_code[at - 1]->size)
        b = im->by_code[at - 1];
    pthread_mutex_unlock(&im->lock);
    return b;
}

u32 jit_pc_at(const struct jbody *b, const void *code) {
    u32 at = (u32)((const u8 *)code - b->code), lo = 0, hi = b->nspot;
    while (lo < hi) { /* the first spot behind it */
        u32 mid = lo + (hi - lo) / 2;
        if (b->spot[mid].at <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? b->spot[lo - 1].pc : SPOT_NONE;
}
