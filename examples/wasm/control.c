/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* control.c - the control program of examples/bpf/firewall.bpf.c, as WebAssembly.
 *
 *   clang --target=wasm32 -O2 -mbulk-memory -I include -c control.c && wasm-ld --no-entry control.o -o control.wasm
 *   supervm run firewall.bpf.c --pcap IN --control control.wasm --trace
 *
 * start puts rules into the firewall's maps; packets looks every so often at the counters that the firewall keeps,
 * and closes telnet once a network that is dropped anyway has tried often enough; end says how it went. */
#include "supervm/guest.h"

#define EXPORT(name) __attribute__((export_name(#name))) int name
#define NAME(text)   text, sizeof(text) - 1
enum { DROP = 1, RULE_NET = 4, RULE_HOST = 5, RULE_TELNET = 6, RULES = 64, TOLERATED = 50, MAX_CPUS = 256 };

struct key4 {
    supervm_u32 prefixlen;
    supervm_u8 addr[4];
};
struct rule {
    supervm_u32 action, id;
};
struct port {
    unsigned short port;
    supervm_u8 proto, zero;
};
struct count {
    supervm_u64 packets, bytes;
};

static int rules4, ports, hits, blocked;

static void say(const char *text, supervm_u64 n) {
    char line[120];
    supervm_u32 len = 0, digits = 0;
    char number[20];
    while (*text && len < sizeof line - sizeof number)
        line[len++] = *text++;
    do
        number[digits++] = (char)('0' + n % 10);
    while (n /= 10);
    while (digits)
        line[len++] = number[--digits];
    supervm_print(line, len);
}

/* Of a rule's counter, which has a value for each processor. */
static supervm_u64 packets_of(supervm_u32 rule) {
    static struct count count[MAX_CPUS];
    struct supervm_map_info info;
    supervm_u64 sum = 0;
    if (supervm_map_info(hits, &info) || info.value_bytes > sizeof count || supervm_map_lookup(hits, &rule, count))
        return 0;
    for (supervm_u32 i = 0; i < info.value_bytes / sizeof *count; i++)
        sum += count[i].packets;
    return sum;
}

EXPORT(start)(void) {
    struct key4 net = {16, {10, 66, 0, 0}}, host = {32, {10, 1, 3, 12}};
    struct rule drop_net = {DROP, RULE_NET}, drop_host = {DROP, RULE_HOST};
    int rc;
    if ((rules4 = supervm_map_open(NAME("rules4"))) < 0 || (ports = supervm_map_open(NAME("ports"))) < 0 ||
        (hits = supervm_map_open(NAME("hits"))) < 0)
        return SUPERVM_ENOENT;
    if ((rc = supervm_map_update(rules4, &net, &drop_net, SUPERVM_ANY)) ||
        (rc = supervm_map_update(rules4, &host, &drop_host, SUPERVM_ANY)))
        return rc;
    say("control: rules: ", 2);
    return 0;
}

EXPORT(packets)(supervm_s64 done) {
    struct port telnet = {23, 6, 0};
    supervm_u32 rule = RULE_TELNET;
    if (blocked || packets_of(RULE_NET) < TOLERATED)
        return 0;
    blocked = 1;
    say("control: enough of 10.66.0.0/16: telnet is closed after packet ", (supervm_u64)done);
    return supervm_map_update(ports, &telnet, &rule, SUPERVM_ANY);
}

EXPORT(end)(void) {
    say("control: dropped by net: ", packets_of(RULE_NET));
    say("control: dropped by host: ", packets_of(RULE_HOST));
    say("control: dropped as telnet: ", packets_of(RULE_TELNET));
    return 0;
}
