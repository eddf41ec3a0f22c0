/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* llvm.c - LLVM as an engine: what the plug-in has compiled is loaded and run by engine/native. */
#include "engine/llvm/open.h"
#include "engine/native/native.h"
#include <stdlib.h>

static bool usable(void) {
#ifdef HAVE_LLVM
    return native_usable();
#else
    return false;
#endif
}

static int load(const struct link_view *l, const struct buf *part, u32 n, struct native_image **out, struct error *e) {
    struct native_bytes *b = calloc(n, sizeof *b);
    struct native_code_block *c;
    if (!b)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < n; k++)
        b[k] = (struct native_bytes){part[k].data, part[k].len};
    c = native_load(b, n, e);
    free(b);
    return c ? native_image(out, l, native_head_of(c), c, e) : e->code;
}

static int make(const struct link_view *l, struct native_image **out, struct error *e) {
    const struct llvm_plugin *p = llvm_open(e);
    u32 n = l->jit.eager ? l->jit.eager : 1;
    struct llvm_job j = {.l = l, .o = {.level = 2, .debug = l->jit.debug, .threads = n}, .kind = LLVM_OBJECT};
    struct buf *part = p ? calloc(n, sizeof *part) : NULL;
    if (p && !part)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (p && !p->emit(&j, part, e))
        load(l, part, n, out, e);
    for (u32 k = 0; part && k < n; k++)
        buf_free(&part[k]);
    free(part);
    return e->code;
}

static int compile(const struct link_view *l, void **image, struct error *e) {
    struct native_image *im = NULL;
    make(l, &im, e);
    *image = im;
    return e->code;
}

const struct engine engine_llvm = {
    .name = "llvm",
    .about = "optimising compiler (LLVM), for programs that run long",
    .usable = usable,
    .compile = compile,
    .run = native_run,
    .call = native_call,
    .free = native_image_free,
};
