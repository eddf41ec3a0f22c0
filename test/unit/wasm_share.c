/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_share.c - validation shared by threads: whichever of them is faster, the failure that is told is the first one.
 */
#include "base/buf.h"
#include "supervm/supervm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* above: what cmocka.h wants to be included before it */
#include <cmocka.h>

enum { FUNCS = 3000, BODY = 4096, SECTION_TYPE = 1, SECTION_FUNCTION = 3, SECTION_CODE = 10 };
enum { NOP = 0x01, END = 0x0b, I32_ADD = 0x6a };

static void leb(struct buf *b, u32 v) {
    u8 byte;
    do {
        byte = (u8)((v & 127) | (v > 127 ? 128 : 0));
        buf_add(b, &byte, 1);
    } while (v >>= 7);
}

static void section(struct buf *b, u8 id, const struct buf *body) {
    buf_add(b, &id, 1);
    leb(b, (u32)body->len);
    buf_add(b, body->data, body->len);
}

/* Functions of nops, 12 MB of them; where each body begins is kept. */
static struct buf module(size_t at[FUNCS]) {
    static const u8 head[] = "\0asm\1\0\0", type[] = {1, 0x60, 0, 0};
    struct buf b = {0}, types = {0}, funcs = {0}, code = {0};
    u8 body[BODY];
    memset(body, NOP, sizeof body);
    body[0] = 0; /* no locals */
    body[BODY - 1] = END;
    buf_add(&types, type, sizeof type);
    leb(&funcs, FUNCS);
    leb(&code, FUNCS);
    for (u32 f = 0; f < FUNCS; f++) {
        leb(&funcs, 0);
        leb(&code, BODY);
        at[f] = code.len;
        buf_add(&code, body, sizeof body);
    }
    buf_add(&b, head, sizeof head);
    section(&b, SECTION_TYPE, &types);
    section(&b, SECTION_FUNCTION, &funcs);
    section(&b, SECTION_CODE, &code);
    for (u32 f = 0; f < FUNCS; f++)
        at[f] += b.len - code.len;
    assert_false(b.oom || types.oom || funcs.oom || code.oom);
    buf_free(&types);
    buf_free(&funcs);
    buf_free(&code);
    return b;
}

static int load(struct svm *vm, const struct buf *b, u32 threads, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_module *m;
    o.threads = threads;
    m = svm_module_load(vm, b->data, b->len, &o, err);
    svm_module_free(m);
    return m ? 0 : err->code;
}

static void the_first_failure(void **state) {
    static const u32 bad[][3] = {{0, 1, 2}, {2999, 2998, 2997}, {1500, 200, 2900}, {260, 255, 257}, {700, 2000, 701}};
    static const u32 threads[] = {1, 0, 2, 3, 8, 1000};
    static size_t at[FUNCS];
    struct buf b = module(at);
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    (void)state;
    for (size_t t = 0; t < COUNT(threads); t++)
        assert_int_equal(load(vm, &b, threads[t], &err), 0);
    for (size_t k = 0; k < COUNT(bad); k++) {
        u32 first = FUNCS;
        char want[64];
        for (size_t i = 0; i < COUNT(bad[k]); i++) {
            b.data[at[bad[k][i]] + 100] = I32_ADD;
            first = bad[k][i] < first ? bad[k][i] : first;
        }
        snprintf(want, sizeof want, "function %u", first);
        for (u32 round = 0; round < 2; round++) {
            for (size_t t = 0; t < COUNT(threads); t++) {
                assert_int_equal(load(vm, &b, threads[t], &err), SVM_EFORMAT);
                if (!strstr(err.text, want) || err.at != (int64_t)at[first] + 100)
                    fail_msg("%u threads: %s, not %s", threads[t], err.text, want);
            }
        }
        for (size_t i = 0; i < COUNT(bad[k]); i++)
            b.data[at[bad[k][i]] + 100] = NOP;
    }
    buf_free(&b);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_failure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
