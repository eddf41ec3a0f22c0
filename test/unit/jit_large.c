/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jit_large.c - a function with more registers and blocks than sets of registers are made for: every engine runs it,
 * with the same result. Calls in it clear registers that nobody is known to read. */
#include "base/buf.h"
#include "supervm/supervm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

enum { LOCALS = 49000, STEPS = 2400, SUMS = 1000 };
enum { TYPES = 1, FUNCTIONS = 3, EXPORTS = 7, CODE = 10 };

static void byte(struct buf *b, u8 v) {
    buf_add(b, &v, 1);
}
static void leb(struct buf *b, u64 v) {
    do {
        byte(b, (u8)((v & 127) | (v > 127) << 7));
    } while (v >>= 7);
}
static void sleb(struct buf *b, s64 v) {
    for (; v < -64 || v > 63; v >>= 7)
        byte(b, (u8)((v & 127) | 128));
    byte(b, (u8)(v & 127));
}
#define BYTES(b, s) buf_add(b, s, sizeof(s) - 1)

static void section(struct buf *m, u8 id, struct buf *b) {
    byte(m, id);
    leb(m, b->len);
    buf_add(m, b->data, b->len);
    buf_free(b);
}

static void local(struct buf *b, u8 op, u32 i) {
    byte(b, op);
    leb(b, i);
}

/* f(p): for each step a local more or another less, as a bit of p says, sometimes by way of g. */
static void body_f(struct buf *b) {
    leb(b, 1);
    leb(b, LOCALS);
    BYTES(b, "\x7e");
    for (u32 k = 0; k < STEPS; k++) {
        u32 l = 1 + k * 7919 % LOCALS, m = 1 + (k * 104729 + 3) % LOCALS;
        local(b, 0x20, 0);
        BYTES(b, "\x41"), sleb(b, k % 31);
        BYTES(b, "\x76\x41\x01\x71\x04\x40"); /* p >> k & 1, if */
        local(b, 0x20, l);
        BYTES(b, "\x42"), sleb(b, k + 1);
        BYTES(b, "\x7c");
        local(b, 0x21, l);
        BYTES(b, "\x05"); /* else */
        local(b, 0x20, m);
        local(b, 0x20, l);
        BYTES(b, "\x85\x42"), sleb(b, k);
        BYTES(b, "\x7c");
        local(b, 0x21, m);
        BYTES(b, "\x0b");
        if (k % 50)
            continue;
        local(b, 0x20, 0);
        local(b, 0x20, l);
        BYTES(b, "\x10\x01"); /* call g */
        local(b, 0x21, l);
    }
    BYTES(b, "\x42\x00");
    for (u32 l = 1; l <= LOCALS; l += LOCALS / SUMS) {
        BYTES(b, "\x42\x1f\x7e");
        local(b, 0x20, l);
        BYTES(b, "\x7c");
    }
    BYTES(b, "\x0b");
}

/* g(p, x): 3 x + p, and a local that must be 0. */
static void body_g(struct buf *b) {
    BYTES(b, "\x01\x03\x7e\x20\x01\x42\x03\x7e\x20\x00\xac\x7c\x20\x03\x7c\x0b");
}

static void module(struct buf *m) {
    struct buf s = {0}, f = {0}, g = {0};
    BYTES(m, "\0asm\x01\0\0\0");
    BYTES(&s, "\x02\x60\x01\x7f\x01\x7e\x60\x02\x7f\x7e\x01\x7e");
    section(m, TYPES, &s);
    BYTES(&s, "\x02\x00\x01");
    section(m, FUNCTIONS, &s);
    BYTES(&s, "\x01\x01"
              "f\x00\x00");
    section(m, EXPORTS, &s);
    body_f(&f);
    body_g(&g);
    leb(&s, 2);
    leb(&s, f.len);
    buf_add(&s, f.data, f.len);
    leb(&s, g.len);
    buf_add(&s, g.data, g.len);
    section(m, CODE, &s);
    buf_free(&f);
    buf_free(&g);
}

static int64_t run(const char *engine, const struct buf *m, int32_t p) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error e = {0};
    struct svm_val arg = {.kind = SVM_I32, .of.i32 = p}, ret = {0};
    struct svm *vm;
    struct svm_module *mod;
    struct svm_program *prog;
    struct svm_instance *in;
    c.engine = engine;
    vm = svm_new(&c, &e);
    assert_non_null(vm);
    mod = svm_module_load(vm, m->data, m->len, NULL, &e);
    prog = mod ? svm_program_link(mod, NULL, &e) : NULL;
    in = prog ? svm_instance_new(prog, &e) : NULL;
    if (!in || svm_call(in, "f", &arg, 1, &ret, 1, &e))
        fail_msg("%s: %s", engine, e.text);
    svm_instance_free(in);
    svm_program_free(prog);
    svm_module_free(mod);
    svm_free(vm);
    return ret.of.i64;
}

static void same(void **state) {
    static const int32_t p[] = {0, 5, -1, 123456789};
    const struct svm_engine_info *info;
    struct svm *vm = svm_new(NULL, NULL);
    struct buf m = {0};
    (void)state;
    module(&m);
    assert_false(m.oom);
    assert_non_null(vm);
    for (size_t k = 0; k < COUNT(p); k++) {
        int64_t expect = run("interp", &m, p[k]);
        for (size_t n = 0; (info = svm_engine_at(vm, n)); n++)
            if (info->usable && !strcmp(info->name, "jit"))
                assert_int_equal(run(info->name, &m, p[k]), expect);
    }
    svm_free(vm);
    buf_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same)};
    return cmocka_run_group_tests_name("jit_large", tests, NULL, NULL);
}
