/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_bounds.c - of which programs a link knows how long their runs are at most, and which functions are bounded in all
 * runs that come to them. That no run takes more: supervm-t --guarded, supervm-budgets, supervm-run-samples. */
#include "api/api.h"
#include "ir/facts.h"
#include "rt/program.h"
#include "api_kit.h" /* last: cmocka has a fail() of its own */

/* clang-format off */
static const char *const text =
    "#include \"bpf.h\"\n"
    "struct { __uint(type, 1); __uint(max_entries, 4); __type(key, u32); __type(value, u64); } few SEC(\".maps\");\n"
    "struct { __uint(type, 1); __uint(max_entries, 4); __uint(key_size, 4); __uint(value_size, 64); } many SEC(\".maps\");\n"
    "static u64 (*update)(void *, const void *, const void *, u64) = (void *)2;\n"
    "static u64 (*loop)(u32, void *, void *, u64) = (void *)181;\n"
    "static NOINLINE u64 one(u64 x) { u64 a[2] = {x, 3}; asm volatile(\"\" :: \"r\"(a) : \"memory\"); return a[0] * a[1]; }\n"
    "static NOINLINE u64 both(u64 x) { u64 a[2] = {x, 5}; asm volatile(\"\" :: \"r\"(a) : \"memory\"); return a[0] + a[1]; }\n"
    "static int step(u32 i, void *arg) { return 0; }\n"
    "struct bpf_iter_num { u64 x; };\n"
    "#define KSYM extern __attribute__((section(\".ksyms\")))\n"
    "KSYM int bpf_iter_num_new(struct bpf_iter_num *it, int a, int b);\n"
    "KSYM int *bpf_iter_num_next(struct bpf_iter_num *it);\n"
    "KSYM void bpf_iter_num_destroy(struct bpf_iter_num *it);\n"
    "NOINLINE u32 known(u32 x) { for (u32 i = 0; i < 10; i++) asm volatile(\"%0 += 1\" : \"+r\"(x)); return x; }\n"
    "SEC(\"xdp\") int shortly(struct xdp_md *c) { return one(c->rx_queue_index) + both(c->rx_queue_index); }\n"
    "SEC(\"xdp\") int too_long(struct xdp_md *c) {\n"
    "    u32 x = both(c->rx_queue_index);\n"
    "    for (u32 i = 0; i < 200000; i++) asm volatile(\"%0 += 1\" : \"+r\"(x));\n"
    "    return x;\n"
    "}\n"
    "SEC(\"xdp\") int global(struct xdp_md *c) { return known(c->rx_queue_index) + known(c->ingress_ifindex); }\n"
    "SEC(\"xdp\") int iterates(struct xdp_md *c) {\n"
    "    struct bpf_iter_num a, b;\n"
    "    int *x, *y, s = 0;\n"
    "    bpf_iter_num_new(&a, 0, 10);\n"
    "    while ((x = bpf_iter_num_next(&a))) {\n"
    "        bpf_iter_num_new(&b, *x, 20);\n" /* from anywhere, as far as is known: 8 Mi elements */
    "        while ((y = bpf_iter_num_next(&b))) s += *y;\n"
    "        bpf_iter_num_destroy(&b);\n"
    "    }\n"
    "    bpf_iter_num_destroy(&a);\n"
    "    bpf_iter_num_new(&a, -3, 20);\n"
    "    while ((x = bpf_iter_num_next(&a))) s += *x;\n"
    "    bpf_iter_num_destroy(&a);\n"
    "    return s;\n"
    "}\n"
    "SEC(\"xdp\") int few_elements(struct xdp_md *c) {\n"
    "    struct bpf_iter_num a, b;\n"
    "    int *x, *y, s = 0;\n"
    "    bpf_iter_num_new(&a, 0, 10);\n"
    "    while ((x = bpf_iter_num_next(&a))) {\n"
    "        bpf_iter_num_new(&b, -3, 20);\n"
    "        while ((y = bpf_iter_num_next(&b))) s += *y;\n"
    "        bpf_iter_num_destroy(&b);\n"
    "    }\n"
    "    bpf_iter_num_destroy(&a);\n"
    "    return s;\n"
    "}\n"
    "#define FOR(start, step) for (u32 j = start; j < 256; j += step) asm volatile(\"%0 += 1\" : \"+r\"(n))\n"
    "SEC(\"xdp\") int strides(struct xdp_md *c) {\n"
    "    u32 n = 0;\n"
    "    for (u32 i = 2; i < 16; i++) FOR(i * i, i);\n"
    "    return n;\n"
    "}\n"
    "SEC(\"xdp\") int strides_or_stands(struct xdp_md *c) { u32 n = 0, step = c->rx_queue_index & 7; FOR(5, step); return n; }\n"
    "SEC(\"xdp\") int strides_round(struct xdp_md *c) { u32 n = 0, step = c->rx_queue_index | 1; FOR(5, step); return n; }\n"
    "SEC(\"xdp\") int strides_at_times(struct xdp_md *c) {\n"
    "    u32 n = c->ingress_ifindex, j = 5, step = (c->rx_queue_index & 7) | 1;\n"
    "    do {\n"
    "        asm volatile(\"%0 += 1\" : \"+r\"(n));\n"
    "        if (n & 1) asm volatile(\"%0 += %1\" : \"+r\"(j) : \"r\"(step));\n"
    "    } while (j < 256);\n"
    "    return n;\n"
    "}\n"
    "SEC(\"xdp\") int within(struct xdp_md *c) {\n" /* loops that are left where they begin */
    "    asm volatile(\"w1 = 0; o%=: if w1 > 9 goto e%=; w2 = 0; i%=: if w2 > 19 goto n%=; w2 += 1; goto i%=;\"\n"
    "                 \"n%=: w1 += 1; goto o%=; e%=:\" ::: \"r1\", \"r2\");\n"
    "    return 0;\n"
    "}\n"
    "SEC(\"xdp\") int calls_back(struct xdp_md *c) { return loop(3, step, 0, 0); }\n"
    "SEC(\"xdp\") int little(struct xdp_md *c) { u32 k = 1; u64 v = 2; return update(&few, &k, &v, 0); }\n"
    "SEC(\"xdp\") int locked(struct xdp_md *c) { u32 k = 1; u64 v = 2; return update(&few, &k, &v, c->rx_queue_index); }\n"
    "SEC(\"xdp\") int much(struct xdp_md *c) { u32 k = 1; u64 v[8] = {2}; return update(&many, &k, v, 0); }\n"
    "SEC(\"xdp\") int foreign(struct xdp_md *c) { return ((u64 (*)(void))4000)(); }\n"
    "char LICENSE[] SEC(\"license\") = \"GPL\";\n";
/* clang-format on */

static u64 foreign(void *arg, u64 a, u64 b, u64 c, u64 d, u64 e) {
    return (void)arg, (void)a, (void)b, (void)c, (void)d, (void)e, 1;
}

static void open_all(struct kit *k, int verify, bool fuel) {
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_helper h = {.id = 4000, .name = "foreign", .fn = foreign};
    o.verify = verify;
    c.no_fuel = !fuel;
    k->vm = svm_new(&c, &k->err);
    assert_int_equal(svm_helper_register(k->vm, &h), 0);
    if (!(k->m = kit_c(k->vm, text, &k->err))) {
        if (!k->err.code)
            skip(); /* no clang for BPF */
        fail_msg("%s", k->err.text);
    }
    if (!(k->p = svm_program_link(k->m, &o, &k->err)) || !(k->in = svm_instance_new(k->p, &k->err)))
        fail_msg("%s", k->err.text);
}

static u32 func_of(const struct kit *k, const char *name) {
    const struct module *m = &k->m->m;
    for (u32 n = 0; n < m->nfunc; n++)
        if (m->func[n].name && !strcmp(m->func[n].name, name))
            return n;
    fail_msg("no function %s", name);
    return 0;
}

static u64 bound(const struct kit *k, const char *name) {
    return k->p->p.bound ? k->p->p.bound[func_of(k, name)] : 0;
}

static bool bounded(const struct kit *k, const char *name) {
    return k->p->p.view.facts && k->p->p.view.facts[func_of(k, name)].bounded;
}

static void of_programs(void **state) {
    static const char *const none[] = {
        "too_long",          "calls_back",    "locked",           "much", "foreign", "iterates",
        "strides_or_stands", "strides_round", "strides_at_times", "step", "one"};
    struct kit k = {0};
    struct svm_packet packet = {.data = (uint8_t[64]){0}, .len = 64, .rx_queue = 3, .ifindex = 1};
    struct svm_input in = {.kind = SVM_KIND_XDP, .packet = &packet};
    struct svm_result r;
    (void)state;
    open_all(&k, SVM_VERIFY_GUARDED, true);
    for (u32 i = 0; i < COUNT(none); i++)
        if (bound(&k, none[i]))
            fail_msg("%s: %llu", none[i], (unsigned long long)bound(&k, none[i]));
    for (u32 i = 0; i < 9; i++)
        assert_false(bounded(&k, none[i]));
    assert_true(bounded(&k, "shortly") && bounded(&k, "one") && bounded(&k, "global") && bounded(&k, "known") &&
                bounded(&k, "little"));
    assert_false(bounded(&k, "both")); /* too_long calls it as well */
    assert_int_equal(svm_run(k.in, "shortly", &in, &r, &k.err), 0);
    assert_int_equal(r.insns, bound(&k, "shortly"));
    assert_int_equal(svm_run(k.in, "global", &in, &r, &k.err), 0);
    assert_in_range(bound(&k, "global"), r.insns, r.insns + 20); /* a loop ends a round early */
    assert_int_equal(svm_run(k.in, "few_elements", &in, &r, &k.err), 0);
    assert_in_range(bound(&k, "few_elements"), r.insns, 2 * r.insns);
    assert_int_equal(svm_run(k.in, "strides", &in, &r, &k.err), 0);
    /* each stride may be the least, and begin at the least place */
    assert_in_range(bound(&k, "strides"), r.insns, 4 * r.insns);
    assert_int_equal(svm_run(k.in, "within", &in, &r, &k.err), 0);
    assert_in_range(bound(&k, "within"), r.insns, r.insns * 3 / 2);
    assert_null(k.p->p.plain_view.facts);
    kit_close(&k);
}

static void where_nothing_counts(void **state) {
    struct kit k = {0};
    (void)state;
    open_all(&k, SVM_VERIFY_GUARDED, false);
    assert_null(k.p->p.bound);
    assert_false(bounded(&k, "shortly"));
    kit_close(&k);
    open_all(&k, SVM_VERIFY_NONE, true);
    assert_null(k.p->p.bound);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_programs),
        cmocka_unit_test(where_nothing_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
