/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_wasm.c - hostile bytes through the WebAssembly decoder and validator.
 * in:  any bytes; seeds: ../shared/suites/wasm      out: nothing; a crash is a bug
 *
 * What loads is walked as the lowering will walk it: every body reads to its end again, names
 * and exports are found, and loading once more gives the same. */
#include "front/wasm/wasm.h"
#include <stdlib.h>
#include <string.h>

static void require(bool ok) {
    if (!ok) abort();
}

static void walk(const struct wasm_module *m) {
    struct error e = {0};
    struct wasm_section s;
    struct wasm_insn i;
    u32 pos = 8;

    while (wasm_section_next(m, &pos, &s)) {}
    require(pos == m->size);
    for (u32 k = 0; k < m->nexport; k++) {
        struct wasm_span n = m->export[k].name;
        require(wasm_export_find(m, (const char *)m->p + n.off, n.len) == &m->export[k]);
    }
    for (u32 f = 0; f < m->nfunc; f++) {
        struct bytes b = wasm_bytes(m, m->func[f].body, &e);
        u32 runs;

        wasm_func_name(m, f);
        if (f < m->nfunc_import) continue;
        runs = leb_u32(&b);
        while (runs--) {
            leb_u32(&b);
            wasm_read_valtype(m, &b);
        }
        while (left(&b)) require(wasm_insn_read(m, &b, &i));
        require(!e.code);
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size) {
    struct arena a = {0};
    struct error e = {0}, again = {0};
    struct wasm_module m;
    /* Without a copy the end of the input would not be the end of an allocation. */
    u8 *copy = malloc(size ? size : 1);

    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    if (!wasm_load(&m, &a, copy, size, 0, &e)) walk(&m);
    require(a.used <= 1u << 20 || a.used <= 64 * size);
    arena_drop(&a);
    wasm_load(&m, &a, copy, size, 0, &again);
    require(e.code == again.code && !strcmp(e.text, again.text));
    arena_drop(&a);
    free(copy);
    return 0;
}
