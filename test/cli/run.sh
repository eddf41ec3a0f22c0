#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# run.sh - "supervm run" on real input: verdicts, maps, the output pcap, JSON, and the exit statuses.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
data=$root/examples/data
bpf=$build/bpf
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
key() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))
for k in sys.argv[2].split("/"): d=d[k]
print(d)' "$tmp/json" "$1"; }

# --- memory ---
printf 'mov r0, 42\nexit\n' >"$tmp/answer.asm"
printf 'ldxb r0, [r1]\nadd r0, r2\nexit\n' >"$tmp/first.asm"
printf '\003\004\005' >"$tmp/bytes"
equal "no memory" 0x2a "$("$svm" run "$tmp/answer.asm")"
equal "hex" 0xc "$("$svm" run "$tmp/first.asm" --mem 0a0b)"
equal "hex with spaces" 0xd "$("$svm" run "$tmp/first.asm" --mem '0a 0b:0c')"
equal "a file" 0x6 "$("$svm" run "$tmp/first.asm" --mem "$tmp/bytes")"
equal "a path wins over hex" 0x6 "$(cd "$tmp" && cp bytes 0a0b && "$svm" run first.asm --mem 0a0b)"
equal "assembled, as hex" 0x2a "$("$svm" asm "$tmp/answer.asm" | "$svm" run -)"
"$svm" asm "$tmp/answer.asm" -o "$tmp/answer.bin"
equal "raw" 0x2a "$("$svm" run "$tmp/answer.bin")"
equal "an engine by the environment" 1 "$(SVM_ENGINE=interp "$svm" run "$tmp/answer.asm" --repeat 2 | grep -c 'engine interp')"
equal "an empty one is none" 0x2a "$(SVM_ENGINE='' "$svm" run "$tmp/answer.asm")"
equal "repeat says how fast" 1 "$("$svm" run "$tmp/answer.asm" --repeat 1000 | grep -c '1,000 runs, .* engine')"

# --- the contract for scripts ---
"$svm" run "$tmp/first.asm" --mem 0a0b --repeat 10 --json >"$tmp/json"
equal "one line" 1 "$(wc -l <"$tmp/json")"
equal "result" 0xc "$(key result)"
equal "insns" 3 "$(key insns)"
equal "checks_total" 1 "$(key checks_total)"
equal "checks_proven" 0 "$(key checks_proven)"
equal "the keys" "checks_proven checks_total compile_us engine insns ns_per_run result" \
    "$(python3 -c 'import json,sys; print(*sorted(json.load(open(sys.argv[1]))))' "$tmp/json")"

# --- exit statuses ---
printf 'ldxb r0, [r1+100]\nexit\n' >"$tmp/trap.asm"
printf 'loop:\nja loop\nexit\n' >"$tmp/loop.asm"
equal "well" 0 "$(status "$svm" run "$tmp/answer.asm")"
equal "usage" 1 "$(status "$svm" run)"
equal "refused" 2 "$(status "$svm" run "$tmp/nothing.o")"
equal "trap" 3 "$(status "$svm" run "$tmp/trap.asm")"
equal "says where" 1 "$(grep -c 'insn 0 .*trap.asm:1.*: out of bounds memory access' "$tmp/e")"
equal "trap, registers" 3 "$(status "$svm" run "$tmp/trap.asm" --regs)"
printf "mov r1, 64\nmov r3, 7\nmov r4, r3\nlsh r4, 3\nadd r4, r1\nldxdw r0, [r1]\nexit\n" >"$tmp/regs.asm"
ok "registers are exact, dead ones too" grep -q "r4  0000000000000078" <("$svm" run "$tmp/regs.asm" --regs 2>&1)
equal "registers" 11 "$(grep -oE 'r[0-9]+ +[0-9a-f]{16}' "$tmp/e" | wc -l)"
equal "trap in JSON" 3 "$(status "$svm" run "$tmp/trap.asm" --json)"
equal "limit" 4 "$(status "$svm" run "$tmp/loop.asm" --budget 1000)"
equal "limit, with a unit" 4 "$(status "$svm" run "$tmp/loop.asm" --budget 10k)"

[ -f "$bpf/hello.bpf.o" ] || { echo "no clang for BPF: what follows needs objects"; finish; }

# --- packets ---
"$svm" run "$bpf/hello.bpf.o" --pcap "$data/demo.pcap" --json --out "$tmp/all.pcap" >"$tmp/json"
packets=$(key packets)
equal "all pass" "$packets" "$(key verdicts/XDP_PASS)"
equal "counted in .bss" "$packets" "$(key maps/.bss/variables/packets)"
equal "nothing was changed" 0 "$(status cmp "$tmp/all.pcap" "$data/demo.pcap")"
equal "pps" 1 "$(($(key pps) > 0))"
equal "--trace" "$packets" "$("$svm" run "$bpf/hello.bpf.o" --pcap "$data/demo.pcap" --trace | grep -c '^Hello, packet')"
equal "--set" 100 "$("$svm" run "$bpf/hello.bpf.o" --mem 00 --set packets=99 --json --maps >"$tmp/json"; key maps/.bss/variables/packets)"
equal "packets in memory" "0x2 XDP_PASS" "$("$svm" run "$bpf/hello.bpf.o" --mem 001122 | head -n 1)"

"$svm" run "$bpf/firewall.bpf.o" --pcap "$data/demo.pcap" --map-file "$data/firewall.maps" --json --out "$tmp/fw.pcap" >"$tmp/json"
equal "firewall: each packet has a verdict" "$packets" $(($(key verdicts/XDP_PASS) + $(key verdicts/XDP_DROP)))
equal "firewall: counted" "$packets" "$("$svm" run "$bpf/firewall.bpf.o" --pcap "$data/demo.pcap" --maps | grep -o 'packets = [0-9]*, .vlan' | grep -o '[0-9]\+')"
ok "firewall: dropped packets are not written" test "$(stat -c %s "$tmp/fw.pcap")" -lt "$(stat -c %s "$data/demo.pcap")"
equal "firewall: maps as C writes values" 1 "$("$svm" run "$bpf/firewall.bpf.o" --pcap "$data/demo.pcap" --map-file "$data/firewall.maps" --maps |
    grep -c '{.prefixlen = 16, .addr = 0a:42:00:00} -> {.action = 1, .id = 4}')"

"$svm" run "$bpf/lb.bpf.o" --pcap "$data/demo.pcap" --map-file "$data/lb.maps" --json --out "$tmp/lb.pcap" >"$tmp/json"
ok "lb: rewrites" test "$(key verdicts/XDP_TX)" -gt 0
equal "lb: same length" "$(stat -c %s "$data/demo.pcap")" "$(stat -c %s "$tmp/lb.pcap")"
equal "lb: other bytes" 1 "$(status cmp "$tmp/lb.pcap" "$data/demo.pcap")"
"$svm" run "$bpf/flows.bpf.o" --pcap "$data/demo.pcap" --json >"$tmp/json"
ok "flows: a ring buffer with records" test "$(key maps/events/records)" -gt 0
"$svm" run "$bpf/filter.bpf.o" --pcap "$data/demo.pcap" --json >"$tmp/json"
equal "filter: accept and drop" "$packets" $(($(key verdicts/accept) + $(key verdicts/drop)))
"$svm" run "$bpf/tailcall.bpf.o" --prog dispatch --pcap "$data/demo.pcap" --json --repeat 3 >"$tmp/json"
equal "--repeat takes the file again" $((packets * 3)) "$(key packets)"

# --- which program ---
equal "several programs" 1 "$(status "$svm" run "$bpf/tailcall.bpf.o" --pcap "$data/demo.pcap")"
equal "are listed" 1 "$(grep -c dispatch "$tmp/e")"
equal "no such program" 1 "$(status "$svm" run "$bpf/hello.bpf.o" --prog nobody --mem 00)"
equal "it wants packets" 1 "$(status "$svm" run "$bpf/hello.bpf.o")"
equal "raw memory" 0x6 "$("$svm" run "$bpf/parse_mem.bpf.o" --mem 03000000)"
equal "without memory: a trap" 3 "$(status "$svm" run "$bpf/parse_mem.bpf.o")"

# --- C ---
cp "$root/examples/bpf/parse_mem.bpf.c" "$root/examples/bpf/bpf.h" "$tmp"
equal "from C" 0x6 "$("$svm" run "$tmp/parse_mem.bpf.c" --mem 03000000)"
echo 'int broken' >"$tmp/broken.c"
equal "C that does not compile" 2 "$(status "$svm" run "$tmp/broken.c")"
equal "no C file" 2 "$(status "$svm" run "$tmp/none.c")"
equal "out of a pipe" 0x2a "$("$bin/supervm" run --format asm <(printf 'mov r0, 42\nexit\n'))"
finish
