/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_host.c - what a host does beside runs: many entries at once, frozen maps, values under their lock, waiting
 * for records, samples for programs, timers, routes. */
#include "api_kit.h"
#include <poll.h>

enum { HASH = 1, ARRAY = 2, PERCPU_ARRAY = 6, RINGBUF = 27, USER_RINGBUF = 31 }; /* Linux UAPI */

static struct svm_map *make_flags(struct svm *vm, uint32_t type, uint32_t key, uint32_t value, uint32_t entries,
                                  uint32_t flags) {
    struct svm_map_info info = {
        .name = "m", .type = type, .key_size = key, .value_size = value, .max_entries = entries, .flags = flags};
    struct svm_error err;
    struct svm_map *m = svm_map_new(vm, &info, &err);
    if (!m)
        fail_msg("%s", err.text);
    return m;
}

static struct svm_map *make(struct svm *vm, uint32_t type, uint32_t key, uint32_t value, uint32_t entries) {
    return make_flags(vm, type, key, value, entries, 0);
}

static void batches(void **state) {
    enum { N = 10 };
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_map *m = make(vm, HASH, 4, 8, N);
    uint32_t keys[N + 1], n = N, sum = 0;
    uint64_t values[N + 1];
    (void)state;
    for (uint32_t i = 0; i < N + 1; i++) {
        keys[i] = i;
        values[i] = i * 10;
    }
    assert_int_equal(svm_map_update_batch(m, keys, values, &n, 0), 0);
    assert_int_equal(n, N);
    n = N + 1; /* one more than fits: the others are updated, and the error says why it ended */
    assert_int_equal(svm_map_update_batch(m, keys, values, &n, 0), SVM_EFULL);
    assert_int_equal(n, N);

    memset(values, 0, sizeof values);
    n = 4;
    assert_int_equal(svm_map_lookup_batch(m, NULL, keys, values, &n), 0);
    assert_int_equal(n, 4);
    uint32_t last = keys[3];
    n = N;
    assert_int_equal(svm_map_lookup_batch(m, &last, keys + 4, values + 4, &n), SVM_ENOENT);
    assert_int_equal(n, N - 4);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(values[i], keys[i] * 10);
        sum += keys[i];
    }
    assert_int_equal(sum, N * (N - 1) / 2);

    n = 2;
    assert_int_equal(svm_map_delete_batch(m, keys, &n), 0);
    n = N;
    assert_int_equal(svm_map_lookup_delete_batch(m, keys, values, &n), SVM_ENOENT);
    assert_int_equal(n, N - 2);
    assert_int_equal(svm_map_next(m, NULL, keys), SVM_ENOENT); /* empty */
    svm_map_free(m);

    m = make(vm, RINGBUF, 0, 0, 4096);
    n = 1;
    assert_int_equal(svm_map_lookup_batch(m, NULL, keys, values, &n), SVM_EUNSUP);
    assert_int_equal(svm_map_lookup_locked(m, keys, values), SVM_EUSAGE);
    svm_map_free(m);
    svm_free(vm);
}

static void frozen(void **state) {
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_map *m = make(vm, ARRAY, 4, 8, 2);
    uint32_t key = 0, n = 1;
    uint64_t value = 5;
    (void)state;
    assert_int_equal(svm_map_update(m, &key, &value, 0), 0);
    assert_int_equal(svm_map_freeze(m), 0);
    assert_int_equal(svm_map_freeze(m), SVM_EBUSY);
    assert_int_equal(svm_map_update(m, &key, &value, 0), SVM_EPERM);
    assert_int_equal(svm_map_update_batch(m, &key, &value, &n, 0), SVM_EPERM);
    assert_int_equal(n, 0);
    assert_int_equal(svm_map_lookup(m, &key, &value), 0);
    assert_int_equal(value, 5);
    svm_map_free(m);
    svm_free(vm);
}

/* ---- with programs ---- */

static const char programs[] =
    "#include \"bpf.h\"\n"
    "struct bpf_timer { u64 a, b; } __attribute__((aligned(8)));\n"
    "struct bpf_spin_lock { u32 v; };\n"
    "struct alarm { struct bpf_timer t; u64 fired; };\n"
    "struct pair { struct bpf_spin_lock l; u32 a, b; };\n"
    "struct { __uint(type, 2); __uint(max_entries, 4); __type(key, u32); __type(value, struct alarm); } alarms "
    "SEC(\".maps\");\n"
    "struct { __uint(type, 2); __uint(max_entries, 1); __type(key, u32); __type(value, struct pair); } pairs "
    "SEC(\".maps\");\n"
    "struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(\".maps\");\n"
    "struct { __uint(type, 4); __uint(key_size, 4); __uint(value_size, 4); __uint(max_entries, 64); } events "
    "SEC(\".maps\");\n"
    "struct { __uint(type, 31); __uint(max_entries, 4096); } samples SEC(\".maps\");\n"
    "static void *(*lookup)(void *, const void *) = (void *)1;\n"
    "static long (*output)(void *, void *, u64, void *, u64) = (void *)25;\n"
    "static long (*fib)(void *, void *, int, u32) = (void *)69;\n"
    "static long (*ring_output)(void *, void *, u64, u64) = (void *)130;\n"
    "static long (*check_mtu)(void *, u32, u32 *, int, u64) = (void *)163;\n"
    "static long (*timer_init)(void *, void *, u64) = (void *)169;\n"
    "static long (*timer_callback)(void *, void *) = (void *)170;\n"
    "static long (*timer_start)(void *, u64, u64) = (void *)171;\n"
    "static long (*dyn_read)(void *, u32, void *, u32, u64) = (void *)201;\n"
    "static long (*drain)(void *, void *, void *, u64) = (void *)209;\n"
    "char gpl[] SEC(\"license\") = \"GPL\";\n"
    "u64 sum;\n"
    "static int fired(void *map, u32 *key, struct alarm *a) { a->fired += 1 + *key; return 0; }\n"
    "SEC(\"syscall\") int arm(u64 *in) {\n"
    "    u32 key = in[0];\n"
    "    struct alarm *a = lookup(&alarms, &key);\n"
    "    if (!a) return 1;\n"
    "    timer_init(&a->t, &alarms, 1);\n"
    "    timer_callback(&a->t, fired);\n"
    "    return timer_start(&a->t, in[1], 0);\n"
    "}\n"
    "SEC(\"syscall\") int tell(u64 *in) { return ring_output(&ring, in, 8, 0); }\n"
    "SEC(\"syscall\") int tell_perf(u64 *in) { return output(in, &events, 0xffffffff, in, 8); }\n"
    "static long take(void *d, void *none) { u64 v = 0; dyn_read(&v, 8, d, 0, 0); sum += v; return 0; }\n"
    "SEC(\"syscall\") int eat(u64 *in) { return drain(&samples, take, 0, 0); }\n"
    "SEC(\"tc\") int route(struct __sk_buff *skb) {\n"
    "    u8 params[64] = {2}; params[16] = 9;\n"
    "    long r = fib(skb, params, 64, 0);\n"
    "    return r * 1000 + params[8];\n"
    "}\n"
    "SEC(\"tc\") int fits(struct __sk_buff *skb) {\n"
    "    u32 len = 0;\n"
    "    long r = check_mtu(skb, skb->mark, &len, 0, 0);\n"
    "    return r < 0 ? r : r * 10000 + len;\n"
    "}\n";

static int64_t route(void *arg, void *params, uint32_t flags) {
    uint8_t *p = params;
    (void)flags;
    p[8] = (uint8_t)(p[16] + *(int *)arg);
    return 7;
}

static uint32_t mtu(void *arg, uint32_t ifindex) {
    (void)arg;
    return ifindex == 1 ? 9000 : ifindex == 2 ? 50 : 0;
}

static bool open_programs(struct kit *k) {
    static int more = 4;
    struct svm_config c = SVM_CONFIG_INIT;
    memset(k, 0, sizeof *k);
    c.fib = route;
    c.mtu = mtu;
    c.net_arg = &more;
    k->vm = svm_new(&c, &k->err);
    k->m = kit_c(k->vm, programs, &k->err);
    if (!k->m && !k->err.code) {
        kit_close(k);
        return false;
    }
    if (!k->m || !(k->p = svm_program_link(k->m, NULL, &k->err)) || !(k->in = svm_instance_new(k->p, &k->err)))
        fail_msg("%s", k->err.text);
    return true;
}

static uint64_t call(struct kit *k, const char *prog, uint64_t a, uint64_t b) {
    uint64_t mem[2] = {a, b};
    struct svm_input in = {.kind = SVM_KIND_OTHER, .mem = mem, .mem_len = sizeof mem};
    struct svm_result r;
    if (svm_run(k->in, prog, &in, &r, &k->err))
        fail_msg("%s", k->err.text);
    return r.ret;
}

static int64_t packet(struct kit *k, const char *prog, uint32_t mark) {
    uint8_t bytes[100] = {0};
    struct svm_packet p = {.data = bytes, .len = sizeof bytes, .ifindex = 1, .mark = mark};
    struct svm_input in = {.kind = SVM_KIND_OTHER, .packet = &p};
    struct svm_result r;
    if (svm_run(k->in, prog, &in, &r, &k->err))
        fail_msg("%s", k->err.text);
    return (int32_t)r.ret;
}

static void timers(void **state) {
    struct kit k;
    uint64_t value[3];
    uint32_t key = 2;
    (void)state;
    if (!open_programs(&k))
        skip();
    assert_true(svm_timers_next(k.p) == UINT64_MAX);
    assert_int_equal(svm_timers_run(k.in, &k.err), 0);
    assert_int_equal(call(&k, "arm", 2, 3600000000000), 0);
    assert_true(svm_timers_next(k.p) > 3500000000000 && svm_timers_next(k.p) <= 3600000000000);
    assert_int_equal(svm_timers_run(k.in, &k.err), 0);
    assert_int_equal(call(&k, "arm", 1, 0), 0);
    assert_int_equal(svm_timers_next(k.p), 0);
    assert_int_equal(svm_timers_run(k.in, &k.err), 1);
    assert_int_equal(k.err.code, 0);
    key = 1;
    assert_int_equal(svm_map_lookup(svm_program_map(k.p, "alarms"), &key, value), 0);
    assert_int_equal(value[2], 2);
    assert_true(svm_timers_next(k.p) > 3500000000000);
    kit_close(&k);
}

static int add_up(void *arg, const void *data, size_t len) {
    uint64_t v;
    assert_int_equal(len, sizeof v);
    memcpy(&v, data, sizeof v);
    *(uint64_t *)arg += v;
    return 0;
}

static void records_of(struct kit *k, const char *map, const char *prog) {
    struct svm_map *m = svm_program_map(k->p, map);
    struct pollfd fd = {.fd = svm_ringbuf_fd(m), .events = POLLIN};
    uint64_t sum = 0;
    assert_true(fd.fd >= 0);
    assert_int_equal(svm_ringbuf_fd(m), fd.fd);
    svm_ringbuf_consume(m, add_up, &sum, 10); /* readable once at first */
    assert_int_equal(poll(&fd, 1, 0), 0);
    assert_int_equal(call(k, prog, 40, 0), 0);
    assert_int_equal(call(k, prog, 2, 0), 0);
    assert_int_equal(poll(&fd, 1, 0), 1);
    assert_int_equal(svm_ringbuf_consume(m, add_up, &sum, 1), 1);
    assert_int_equal(poll(&fd, 1, 0), 1); /* one is left */
    assert_int_equal(svm_ringbuf_consume(m, add_up, &sum, 10), 1);
    assert_int_equal(poll(&fd, 1, 0), 0);
    assert_int_equal(sum, 42);
}

static void records(void **state) {
    struct kit k;
    (void)state;
    if (!open_programs(&k))
        skip();
    records_of(&k, "ring", "tell");
    records_of(&k, "events", "tell_perf");
    assert_int_equal(svm_ringbuf_fd(svm_program_map(k.p, "alarms")), SVM_EUSAGE);
    kit_close(&k);
}

static void samples(void **state) {
    struct svm_map *m;
    uint64_t v = 30, sum;
    uint32_t zero = 0;
    struct kit k;
    static uint8_t large[8192];
    (void)state;
    if (!open_programs(&k))
        skip();
    m = svm_program_map(k.p, "samples");
    assert_int_equal(svm_user_ringbuf_put(m, &v, sizeof v), 0);
    v = 12;
    assert_int_equal(svm_user_ringbuf_put(m, &v, sizeof v), 0);
    assert_int_equal(svm_user_ringbuf_put(m, large, sizeof large), SVM_EFULL);
    assert_int_equal(svm_user_ringbuf_put(m, large, 4000), 0);
    assert_int_equal(svm_user_ringbuf_put(m, large, 4000), SVM_EFULL);
    assert_int_equal(svm_user_ringbuf_put(m, NULL, 8), SVM_EUSAGE);
    assert_int_equal(svm_user_ringbuf_put(svm_program_map(k.p, "ring"), &v, 8), SVM_EUSAGE);
    assert_int_equal(call(&k, "eat", 0, 0), 3);
    assert_int_equal(svm_map_lookup(svm_program_map(k.p, ".bss"), &zero, &sum), 0);
    assert_int_equal(sum, 42);
    assert_int_equal(svm_user_ringbuf_put(m, large, 4000), 0);
    kit_close(&k);
}

static void locked(void **state) {
    struct svm_map *m;
    uint32_t zero = 0, value[3] = {77, 1, 2}, got[3];
    struct kit k;
    (void)state;
    if (!open_programs(&k))
        skip();
    m = svm_program_map(k.p, "pairs");
    assert_int_equal(svm_map_update(m, &zero, value, 4), 0); /* BPF_F_LOCK */
    assert_int_equal(svm_map_lookup_locked(m, &zero, got), 0);
    assert_int_equal(got[0], 0); /* the lock itself is not the host's affair */
    assert_int_equal(got[1], 1);
    assert_int_equal(got[2], 2);
    kit_close(&k);
}

static void arenas(void **state) {
    static const char text[] =
        "#include \"bpf.h\"\n"
        "#define ARENA __attribute__((address_space(1)))\n"
        "struct { __uint(type, 33); __uint(map_flags, 1024); __uint(max_entries, 2); } a SEC(\".maps\");\n"
        "u64 ARENA first = 5; u32 ARENA *at;\n"
        "SEC(\"syscall\") int f(u64 *in) { at = (u32 ARENA *)&first + in[0]; *at = 77; return first; }\n";
    struct svm_link_options o = SVM_LINK_INIT;
    const char *set[] = {"first=6", NULL};
    struct kit k = {0};
    uint32_t *p, zero = 0;
    uint64_t at;
    size_t len;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    k.m = kit_c(k.vm, text, &k.err);
    if (!k.m && !k.err.code) {
        kit_close(&k);
        skip();
    }
    o.set = set;
    if (!k.m || !(k.p = svm_program_link(k.m, &o, &k.err)) || !(k.in = svm_instance_new(k.p, &k.err)))
        fail_msg("%s", k.err.text);
    assert_int_equal(call(&k, "f", 600, 0), 6);
    p = svm_map_arena(svm_program_map(k.p, "a"), &len);
    assert_int_equal(len, 8192);
    assert_int_equal(p[600], 77);
    assert_int_equal(svm_map_lookup(svm_program_map(k.p, ".bss"), &zero, &at), 0);
    assert_ptr_equal(at, p + 600); /* the program's pointer is the host's */
    *p = 8;
    assert_int_equal(call(&k, "f", 600, 0), 8);
    assert_null(svm_map_arena(svm_program_map(k.p, ".bss"), NULL));
    kit_close(&k);

    struct svm *vm = svm_new(NULL, NULL);
    struct svm_map *m[8];
    for (int i = 0; i < 8; i++) { /* wherever they come to lie, their low halves say all */
        m[i] = make_flags(vm, 33, 0, 0, 60000u << (i % 2), 1024);
        uintptr_t start = (uintptr_t)svm_map_arena(m[i], &len);
        assert_true(start >> 32 == (start + len - 1) >> 32);
        assert_true((uint32_t)start != 0);
    }
    for (int i = 0; i < 8; i++)
        svm_map_free(m[i]);
    svm_free(vm);
}

static void routes(void **state) {
    struct kit k;
    (void)state;
    if (!open_programs(&k))
        skip();
    assert_int_equal(packet(&k, "route", 0), 7013);
    assert_int_equal(packet(&k, "fits", 0), 9000); /* the packet's own interface */
    assert_int_equal(packet(&k, "fits", 2), 10050);
    assert_int_equal(packet(&k, "fits", 3), -19); /* ENODEV */
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches), cmocka_unit_test(frozen), cmocka_unit_test(timers), cmocka_unit_test(records),
        cmocka_unit_test(samples), cmocka_unit_test(locked), cmocka_unit_test(arenas), cmocka_unit_test(routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
