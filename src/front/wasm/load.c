/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* load.c - from bytes to a valid module: sections, names, bodies.
 * Bodies come last, so that a message can name the function. Then the module's tables are made; bodies are lowered when
 * they are first needed. */
#include "front/front.h"
#include "front/wasm/lower.h"
#include "front/wasm/print.h"
#include <stdlib.h>
#include <string.h>

int wasm_load(struct wasm_module *m, struct arena *a, const u8 *p, size_t n, u32 features, u32 threads,
              struct error *e) {
    struct validator *v;
    *m = (struct wasm_module){.arena = a, .p = p, .size = (u32)n, .start = WASM_NONE, .data_count = WASM_NONE};
    m->features = (features ? features : WASM_FEATURES_ALL) | 1u << WF_MVP;
    if (n > WASM_MAX_BYTES) return fail(e, E_LIMIT, NOWHERE, "a module of %zu bytes: at most %u", n, WASM_MAX_BYTES);
    if (!(v = validator_new(m, e))) return e->code;
    if (!wasm_decode(m, v, e)) {
        wasm_names(m);
        wasm_validate_all(v, threads, e);
    }
    validator_free(v);
    return e->code;
}

static bool sniff(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\0asm", 4);
}

/* All features but those of the list; 0: one of its names is none. */
static u32 features_without(const char *list, struct error *e) {
    u32 set = WASM_FEATURES_ALL;
    while (list && *list) {
        size_t n = strcspn(list, ",");
        unsigned f = 0;
        while (f < WF_COUNT && (strncmp(wasm_feature_name(f), list, n) || wasm_feature_name(f)[n])) f++;
        if (f == WF_COUNT) {
            fail(e, E_USAGE, NOWHERE, "%.*s is no feature of WebAssembly that can be switched off", (int)n, list);
            return 0;
        }
        set &= ~(1u << f);
        list += n + (list[n] == ',');
    }
    return set;
}

/* The module owns the bytes, or a copy of them: functions are lowered long after the caller's are gone. */
static int load(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    struct wasm_module *w;
    u32 features = features_without(o ? o->wasm_without : NULL, e);
    u8 *copy;

    if (!features) return e->code;
    copy = o && o->may_keep ? (u8 *)(uintptr_t)p : malloc(n);
    m->front = "wasm";
    m->name = arena_strdup(&m->arena, o && o->name ? o->name : "");
    w = arena_new(&m->arena, struct wasm_module, 1);
    m->bytes = copy;
    m->own_bytes = true;
    if (!copy || !w || !m->name) return fail(e, E_NOMEM, NOWHERE, "out of memory for a module of %zu bytes", n);
    if (copy != p) memcpy(copy, p, n);
    m->nbytes = n;
    if (wasm_load(w, &m->arena, copy, n, features, o ? o->threads : 0, e)) return e->code;
    return wasm_make_module(m, w, e);
}

const struct front front_wasm = {"wasm", sniff, load, &wasm_view};
