/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* suite-bpf.c - runs bpf_conformance's .data files in every engine, by an own reader.
 * in:  supervm-suite-bpf [--engine E] [--negative] DIR|FILE...
 * out: a line for each failure, 'N passed, N failed'
 *
 * A test: assemble "-- asm" (it must agree with "-- raw", where both stand), load, run with
 * r1 = mem and r2 = its length, compare with "-- result". Negative: "-- raw" must be refused
 * at load, "-- asm" by the assembler, which each engine sees alike: these run once. */
#include "isa/isa.h"
#include "kit.h"
#include "kit_saved.h"
#include <string.h>

struct run {
    struct engines e;
    struct svm *vm[COUNT(((struct engines *)0)->name)];
    struct counts counts;
    bool negative;
    unsigned by_load, by_assembler;
};

/* Slots of the program in out; false: reported. */
static bool program_of(struct run *r, const struct testfile *t, struct buf *out) {
    const struct section *text = testfile_get(t, "asm"), *raw = testfile_get(t, "raw");
    struct buf bytes = {0};
    struct asm_out code = {0};
    struct error e = {0};
    bool ok = false;

    if (!text && !raw)
        return check(&r->counts, false, "%s: neither asm nor raw", t->path);
    if (raw && !hex_parse(raw->body, &bytes))
        return check(&r->counts, false, "%s: raw is not hex", t->path);
    if (text && isa_asm(text->body, strlen(text->body), false, &code, &e)) {
        check(&r->counts, false, "%s: assembler: %s", t->path, e.text);
    } else if (text && raw && (code.slots.len != bytes.len || memcmp(code.slots.data, bytes.data, bytes.len))) {
        check(&r->counts, false, "%s: asm and raw do not agree", t->path);
    } else {
        const struct buf *from = text ? &code.slots : &bytes;
        buf_add(out, from->data, from->len);
        ok = true;
    }
    asm_out_free(&code);
    buf_free(&bytes);
    return ok;
}

static struct svm_module *load(struct svm *vm, const struct testfile *t, const struct buf *code, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    o.name = t->path;
    o.front = "raw";
    return svm_module_load(vm, code->data, code->len, &o, err);
}

static void run_in(struct run *r, const struct testfile *t, const struct buf *code, size_t engine) {
    const struct section *mem = testfile_get(t, "mem"), *want = testfile_get(t, "result");
    const char *name = r->e.name[engine];
    struct svm_input in = {.kind = SVM_KIND_RAW};
    struct svm_result got = {0};
    struct svm_error err = {0};
    struct svm_module *m = NULL;
    struct svm_program *p = NULL;
    struct svm_instance *i = NULL;
    struct buf bytes = {0};
    uint64_t result;

    if (!want || !number_parse(want->body, &result) || (mem && !hex_parse(mem->body, &bytes))) {
        check(&r->counts, false, "%s: no result, or mem is not hex", t->path);
        goto out;
    }
    in.mem = bytes.data;
    in.mem_len = bytes.len;
    m = load(r->vm[engine], t, code, &err);
    if (m && is_ahead(name))
        m = ahead_module(r->vm[engine], m, name, NULL, &err);
    p = m ? svm_program_link(m, NULL, &err) : NULL;
    i = p ? svm_instance_new(p, &err) : NULL;
    if (!i || svm_run(i, NULL, &in, &got, &err))
        check(&r->counts, false, "%s [%s]: %s", t->path, name, err.text);
    else
        check(&r->counts, got.ret == result, "%s [%s]: result 0x%llx, not 0x%llx", t->path, name,
              (unsigned long long)got.ret, (unsigned long long)result);
out:
    svm_instance_free(i);
    svm_program_free(p);
    svm_module_free(m);
    buf_free(&bytes);
}

static void refuse(struct run *r, const struct testfile *t) {
    const struct section *raw = testfile_get(t, "raw"), *text = testfile_get(t, "asm");
    struct svm_error err = {0};
    struct error e = {0};
    struct buf code = {0};

    if (raw && hex_parse(raw->body, &code)) {
        struct svm_module *m = load(r->vm[0], t, &code, &err);
        r->by_load += check(&r->counts, !m && err.text[0], "%s: loads, but must be refused", t->path);
        svm_module_free(m);
    } else if (text) {
        struct asm_out out = {0};
        int rc = isa_asm(text->body, strlen(text->body), false, &out, &e);
        r->by_assembler += check(&r->counts, rc < 0 && e.text[0], "%s: assembles, but must be refused", t->path);
        asm_out_free(&out);
    } else {
        check(&r->counts, false, "%s: neither asm nor raw", t->path);
    }
    buf_free(&code);
}

static void on_file(void *arg, const char *path) {
    struct run *r = arg;
    struct testfile t;
    struct buf code = {0};

    if (testfile_read(&t, path)) {
        r->counts.failed++;
        return;
    }
    if (r->negative)
        refuse(r, &t);
    else if (program_of(r, &t, &code))
        for (size_t i = 0; i < r->e.n; i++)
            run_in(r, &t, &code, i);
    buf_free(&code);
    testfile_free(&t);
}

int main(int argc, char **argv) {
    struct run r = {0};
    int given = 0;

    engines_from_args(&r.e, &argc, argv);
    for (size_t i = 0; i < r.e.n; i++)
        r.vm[i] = suite_runtime(r.e.name[i]);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--negative"))
            r.negative = true;
        else if (++given && each_file(argv[i], ".data", on_file, &r))
            r.counts.failed++;
    }
    if (!given) {
        fprintf(stderr, "usage: supervm-suite-bpf [--engine E]... [--negative] DIR|FILE...\n");
        return 1;
    }
    if (r.negative)
        printf("refused: %u at load, %u by the assembler\n", r.by_load, r.by_assembler);
    else
        for (size_t i = 0; i < r.e.n; i++)
            printf("engine %s\n", r.e.name[i]);
    for (size_t i = 0; i < r.e.n; i++)
        svm_free(r.vm[i]);
    return counts_end(&r.counts);
}
