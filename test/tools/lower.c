/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.c - what WebAssembly modules become: supervm-lower [-q] FILE...
 * in:  modules      out: the listing of each function; with -q what failed, and at the end how many instructions there
 * were before and after, and 'N passed, N failed' in modules. Files that are no valid module are left out. */
#include "front/front.h"
#include "front/wasm/wasm.h"
#include <stdio.h>
#include <string.h>

struct tally { u32 passed, failed; u64 wasm, bytecode; };

/* Instructions as the file has them; of the body of f. */
static u64 count_wasm(const struct module *m, u32 f) {
    const struct wasm_module *w = m->front_data;
    struct error e = {0};
    struct wasm_insn i;
    struct bytes b;
    u64 n = 0;

    if (f >= w->nfunc) return 0;
    b = wasm_bytes(w, w->func[f].body, &e);
    for (u32 runs = leb_u32(&b); runs; runs--) {
        leb_u32(&b);
        wasm_read_valtype(w, &b);
    }
    while (left(&b) && wasm_insn_read(w, &b, &i)) n++;
    return n;
}

static void list(const struct func *f) {
    struct buf b = {0};

    printf("%s: %u registers %.*s\n", f->name, f->nreg, f->nreg < 400 ? f->nreg : 400, (const char *)f->reg_type);
    for (u32 pc = 0; pc < f->nslot; pc++) {
        if (f->code[pc].op == OP_pad) continue;
        buf_clear(&b);
        isa_print(&b, &f->code[pc], pc, NULL);
        printf("%5u  %06x  %s\n", pc, f->where[pc], buf_str(&b));
    }
    for (u32 k = 0; k < f->nhandler; k++)
        printf("  from %u to %u: r%u at %u\n", f->handler[k].start, f->handler[k].end, f->handler[k].reg,
               f->handler[k].target);
    buf_free(&b);
}

static bool lower_all(const struct module *m, const char *path, bool quiet, struct tally *t) {
    for (u32 k = 0; k < m->nfunc; k++) {
        const struct func *f = &m->func[k];
        struct error e = {0};

        if (f->imported) continue;
        if (func_ready(m, k, &e)) {
            printf("%s: %s\n", path, e.text);
            return false;
        }
        t->wasm += count_wasm(m, k);
        for (u32 pc = 0; pc < f->nslot; pc++) t->bytecode += f->code[pc].op != OP_pad;
        if (!quiet) list(f);
    }
    return true;
}

static void lower_file(const char *path, bool quiet, struct tally *t) {
    struct load_options o = {.name = path};
    struct module m = {0};
    struct error e = {0};
    struct buf file = {0};
    bool well;

    if (buf_read_file(&file, path, 1u << 30)) {
        perror(path);
        t->failed++;
    } else if (front_wasm.load(&m, file.data, file.len, &o, &e)) {
        if (!quiet) printf("%s: %s\n", path, e.text);
    } else {
        well = !validate(&m, &o.limits, &e);
        if (!well) printf("%s: %s\n", path, e.text);
        if (well && lower_all(&m, path, quiet, t)) t->passed++;
        else t->failed++;
    }
    module_free(&m);
    buf_free(&file);
}

int main(int argc, char **argv) {
    bool quiet = argc > 1 && !strcmp(argv[1], "-q");
    struct tally t = {0};

    for (int k = 1 + quiet; k < argc; k++) lower_file(argv[k], quiet, &t);
    if (quiet)
        printf("%llu instructions became %llu of the bytecode\n%u passed, %u failed\n", (unsigned long long)t.wasm,
               (unsigned long long)t.bytecode, t.passed, t.failed);
    return t.failed != 0;
}
