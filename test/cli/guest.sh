#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# guest.sh - "supervm run" on WebAssembly beside eBPF: --bpf, --control.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm guest=$build/wasm/guest.wasm object=$build/wasm/guest.bpf.o
[ -f "$guest" ] && [ -f "$object" ] || skip "no clang and wasm-ld for guests"
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }

equal "maps of an object" 0 "$("$svm" run "$guest" --bpf "$object" --invoke maps)"
equal "programs of an object" 0 "$("$svm" run "$guest" --bpf "$object" --invoke programs)"
equal "a line printed" "one line 0" "$("$svm" run "$guest" --bpf "$object" --invoke rest | xargs)"
ok "under another name they are not found" test "$("$svm" run "$guest" --bpf "$object=x" --invoke maps)" -gt 0
equal "two objects" 0 "$("$svm" run "$guest" --bpf "$object=x" --bpf "$object" --invoke maps)"
equal "two of one name" 2 "$(status "$svm" run "$guest" --bpf "$object" --bpf "$object" --invoke maps)"
ok "says how" grep -q 'the name words is there already: --bpf FILE=NAME makes it NAME.words' "$tmp/e"
equal "without --bpf" 2 "$(status "$svm" run "$guest" --invoke maps)"
ok "says what is missing" grep -q 'function "supervm" "map_open"' "$tmp/e"
equal "no such object" 2 "$(status "$svm" run "$guest" --bpf "$tmp/none" --invoke maps)"
equal "fuel goes along" 4 "$(status "$svm" run "$guest" --bpf "$object" --fuel 100000 --invoke spin)"
equal "time too" 4 "$(status "$svm" run "$guest" --bpf "$object" --timeout 50 --invoke spin)"
equal "--bpf for eBPF" 1 "$(status "$svm" run "$object" --prog sum --mem 00 --bpf "$object")"

# A guest of wasm_bpf brings its object along; packets come by while it waits.
packets=$build/wasm/packets.wasm demo=$root/examples/data/demo.pcap
bpf() { "$svm" run "$packets" "$@" <"$object" 2>"$tmp/e"; }
if [ "${SVM_PCAP:-TRUE}" = TRUE ]; then
    equal "each packet of a capture" 2870 "$(bpf --pcap "$demo" --invoke count)"
    equal "a program's fuel is its own" 2870 "$(bpf --pcap "$demo" --invoke count --fuel 1000000)"
    equal "its maps, when the object goes" "map words (hash): 1 entry 1 -> 2870" "$(bpf --pcap "$demo" --maps --invoke count | grep -A 1 'map words' | xargs)"
    equal "and when it is left open" 1 "$(bpf --pcap "$demo" --maps --invoke trace | grep -c 'map words')"
    equal "no such capture" 2 "$(bpf --pcap "$tmp/none" --invoke count >/dev/null; echo $?)"
fi
equal "packets without --pcap: ENODEV" -19 "$(bpf --invoke count)"
ok "says what is missing" grep -q 'cut (xdp) takes packets: --pcap FILE has them' "$tmp/e"
equal "what is no packet: EOPNOTSUPP" -95 "$(bpf --invoke trace)"
ok "says so" grep -q 'on_exec (tp/syscalls/sys_enter_execve) cannot be attached' "$tmp/e"
equal "waiting for nothing: EINTR" -4 "$(bpf --invoke idle)"
equal "an object that is none: ENOEXEC" -8 "$("$svm" run "$packets" --invoke count 2>"$tmp/e" </dev/null | tail -n 1)"
equal "--pcap for another guest" 1 "$(status "$svm" run "$guest" --bpf "$object" --pcap "$demo" --invoke maps)"
equal "--out for a guest" 1 "$(status "$svm" run "$packets" --pcap "$demo" --out "$tmp/out.pcap" --invoke count)"

control() { status "$svm" run "$object" --prog sum --mem 000000000100000002000000 --trace --control "$1"; }
wat() { # NAME TEXT
    printf '%s' "$2" >"$tmp/$1.wat"
    wat2wasm "$tmp/$1.wat" -o "$tmp/$1.wasm"
}
equal "a control program that exports nothing of it" 0 "$(control "$guest")"
equal "no WebAssembly" 1 "$(control "$object")"
if command -v wat2wasm >/dev/null; then
    wat no '(module (func (export "start") (result i32) (i32.const -13)))'
    equal "start says no" 2 "$(control "$tmp/no.wasm")"
    ok "with its number" grep -q 'no.wasm: start: -13' "$tmp/e"
    wat type '(module (func (export "end") (param i32) (result i32) (local.get 0)))'
    equal "another type" 2 "$(control "$tmp/type.wasm")"
    ok "says which" grep -qF 'end is to be of type () -> (i32)' "$tmp/e"
    wat trap '(module (func (export "end") (result i32) unreachable))'
    equal "a trap" 3 "$(control "$tmp/trap.wasm")"
    wat import '(module (import "env" "f" (func)) (func (export "start") (result i32) (i32.const 0)))'
    equal "another import" 2 "$(control "$tmp/import.wasm")"
    ok "by name" grep -q 'unknown import: "env" "f"' "$tmp/e"
fi
finish
