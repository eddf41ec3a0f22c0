/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* interp.c - the interpreter as an engine: compile lowers, run executes. */
#include "engine/interp/slow.h"
#include "abi/start.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool usable(void) {
    return true;
}

static void release(void *image) {
    struct image *im = image;
    if (!im)
        return;
    free(im->code);
    free(im->pc);
    free(im->lead);
    ityped_free(im);
    arena_drop(&im->arena);
    free(im);
}

static u64 proven(const void *image) {
    return ((const struct image *)image)->proven;
}

static int compile(const struct link_view *l, void **image, struct error *e) {
    struct image *im = calloc(1, sizeof *im);
    *image = NULL;
    if (!im)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (lower_module(im, l, e) || ityped_compile(im, l, e)) {
        release(im);
        return e->code;
    }
    *image = im;
    return 0;
}

static void run(const void *image, struct ctx *cx, u32 func) {
    const struct image *im = image;
    const struct entry *en = &im->entry[func];
    u64 few[NREG_EBPF + 1], *fp = few, *wide = NULL;
    struct run r;
    s64 fuel;
    assert(!im->frame_size || im->frame_size == cx->frame_size); /* what was proven in a frame is in it */
    if (cx->max_depth > MAX_FRAMES)
        cx->max_depth = MAX_FRAMES;
    if (cx->depth >= cx->max_depth) {
        trap_at_start(cx, func, TRAP_CALL_DEPTH);
        return;
    }
    r.im = im;
    r.outer = cx->run;
    r.depth = cx->depth;
    r.top = r.frame;
    r.reg_end = few + COUNT(few);
    if (im->wide) {
        size_t n = (size_t)(cx->max_depth - cx->depth) * im->max_nreg + 1;
        fp = wide = calloc(n, sizeof *wide);
        if (!fp) {
            trap_at_start(cx, func, TRAP_MEMORY);
            return;
        }
        r.reg_end = fp + n - 1;
    }
    if (im->zero_stack && cx->depth == 0)
        memset((void *)cx->region[REGION_STACK].base, 0, (size_t)((u64)cx->stack_top - cx->region[REGION_STACK].base));
    memset(fp, 0, NREG_EBPF * sizeof *fp);
    memcpy(fp + 1, cx->arg, sizeof cx->arg);
    fp[REG_FP] = (u64)cx->stack_top - (u64)cx->depth * cx->frame_size;
    r.frame[0].ret = im->code;
    r.frame[0].fp = fp;
    memset(r.frame[0].saved, 0, sizeof r.frame[0].saved);
    r.frame[0].r10 = fp[REG_FP];
    r.frame[0].may = 0;
    cx->run = &r;
    cx->depth++;
    cx->trap = 0;
    cx->trap_func = NO_PLACE;
    fuel = cx->fuel - en->charge;
    if (fuel >= 0)
        exec(en->code, fp, cx, fuel);
    else if (refuel(cx, en->code, fp, fuel))
        exec(en->code, fp, cx, cx->fuel);
    cx->depth = r.depth;
    cx->run = r.outer;
    free(wide);
}

const struct engine engine_interp = {
    .name = "interp",
    .about = "pre-decoded, direct-threaded interpreter",
    .usable = usable,
    .compile = compile,
    .run = run,
    .call = ityped_call,
    .free = release,
    .proven = proven,
};
