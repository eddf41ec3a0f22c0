/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasmdiff.c - random WebAssembly modules (kit_wasmgen.h), run in every engine, straight and out of a .svm file: each
 * call must give the same results or trap, and leave the same memory, globals and count of instructions.
 *
 *   supervm-wasmdiff [--engine E]... [--first SEED] [--count N] [--write DIR] [FILE.wasm]...
 *
 * in:  seeds, or files       out: 'N passed, N failed'; with --write, for each seed the module SEED.wasm and what it
 * did, SEED.txt, which wasmdiff.js holds against V8 */
#include "base/types.h"
#include "kit.h"
#include "kit_saved.h"
#include "kit_wasmgen.h"
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 2, VALUES = 16 };

static u64 next(u64 *seed) {
    u64 z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    return z ^ z >> 27;
}

/* --- what a module does, as text --- */

static void print_value(struct buf *b, const struct svm_val *v) {
    u64 bits = 0;
    u32 low;
    switch (v->kind) {
    case SVM_F32:
        memcpy(&low, &v->of, 4);
        if (v->of.f32 != v->of.f32)
            buf_printf(b, " F:nan"); /* JavaScript cannot tell them apart */
        else
            buf_printf(b, " F:%08x", low);
        return;
    case SVM_F64:
        memcpy(&bits, &v->of, 8);
        if (v->of.f64 != v->of.f64)
            buf_printf(b, " D:nan");
        else
            buf_printf(b, " D:%016llx", (unsigned long long)bits);
        return;
    case SVM_I32: buf_printf(b, " I:%08x", (u32)v->of.i32); return;
    case SVM_I64: buf_printf(b, " L:%016llx", (unsigned long long)v->of.i64); return;
    default: buf_printf(b, " %c:?", v->kind);
    }
}

static void choose_argument(struct svm_val *v, u8 kind, u64 *seed) {
    static const f64 real[] = {0.0, -0.0, 1.0, -2.5, 1e10, 3e19, -1e-3, 65536.0};
    u64 r = next(seed);
    *v = (struct svm_val){.kind = kind};
    switch (kind) {
    case SVM_I32: v->of.i32 = (s32)(r & 1 ? r >> 32 : r >> 32 & 0xff); break;
    case SVM_I64: v->of.i64 = (s64)(r & 1 ? r : r >> 56); break;
    case SVM_F32: v->of.f32 = (f32)real[r >> 32 & 7]; break;
    case SVM_F64: v->of.f64 = real[r >> 32 & 7]; break;
    }
}

static void print_memory(const struct svm_memory *m, struct buf *b) {
    u64 n = m ? svm_memory_size(m) : 0;
    const u8 *p = m ? svm_memory_data(m) : NULL;
    u32 h = 0x811c9dc5;
    for (u64 k = 0; k < n; k++)
        h = (h ^ p[k]) * 0x01000193;
    buf_printf(b, " %llu %08x", (unsigned long long)n, h);
}

static void print_state(struct svm_instance *in, struct buf *b) {
    const struct svm_memory *second = svm_instance_memory(in, "mem2");
    char name[8];
    buf_printf(b, "state");
    print_memory(svm_instance_memory(in, "mem"), b);
    if (second)
        print_memory(second, b);
    for (u32 k = 0; k < 10; k++) {
        struct svm_global *g;
        struct svm_val v;
        snprintf(name, sizeof name, "g%u", k);
        if (!(g = svm_instance_global(in, name)))
            continue;
        svm_global_get(g, &v);
        print_value(b, &v);
    }
    buf_printf(b, "\n");
}

static void call(struct svm_instance *in, const char *name, u64 *seed, struct buf *b) {
    const struct svm_func *f = svm_instance_func(in, name);
    struct svm_val arg[VALUES], result[VALUES];
    struct svm_error e = {0};
    size_t na = 0, nr = 0;
    int kind;
    for (; na < VALUES && (kind = svm_func_kind(f, false, na)); na++)
        choose_argument(&arg[na], (u8)kind, seed);
    while (nr < VALUES && svm_func_kind(f, true, nr))
        nr++;
    buf_printf(b, "call %s", name);
    for (size_t k = 0; k < na; k++)
        print_value(b, &arg[k]);
    buf_printf(b, " =");
    if (!svm_call(in, name, arg, na, result, nr, &e)) {
        for (size_t k = 0; k < nr; k++)
            print_value(b, &result[k]);
        buf_printf(b, "\n");
    } else {
        buf_printf(b, " trap %s\n", e.code == SVM_ETRAP ? svm_instance_trap(in)->text : e.text);
    }
    buf_printf(b, "insns %llu\n", (unsigned long long)svm_instance_insns(in));
    print_state(in, b);
}

/* False: it could not be run; b says why. */
static bool transcript(const char *engine, const void *p, size_t n, bool saved, u64 seed, struct buf *b) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error e = {0};
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *prog = NULL;
    struct svm_instance *in = NULL;
    char name[8];
    engine_config(&c, engine);
    vm = svm_new(&c, &e);
    m = vm ? svm_module_load(vm, p, n, NULL, &e) : NULL;
    if (m && saved)
        m = saved_module(vm, m, &e);
    if (m && is_ahead(engine))
        m = ahead_module(vm, m, engine, NULL, &e);
    if (m)
        prog = svm_program_link(m, NULL, &e);
    if (prog)
        in = svm_instance_new(prog, &e);
    if (!in)
        buf_printf(b, "%s\n", e.text);
    for (u32 r = 0; in && r < ROUNDS; r++)
        for (u32 k = 0; k < 10; k++) {
            snprintf(name, sizeof name, "e%u", k);
            if (svm_instance_func(in, name))
                call(in, name, &seed, b);
        }
    svm_instance_free(in);
    svm_program_free(prog);
    svm_module_free(m);
    svm_free(vm);
    return in != NULL;
}

/* --- the comparison --- */

static void write_file(const char *dir, const char *name, const char *ext, const struct buf *b) {
    char path[4096];
    FILE *f;
    snprintf(path, sizeof path, "%s/%s%s", dir, name, ext);
    f = fopen(path, "wb");
    if (!f || fwrite(b->data, 1, b->len, f) != b->len || fclose(f)) {
        perror(path);
        exit(1);
    }
}

/* The first line in which they differ. */
static const char *difference(const char *x, const char *y) {
    static char line[512];
    size_t at = 0, n;
    for (size_t k = 0; x[k] && x[k] == y[k]; k++)
        if (x[k] == '\n')
            at = k + 1;
    n = strcspn(x + at, "\n");
    snprintf(line, sizeof line, "%.*s / %.*s", (int)min64(n, 200), x + at, (int)min64(strcspn(y + at, "\n"), 200),
             y + at);
    return line;
}

struct run {
    struct engines e;
    struct counts counts;
    const char *dir; /* of --write, or NULL */
};

static void compare(struct run *r, const char *name, u64 seed, const struct buf *module) {
    struct buf first = {0}, b = {0};
    bool good = transcript(r->e.name[0], module->data, module->len, false, seed, &first);
    const char *text = buf_str(&first);
    if (!good)
        check(&r->counts, false, "%s: %s", name, text);
    for (size_t k = 0; good && k < r->e.n; k++)
        for (u32 saved = !k; good && saved < 2; saved++) {
            buf_clear(&b);
            transcript(r->e.name[k], module->data, module->len, saved, seed, &b);
            good = check(&r->counts, !strcmp(buf_str(&b), text), "%s: %s, %s%s: %s", name, r->e.name[0], r->e.name[k],
                         saved ? " out of a .svm file" : "", difference(text, buf_str(&b)));
        }
    if (r->dir) {
        write_file(r->dir, name, ".wasm", module);
        write_file(r->dir, name, ".txt", &first);
    }
    buf_free(&first);
    buf_free(&b);
}

static void compare_file(struct run *r, const char *path) {
    const char *dir = r->dir;
    struct buf b = {0};
    r->dir = NULL; /* it is kept already */
    if (buf_read_file(&b, path, 1 << 26))
        check(&r->counts, false, "%s: cannot be read", path);
    else
        compare(r, path, 1, &b);
    r->dir = dir;
    buf_free(&b);
}

int main(int argc, char **argv) {
    struct run r = {0};
    u64 first = 1, count = 0;
    engines_from_args(&r.e, &argc, argv);
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(argv[i], "--first"))
            first = strtoull(value, NULL, 0), i++;
        else if (!strcmp(argv[i], "--count"))
            count = strtoull(value, NULL, 0), i++;
        else if (!strcmp(argv[i], "--write"))
            r.dir = value, i++;
        else
            compare_file(&r, argv[i]);
    }
    for (u64 seed = first; seed < first + count; seed++)
        for (u32 all = 0; all < 2; all++) {
            struct buf b = {0};
            char name[40];
            snprintf(name, sizeof name, "%s%llu", all ? "all-" : "", (unsigned long long)seed);
            wasmgen(seed, all, &b);
            compare(&r, name, seed, &b);
            buf_free(&b);
        }
    return counts_end(&r.counts);
}
