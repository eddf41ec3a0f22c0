/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_wasm.c - hostile bytes through the WebAssembly front end.
 * in:  any bytes; seeds: ../shared/suites/wasm      out: nothing; a crash is a bug
 *
 * What loads: names and exports are found, every body reads to its end again, loading once more gives the same; and each
 * function becomes bytecode that passes validation, or there is not enough memory or registers for it; its lines are read. */
#include "front/front.h"
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

enum { MOST = 64 << 20 }; /* bytes for the code of a module; moves of a thousand values take little in the file */

/* Whatever the debug sections say, lines come in order, and paths are text that a terminal can show. */
static void lines(const struct module *m, u32 f) {
    const struct func *fn = &m->func[f];

    func_lines(m, f);
    for (u32 k = 0; k < fn->nline; k++) {
        const struct line *l = &fn->line[k];
        require(l->insn < fn->nslot && (!k || l[-1].insn < l->insn));
        require(!l->file || utf8_valid((const u8 *)l->file, strlen(l->file)));
    }
}

static void lower(const u8 *p, size_t n) {
    struct load_options o = {.name = "fuzz"};
    struct module m = {0};
    struct error e = {0};

    require(!front_wasm.load(&m, p, n, &o, &e) && !validate(&m, &o.limits, &e));
    m.arena.limit = m.arena.used + MOST;
    for (u32 f = 0; f < m.nfunc; f++) {
        struct error why = {0};
        require(m.func[f].imported || !func_ready(&m, f, &why) || why.code == E_NOMEM || why.code == E_LIMIT);
        if (!m.func[f].imported && !why.code) lines(&m, f);
    }
    module_free(&m);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size) {
    struct arena a = {0};
    struct error e = {0}, again = {0};
    struct wasm_module m;
    /* Without a copy the end of the input would not be the end of an allocation. */
    u8 *copy = malloc(size ? size : 1);

    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    if (!wasm_load(&m, &a, copy, size, 0, 1, &e)) {
        walk(&m);
        lower(copy, size);
    }
    require(a.used <= 1u << 20 || a.used <= 64 * size);
    arena_drop(&a);
    wasm_load(&m, &a, copy, size, 0, 1, &again);
    require(e.code == again.code && !strcmp(e.text, again.text));
    arena_drop(&a);
    free(copy);
    return 0;
}
