/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* strings.bpf.c - numbers from text, comparing, formatting. */
#include "oracle.h"

char text[16][24] = {"123",
                     "-45 rest",
                     "  +7",
                     "0x1fz",
                     "077",
                     "08",
                     "9223372036854775807",
                     "9223372036854775808",
                     "-9223372036854775808",
                     "abc",
                     "",
                     "-",
                     "18446744073709551615",
                     "18446744073709551616",
                     "\t 5",
                     "0x"};

GLOBAL int one_number(u32 i, u32 flags) {
    long v = -111;
    unsigned long w = 222;
    char buf[24];
    memcpy(buf, text[i & 15], 24);
    long r = bpf_strtol(buf, 24, flags, &v);
    OUT(r);
    OUT(r < 0 ? 0 : v);
    r = bpf_strtoul(buf, 24, flags, &w);
    OUT(r);
    OUT(r < 0 ? 0 : w);
    return 0;
}
u32 base;
SEC("tc") int numbers(struct __sk_buff *skb) {
    for (u32 i = 0; i < 16; i++)
        one_number(i, base);
    return TC_ACT_OK;
}
CASE(strtol_any_base: run numbers)
CASE(strtol_decimal: set base=10; run numbers)
CASE(strtol_octal: set base=8; run numbers)
CASE(strtol_hex: set base=16; run numbers)
CASE(strtol_bad_base: set base=7; run numbers)
CASE(strtol_bad_flags: set base=42; run numbers)

SEC("tc") int failures(struct __sk_buff *skb) { /* leave 0 behind since Linux 6.12 */
    char buf[8] = "word";
    long v = -111;
    unsigned long w = 222;
    OUT(bpf_strtol(buf, 8, 0, &v));
    OUT(v);
    OUT(bpf_strtoul(buf, 8, 99, &w));
    OUT(w);
    return TC_ACT_OK;
}
CASE(strtol_failure: kernel 6.12; run failures)

SEC("tc") int short_buffer(struct __sk_buff *skb) {
    char buf[8] = {'1', '2', '3', '4', '5', '6', '7', '8'};
    long v = 0;
    OUT(bpf_strtol(buf, 3, 0, &v));
    OUT(v);
    OUT(bpf_strtol(buf, 8, 0, &v));
    OUT(v);
    return TC_ACT_OK;
}
CASE(strtol_length: run short_buffer)

SEC("tc") int compare(struct __sk_buff *skb) {
    static const char hello[] = "hello", help[] = "help", he[] = "he";
    char buf[8] = "hello", high[8] = {'h', 0xff};
    OUT(bpf_strncmp(buf, 8, hello));
    OUT(bpf_strncmp(buf, 8, help) < 0);
    OUT(bpf_strncmp(buf, 8, he) > 0);
    OUT(bpf_strncmp(buf, 2, he));
    OUT(bpf_strncmp(buf, 3, help));
    OUT(bpf_strncmp(high, 8, he) > 0);
    OUT(bpf_strncmp(high, 8, he));
    OUT(bpf_strncmp(buf, 8, help));
    return TC_ACT_OK;
}
CASE(strncmp: run compare)

/* An address that is taken when it runs: the compiler would make a constant of it in .rodata, and
 * relocations there libbpf leaves alone. */
#define AT(p)                                                                                                          \
    ({                                                                                                                 \
        u64 at_ = (u64)(p);                                                                                            \
        asm volatile("" : "+r"(at_));                                                                                  \
        at_;                                                                                                           \
    })
char line[128];
s64 minus = -1234567;
u64 big = 0xfedcba9876543210;
#define PRINT(fmt, ...)                                                                                                \
    ({                                                                                                                 \
        static const char fmt_[] = fmt;                                                                                \
        u64 args_[] = {__VA_ARGS__};                                                                                   \
        memset(line, 0x2e, 64);                                                                                        \
        OUT(bpf_snprintf(line, 64, fmt_, args_, sizeof args_));                                                        \
        OUT_BYTES(line, 64);                                                                                           \
    })
SEC("tc") int format(struct __sk_buff *skb) {
    PRINT("%d %i %u|", minus, minus, minus);
    PRINT("%ld %lu %lld %llu|", minus, minus, minus, minus);
    PRINT("%x %X %lx %llX|", big, big, big, big);
    PRINT("%5d|%05d|%-7d|%+d|% d", 42, 42, 42, 42, 42);
    PRINT("%016llx|%3x|%1u", big, 0xabcdef, 10);
    PRINT("%c%c%c|%%|%5c|%-3c|", 'a', 'b', 'c', 'd', 'e');
    return TC_ACT_OK;
}
CASE(snprintf_numbers: run format)

char word[16] = "words", empty[8];
u8 v4[4] = {192, 168, 0, 1};
u8 v6[16] = {0x20, 1, 0xd, 0xb8, [15] = 7};
SEC("tc") int addresses(struct __sk_buff *skb) {
    PRINT("%pI4 %pi4|", AT(v4), AT(v4));
    PRINT("%pI6|", AT(v6));
    PRINT("%pi6|", AT(v6));
    return TC_ACT_OK;
}
CASE(snprintf_addresses: run addresses)
SEC("tc") int strings(struct __sk_buff *skb) {
    PRINT("%s|%s|", AT(word), AT(empty));
    PRINT("%s and %d", AT(word), 5);
    PRINT("%8s|%-8s|", AT(word), AT(word));
    PRINT("a string of some length that, with the rest of it, does not fit into %d", 64);
    return TC_ACT_OK;
}
CASE(snprintf_strings: run strings)

SEC("tc") int sizes(struct __sk_buff *skb) {
    static const char none[] = "plain", one[] = "x%dy";
    u64 args[2] = {7, 8};
    OUT(bpf_snprintf(line, 4, none, NULL, 0));
    OUT_BYTES(line, 8);
    OUT(bpf_snprintf(line, 1, one, args, 8));
    OUT_BYTES(line, 8);
    OUT(bpf_snprintf(NULL, 0, one, args, 8));
    OUT(bpf_snprintf(line, 16, one, args, 16));
    OUT_BYTES(line, 16);
    return TC_ACT_OK;
}
CASE(snprintf_sizes: run sizes)

#define TRACE(fmt, ...)                                                                                                \
    ({                                                                                                                 \
        static const char fmt_[] = fmt;                                                                                \
        OUT(bpf_trace_printk(fmt_, sizeof fmt_, ##__VA_ARGS__));                                                       \
    })
SEC("tc") int trace(struct __sk_buff *skb) {
    static const char many[] = "%d %d %d %d %s";
    u64 args[5] = {1, 2, 3, 4, AT(word)};
    TRACE("plain\n");
    TRACE("%d %u %x\n", 1, 2, 3);
    TRACE("%llx", big);
    TRACE("%d %d %d %d\n", 1, 2, 3);
    TRACE("%f\n", 1);
    TRACE("%n\n", 1);
    TRACE("%", 1);
    TRACE("%q\n", 1);
    TRACE("%h\n", 1);
    TRACE("%5", 1);
    TRACE("%.3d\n", 1);
    TRACE("%#x\n", 1);
    TRACE("%s\n", word);
    OUT(bpf_trace_vprintk(many, sizeof many, args, 40));
    OUT(bpf_trace_vprintk(many, sizeof many, args, 24));
    OUT(bpf_trace_vprintk(many, sizeof many, args, 20));
    return TC_ACT_OK;
}
CASE(trace_printk: run trace)

SEC("tc") int trace_utf8(struct __sk_buff *skb) {
    TRACE("\xc3\xa4\n");
    return TC_ACT_OK;
}
CASE(trace_printk_utf8: kernel 6.18; run trace_utf8)
