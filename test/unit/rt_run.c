/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_run.c - linking and running: what is refused and in which words, variables, budgets and
 * interrupts, tail calls from one linked program into another, instances that nest. */
#include "api/api.h"
#include "ir/facts.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* --- variables --- */

static void variables(void **state) {
    static const struct {
        const char *text;
        int code;
        u64 value;
    } in[] = {
        {"b=255", 0, 255},
        {"b=256", E_USAGE, 0},
        {"b=-128", 0, 0x80},
        {"b=-129", E_USAGE, 0},
        {"b=0x7f", 0, 0x7f},
        {"b=true", 0, 1},
        {"w=65535", 0, 65535},
        {"w=1 ", E_USAGE, 0},
        {"w=", E_USAGE, 0},
        {"d=-1", 0, 0xffffffff},
        {"d=4294967296", E_USAGE, 0},
        {"q=0xffffffffffffffff", 0, UINT64_MAX},
        {"q=-9223372036854775808", 0, (u64)1 << 63},
        {"q=18446744073709551616", E_USAGE, 0},
        {"q", E_USAGE, 0},
        {"=1", E_USAGE, 0},
        {"none=1", E_NOENT, 0},
        {"b=\"\"", 0, 0},
        {"out=1", E_INDEX, 0},
    };
    struct var var[] = {{.name = "b", .size = 1},
                        {.name = "w", .off = 8, .size = 2},
                        {.name = "d", .off = 16, .size = 4},
                        {.name = "q", .off = 24, .size = 8},
                        {.name = "s", .off = 32, .size = 6},
                        {.name = "out", .off = 38, .size = 4}};
    struct map_def def = {
        .name = ".data", .type = 2, .key_size = 4, .value_size = 40, .max_entries = 1, .flavour = MAP_DATA};
    struct module m = {.var = var, .nvar = COUNT(var), .map = &def, .nmap = 1, .gpl = true};
    struct registry r;
    struct program p = {0};
    struct error e = {0};
    const char *set[] = {"d=7", NULL};
    (void)state;
    assert_int_equal(registry_init(&r), 0);
    assert_int_equal(link_program(&p, &m, &r, NULL, set, &e), 0);
    assert_int_equal(p.map[0]->value[16], 7);
    for (size_t i = 0; i < COUNT(in); i++) {
        struct error why = {0};
        memset(p.map[0]->value, 0xee, 40);
        int rc = program_set(&p, in[i].text, &why);
        if (rc != in[i].code)
            fail_msg("%s: %d %s", in[i].text, rc, why.text);
        for (u32 k = 0; k < COUNT(var) && !rc; k++)
            if (in[i].text[0] == var[k].name[0])
                assert_memory_equal(p.map[0]->value + var[k].off, &in[i].value, var[k].size);
    }
    struct error why = {0};
    assert_int_equal(program_set(&p, "s=hello", &why), 0);
    assert_string_equal(p.map[0]->value + 32, "hello");
    assert_int_equal(program_set(&p, "s=hello!", &why), E_USAGE);
    program_drop(&p);
    registry_drop(&r);
}

/* --- programs through the public API --- */

struct made {
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *i;
};

static struct made make(struct svm *vm, const char *code, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct made x = {0};
    o.front = "asm";
    if ((x.m = svm_module_load(vm, code, strlen(code), &o, err)) && (x.p = svm_program_link(x.m, NULL, err)))
        x.i = svm_instance_new(x.p, err);
    return x;
}

static void drop(struct made *x) {
    svm_instance_free(x->i);
    svm_program_free(x->p);
    svm_module_free(x->m);
}

static void refused(void **state) {
    static const struct {
        const char *code, *why;
    } in[] = {
        {"r0 = 0\ncall 109\nexit", "insn 1"},
        {"call 109\nexit", "bpf_send_signal (109) is not available outside the kernel"},
        {"call 7777\nexit", "unknown helper 7777"},
    };
    struct svm *vm = svm_new(NULL, NULL);
    (void)state;
    for (size_t i = 0; i < COUNT(in); i++) {
        struct svm_error err = {0};
        struct made x = make(vm, in[i].code, &err);
        assert_null(x.p);
        if (!strstr(err.text, in[i].why))
            fail_msg("'%s'", err.text);
        drop(&x);
    }
    svm_free(vm);
}

static void every_id_has_a_row(void **state) {
    (void)state;
    for (u32 id = 1; id <= 211; id++)
        assert_non_null(helper_name(id));
    assert_null(helper_name(212));
    assert_string_equal(helper_name(84), "sk_lookup_tcp");
    assert_string_equal(helper_name(211), "cgrp_storage_delete");
    for (u32 type = 1; type <= 34; type++)
        assert_string_not_equal(map_type_name(type), "unknown");
    assert_string_equal(map_type_name(27), "ringbuf");
    assert_string_equal(map_type_name(35), "unknown");
}

static void budgets(void **state) {
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_error err = {0};
    struct made x = make(vm, "r0 = 0\nr0 += 1\nif r0 < 100000 goto -2\nexit", &err);
    struct svm_input in = {.kind = SVM_KIND_RAW, .budget = 200002};
    struct svm_result r = {0};
    (void)state;
    assert_int_equal(svm_run(x.i, NULL, &in, &r, &err), 0);
    assert_int_equal(r.insns, 200002);
    in.budget = 200001;
    assert_int_equal(svm_run(x.i, NULL, &in, &r, &err), SVM_ETRAP);
    assert_int_equal(r.trap, 32);
    assert_true(r.limit);
    in.budget = UINT64_MAX;
    assert_int_equal(svm_run(x.i, NULL, &in, &r, &err), 0);
    drop(&x);
    svm_free(vm);
}

/* Found by the checker otherwise: a run of the only function takes n instructions at most. */
static void bound_by_hand(struct svm_program *sp, u64 n, struct func_facts *facts, u64 *bound,
                          const struct ctxtype **assumed) {
    struct program *p = &sp->p;
    struct error e = {0};
    *facts = (struct func_facts){.of = arena_new(&p->arena, struct fact, p->m->func[0].nslot), .bounded = true};
    *bound = n;
    *assumed = &any_type;
    p->plain_view = p->view;
    p->view.facts = facts;
    p->bound = bound;
    p->assumed = assumed;
    p->engine->free(p->image);
    assert_int_equal(p->engine->compile(&p->view, &p->image, &e), 0);
}

/* Rounds by the first byte, ten at most: whatever the budget, a run gives and takes what it does where nothing is
 * known. */
static void bounded(void **state) {
    static const char text[] = "r3 = *(u8 *)(r1 + 0)\nr0 = 0\nif r3 > 10 goto end\nif r3 == 0 goto end\nround:\n"
                               "r0 += r3\nr3 += -1\nif r3 != 0 goto round\nend:\nexit";
    enum { MOST = 4 + 10 * 3 + 1 };
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_error err = {0};
    struct made known = make(vm, text, &err), plain = make(vm, text, &err);
    const struct ctxtype *assumed;
    struct func_facts facts;
    u64 bound;
    u8 mem[1];
    (void)state;
    assert_true(known.i && plain.i);
    bound_by_hand(known.p, MOST, &facts, &bound, &assumed);
    for (u32 k = 0; k < 2 * 12 * (MOST + 3); k++) { /* each twice */
        struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = 1, .budget = k / 24};
        struct svm_result a = {0}, b = {0};
        mem[0] = (u8)(k / 2 % 12);
        assert_int_equal(svm_run(known.i, NULL, &in, &a, &err), svm_run(plain.i, NULL, &in, &b, &err));
        assert_int_equal(a.trap, b.trap);
        assert_int_equal(a.pc, b.pc);
        assert_int_equal(a.insns, b.insns);
        assert_int_equal(a.ret, b.ret);
        assert_true(a.trap ? in.budget && in.budget < MOST : a.insns <= MOST);
    }
    drop(&known);
    drop(&plain);
    svm_free(vm);
}

static void *interrupter(void *i) {
    usleep(20000);
    svm_instance_interrupt(i);
    return NULL;
}

static void interrupts(void **state) {
    static const char *const loops[] = {
        "again:\ngoto again", /* and one inside of a helper */
        "*(u64 *)(r10 - 8) = 1\nagain:\nr1 = r10\nr1 += -512\nr2 = 504\nr3 = 0\nr4 = 0\nr5 = 0\ncall 28\ngoto again"};
    struct svm *vm = svm_new(NULL, NULL);
    (void)state;
    for (size_t k = 0; k < COUNT(loops); k++) {
        struct svm_error err = {0};
        struct made x = make(vm, loops[k], &err);
        struct svm_input in = {.kind = SVM_KIND_RAW, .budget = UINT64_MAX};
        struct svm_result r = {0};
        pthread_t t;
        assert_non_null(x.i);
        pthread_create(&t, NULL, interrupter, x.i);
        assert_int_equal(svm_run(x.i, NULL, &in, &r, &err), SVM_ETRAP);
        assert_int_equal(r.trap, 33);
        pthread_join(t, NULL);
        drop(&x);
    }
    svm_free(vm);
}

/* --- a host function that runs things --- */

static uint64_t run_again(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    struct made *x = *(struct made **)user;
    struct svm_input in = {.kind = SVM_KIND_RAW};
    struct svm_result r = {0};
    (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    return svm_run(x->i, NULL, &in, &r, NULL) == 0 ? r.ret : 1000 + r.trap;
}

static void nested(void **state) {
    struct made *which = NULL, a, b;
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_helper h = {.id = 4000, .name = "run_again", .fn = run_again, .user = &which};
    struct svm_input in = {.kind = SVM_KIND_RAW};
    struct svm_result r = {0};
    struct svm_error err = {0};
    (void)state;
    for (int i = 0; i < 5; i++)
        h.arg[i] = SVM_ARG_ANY;
    assert_int_equal(svm_helper_register(vm, &h), 0);
    a = make(vm, "call 4000\nr0 += 1\nexit", &err);
    b = make(vm, "r0 = 41\nexit", &err);
    which = &b;
    assert_int_equal(svm_run(a.i, NULL, &in, &r, &err), 0);
    assert_int_equal(r.ret, 42);
    which = &a; /* the instance that is running already */
    assert_int_equal(svm_run(a.i, NULL, &in, &r, &err), 0);
    assert_true(r.ret > 1000); /* refused */
    drop(&a);
    drop(&b);
    svm_free(vm);
}

/* --- tail calls into another linked program, which goes while it is listed --- */

static struct program linked(struct registry *r, struct module *m) {
    struct program p = {0};
    struct error e = {0};
    assert_int_equal(link_program(&p, m, r, NULL, NULL, &e), 0);
    atomic_init(&p.refs, 1);
    return p;
}

/* Engines for this test: the "image" is a function in C. */
static void run_image(const void *image, struct ctx *cx, u32 func) {
    void (*fn)(struct ctx * cx, u32 func);
    memcpy(&fn, image, sizeof fn);
    fn(cx, func);
}
static const struct engine c_engine = {.name = "c", .run = run_image};

static u64 call(struct ctx *cx, u32 id, u64 r1, u64 r2, u64 r3) {
    cx->callee = cx->program->view.helper[id];
    return cx->callee->fn(cx, r1, r2, r3, 0, 0);
}

static void jumper(struct ctx *cx, u32 func) {
    (void)func;
    call(cx, 12, 0, handle(TAG_MAP, 0), 0);
    if (!cx->trap)
        cx->ret = 1;
}
static void landed(struct ctx *cx, u32 func) {
    (void)func;
    /* the tables are those of the program that runs: its map 0 is another one */
    u32 key = 0;
    memcpy(cx->stack_top - 8, &key, 4);
    u64 v = call(cx, 1, handle(TAG_MAP, 0), (u64)(uintptr_t)(cx->stack_top - 8), 0);
    cx->ret = v ? *(u8 *)(uintptr_t)v : 0;
}

static const struct services services = {.refuel = rt_refuel, .access = rt_access, .packet_load = rt_packet_load, .tail_call = rt_tail_call, .call = rt_call};

static void tail_calls(void **state) {
    void (*jump)(struct ctx *, u32) = jumper, (*land)(struct ctx *, u32) = landed;
    struct map_def array = {.name = "a",
                            .type = 2,
                            .key_size = 4,
                            .value_size = 8,
                            .max_entries = 1,
                            .init = (const u8 *)"\7",
                            .init_size = 1};
    struct map_def progs = {.name = "p", .type = 3, .key_size = 4, .value_size = 4, .max_entries = 1};
    struct func f = {.name = "f"};
    struct module ma = {.map = &progs, .nmap = 1, .gpl = true, .func = &f, .nfunc = 1};
    struct module mb = {.map = &array, .nmap = 1, .gpl = true, .func = &f, .nfunc = 1};
    struct registry r;
    struct instance in;
    struct run_input input = {0};
    u64 n;
    (void)state;
    assert_int_equal(registry_init(&r), 0);
    struct program a = linked(&r, &ma), b = linked(&r, &mb);
    a.engine = b.engine = &c_engine;
    a.image = &jump;
    b.image = &land;
    assert_int_equal(instance_init(&in, &a, &services), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(instance_run(&in, 0, &input, &n), 0);
        assert_int_equal(in.cx.ret, 1); /* nothing is listed */
        assert_int_equal(prog_array_set(a.map[0], 0, &b, 0), 0);
        assert_int_equal(atomic_load(&b.refs), 2);
        assert_int_equal(instance_run(&in, 0, &input, &n), 0);
        assert_int_equal(in.cx.ret, 7);
        assert_int_equal(atomic_load(&b.refs), 3); /* the instance looks at it until its next run */
        assert_int_equal(prog_array_set(a.map[0], 0, NULL, 0), 0);
    }
    assert_int_equal(instance_run(&in, 0, &input, &n), 0);
    assert_int_equal(atomic_load(&b.refs), 1);
    instance_drop(&in);
    program_drop(&a);
    program_drop(&b);
    assert_int_equal(r.map_memory.used, 0);
    registry_drop(&r);
}

/* What a run leaves on the stack, the next one does not find there. */
static void stack_is_fresh(void **state) {
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_error err = {0};
    struct made x = make(vm,
                         "r0 = *(u64 *)(r10 - 504)\nr1 = -1\n*(u64 *)(r10 - 504) = r1\n*(u64 *)(r10 - 8) = r1\n"
                         "call local inner\nexit\n"
                         "inner:\nr1 = *(u64 *)(r10 - 16)\nr0 |= r1\nr1 = -1\n*(u64 *)(r10 - 16) = r1\nexit",
                         &err);
    struct svm_input in = {.kind = SVM_KIND_RAW};
    struct svm_result r = {0};
    (void)state;
    for (int i = 0; i < 3; i++) {
        if (svm_run(x.i, NULL, &in, &r, &err))
            fail_msg("%s", err.text);
        assert_int_equal(r.ret, 0);
    }
    drop(&x);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables), cmocka_unit_test(refused),    cmocka_unit_test(every_id_has_a_row),
        cmocka_unit_test(budgets),   cmocka_unit_test(interrupts), cmocka_unit_test(nested),
        cmocka_unit_test(bounded),   cmocka_unit_test(tail_calls), cmocka_unit_test(stack_is_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
