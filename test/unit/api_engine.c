/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_engine.c - an engine of the host's: a slow one that walks the decoded instructions and
 * asks the library for everything else, held against the built-in interpreter. */
#include "api_kit.h"
#include "supervm/engine.h"
#include <stdio.h>

enum { MAX_FUNCS = 8 };

struct walk { /* the image */
    struct svm_func_view func[MAX_FUNCS];
    uint32_t nfunc;
    const struct svm_callee *helper[256];
};
struct ops {
    int mov64i, mov64, const64, ja, exit, call, callf, pad;
};

static int compile(void *user, const struct svm_link *l, void **image, struct svm_error *err) {
    const struct ops *op = user;
    struct walk *w = calloc(1, sizeof *w);
    uint32_t i, pc;
    while (w->nfunc < MAX_FUNCS && svm_link_func(l, w->nfunc, &w->func[w->nfunc]))
        w->nfunc++;
    for (i = 0; i < 256; i++)
        w->helper[i] = svm_link_helper(l, i);
    for (i = 0; i < w->nfunc; i++)
        for (pc = 0; pc < w->func[i].ninsn; pc++) {
            const struct svm_insn *in = &w->func[i].code[pc];
            struct svm_op_info info;
            svm_op_describe(in->op, &info);
            if (info.shape != SVM_SHAPE_CTL || in->op == op->mov64i || in->op == op->const64 || in->op == op->ja ||
                in->op == op->exit || in->op == op->call || in->op == op->callf || in->op == op->pad)
                continue;
            snprintf(err->text, sizeof err->text, "no %s in this engine", info.name);
            free(w);
            return SVM_EENGINE;
        }
    *image = w;
    return 0;
}

/* One function, its callees by recursion. False: trapped, or the program has ended. */
static bool walk(const struct ops *op, const struct walk *w, struct svm_ctx *cx, uint32_t f, uint64_t r[11]) {
    const struct svm_func_view *fn = &w->func[f];
    uint32_t pc = 0;
    for (;;) {
        const struct svm_insn *i = &fn->code[pc];
        struct svm_op_info info;
        uint64_t v = 0;
        svm_op_describe(i->op, &info);
        if (!svm_ctx_spend(cx, 1))
            return svm_ctx_stop(cx, f, pc, r), false;
        pc++;
        if (i->op == op->exit)
            return true;
        switch (info.shape) {
        case SVM_SHAPE_BIN: svm_op_eval(i->op, r[i->b], r[i->c], &r[i->a]); break;
        case SVM_SHAPE_BINI: svm_op_eval(i->op, r[i->b], (uint64_t)(int64_t)i->imm, &r[i->a]); break;
        case SVM_SHAPE_UN: svm_op_eval(i->op, r[i->b], 0, &r[i->a]); break;
        case SVM_SHAPE_JCC:
            svm_op_eval(i->op, r[i->b], r[i->c], &v);
            pc = v ? (uint32_t)i->off : pc;
            break;
        case SVM_SHAPE_JCCI:
            svm_op_eval(i->op, r[i->b], (uint64_t)(int64_t)i->imm, &v);
            pc = v ? (uint32_t)i->off : pc;
            break;
        case SVM_SHAPE_LD:
            if (!svm_ctx_load(cx, r[i->b] + (uint64_t)(int64_t)i->off, info.size, &r[i->a]))
                return svm_ctx_stop(cx, f, pc - 1, r), false;
            break;
        case SVM_SHAPE_ST:
        case SVM_SHAPE_STI:
            v = info.shape == SVM_SHAPE_ST ? r[i->c] : (uint64_t)(int64_t)i->imm;
            if (!svm_ctx_store(cx, r[i->b] + (uint64_t)(int64_t)i->off, info.size, v))
                return svm_ctx_stop(cx, f, pc - 1, r), false;
            break;
        default:
            if (i->op == op->mov64i) {
                r[i->a] = (uint64_t)(int64_t)i->imm;
            } else if (i->op == op->const64) {
                r[i->a] = (uint64_t)(uint32_t)i->off << 32 | (uint32_t)i->imm;
                pc++;
            } else if (i->op == op->ja) {
                pc = (uint32_t)i->off;
            } else if (i->op == op->call) {
                if (!svm_ctx_call(cx, w->helper[i->imm & 255], &r[1], &r[0]))
                    return svm_ctx_stop(cx, f, pc - 1, r), false;
            } else {
                uint64_t frame[11];
                memcpy(frame, r, sizeof frame);
                if (!svm_ctx_enter(cx, f, pc - 1, &frame[10]))
                    return svm_ctx_stop(cx, f, pc - 1, r), false;
                if (!walk(op, w, cx, (uint32_t)i->imm, frame))
                    return false;
                svm_ctx_leave(cx);
                r[0] = frame[0];
            }
        }
    }
}

static void run(void *user, const void *image, struct svm_ctx *cx, uint32_t func) {
    uint64_t r[11] = {0};
    unsigned i;
    for (i = 0; i < 5; i++)
        r[i + 1] = svm_ctx_arg(cx, i);
    if (!svm_ctx_enter(cx, func, 0, &r[10]))
        return svm_ctx_stop(cx, func, 0, r);
    if (walk(user, image, cx, func, r))
        svm_ctx_return(cx, r[0]);
    svm_ctx_leave(cx);
}

static void drop(void *user, void *image) {
    (void)user;
    free(image);
}

static const char *const programs[] = {
    "mov r0, 42\nexit\n",
    "mov r0, 0\nmov r2, 10\nloop:\nadd r0, r2\nsub r2, 1\njne r2, 0, loop\nexit\n",
    "stxdw [r10-8], r1\nldxdw r3, [r10-8]\nldxb r0, [r3+2]\nexit\n",
    "mov r1, 5\ncall local twice\nexit\ntwice:\nmov r0, r1\nlsh r0, 1\nexit\n",
    "lddw r0, 0x1122334455667788\nbe16 r0\nexit\n",
    "loop:\nja loop\nexit\n",
    "ldxb r0, [r1+100]\nexit\n",
    "deep:\ncall local deep\nexit\n",
};

static struct ops ops_by_name(void) {
    return (struct ops){svm_op_find("mov64i"), svm_op_find("mov64"), svm_op_find("const64"), svm_op_find("ja"),
                        svm_op_find("exit"),   svm_op_find("call"),  svm_op_find("callf"),   svm_op_find("pad")};
}

static void same_answers(void **state) {
    struct ops op = ops_by_name();
    struct svm_engine e = SVM_ENGINE_INIT;
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_link_options o = SVM_LINK_INIT;
    size_t i;
    (void)state;
    e.name = "walk";
    e.compile = compile;
    e.run = run;
    e.free = drop;
    e.user = &op;
    assert_int_equal(svm_engine_register(vm, &e), 0);
    assert_int_equal(svm_engine_register(vm, &e), SVM_EEXIST);
    for (i = 0; i < sizeof programs / sizeof *programs; i++) {
        struct svm_module *m = kit_load(vm, programs[i], &err);
        struct svm_result r[2];
        int rc[2], k;
        assert_non_null(m);
        for (k = 0; k < 2; k++) {
            uint8_t mem[16] = {1, 2, 3, 4};
            struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem, .budget = 10000};
            struct svm_program *p;
            struct svm_instance *inst;
            o.engine = k ? "walk" : "interp";
            p = svm_program_link(m, &o, &err);
            assert_non_null(p);
            assert_string_equal(svm_program_engine(p), o.engine);
            inst = svm_instance_new(p, &err);
            rc[k] = svm_run(inst, NULL, &in, &r[k], &err);
            svm_instance_free(inst);
            svm_program_free(p);
        }
        assert_int_equal(rc[0], rc[1]);
        assert_int_equal(r[0].trap, r[1].trap);
        if (!rc[0]) {
            assert_int_equal(r[0].ret, r[1].ret);
            assert_int_equal(r[0].insns, r[1].insns);
        }
        svm_module_free(m);
    }
    svm_free(vm);
}

static void refuses(void **state) {
    /* (module (func)) */
    static const unsigned char wasm[] = {0, 'a', 's', 'm', 1, 0, 0,  0, 1, 4, 1, 0x60, 0,
                                         0, 3,   2,   1,   0, 10, 4, 1, 2, 0, 0x0b};
    struct ops op = ops_by_name();
    struct svm_engine e = SVM_ENGINE_INIT;
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_module *m = kit_load(vm, "mov r1, 5\ncallx r1\nexit\n", &err);
    (void)state;
    assert_non_null(m);
    assert_int_equal(svm_engine_register(vm, &e), SVM_EUSAGE);
    e.name = "walk";
    e.compile = compile;
    e.run = run;
    e.free = drop;
    e.user = &op;
    assert_int_equal(svm_engine_register(vm, &e), 0);
    o.engine = "walk";
    assert_null(svm_program_link(m, &o, &err));
    assert_int_equal(err.code, SVM_EENGINE);
    assert_non_null(strstr(err.text, "no callx in this engine"));
    svm_module_free(m);
    m = svm_module_load(vm, wasm, sizeof wasm, NULL, &err);
    assert_non_null(m);
    assert_null(svm_program_link(m, &o, &err));
    assert_int_equal(err.code, SVM_EENGINE);
    assert_non_null(strstr(err.text, "engine walk runs eBPF alone"));
    svm_module_free(m);
    svm_free(vm);
}

static void names(void **state) {
    struct svm_op_info info;
    uint64_t v;
    (void)state;
    assert_true(svm_op_find("add64") > 0);
    assert_int_equal(svm_op_find("nothing"), SVM_ENOENT);
    assert_true(svm_op_describe((uint16_t)svm_op_find("ldx32"), &info));
    assert_int_equal(info.size, 4);
    assert_int_equal(info.shape, SVM_SHAPE_LD);
    assert_false(svm_op_describe(60000, &info));
    assert_true(svm_op_eval((uint16_t)svm_op_find("sdiv64"), (uint64_t)-9, 2, &v));
    assert_int_equal((int64_t)v, -4);
    assert_false(svm_op_eval((uint16_t)svm_op_find("exit"), 0, 0, &v));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_answers), cmocka_unit_test(refuses),
                                       cmocka_unit_test(names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
