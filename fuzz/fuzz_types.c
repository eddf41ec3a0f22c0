/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_types.c - any bytes as the kernel's BTF: programs of every kind that is typed by it, which follow members and call
 * its functions, through the checker.
 * in:  a byte for what the program is attached to, one for the function that it calls, and a BTF */
#include "abi/ctxtype.h"
#include "check/check.h"
#include "front/front.h"
#include "linked.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CALL = 14 }; /* slot of the call */
static const u8 code[] = {
    0xbf, 0x16, 0, 0,    0, 0, 0, 0, /*  0: r6 = r1 */
    0x79, 0x67, 0, 0,    0, 0, 0, 0, /*  1: r7 = *(u64 *)(r6 + 0) */
    0x79, 0x68, 8, 0,    0, 0, 0, 0, /*  2: r8 = *(u64 *)(r6 + 8) */
    0x15, 0x07, 9, 0,    0, 0, 0, 0, /*  3: if r7 == 0 goto 13 */
    0x79, 0x71, 0, 0,    0, 0, 0, 0, /*  4: r1 = *(u64 *)(r7 + 0) */
    0x79, 0x72, 8, 0,    0, 0, 0, 0, /*  5: r2 = *(u64 *)(r7 + 8) */
    0x61, 0x23, 4, 0,    0, 0, 0, 0, /*  6: r3 = *(u32 *)(r2 + 4) */
    0x15, 0x01, 2, 0,    0, 0, 0, 0, /*  7: if r1 == 0 goto 10 */
    0x79, 0x14, 0, 0,    0, 0, 0, 0, /*  8: r4 = *(u64 *)(r1 + 0) */
    0x71, 0x43, 1, 0,    0, 0, 0, 0, /*  9: r3 = *(u8 *)(r4 + 1) */
    0x62, 0x07, 0, 0,    1, 0, 0, 0, /* 10: *(u32 *)(r7 + 0) = 1 */
    0xbf, 0x72, 0, 0,    0, 0, 0, 0, /* 11: r2 = r7 */
    0x07, 0x02, 0, 0,    8, 0, 0, 0, /* 12: r2 += 8 */
    0xbf, 0x71, 0, 0,    0, 0, 0, 0, /* 13: r1 = r7 */
    0x85, 0x00, 0, 0,    0, 0, 0, 0, /* 14: call */
    0x15, 0x00, 1, 0,    0, 0, 0, 0, /* 15: if r0 == 0 goto 17 */
    0x79, 0x01, 0, 0,    0, 0, 0, 0, /* 16: r1 = *(u64 *)(r0 + 0) */
    0xb7, 0x00, 0, 0,    0, 0, 0, 0, /* 17: r0 = 0 */
    0x95, 0x00, 0, 0,    0, 0, 0, 0,
};
static const struct {
    const char *section, *ops;
} at[] = {
    {"fentry/f", NULL}, {"fexit/f", NULL},  {"fmod_ret/f", NULL}, {"tp_btf/kfree_skb", NULL},
    {"lsm.s/f", NULL},  {"iter/task", NULL}, {"struct_ops", "tcp_congestion_ops.init"},
};
static const char *const calls[] = {"bpf_task_acquire", "bpf_task_release",    "bpf_iter_task_new", "bpf_iter_task_next",
                                    "bpf_path_d_path",  "bpf_cpumask_test_cpu", "tcp_slow_start",    "bpf_get_file_xattr"};

static int make(struct module *m, const uint8_t *data, size_t size, struct error *e) {
    struct load_options o = {.name = "fuzz"};
    const char *type;
    u64 *slot;
    u8 where = data[0], what = data[1];
    (void)size;
    if (front_raw.load(m, code, sizeof code, &o, e))
        return e->code;
    m->front = "elf";
    m->gpl = true;
    m->prog[0].section = at[where % COUNT(at)].section;
    m->prog[0].ops = at[where % COUNT(at)].ops;
    m->prog[0].kind = prog_kind_of_section(m->prog[0].section, &type, &m->prog[0].sleepable);
    if (!(m->import = arena_new(&m->arena, struct import, 1)) ||
        !(slot = arena_new(&m->arena, u64, m->func[0].nslot)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    m->import[0] = (struct import){.name = calls[what % COUNT(calls)]};
    m->nimport = 1;
    memcpy(slot, m->func[0].slot, m->func[0].nslot * sizeof *slot);
    slot[CALL] |= 2u << 12; /* of an import: module.h */
    m->func[0].slot = slot;
    return validate(m, &o.limits, e);
}

static void check(const struct link_view *l, const struct module *m, const uint8_t *data, size_t size) {
    (void)m;
    for (int strict = 0; strict < 2; strict++) {
        struct check_options o = {
            .strict = strict, .max_steps = 10000, .max_memory = 64 << 20, .types = data + 2, .ntypes = size - 2};
        struct check_result r = {0};
        struct error e = {0};
        if (!check_program(l, 0, &o, &r, &e) && r.verdict == CHECK_ACCEPTED && r.nfail)
            __builtin_trap();
        check_drop(&r);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size >= 4 && shared() && !linked(data, size, make, check))
        __builtin_trap();
    return 0;
}
