/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_run.c - load, link, run; what the results and the errors say; frees in any order. */
#include "api_kit.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void runs_over_memory(void **state) {
    struct kit k = {0};
    uint8_t mem[8] = {3};
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_result r;
    (void)state;
    kit_open(&k, "ldxb r0, [r1]\nlsh r0, 1\nadd r0, r2\nstxb [r1+7], r0\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal(r.ret, 14);
    assert_int_equal(mem[7], 14);
    assert_int_equal(r.trap, 0);
    assert_int_equal(r.insns, 5);
    assert_string_equal(svm_program_engine(k.p),
                        getenv("SVM_ENGINE") ? getenv("SVM_ENGINE") : svm_engine_at(k.vm, 0)->name);
    assert_int_equal(svm_program_checks(k.p, false), 2);
    assert_int_equal(svm_program_checks(k.p, true), 0);
    kit_close(&k);
}

static void entries(void **state) {
    struct kit k = {0};
    struct svm_prog_info info;
    const struct svm_entry *e;
    struct svm_result r;
    (void)state;
    kit_open(&k, "mov r0, 42\nexit\n");
    assert_true(svm_module_prog(k.m, 0, &info));
    assert_false(svm_module_prog(k.m, 1, &info));
    assert_int_equal(info.kind, SVM_KIND_RAW);
    assert_string_equal(info.kind_name, "raw");
    e = svm_program_entry(k.p, info.name);
    assert_non_null(e);
    assert_ptr_equal(e, svm_program_entry(k.p, NULL));
    assert_null(svm_program_entry(k.p, "nothing"));
    assert_int_equal(svm_run_entry(k.in, e, NULL, &r, &k.err), 0);
    assert_int_equal(r.ret, 42);
    assert_int_equal(svm_run_entry(k.in, e, NULL, NULL, NULL), 0);
    assert_int_equal(svm_run(k.in, info.name, NULL, &r, NULL), 0);
    assert_int_equal(svm_run(k.in, "nothing", NULL, &r, &k.err), SVM_ENOENT);
    assert_string_equal(k.err.text, "no program nothing");
    assert_int_equal(svm_run_entry(k.in, NULL, NULL, &r, &k.err), SVM_EUSAGE);
    kit_close(&k);
}

static void says_where_it_trapped(void **state) {
    struct kit k = {0};
    struct svm_input in = {.kind = SVM_KIND_RAW, .want_regs = true};
    struct svm_result r;
    (void)state;
    kit_open(&k, "mov r3, 7\nmov r1, 64\nldxdw r0, [r1]\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    assert_int_equal(k.err.code, SVM_ETRAP);
    assert_int_equal(r.trap, 2); /* OUT_OF_BOUNDS, docs/ISA.md */
    assert_false(r.limit);
    assert_int_equal(r.pc, 2);
    assert_int_equal(r.line, 3);
    assert_int_equal(r.regs[2], 0); /* the length of no memory */
    assert_int_not_equal(r.regs[10], 0);
    assert_string_equal(r.trap_text, "out of bounds memory access");
    assert_non_null(strstr(k.err.text, "insn 2 (test.asm:3): out of bounds memory access"));
    kit_close(&k);
}

/* Runs like the one before, and those that only look so: each does what it would on a new instance. */
static void once_more(void **state) {
    static const char text[] = "mov r6, 0\nldxdw r3, [r10-8]\nldxdw r0, [r1]\njne r0, 7, +1\nldxdw r4, [r1+4096]\n"
                               "stdw [r10-8], 5\nadd r0, r2\nadd r0, r3\nexit\n";
    struct kit k = {0};
    uint64_t a[1] = {100}, b[2] = {200, 0};
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = a, .mem_len = sizeof a};
    const struct svm_entry *e;
    struct svm_result r;
    (void)state;
    kit_open(&k, text);
    e = svm_program_entry(k.p, NULL);
    for (int n = 0; n < 100; n++) {
        bool traps = n % 10 == 3, large = n % 7 == 2, small = n % 13 == 5 && !large, spent = n % 17 == 6;
        a[0] = b[0] = traps ? 7 : (uint64_t)(100 + n);
        in.mem = large ? b : a;
        in.mem_len = large ? sizeof b : small ? 4 : sizeof a;
        in.budget = spent ? 3 : 0;
        in.cookie = (uint64_t)(n / 20);
        memset(&r, 0xff, sizeof r);
        if (n % 19 == 9)
            svm_instance_interrupt(k.in);
        if (n % 19 == 9 || spent) {
            assert_int_equal(svm_run_entry(k.in, e, &in, &r, NULL), SVM_ETRAP);
            assert_true(r.limit);
        } else if (traps || small) {
            assert_int_equal(svm_run_entry(k.in, e, &in, &r, NULL), SVM_ETRAP);
            assert_int_equal(r.trap, 2);
            assert_int_equal(r.pc, small ? 2 : 4);
        } else {
            assert_int_equal(svm_run_entry(k.in, e, &in, &r, NULL), 0);
            assert_int_equal(r.ret, a[0] + in.mem_len);
            assert_int_equal(r.insns, 8);
            assert_int_equal(r.trap, 0);
        }
        if (n % 11 == 4) /* no memory: another run, which traps */
            assert_int_equal(svm_run_entry(k.in, e, NULL, NULL, NULL), SVM_ETRAP);
    }
    kit_close(&k);
}

static void *interrupt_soon(void *in) {
    usleep(20000);
    svm_instance_interrupt(in);
    return NULL;
}

static void limits(void **state) {
    struct kit k = {0};
    struct svm_input in = {.kind = SVM_KIND_RAW, .budget = 1000};
    struct svm_result r;
    pthread_t t;
    (void)state;
    kit_open(&k, "loop:\nja loop\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    assert_true(r.limit);
    assert_string_equal(r.trap_text, "instruction budget spent");
    assert_in_range(r.insns, 1, 1001);
    in.budget = UINT64_MAX;
    assert_int_equal(pthread_create(&t, NULL, interrupt_soon, k.in), 0);
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    pthread_join(t, NULL);
    assert_true(r.limit);
    assert_string_equal(r.trap_text, "interrupted");
    kit_close(&k);
}

/* The first packet is short, the third traps: the others go on. */
static void batch(void **state) {
    static const char text[] = "ldxw r2, [r1]\nldxw r3, [r1+4]\nmov r0, 1\nmov r4, r2\nadd r4, 2\njgt r4, r3, out\n"
                               "mov r0, 2\nldxb r5, [r2]\njne r5, 9, out\nldxb r0, [r2+70]\nout:\nexit\n";
    struct kit k = {0};
    uint8_t bytes[4][64] = {{0}, {1}, {9}, {3}};
    struct svm_packet p[4];
    uint32_t verdict[4];
    int i;
    (void)state;
    memset(p, 0, sizeof p);
    for (i = 0; i < 4; i++) {
        p[i].data = bytes[i];
        p[i].len = i ? 64 : 1;
    }
    kit_open(&k, text);
    assert_int_equal(svm_run_batch(k.in, NULL, SVM_KIND_XDP, p, 4, verdict, &k.err), 1);
    assert_int_equal(verdict[0], 1);
    assert_int_equal(verdict[1], 2);
    assert_int_equal(verdict[2], UINT32_MAX);
    assert_int_equal(p[2].trap, 2);
    assert_int_equal(p[3].trap, 0);
    assert_int_equal(verdict[3], 2);
    assert_int_equal(k.err.code, SVM_ETRAP);
    assert_int_equal(svm_run_batch(k.in, NULL, SVM_KIND_OTHER, p, 4, verdict, &k.err), SVM_EUSAGE);
    p[0].data = NULL;
    assert_int_equal(svm_run_batch(k.in, NULL, SVM_KIND_XDP, p, 1, verdict, &k.err), SVM_EUSAGE);
    kit_close(&k);
}

static void packet_grows(void **state) {
    /* xdp_adjust_head(ctx, -8) */
    struct kit k = {0};
    uint8_t room[128] = {0};
    struct svm_packet p = {.data = room + 32, .len = 20, .headroom = 32, .tailroom = 76};
    struct svm_input in = {.kind = SVM_KIND_XDP, .packet = &p};
    struct svm_result r;
    (void)state;
    kit_open(&k, "mov r2, -8\ncall 44\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal((int)r.ret, 0);
    assert_ptr_equal(p.data, room + 24);
    assert_int_equal(p.len, 28);
    assert_int_equal(p.headroom, 24);
    assert_int_equal(p.tailroom, 76);
    p.meta_len = 100;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_EUSAGE);
    kit_close(&k);
}

static void frees_in_any_order(void **state) {
    struct kit k = {0};
    struct svm_result r;
    (void)state;
    kit_open(&k, "mov r0, 5\nexit\n");
    svm_free(k.vm);
    svm_module_free(k.m);
    svm_program_free(k.p);
    assert_int_equal(svm_run(k.in, NULL, NULL, &r, NULL), 0);
    assert_int_equal(r.ret, 5);
    svm_instance_free(k.in);
}

static void configuration(void **state) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    (void)state;
    c.engine = "warp";
    assert_null(svm_new(&c, &err));
    assert_int_equal(err.code, SVM_ENOENT);
    assert_non_null(strstr(err.text, "unknown engine warp (known: "));
    assert_non_null(strstr(err.text, "interp"));
    c.engine = NULL;
    c.max_frames = 65;
    assert_null(svm_new(&c, &err));
    assert_int_equal(err.code, SVM_EUSAGE);
    c.max_frames = 0;
    c.frame_size = 500;
    assert_null(svm_new(&c, &err));
    c.frame_size = 0;
    c.size = 3;
    assert_null(svm_new(&c, &err));
    assert_null(svm_new(&c, NULL));
}

static void module_limits(void **state) {
    static const char text[] = "mov r0, 1\nexit\n";
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    struct svm_module *m;
    struct svm *vm;
    (void)state;
    for (int i = 0; i < 3; i++) {
        c.max_module_memory = i == 1 ? 64 : 0;
        c.max_insns = i == 2 ? 1 : 0;
        vm = svm_new(&c, &err);
        assert_non_null(vm);
        m = kit_load(vm, text, &err);
        assert_int_equal(m != NULL, i == 0);
        if (i == 1)
            assert_true(err.code == SVM_ELIMIT || err.code == SVM_ENOMEM);
        if (i == 2)
            assert_int_equal(err.code, SVM_ELIMIT);
        svm_module_free(m);
        svm_free(vm);
    }
}

static void refusals(void **state) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_link_options l = SVM_LINK_INIT;
    struct svm_module *m;
    (void)state;
    assert_null(svm_module_load(vm, "", 0, NULL, &err));
    assert_string_equal(err.text, "the input is empty");
    o.front = "cobol";
    assert_null(svm_module_load(vm, "x", 1, &o, &err));
    assert_int_equal(err.code, SVM_ENOENT);
    assert_non_null(strstr(err.text, "unknown format cobol (known: "));
    assert_null(svm_module_load(vm, "\1\2\3", 3, NULL, &err));
    assert_int_equal(err.code, SVM_EFORMAT);
    assert_null(svm_module_load_file(vm, "/nonexistent/x.o", NULL, &err));
    assert_string_equal(err.text, "/nonexistent/x.o: No such file or directory");
    assert_null(svm_module_load_file(vm, "/", NULL, &err));
    assert_string_equal(err.text, "/: Is a directory");
    assert_null(svm_module_load(NULL, "x", 1, NULL, &err));
    assert_null(kit_load(vm, "frobnicate r0\nexit\n", &err));
    assert_int_equal(err.code, SVM_ESYNTAX);
    m = kit_load(vm, "call 9999\nexit\n", &err);
    assert_non_null(m);
    assert_null(svm_program_link(m, NULL, &err));
    assert_int_equal(err.code, SVM_ELINK);
    svm_module_free(m);
    m = kit_load(vm, "mov r0, 0\nexit\n", &err);
    l.engine = "warp";
    assert_null(svm_program_link(m, &l, &err));
    assert_non_null(strstr(err.text, "unknown engine warp"));
    assert_null(svm_program_link(NULL, NULL, &err));
    assert_null(svm_instance_new(NULL, &err));
    svm_module_free(m);
    svm_free(vm);
    svm_free(NULL);
    svm_module_free(NULL);
    svm_program_free(NULL);
    svm_instance_free(NULL);
    svm_map_free(NULL);
}

static void disassembly(void **state) {
    struct kit k = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *f;
    (void)state;
    kit_open(&k, "mov r0, 1\nlddw r1, 0x1122334455667788\njeq r1, 3, +1\ncall 5\nexit\n");
    f = open_memstream(&text, &size);
    assert_int_equal(svm_module_disasm(k.m, NULL, SVM_DISASM_HEX | SVM_DISASM_SOURCE, f), 0);
    assert_int_equal(svm_module_disasm(k.m, "nothing", 0, f), SVM_ENOENT);
    fclose(f);
    assert_non_null(strstr(text,
                           "; lddw r1, 0x1122334455667788\n"
                           "       1:\t18 01 00 00 88 77 66 55 00 00 00 00 44 33 22 11\tr1 = 0x1122334455667788 ll\n"));
    assert_non_null(strstr(text, "if r1 == 0x3 goto +0x1 <"));
    assert_non_null(strstr(text, "call 0x5 <bpf_ktime_get_ns>\n"));
    free(text);
    kit_close(&k);
}

static void version(void **state) {
    char text[32];
    (void)state;
    snprintf(text, sizeof text, "%d.%d.%d", SVM_VERSION_MAJOR, SVM_VERSION_MINOR, SVM_VERSION_PATCH);
    assert_string_equal(svm_version(), text);
    assert_string_equal(svm_code_text(SVM_ENOMEM), "out of memory");
    assert_non_null(svm_code_text(12345));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_over_memory),
        cmocka_unit_test(once_more),
        cmocka_unit_test(entries),
        cmocka_unit_test(module_limits),
        cmocka_unit_test(says_where_it_trapped),
        cmocka_unit_test(limits),
        cmocka_unit_test(batch),
        cmocka_unit_test(packet_grows),
        cmocka_unit_test(frees_in_any_order),
        cmocka_unit_test(configuration),
        cmocka_unit_test(refusals),
        cmocka_unit_test(disassembly),
        cmocka_unit_test(version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
