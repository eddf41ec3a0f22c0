/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* load.c - from bytes to a valid module: sections, names, bodies.
 * Bodies come last, so that a message can name the function.
 * The front end of this version ends here: a module that is not valid gets its error, one that is
 * valid is refused with what it holds, since nothing lowers it to bytecode. */
#include "front/front.h"
#include "front/wasm/wasm.h"
#include <string.h>

int wasm_load(struct wasm_module *m, struct arena *a, const u8 *p, size_t n, u32 features, struct error *e) {
    *m = (struct wasm_module){.arena = a, .p = p, .size = (u32)n, .start = WASM_NONE, .data_count = WASM_NONE};
    m->features = (features ? features : WASM_FEATURES_ALL) | 1u << WF_MVP;
    if (n > WASM_MAX_BYTES) return fail(e, E_LIMIT, NOWHERE, "a module of %zu bytes: at most %u", n, WASM_MAX_BYTES);
    if (wasm_decode(m, e)) return e->code;
    wasm_names(m);
    return wasm_validate(m, m->nfunc_import, m->nfunc, e);
}

static bool sniff(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\0asm", 4);
}

static int load(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    struct wasm_module w;
    (void)o;
    m->front = "wasm";
    if (wasm_load(&w, &m->arena, p, n, 0, e))
        return e->code;
    return fail(e, E_UNSUP, NOWHERE,
                "a valid WebAssembly module (%u functions, %u of them imported, %u exports): this version validates "
                "WebAssembly and does not run it",
                w.nfunc, w.nfunc_import, w.nexport);
}

const struct front front_wasm = {"wasm", sniff, load, NULL};
