/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_packets.c - runs over packet after packet: each does what it would do in an instance that never ran. */
#include "api_kit.h"

enum { ROOM = 256, RUNS = 4000 };

static uint32_t random_state;
static uint32_t below(uint32_t n) {
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(random_state >> 8) * n >> 24);
}

/* What the packet asks for by its first byte: 1 to 3 move it by its second, 4 redirects, 5 traps, 6 asks the host. */
#define DOES(number, name, call) "jne r8, " #number ", no_" name "\nmov r1, r6\nmov r2, r9\n" call "\nno_" name ":\n"
#define BEGIN                                                                                                          \
    "mov r0, r3\nsub r0, r2\nstxdw [r10-8], r0\nmov r8, 0\nmov r4, r2\nadd r4, 2\njgt r4, r3, short\n"                 \
    "ldxb r8, [r2]\nldxb r9, [r2+1]\nlsh r9, 56\narsh r9, 56\nshort:\n"
#define END "ldxdw r0, [r10-8]\nxor r0, r7\nexit\n"

static const char xdp[] = "mov r6, r1\nldxw r2, [r1]\nldxw r3, [r1+4]\nldxw r4, [r1+8]\nldxw r7, [r1+12]\nlsh r7, 8\n"
                          "ldxw r5, [r1+16]\nadd r7, r5\nlsh r7, 8\nldxw r5, [r1+20]\nadd r7, r5\nlsh r7, 8\n"
                          "add r7, r2\nsub r7, r4\nlsh r7, 8\n" BEGIN /* */
                              DOES(1, "head", "call 44") DOES(2, "tail", "call 65") DOES(3, "meta", "call 54")
                                  DOES(4, "redirect", "mov r1, r9\nmov r2, 0\ncall 23")
                                      DOES(5, "trap", "mov r1, 0\nldxb r0, [r1]") DOES(6, "host", "call 250") END;

/* len, mark, queue_mapping, priority, tc_index, cb[1], tstamp, and what a program may change of them. */
static const char tc[] =
    "mov r6, r1\nldxw r7, [r1]\nldxw r2, [r1+8]\nadd r7, r2\nldxw r2, [r1+12]\nadd r7, r2\n"
    "ldxw r2, [r1+32]\nadd r7, r2\nldxw r2, [r1+44]\nadd r7, r2\nldxw r2, [r1+52]\nadd r7, r2\n"
    "ldxdw r2, [r1+152]\nadd r7, r2\nlsh r7, 8\nldxw r2, [r1+76]\nldxw r3, [r1+80]\n" BEGIN /* */
        DOES(1, "tail", "ldxw r2, [r1]\nadd r2, r9\nmov r3, 0\ncall 38") DOES(2, "mark", "stxw [r1+8], r9")
            DOES(3, "rest", "stw [r1+12], 3\nstw [r1+44], 4\nstxw [r1+52], r9\nstw [r1+32], 5")
                DOES(4, "redirect", "mov r1, r9\nmov r2, 0\ncall 23") DOES(5, "trap", "mov r1, 0\nldxb r0, [r1]")
                    DOES(6, "host", "call 250") END;

/* Sees the packet as it stands, and writes what is not to stay. */
static uint64_t host(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    struct svm_packet *p = (struct svm_packet *)(uintptr_t)r1;
    (void)user, (void)r2, (void)r3, (void)r4, (void)r5;
    r2 = p->len;
    p->len = 1;
    p->mark = 77;
    p->redirect_ifindex = 3;
    return r2;
}

static void open_kit(struct kit *k, const char *text) {
    struct svm_helper h = {.id = 250, .fn = host, .arg = {SVM_ARG_CTX}};
    memset(k, 0, sizeof *k);
    k->vm = svm_new(NULL, &k->err);
    assert_non_null(k->vm);
    assert_int_equal(svm_helper_register(k->vm, &h), 0);
    kit_open(k, text);
}

/* A run of in, and the same of an instance that is made for it. */
static void compare(struct kit *k, const struct svm_input *i, const uint8_t *room, uint8_t *mine) {
    struct svm_instance *fresh = svm_instance_new(k->p, &k->err);
    struct svm_packet p = *i->packet, q = p;
    struct svm_input other = *i;
    struct svm_result a, b;
    uint8_t was[ROOM];
    int ra, rb;
    assert_non_null(fresh);
    memcpy(was, room, ROOM);
    memcpy(mine, room, ROOM);
    memset(&a, 0xff, sizeof a);
    memset(&b, 0xff, sizeof b);
    other.packet = &q;
    rb = svm_run(fresh, NULL, &other, &b, NULL);
    memcpy(mine, was, ROOM);
    other.packet = &p;
    ra = svm_run(k->in, NULL, &other, &a, NULL);
    assert_int_equal(ra, rb);
    assert_memory_equal(&p, &q, sizeof p);
    if (ra == 0 || ra == SVM_ETRAP) {
        assert_int_equal(a.insns, b.insns);
        assert_int_equal(a.trap, b.trap);
        assert_int_equal(a.pc, ra ? b.pc : 0);
        if (!ra)
            assert_true(a.ret == b.ret);
    }
    *i->packet = p; /* as the run left it */
    svm_instance_free(fresh);
}

static void any_order(const char *text, enum svm_kind kind, enum svm_kind other) {
    static uint8_t room[ROOM], mine[ROOM];
    struct kit k;
    struct svm_packet p = {0};
    struct svm_input i = {.kind = kind, .packet = &p};
    open_kit(&k, text);
    random_state = 1;
    for (unsigned n = 0; n < RUNS; n++) {
        if (!p.data || !below(3)) { /* a new description; else the packet as the last run left it */
            p = (struct svm_packet){.data = mine + 64 + below(2) * 8, .len = below(8) ? 40 : below(80)};
            p.headroom = below(2) * 32;
            p.tailroom = below(2) * 32;
            p.meta_len = below(4) ? 0 : below(p.headroom + 2); /* too long once in a while */
            p.ifindex = below(3);
            p.rx_queue = below(2);
            p.mark = below(4);
            p.tstamp = below(4);
            p.cb[1] = below(2);
            p.redirect_ifindex = 9;
        }
        for (unsigned b = 0; b < ROOM; b++)
            room[b] = (uint8_t)(below(2) ? below(7) : 0);
        if (p.len > 1) {
            room[p.data - mine] = (uint8_t)(below(2) ? below(7) : 0);
            room[p.data - mine + 1] = (uint8_t)(below(3) * 4 - 4);
        }
        i.kind = below(50) ? kind : other;
        i.budget = below(20) ? 0 : 10 + below(30);
        i.cookie = below(30) == 0;
        if (p.meta_len <= p.headroom && !below(40)) {
            svm_instance_interrupt(k.in);
            assert_int_equal(svm_run(k.in, NULL, &i, NULL, &k.err), SVM_ETRAP);
            assert_non_null(strstr(k.err.text, "interrupted"));
        }
        compare(&k, &i, room, mine);
        if (p.meta_len > p.headroom || p.len > 80)
            p.data = NULL;
    }
    kit_close(&k);
}

static void xdp_programs(void **state) {
    (void)state;
    any_order(xdp, SVM_KIND_XDP, SVM_KIND_XDP);
}

static void tc_programs(void **state) {
    (void)state;
    any_order(tc, SVM_KIND_TC, SVM_KIND_CGROUP_SKB);
}

/* Before a first run has begun. */
static void interrupted_at_once(void **state) {
    struct kit k;
    uint8_t bytes[64] = {0};
    struct svm_packet p = {.data = bytes, .len = 64, .mark = 5, .redirect_ifindex = 9};
    struct svm_input i = {.kind = SVM_KIND_TC, .packet = &p};
    (void)state;
    open_kit(&k, tc);
    svm_instance_interrupt(k.in);
    assert_int_equal(svm_run(k.in, NULL, &i, NULL, NULL), SVM_ETRAP);
    assert_true(p.data == bytes && p.len == 64 && p.mark == 5 && !p.redirect_ifindex);
    assert_int_equal(svm_run(k.in, NULL, &i, NULL, NULL), 0);
    kit_close(&k);
}

/* A packet of nowhere, and none, behind good ones. */
static void refusals(void **state) {
    struct kit k;
    uint8_t bytes[64] = {0};
    struct svm_packet p = {.data = bytes, .len = 64}, bad = {.len = 64};
    struct svm_input i = {.kind = SVM_KIND_XDP, .packet = &p};
    (void)state;
    open_kit(&k, xdp);
    for (int n = 0; n < 3; n++) {
        assert_int_equal(svm_run(k.in, NULL, &i, NULL, NULL), 0);
        i.packet = n ? &bad : NULL;
        assert_int_equal(svm_run(k.in, NULL, &i, NULL, NULL), SVM_EUSAGE);
        i.packet = &p;
    }
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(xdp_programs), cmocka_unit_test(tc_programs),
                                       cmocka_unit_test(interrupted_at_once), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
