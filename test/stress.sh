#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# stress.sh - eight threads run a program that uses maps of every kind (stress.bpf.c), and the examples: what the
# maps hold afterwards adds up. Under ThreadSanitizer (-DSVM_SANITIZE=thread) each race that test/tsan.supp does
# not name is a failure.
. "$(dirname "$0")/lib.sh"
svm=$bin/supervm
data=$root/examples/data
[ -n "$clang" ] || skip "no clang for BPF"
[ "${SVM_PCAP:-TRUE}" = TRUE ] || skip "a build without libpcap"
export TSAN_OPTIONS="suppressions=$root/test/tsan.supp ${TSAN_OPTIONS:-}"
ok "compiles" "$clang" -O2 -g -target bpf -mcpu=v3 -I "$root/examples/bpf" -c "$root/test/stress.bpf.c" -o "$tmp/stress.o"
"$svm" run "$tmp/stress.o" --prog stress --pcap "$data/demo.pcap" --workers 8 --repeat 20 --stats --json >"$tmp/json" 2>"$tmp/err"
equal "it runs through" 0 $?
head -n 60 "$tmp/err"
[ -s "$tmp/json" ] || finish
get() { python3 -c 'import json,sys
d=json.load(open(sys.argv[1])); m=d["maps"]; v=m[".bss"]["variables"]
hexint=lambda t: int.from_bytes(bytes.fromhex(t), "little")
print(eval(sys.argv[2]))' "$tmp/json" "$1"; }
n=57400
equal "packets" "$n" "$(get 'v["packets"]')"
equal "nothing was seen half" 0 "$(get 'v["broken"]')"
equal "none trapped" "$n" "$(get 'd["verdicts"]["XDP_PASS"] + d["verdicts"]["XDP_DROP"]')"
equal "tail calls" "$(get 'd["verdicts"]["XDP_PASS"]')" "$(get 'v["jumped"]')"
equal "under locks" "$n $n" "$(get 'sum(e["formatted"]["value"]["a"] for e in m["locked"]["entries"])') $(get 'sum(e["formatted"]["value"]["b"] for e in m["locked"]["entries"])')"
equal "in the CPUs' own slots" "$n" "$(get 'sum(hexint(v) for e in m["percpu"]["entries"] for v in e["values"])')"
equal "records" True "$(get 'v["records"] == m["ring"]["records"] and v["records"] + d["stats"]["lost"] == v["packets"]')"
ok "lists: no more popped than pushed" test "$(get 'v["pushed"] - v["popped"]')" -ge 0
ok "lists: what is left fits" test "$(get 'v["pushed"] - v["popped"]')" -le 64
ok "the LRU map is bounded" test "$(get 'len(m["recent"]["entries"])')" -le 32
equal "statistics" "$n" "$(get 'd["stats"]["runs"]')"
for example in flows firewall lb filter hello; do
    ok "$example" "$svm" run "$build/bpf/$example.bpf.o" --pcap "$data/demo.pcap" --workers 8 --repeat 2 --maps
done
finish
