/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_verify.c - verdicts through the public API, and facts where they must not count: runs that start with something
 * else than what was assumed when the program was linked. */
#include "api_kit.h"
#include "supervm/verify.h"

static const char *const safe = "stdw [r10-8], 7\n"
                                "ldxdw r0, [r10-8]\n"
                                "exit\n";
static const char *const wild = "mov r1, 64\n"
                                "ldxdw r0, [r1]\n"
                                "exit\n";

static struct svm_verdicts *verdicts(struct kit *k, const char *text, struct svm_verify_options *o) {
    struct svm_verdicts *v = NULL;
    k->vm = svm_new(NULL, &k->err);
    k->m = kit_load(k->vm, text, &k->err);
    if (!k->m || !(v = svm_verify(k->m, o, &k->err)))
        fail_msg("%s", k->err.text);
    return v;
}

static void accepted(void **state) {
    struct kit k = {0};
    struct svm_verdicts *v = verdicts(&k, safe, NULL);
    struct svm_verdict d = SVM_VERDICT_INIT;
    (void)state;
    svm_module_free(k.m); /* verdicts keep it */
    k.m = NULL;
    assert_true(svm_verdicts_at(v, 0, &d));
    assert_true(d.accepted);
    assert_null(d.reason);
    assert_null(d.text);
    assert_int_equal(d.insns, 3);
    assert_int_equal(d.checks_total, 2);
    assert_int_equal(d.checks_proven, 2);
    assert_int_equal(d.worst, 3);
    assert_false(svm_verdicts_at(v, 1, &d));
    svm_verdicts_free(v);
    kit_close(&k);
}

static void counted_log(void *arg, const char *text) {
    assert_non_null(strstr(text, "insn 0"));
    ++*(int *)arg;
}

static void rejected(void **state) {
    struct kit k = {0};
    int lines = 0;
    struct svm_verify_options o = SVM_VERIFY_INIT;
    struct svm_verdict d = SVM_VERDICT_INIT, old = {.size = offsetof(struct svm_verdict, reason), .text = "kept"};
    struct svm_verdicts *v;
    char page[65536] = "";
    FILE *f = tmpfile();
    (void)state;
    o.log = counted_log;
    o.log_arg = &lines;
    o.keep_states = true;
    v = verdicts(&k, wild, &o);
    assert_true(svm_verdicts_at(v, 0, &d));
    assert_false(d.accepted);
    assert_string_equal(d.reason, "not-a-pointer");
    assert_int_equal(d.insn, 1);
    assert_int_equal(d.line, 2);
    assert_non_null(strstr(d.text, "r1 = 64"));
    assert_in_range(lines, 1, 2); /* one block, joined and walked */
    assert_true(svm_verdicts_at(v, 0, &old));
    assert_string_equal(old.text, "kept"); /* of a caller that knows less */
    old.size = 3;
    assert_false(svm_verdicts_at(v, 0, &old));
    assert_int_equal(svm_verdicts_print(v, 1, 0, f), SVM_EUSAGE);
    assert_int_equal(svm_verdicts_print(v, 0, SVM_REPORT_COLOUR, f), 0);
    rewind(f);
    assert_true(fread(page, 1, sizeof page - 1, f) > 0);
    assert_non_null(strstr(page, "\033[1;31merror\033[0m"));
    rewind(f);
    assert_int_equal(svm_verdicts_print(v, SIZE_MAX, SVM_REPORT_HTML, f), 0);
    rewind(f);
    assert_true(fread(page, 1, sizeof page - 1, f) > 0);
    assert_non_null(strstr(page, "<tr class=fail id=f0i1>"));
    assert_null(strchr(page, '\033'));
    fclose(f);
    svm_verdicts_free(v);
    kit_close(&k);
}

static void refused(void **state) {
    struct kit k = {0};
    struct svm_verify_options o = SVM_VERIFY_INIT;
    struct svm_link_options l = SVM_LINK_INIT;
    static const char module[] = "\0asm\1\0\0";
    struct svm_module *m;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    k.m = kit_load(k.vm, wild, &k.err);
    o.prog = "nobody";
    assert_null(svm_verify(k.m, &o, &k.err));
    assert_int_equal(k.err.code, SVM_ENOENT);
    assert_null(svm_verify(NULL, NULL, &k.err));
    assert_int_equal(k.err.code, SVM_EUSAGE);
    m = svm_module_load(k.vm, module, sizeof module, NULL, &k.err);
    assert_non_null(m);
    assert_null(svm_verify(m, NULL, &k.err));
    assert_int_equal(k.err.code, SVM_EUNSUP);
    svm_module_free(m);
    l.verify = SVM_VERIFY_STRICT;
    assert_null(svm_program_link(k.m, &l, &k.err));
    assert_int_equal(k.err.code, SVM_EVERIFY);
    assert_non_null(strstr(k.err.text, "insn 1"));
    assert_non_null(strstr(k.err.text, "[not-a-pointer]"));
    l.verify = (enum svm_verify_mode)3;
    assert_null(svm_program_link(k.m, &l, &k.err));
    assert_int_equal(k.err.code, SVM_EUSAGE);
    kit_close(&k);
}

/* A program that every context but a packet of XDP would crash, were it believed. */
static const char *const reader = "#include \"bpf.h\"\n"
                                  "struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 1);\n"
                                  "         __type(key, u32); __type(value, u32); } next SEC(\".maps\");\n"
                                  "SEC(\"xdp\") int read(struct xdp_md *ctx) {\n"
                                  "    u8 *p = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;\n"
                                  "    return p + 4 > end ? 0 : p[0] + p[3];\n"
                                  "}\n"
                                  "SEC(\"tc\") int jump(struct __sk_buff *skb) {\n"
                                  "    bpf_tail_call(skb, &next, 0);\n"
                                  "    return 77;\n"
                                  "}\n"
                                  "char LICENSE[] SEC(\"license\") = \"GPL\";\n";

static void open_guarded(struct kit *k, const char *text) {
    struct svm_link_options o = SVM_LINK_INIT;
    o.verify = SVM_VERIFY_GUARDED;
    k->vm = svm_new(NULL, &k->err);
    if (!(k->m = kit_c(k->vm, text, &k->err))) {
        if (!k->err.code)
            skip(); /* no clang for BPF */
        fail_msg("%s", k->err.text);
    }
    if (!(k->p = svm_program_link(k->m, &o, &k->err)) || !(k->in = svm_instance_new(k->p, &k->err)))
        fail_msg("%s", k->err.text);
}

static void other_starts(void **state) {
    struct kit k = {0};
    uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint32_t forged[8] = {16, 4096}; /* data and data_end, were it an xdp_md */
    struct svm_packet packet = {.data = data, .len = sizeof data};
    struct svm_input xdp = {.kind = SVM_KIND_XDP, .packet = &packet}, own = {.kind = SVM_KIND_OTHER, .packet = &packet},
                     tc = {.kind = SVM_KIND_TC, .packet = &packet},
                     raw = {.kind = SVM_KIND_RAW, .mem = forged, .mem_len = sizeof forged},
                     nothing = {.kind = SVM_KIND_RAW};
    struct svm_result r;
    (void)state;
    open_guarded(&k, reader);
    assert_true(svm_program_checks(k.p, true) >= 2);
    for (int i = 0; i < 3; i++) { /* back and forth: the two images do not meet */
        assert_int_equal(svm_run(k.in, "read", &xdp, &r, &k.err), 0);
        assert_int_equal(r.ret, 5);
        assert_int_equal(svm_run(k.in, "read", &own, &r, &k.err), 0);
        assert_int_equal(r.ret, 5);
        assert_int_equal(svm_run(k.in, "read", &raw, &r, &k.err), SVM_ETRAP);
        assert_string_equal(r.trap_text, "out of bounds memory access");
        assert_int_equal(svm_run(k.in, "read", &nothing, &r, &k.err), SVM_ETRAP);
        svm_run(k.in, "read", &tc, &r, &k.err); /* len and pkt_type: no pointers */
    }
    kit_close(&k);
}

/* A tail call brings a program of another type its caller's context. */
static void other_context(void **state) {
    struct kit k = {0};
    uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct svm_packet packet = {.data = data, .len = sizeof data};
    struct svm_input tc = {.kind = SVM_KIND_TC, .packet = &packet}, xdp = {.kind = SVM_KIND_XDP, .packet = &packet};
    struct svm_result r;
    (void)state;
    open_guarded(&k, reader);
    assert_int_equal(svm_prog_array_set(svm_program_map(k.p, "next"), 0, k.p, "read"), 0);
    for (int i = 0; i < 3; i++) {
        int rc = svm_run(k.in, "jump", &tc, &r, &k.err);
        if (!rc)
            assert_int_equal(r.ret, 0); /* len 8, pkt_type 0: "data + 4 > data_end" */
        assert_int_equal(svm_run(k.in, "jump", &xdp, &r, &k.err), 0);
        assert_int_equal(r.ret, 5);
        assert_int_equal(svm_run(k.in, "read", &xdp, &r, &k.err), 0);
        assert_int_equal(r.ret, 5);
    }
    assert_int_equal(svm_prog_array_set(svm_program_map(k.p, "next"), 0, NULL, NULL), 0);
    kit_close(&k);
}

/* A program of a type that is not known may be run as any: a helper that only some may call does not end it there. */
static const char *const sockops = "#include \"bpf.h\"\n"
                                   "SEC(\"flow_dissector\") __attribute__((naked)) int read(void) {\n"
                                   "    asm volatile(\"*(u64 *)(r10 - 8) = r1;\"\n"
                                   "                 \"r6 = r10; r6 += -8; if r2 != 0 goto 1f;\"\n"
                                   "                 \"r2 = 0; call 44; r6 = 16;\"\n" /* bpf_xdp_adjust_head */
                                   "                 \"1: r0 = 2; *(u64 *)(r6 + 0) = r0; exit;\");\n"
                                   "}\n"
                                   "char LICENSE[] SEC(\"license\") = \"GPL\";\n";

static void unknown_type(void **state) {
    struct kit k = {0};
    uint8_t data[8] = {1};
    struct svm_packet packet = {.data = data, .len = sizeof data};
    struct svm_input xdp = {.kind = SVM_KIND_XDP, .packet = &packet},
                     raw = {.kind = SVM_KIND_RAW, .mem = data, .mem_len = sizeof data};
    struct svm_result r;
    (void)state;
    open_guarded(&k, sockops);
    assert_int_equal(svm_run(k.in, NULL, &raw, &r, &k.err), 0);
    assert_int_equal(r.ret, 2);
    assert_int_equal(svm_run(k.in, NULL, &xdp, &r, &k.err), SVM_ETRAP);
    assert_string_equal(r.trap_text, "out of bounds memory access");
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),     cmocka_unit_test(rejected),      cmocka_unit_test(refused),
        cmocka_unit_test(other_starts), cmocka_unit_test(other_context), cmocka_unit_test(unknown_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
