#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# demo.sh - the main job: make demo's programs over its capture count, drop, rewrite and record what they should.
# The numbers are those of demo.pcap: 259 is what the rules of firewall.maps say, added up by rule.
. "$(dirname "$0")/lib.sh"
[ -n "$clang" ] || skip "no clang to compile eBPF programs"
[ "${SVM_PCAP:-TRUE}" = TRUE ] || skip "built without libpcap"
ok "tools/demo.sh" "$root/tools/demo.sh" "$build"
cp "$tmp/out" "$tmp/demo"
has() { ok "$1" grep -qE "$2" "$tmp/demo"; }
has "printk" '^ *Hello, packet 1: 42 bytes$'
has "source between instructions" '^ *; packets\+\+;$'
has "instructions" 'exit$'
has "a global variable" '^ *packets = 2870$'
has "firewall: passed" 'XDP_PASS +2,611 '
has "firewall: dropped" 'XDP_DROP +259 '
has "firewall: a rule's counter" '^ *4 -> \{\.packets = 145, \.bytes = 10976\}$'
has "firewall: a variable set" 'XDP_DROP +1,922 '
if command -v wasm-ld-19 wasm-ld >/dev/null; then
    has "control: telnet closed on the way" '^ *control: enough of 10.66.0.0/16: telnet is closed after packet 1024$'
    has "control: counters read at the end" '^ *control: dropped by net: 190$'
    has "control: what was dropped by its rules" 'XDP_DROP +213 '
fi
has "load balancer: sent on" 'XDP_TX +550 '
has "load balancer: connections" 'map conns \(lru_hash\): 230 entries'
has "flows: shot" 'TC_ACT_SHOT +4 '
has "flows: records" 'map events \(ringbuf\): 1,083 records'
has "packets a second" '574,000 packets, .* a second'

# What was written is a capture again, and the load balancer's part of it can be told by its addresses.
json() { "$bin/supervm" run "$build/demo/hello.o" --pcap "$1" --json | tr -d ' \n\t'; }
ok "firewall.pcap" grep -q '"packets":2611\b' <(json "$build/demo/firewall.pcap")
ok "lb.pcap" grep -q '"packets":2870\b' <(json "$build/demo/lb.pcap")
ok "examples run as C" "$bin/supervm" run "$root/examples/bpf/parse_mem.bpf.c" --mem 03000000
equal "as uBPF would: *(int *)mem * 2" '"0x6"' "$("$bin/supervm" run "$root/examples/bpf/parse_mem.bpf.c" --mem 03000000 --json |
    tr -d ' \n\t' | sed 's/.*"result":\([^,}]*\).*/\1/')"
finish
