/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_helpers.c - what each helper answers, as rows: a program in assembly, the packet that it
 * gets, its result and, where it matters, the packet that is left. The kernel's documented
 * behaviour (man bpf-helpers) is the reference. */
#include "supervm/supervm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROOM = 64, LEN = 60, EINVAL_ = -22, EFAULT_ = -14, ENOMEM_ = -12, ERANGE_ = -34, EACCES_ = -13, E2BIG_ = -7 };
enum { ENOTSUPP_ = -524 };

struct row {
    const char *what;
    enum svm_kind kind;
    const char *code;
    int64_t want;
    int len; /* of the packet afterwards; 0: as before */
};

#define XDP  SVM_KIND_XDP
#define TC   SVM_KIND_TC
#define RAW  SVM_KIND_RAW
#define SOCK SVM_KIND_SOCKET_FILTER
#define BUF  "r3 = r10\nr3 += -16\n*(u64 *)(r10 - 16) = 0\n*(u64 *)(r10 - 8) = 0\n"

static const struct row rows[] = {
    /* packets */
    {"load_bytes", TC, "r2 = 12\n" BUF "r4 = 2\ncall 26\nr0 = *(u16 *)(r10 - 16)\nexit", 0x0008, 0},
    {"load_bytes past the end", TC, "r2 = 59\n" BUF "r4 = 2\ncall 26\nexit", EFAULT_, 0},
    {"load_bytes_relative net", TC, "r2 = 9\n" BUF "r4 = 1\nr5 = 1\ncall 68\nr0 = *(u8 *)(r10 - 16)\nexit", 6, 0},
    {"load_bytes_relative other", TC, "r2 = 9\n" BUF "r4 = 1\nr5 = 2\ncall 68\nexit", EFAULT_, 0},
    {"load_bytes_relative net in a socket filter", SOCK,
     "r2 = 12\n" BUF "r4 = 2\nr5 = 1\ncall 68\nr0 = *(u16 *)(r10 - 16)\nexit", 0x0008, 0},
    {"load_bytes_relative mac in a socket filter", SOCK,
     "r2 = 26\n" BUF "r4 = 2\nr5 = 0\ncall 68\nr0 = *(u16 *)(r10 - 16)\nexit", 0x0008, 0},
    {"ld_abs net", TC, "r6 = r1\nr0 = *(u16 *)skb[-0x100000]\nexit", 0x4500, 0},
    {"ld_abs link", TC, "r6 = r1\nr0 = *(u16 *)skb[-0x1ffff4]\nexit", 0x0800, 0},
    {"ld_abs net in a socket filter", SOCK, "r6 = r1\nr0 = *(u16 *)skb[-0xffff4]\nexit", 0x0800, 0},
    {"ld_abs link in a socket filter", SOCK, "r6 = r1\nr0 = *(u16 *)skb[-0x1fffe6]\nexit", 0x0800, 0},
    {"ld_abs link past the end", SOCK, "r6 = r1\nr0 = *(u16 *)skb[-0x1fffb6]\nr0 = 1\nexit", 0, 0},
    {"store_bytes", TC,
     BUF "*(u32 *)(r10 - 16) = 0x11223344\nr6 = r1\nr2 = 4\nr4 = 4\nr5 = 0\ncall 9\nr1 = *(u32 *)(r6 + 76)\nr0 = *(u32 "
         "*)(r1 + 4)\nexit",
     0x11223344, 0},
    {"store_bytes flags", TC, BUF "r2 = 4\nr4 = 4\nr5 = 8\ncall 9\nexit", EINVAL_, 0},
    {"pull_data", TC, "r2 = 60\ncall 39\nexit", 0, 0},
    {"pull_data too much", TC, "r2 = 61\ncall 39\nexit", ENOMEM_, 0},
    {"xdp_get_buff_len", XDP, "call 188\nexit", LEN, 0},
    {"xdp_load_bytes", XDP, "r2 = 14\n" BUF "r4 = 1\ncall 189\nr0 = *(u8 *)(r10 - 16)\nexit", 0x45, 0},
    {"xdp_load_bytes past the end", XDP, "r2 = 60\n" BUF "r4 = 1\ncall 189\nexit", EINVAL_, 0},
    {"xdp_store_bytes far", XDP, "r2 = 70000\n" BUF "r4 = 1\ncall 190\nexit", EFAULT_, 0},
    {"adjust_head in", XDP, "r2 = 14\ncall 44\nexit", 0, LEN - 14},
    {"adjust_head out", XDP, "r2 = -64\ncall 44\nexit", 0, LEN + 64},
    {"adjust_head too far", XDP, "r2 = -65\ncall 44\nexit", EINVAL_, 0},
    {"adjust_head leaves a header", XDP, "r2 = 46\ncall 44\nexit", 0, 14},
    {"adjust_head leaves none", XDP, "r2 = 47\ncall 44\nexit", EINVAL_, 0},
    {"adjust_tail out", XDP, "r6 = r1\nr2 = 4\ncall 65\nr1 = *(u32 *)(r6 + 4)\nr0 = *(u32 *)(r1 - 4)\nexit", 0,
     LEN + 4},
    {"adjust_tail in", XDP, "r2 = -46\ncall 65\nexit", 0, 14},
    {"adjust_tail leaves none", XDP, "r2 = -47\ncall 65\nexit", EINVAL_, 0},
    {"adjust_meta", XDP,
     "r6 = r1\nr2 = -8\ncall 54\nr1 = *(u32 *)(r6 + 8)\n*(u64 *)(r1 + 0) = 5\nr2 = *(u32 *)(r6 + 0)\nr0 = r2\nr0 -= "
     "r1\nexit",
     8, 0},
    {"adjust_meta odd", XDP, "r2 = -6\ncall 54\nexit", EACCES_, 0},
    {"metadata moves with the head", XDP,
     "r6 = r1\nr2 = -4\ncall 54\nr1 = *(u32 *)(r6 + 8)\n*(u32 *)(r1 + 0) = 77\nr1 = r6\nr2 = -4\ncall 44\nr1 = *(u32 "
     "*)(r6 + 8)\nr0 = *(u32 *)(r1 + 0)\nexit",
     77, LEN + 4},
    {"change_tail", TC, "r2 = 70\nr3 = 0\ncall 38\nexit", 0, 70},
    {"change_tail short", TC, "r2 = 13\nr3 = 0\ncall 38\nexit", EINVAL_, 0},
    {"change_tail no room", TC, "r2 = 1000\nr3 = 0\ncall 38\nexit", ENOMEM_, 0},
    {"change_head", TC, "r2 = 14\nr3 = 0\ncall 43\nexit", 0, LEN + 14},
    {"adjust_room mac", TC,
     "r6 = r1\nr2 = 8\nr3 = 1\nr4 = 0\ncall 50\nr1 = *(u32 *)(r6 + 76)\nr0 = *(u8 *)(r1 + 22)\nexit", 0x45, LEN + 8},
    {"adjust_room shrink", TC, "r2 = -20\nr3 = 0\nr4 = 0\ncall 50\nexit", 0, LEN - 20},
    {"change_proto", TC, "r6 = r1\nr2 = 0xdd86\nr3 = 0\ncall 31\nr0 = *(u32 *)(r6 + 16)\nexit", 0xdd86, LEN + 20},
    {"change_proto same", TC, "r2 = 8\nr3 = 0\ncall 31\nexit", ENOTSUPP_, 0},
    {"change_proto flags", TC, "r2 = 0xdd86\nr3 = 1\ncall 31\nexit", EINVAL_, 0},
    {"adjust_room too far", TC, "r2 = -60\nr3 = 1\nr4 = 0\ncall 50\nexit", ENOTSUPP_, 0},
    {"adjust_room mode", TC, "r2 = 8\nr3 = 2\nr4 = 0\ncall 50\nexit", ENOTSUPP_, 0},
    {"adjust_room huge", TC, "r2 = 5000\nr3 = 1\nr4 = 0\ncall 50\nexit", EFAULT_, 0},
    {"set_tstamp realtime", TC, "r6 = r1\nr2 = 5\nr3 = 0\ncall 192\nr1 = *(u64 *)(r6 + 152)\nr0 += r1\nexit", 5, 0},
    {"set_tstamp tai", TC, "r6 = r1\nr2 = 5\nr3 = 2\ncall 192\nr1 = *(u8 *)(r6 + 180)\nr0 += r1\nexit", 2, 0},
    {"set_tstamp none", TC, "r2 = 0\nr3 = 1\ncall 192\nexit", EINVAL_, 0},
    {"set_tstamp clock", TC, "r2 = 6\nr3 = 3\ncall 192\nexit", EINVAL_, 0},
    {"vlan_push", TC, "r6 = r1\nr2 = 0x81\nr3 = 5\ncall 18\nr0 = *(u32 *)(r6 + 24)\nexit", 5, 0},
    {"vlan_push twice", TC,
     "r6 = r1\nr2 = 0x81\nr3 = 5\ncall 18\nr1 = r6\nr2 = 0xa888\nr3 = 6\ncall 18\nr1 = *(u32 *)(r6 + 76)\nr0 = *(u16 "
     "*)(r1 + 14)\nexit",
     0x0500, LEN + 4},
    {"vlan_pop", TC, "r6 = r1\nr2 = 0x81\nr3 = 5\ncall 18\nr1 = r6\ncall 19\nr0 = *(u32 *)(r6 + 20)\nexit", 0, 0},
    {"cb", TC,
     "*(u64 *)(r1 + 48) = 9\n*(u32 *)(r1 + 60) = 4\nr0 = *(u64 *)(r1 + 48)\nr2 = *(u8 *)(r1 + 60)\nr0 += r2\nexit", 13,
     0},
    {"mark", TC, "r2 = 0x01020304\n*(u32 *)(r1 + 8) = r2\nr0 = *(u8 *)(r1 + 9)\nexit", 3, 0},
    {"tc_index has 16 bits", TC, "r2 = 0x54321\n*(u32 *)(r1 + 44) = r2\nr0 = *(u32 *)(r1 + 44)\nexit", 0x4321, 0},
    {"tc_classid has 16 bits", TC, "r2 = 0x98765\n*(u32 *)(r1 + 72) = r2\nr0 = *(u32 *)(r1 + 72)\nexit", 0x8765, 0},
    {"hash", TC, "r6 = r1\nr2 = 99\ncall 48\nr1 = r6\ncall 34\nexit", 99, 0},
    {"change_type", TC, "r2 = 4\ncall 32\nexit", EINVAL_, 0},
    /* checksums */
    {"csum_diff", RAW,
     "*(u32 *)(r10 - 4) = 0x00020001\nr3 = r10\nr3 += -4\nr4 = 4\nr1 = 0\nr2 = 0\nr5 = 0\ncall 28\nexit", 3, 0},
    {"csum_diff seed", RAW,
     "*(u32 *)(r10 - 4) = 1\nr3 = r10\nr3 += -4\nr4 = 4\nr1 = 0\nr2 = 0\nr5 = 0xffff\ncall 28\nexit", 1, 0},
    {"csum_diff of 3 bytes", RAW,
     "*(u32 *)(r10 - 4) = 0x7f020001\nr3 = r10\nr3 += -4\nr4 = 3\nr1 = 0\nr2 = 0\nr5 = 0\ncall 28\nexit", 3, 0},
    {"csum_diff without 1 byte", RAW,
     "*(u32 *)(r10 - 4) = 0x7f020001\nr1 = r10\nr1 += -4\nr2 = 1\nr3 = 0\nr4 = 0\nr5 = 3\ncall 28\nexit", 2, 0},
    {"l3_csum_replace", TC,
     "r6 = r1\nr2 = 24\nr3 = 0x0640\nr4 = 0x0540\nr5 = 2\ncall 10\nr1 = *(u32 *)(r6 + 76)\nr0 = *(u16 *)(r1 + "
     "24)\nexit",
     0x3512, 0},
    {"l3_csum_replace odd", TC, "r2 = 25\nr3 = 0\nr4 = 0\nr5 = 2\ncall 10\nexit", EFAULT_, 0},
    {"l4_csum_replace mangled 0", TC,
     "r6 = r1\nr2 = 40\nr3 = 0\nr4 = 1\nr5 = 0x22\ncall 11\nr1 = *(u32 *)(r6 + 76)\nr0 = *(u16 *)(r1 + 40)\nexit", 0,
     0},
    /* where to */
    {"redirect xdp", XDP, "r1 = 3\nr2 = 0\ncall 23\nexit", 4, 0},
    {"redirect xdp flags", XDP, "r1 = 3\nr2 = 1\ncall 23\nexit", 0, 0},
    {"redirect tc", TC, "r1 = 3\nr2 = 1\ncall 23\nexit", 7, 0},
    {"redirect tc flags", TC, "r1 = 3\nr2 = 2\ncall 23\nexit", 2, 0},
    {"clone_redirect", TC, "r2 = 3\nr3 = 0\ncall 13\nexit", 0, 0},
    /* text and numbers; raw memory is the packet below: "45" stands at 14 */
    {"strtoul", RAW,
     "*(u64 *)(r10 - 16) = 0x39383120\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 0\nr4 = r10\nr4 += -8\ncall 106\nr1 = *(u64 "
     "*)(r10 - 8)\nr0 *= 1000\nr0 += r1\nexit",
     4189, 0},
    {"strtol", RAW,
     "*(u64 *)(r10 - 16) = 0x0030312d\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 16\nr4 = r10\nr4 += -8\ncall 105\nr0 = *(u64 "
     "*)(r10 - 8)\nexit",
     -16, 0},
    {"strtoul negative", RAW,
     "*(u64 *)(r10 - 16) = 0x0030312d\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 10\nr4 = r10\nr4 += -8\ncall 106\nexit",
     EINVAL_, 0},
    {"strtoul 0x alone", RAW,
     "*(u64 *)(r10 - 16) = 0x7830\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 16\nr4 = r10\nr4 += -8\ncall 106\nexit", EINVAL_,
     0},
    {"strtol leaves 0 behind", RAW,
     "*(u64 *)(r10 - 16) = 0x78\n*(u64 *)(r10 - 8) = 9\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 0\nr4 = r10\nr4 += -8\ncall "
     "105\nr0 = *(u64 *)(r10 - 8)\nexit",
     0, 0},
    {"strtoul leaves 0 behind", RAW,
     "*(u64 *)(r10 - 16) = 0x312d\n*(u64 *)(r10 - 8) = 9\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 0\nr4 = r10\nr4 += "
     "-8\ncall 106\nr0 = *(u64 *)(r10 - 8)\nexit",
     0, 0},
    {"strtoul base", RAW,
     "*(u64 *)(r10 - 16) = 0x30\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = 7\nr4 = r10\nr4 += -8\ncall 106\nexit", EINVAL_, 0},
    {"strtoul over", RAW,
     "r1 = 0x3939393939393939 ll\n*(u64 *)(r10 - 32) = r1\n*(u64 *)(r10 - 24) = r1\n*(u64 *)(r10 - 16) = r1\nr1 = "
     "r10\nr1 += -32\nr2 = 24\nr3 = 10\nr4 = r10\nr4 += -8\ncall 106\nexit",
     ERANGE_, 0},
    {"strncmp", RAW,
     "*(u32 *)(r10 - 8) = 0x00636261\n*(u32 *)(r10 - 4) = 0x00646261\nr1 = r10\nr1 += -8\nr2 = 4\nr3 = r10\nr3 += "
     "-4\ncall 182\nexit",
     -1, 0},
    {"strncmp short", RAW,
     "*(u32 *)(r10 - 8) = 0x00636261\n*(u32 *)(r10 - 4) = 0x00646261\nr1 = r10\nr1 += -8\nr2 = 2\nr3 = r10\nr3 += "
     "-4\ncall 182\nexit",
     0, 0},
    {"snprintf", RAW,
     "*(u64 *)(r10 - 24) = 0x00642564\n*(u64 *)(r10 - 8) = 42\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = r10\nr3 += -24\nr4 = "
     "r10\nr4 += -8\nr5 = 8\ncall 165\nr1 = *(u32 *)(r10 - 16)\nr0 <<= 32\nr0 |= r1\nexit",
     0x400323464, 0},
    {"snprintf to nothing", RAW,
     "*(u64 *)(r10 - 24) = 0x00642564\n*(u64 *)(r10 - 8) = 42\nr1 = 0\nr2 = 0\nr3 = r10\nr3 += -24\nr4 = r10\nr4 += "
     "-8\nr5 = 8\ncall 165\nexit",
     4, 0},
    {"snprintf cut", RAW,
     "*(u64 *)(r10 - 24) = 0x00642564\n*(u64 *)(r10 - 8) = 42\nr1 = r10\nr1 += -16\nr2 = 2\nr3 = r10\nr3 += -24\nr4 = "
     "r10\nr4 += -8\nr5 = 8\ncall 165\nr1 = *(u16 *)(r10 - 16)\nr0 <<= 32\nr0 |= r1\nexit",
     0x400000064, 0},
    {"snprintf odd", RAW,
     "*(u64 *)(r10 - 24) = 0x00642564\nr1 = r10\nr1 += -16\nr2 = 2\nr3 = r10\nr3 += -24\nr4 = r10\nr4 += -8\nr5 = "
     "7\ncall 165\nexit",
     EINVAL_, 0},
    {"probe_read", RAW,
     "*(u64 *)(r10 - 8) = 7\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = r10\nr3 += -8\ncall 113\nr0 = *(u64 *)(r10 - 16)\nexit",
     7, 0},
    {"probe_read_str", RAW,
     "*(u64 *)(r10 - 8) = 0x00434241\nr1 = r10\nr1 += -16\nr2 = 8\nr3 = r10\nr3 += -8\ncall 115\nexit", 4, 0},
    {"probe_read_str cut", RAW,
     "*(u64 *)(r10 - 8) = 0x00434241\nr1 = r10\nr1 += -16\nr2 = 2\nr3 = r10\nr3 += -8\ncall 115\nr1 = *(u16 *)(r10 - "
     "16)\nr0 <<= 16\nr0 |= r1\nexit",
     0x20041, 0},
    /* the rest */
    {"time goes on", RAW, "call 5\nr6 = r0\ncall 5\nif r0 >= r6 goto +2\nr0 = 1\nexit\nr0 = 0\nexit", 0, 0},
    {"cpu", RAW, "call 8\nexit", 0, 0},
    {"random differs", RAW, "call 7\nr6 = r0\ncall 7\nr6 ^= r0\nr0 = 1\nif r6 != 0 goto +1\nr0 = 0\nexit", 1, 0},
    {"loop flags", RAW, "r1 = 1\nr2 = func[main] ll\nr3 = 0\nr4 = 1\ncall 181\nexit\nmain:\nr0 = 0\nexit", EINVAL_, 0},
};

static const uint8_t packet[LEN] = {1,    2, 3,  4,  5, 6, 7, 8,  9,  10, 11,   12,   0x08, 0x00, /* IPv4, TCP */
                                    0x45, 0, 0,  46, 0, 0, 0, 0,  64, 6,  0x12, 0x34, 10,   0,
                                    0,    1, 10, 0,  0, 2, 0, 80, 1,  2};

static void one(struct svm *vm, const struct row *r) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err = {0};
    uint8_t room[ROOM + LEN + ROOM] = {0};
    struct svm_packet k = {.data = room + ROOM, .len = LEN, .headroom = ROOM, .tailroom = ROOM, .protocol = 0x0008};
    struct svm_input in = {.kind = r->kind, .mem = room + ROOM, .mem_len = LEN, .packet = &k};
    struct svm_result res = {0};
    char text[2048];
    o.front = "asm";
    memcpy(room + ROOM, packet, LEN);
    snprintf(text, sizeof text, "%s\n", r->code);
    struct svm_module *m = svm_module_load(vm, text, strlen(text), &o, &err);
    struct svm_program *p = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_instance *i = p ? svm_instance_new(p, &err) : NULL;
    if (!i || svm_run(i, NULL, &in, &res, &err))
        fail_msg("%s: %s", r->what, err.text);
    if ((int64_t)res.ret != r->want)
        fail_msg("%s: 0x%llx, not 0x%llx", r->what, (unsigned long long)res.ret, (unsigned long long)r->want);
    if (r->kind != RAW && k.len != (uint32_t)(r->len ? r->len : LEN))
        fail_msg("%s: %u bytes, not %d", r->what, k.len, r->len);
    svm_instance_free(i);
    svm_program_free(p);
    svm_module_free(m);
}

static void all(void **state) {
    struct svm *vm = svm_new(NULL, NULL);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        one(vm, &rows[i]);
    svm_free(vm);
}

/* --- printing --- */

static int collect(void *arg, const char *text, size_t len) {
    strncat(arg, text, len);
    return (int)len;
}

static void printing(void **state) {
    static const struct {
        const char *fmt, *want;
    } in[] = {
        {"a %d b", "a -1 b\n"},
        {"%u", "4294967295\n"},
        {"%lld %x", "-1 2\n"},
        {"%5d|%-5d|%05d", "   -1|2    |00003\n"},
        {"100%%\n", "100%\n"},
        {"\xc3\xa4 %x", "\xc3\xa4 ffffffff\n"},
        {"%.3d", ""}, /* -EINVAL: as in the kernel no precision, '#', 'h' or octal */
        {"%#x", ""},
        {"%hu", ""},
        {"%o", ""},
        {"%lx", "ffffffffffffffff\n"},
        {"%c", "\377\n"},
        {"", "\n"},
    };
    char out[256];
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_load_options o = SVM_LOAD_INIT;
    (void)state;
    c.print = collect;
    c.print_arg = out;
    o.front = "asm";
    struct svm *vm = svm_new(&c, NULL);
    for (size_t k = 0; k < sizeof in / sizeof in[0]; k++) {
        static const char code[] = "r3 = -1\nr4 = 2\nr5 = 3\ncall 6\nexit\n"; /* r1, r2: the format, its length */
        struct svm_module *m = svm_module_load(vm, code, sizeof code - 1, &o, NULL);
        struct svm_program *p = svm_program_link(m, NULL, NULL);
        struct svm_instance *i = svm_instance_new(p, NULL);
        char fmt[64];
        struct svm_input input = {.kind = RAW, .mem = fmt, .mem_len = strlen(in[k].fmt) + 1};
        struct svm_result res;
        strcpy(fmt, in[k].fmt);
        out[0] = 0;
        assert_int_equal(svm_run(i, NULL, &input, &res, NULL), 0);
        assert_string_equal(out, in[k].want);
        svm_instance_free(i);
        svm_program_free(p);
        svm_module_free(m);
    }
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all), cmocka_unit_test(printing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
