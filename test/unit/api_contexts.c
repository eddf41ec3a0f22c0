/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_contexts.c - contexts that a host describes: what is accepted, chosen, served and refused. What programs
 * can do wrong with one is in test/hostile/demo_*.t. */
#include "api_kit.h"
#include "supervm/hook.h"

struct host {
    uint16_t port;
    uint32_t verdict;
    uint8_t *a, *a_end, *b, *b_end;
};
struct guest {
    uint32_t port, verdict;
    uint64_t a, a_end;
    uint32_t b, b_end;
};

static const struct svm_field fields[] = {
    SVM_FIELD(struct guest, struct host, b, DATA, SVM_READ | SVM_WRITE), /* in any order */
    SVM_FIELD(struct guest, struct host, b_end, DATA_END, SVM_READ),
    SVM_FIELD(struct guest, struct host, port, VALUE, SVM_READ),
    SVM_FIELD(struct guest, struct host, verdict, VALUE, SVM_READ | SVM_WRITE),
    SVM_FIELD(struct guest, struct host, a, DATA, SVM_READ),
    SVM_FIELD(struct guest, struct host, a_end, DATA_END, SVM_READ),
};

static struct svm_context described(void) {
    struct svm_context c = SVM_CONTEXT_INIT;
    c.name = "two buffers";
    c.field = fields;
    c.nfield = sizeof fields / sizeof *fields;
    c.context_size = sizeof(struct guest);
    c.host_size = sizeof(struct host);
    return c;
}

static void open_with(struct kit *k, const struct svm_context *c, const char *text) {
    struct svm_link_options o = SVM_LINK_INIT;
    o.context = c->name;
    k->vm = svm_new(NULL, &k->err);
    assert_int_equal(svm_context_register(k->vm, c, &k->err), 0);
    if (!(k->m = kit_load(k->vm, text, &k->err)) || !(k->p = svm_program_link(k->m, &o, &k->err)) ||
        !(k->in = svm_instance_new(k->p, &k->err)))
        fail_msg("%s", k->err.text);
}

static void served(void **state) {
    uint8_t a[3] = {1, 2, 3}, b[2] = {4, 5};
    struct host h = {80, 0, a, a + sizeof a, b, b + sizeof b};
    struct svm_input in = {.kind = SVM_KIND_CONTEXT, .mem = &h, .mem_len = sizeof h};
    struct svm_context c = described();
    struct svm_result r;
    struct kit k = {0};
    (void)state;
    open_with(&k, &c,
              "r0 = *(u32 *)(r1 + 0)\n"
              "*(u32 *)(r1 + 4) = r0\n" /* verdict = port */
              "r2 = *(u64 *)(r1 + 8)\n"
              "r3 = *(u8 *)(r2 + 2)\n"
              "r0 += r3\n" /* a[2] */
              "r2 = *(u32 *)(r1 + 28)\n"
              "r3 = 9\n"
              "*(u8 *)(r2 - 1) = r3\n" /* b_end[-1] = 9 */
              "exit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal(r.ret, 83);
    assert_int_equal(h.verdict, 80);
    assert_int_equal(b[1], 9);
    in.kind = SVM_KIND_OTHER; /* the program's own */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);

    h.a_end = a + 2; /* shorter now: the program reads behind it */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    assert_string_equal(r.trap_text, "out of bounds memory access");
    assert_int_equal(r.pc, 3);

    h.a = a + 1;
    h.a_end = a;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_EUSAGE);
    assert_non_null(strstr(k.err.text, "ends before it starts"));
    h.a_end = h.a;
    in.mem_len = sizeof h - 1;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_EUSAGE);
    in.mem = NULL;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_EUSAGE);
    in.kind = SVM_KIND_RAW; /* the host may ask for something else, by name */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    kit_close(&k);
}

static void results(void **state) {
    struct host h = {0};
    struct svm_input in = {.kind = SVM_KIND_CONTEXT, .mem = &h, .mem_len = sizeof h};
    struct svm_context c = described();
    struct svm_result r;
    struct kit k = {0};
    (void)state;
    c.result_min = -1;
    c.result_max = 3;
    open_with(&k, &c, "r0 = *(u32 *)(r1 + 0)\nr0 -= 1\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal((int32_t)r.ret, -1);
    h.port = 4;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    h.port = 5;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    assert_non_null(strstr(k.err.text, "4 is not in -1..3 of context two buffers"));
    kit_close(&k);
}

static void refused_field(struct svm *vm, struct svm_field f, const char *why) {
    struct svm_context c = described();
    struct svm_error err;
    c.field = &f;
    c.nfield = 1;
    assert_int_equal(svm_context_register(vm, &c, &err), SVM_EUSAGE);
    if (!strstr(err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void refused(void **state) {
    struct svm_context c = described();
    struct svm_field two[2] = {fields[2], fields[2]};
    struct svm_field f = fields[2];
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    (void)state;
    f.offset = sizeof(struct guest);
    refused_field(vm, f, "behind context_size");
    f = fields[2];
    f.host_offset = sizeof(struct host) - 1;
    refused_field(vm, f, "behind host_size");
    f = fields[2];
    f.access = 0;
    refused_field(vm, f, "access");
    f = fields[2];
    f.size = 3;
    refused_field(vm, f, "1, 2, 4 or 8");
    f = fields[2];
    f.offset = 2;
    refused_field(vm, f, "aligned");
    f = fields[2];
    f.size = 1;
    refused_field(vm, f, "larger");
    f = fields[2];
    f.kind = SVM_FIELD_BYTES;
    refused_field(vm, f, "another number of bytes");
    f.kind = SVM_FIELD_DATA;
    refused_field(vm, f, "no pointer");
    f.kind = (enum svm_field_kind)99;
    refused_field(vm, f, "enum svm_field_kind");
    refused_field(vm, fields[0], "no DATA_END");
    refused_field(vm, fields[1], "no DATA stands before");
    c.field = two;
    c.nfield = 2;
    assert_int_equal(svm_context_register(vm, &c, &err), SVM_EUSAGE);
    assert_non_null(strstr(err.text, "overlap"));

    c = described();
    c.name = "xdp";
    assert_int_equal(svm_context_register(vm, &c, &err), SVM_EEXIST);
    c.name = NULL;
    assert_int_equal(svm_context_register(vm, &c, &err), SVM_EUSAGE);
    c.name = "once";
    assert_int_equal(svm_context_register(vm, &c, &err), 0);
    assert_int_equal(svm_context_register(vm, &c, &err), SVM_EEXIST);
    svm_free(vm);
}

static void not_there(void **state) {
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_input in = {.kind = SVM_KIND_CONTEXT};
    struct svm_context c = described();
    struct kit k = {0};
    (void)state;
    kit_open(&k, "r0 = 0\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, NULL, &k.err), SVM_EUSAGE);
    assert_int_equal(svm_context_register(k.vm, &c, &k.err), SVM_EBUSY); /* a program is linked */
    o.context = "nowhere";
    assert_null(svm_program_link(k.m, &o, &k.err));
    assert_int_equal(k.err.code, SVM_ENOENT);
    kit_close(&k);
}

/* What a host says of the function or hook that a program is about, and what the program makes of its result. */
static void functions(void **state) {
    uint64_t regs[21] = {0};
    struct svm_input in = {
        .kind = SVM_KIND_KPROBE, .mem = regs, .mem_len = sizeof regs, .cookie = 11, .func_ip = 0x100000, .retval = -5};
    struct svm_result r;
    struct kit k = {0};
    (void)state;
    kit_open(&k, "r6 = r1\ncall 173\nr7 = r0\nr1 = r6\ncall 174\nr7 += r0\ncall 186\nr7 += r0\n"
                 "if r7 != 0x100006 goto out\nr1 = r6\nr2 = -22\ncall 58\nout:\nr0 = r7\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal(r.ret, 0x100006);
    assert_true(r.retval_set);
    assert_int_equal(r.retval, -22);
    in.cookie = 12;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_false(r.retval_set);
    assert_int_equal(r.retval, -5);
    kit_close(&k);
}

/* The tunnel of a packet, from the host to the program and back. */
static void tunnels(void **state) {
    uint8_t bytes[64] = {0};
    struct svm_tunnel t = {.present = true, .id = 5, .ttl = 9, .src = {1, 2, 3, 4}, .opt = {77}, .opt_len = 4};
    struct svm_packet p = {.data = bytes, .len = sizeof bytes, .tunnel = &t};
    struct svm_input in = {.kind = SVM_KIND_TC, .packet = &p};
    struct svm_result r;
    struct kit k = {0};
    (void)state;
    kit_open(&k, "r6 = r1\n"
                 "r2 = r10\nr2 += -48\nr3 = 44\nr4 = 0\ncall 20\nif r0 != 0 goto out\n" /* get_tunnel_key */
                 "r1 = r6\nr2 = r10\nr2 += -64\nr3 = 8\ncall 29\nif r0 != 4 goto out\n" /* get_tunnel_opt */
                 "r7 = *(u8 *)(r10 - 64)\nr8 = *(u32 *)(r10 - 44)\n"                    /* its first byte; remote */
                 "r2 = *(u32 *)(r10 - 48)\nr2 += 1\n*(u32 *)(r10 - 48) = r2\n"          /* id + 1 */
                 "r1 = r6\nr2 = r10\nr2 += -48\nr3 = 44\nr4 = 0\ncall 21\n"             /* back where it came from */
                 "r0 = r8\nr0 += r7\nout:\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal(r.ret, 0x01020304 + 77);
    assert_true(t.present && t.by_program && !t.ipv6);
    assert_int_equal(t.id, 6);
    assert_int_equal(t.ttl, 9);
    assert_memory_equal(t.dst, "\1\2\3\4\0\0", 6);
    assert_int_equal(t.opt_len, 0);
    t = (struct svm_tunnel){.present = true, .opt_len = 5000}; /* more than there is room for: none */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal((int64_t)r.ret, -2);
    p.tunnel = NULL;
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal((int64_t)r.ret, -22);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(served),    cmocka_unit_test(results),   cmocka_unit_test(refused),
        cmocka_unit_test(not_there), cmocka_unit_test(functions), cmocka_unit_test(tunnels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
