#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# svm.sh - "supervm compile", and what info, disasm and run make of a .svm file and of WebAssembly.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
key() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))
for k in sys.argv[2].split("/"): d=d[int(k) if k.isdigit() else k]
print(d)' "$tmp/json" "$1"; }

# --- assembly ---
printf 'mov r0, 42\nexit\n' >"$tmp/answer.asm"
equal "compiles" 0 "$(status "$svm" compile "$tmp/answer.asm" -o "$tmp/answer.svm")"
equal "runs" 0x2a "$("$svm" run "$tmp/answer.svm")"
equal "its format" svm "$("$svm" info --json "$tmp/answer.svm" | python3 -c 'import json,sys; print(json.load(sys.stdin)["format"])')"
equal "compiled again" 0 "$(status "$svm" compile "$tmp/answer.svm" -o "$tmp/again.svm"; cmp "$tmp/answer.svm" "$tmp/again.svm")"
equal "no output named" 1 "$(status "$svm" compile "$tmp/answer.asm")"
equal "no input" 1 "$(status "$svm" compile -o "$tmp/x.svm")"
equal "not writable" 2 "$(status "$svm" compile "$tmp/answer.asm" -o "$tmp/none/x.svm")"

# --- what is wrong with a file is said ---
size=$(wc -c <"$tmp/answer.svm")
head -c $((size - 3)) "$tmp/answer.svm" >"$tmp/short.svm"
equal "too short" 2 "$(status "$svm" info "$tmp/short.svm")"
ok "says so" grep -q 'short.svm: the file ends in section' "$tmp/e"
{ printf '\0svm\377\0\0\0'; tail -c +9 "$tmp/answer.svm"; } >"$tmp/new.svm"
equal "too new" 2 "$(status "$svm" info "$tmp/new.svm")"
ok "says which" grep -q 'version 255.0 of the .svm format, where this build reads version 1' "$tmp/e"
cat "$tmp/answer.svm" <(printf '\252\0\0\0\0\0\0\0') >"$tmp/more.svm"
equal "unknown section" 2 "$(status "$svm" info "$tmp/more.svm")"
ok "says that" grep -q 'unknown section 170' "$tmp/e"

# --- objects ---
if [ -f "$build/bpf/firewall.bpf.o" ]; then
    run() { "$svm" run "$1" --pcap "$root/examples/data/demo.pcap" --map-file "$root/examples/data/firewall.maps" --maps |
        grep -v ' ns each, ' | sort; } # times and the order of hash maps differ from run to run
    "$svm" compile "$build/bpf/firewall.bpf.o" -o "$tmp/firewall.svm"
    equal "the same verdicts and maps" "$(run "$build/bpf/firewall.bpf.o")" "$(run "$tmp/firewall.svm")"
    listing() { "$svm" disasm -S "$1" | tail -n +4; }
    equal "the same listing" "$(listing "$build/bpf/firewall.bpf.o")" "$(listing "$tmp/firewall.svm")"
fi

# --- WebAssembly ---
fib=$build/bench-wasm/fib.wasm
[ -f "$fib" ] || { echo "no wasm-ld: what follows needs modules"; finish; }
"$svm" info "$fib" >"$tmp/text"
ok "an export" grep -qE '^  bench +function \(i32\) -> \(i32\)$' "$tmp/text"
ok "a memory" grep -qE '^  memory +memory   [0-9]+ pages$' "$tmp/text"
ok "a custom section" grep -qE '^  producers +[0-9]+ bytes$' "$tmp/text"
"$svm" info --functions --json "$fib" >"$tmp/json"
equal "JSON: an export" bench "$(key exports/1/name)"
equal "JSON: its type" "(i32) -> (i32)" "$(key exports/1/type)"
equal "JSON: functions" bench "$(key functions/0/name)"
equal "JSON: custom sections" name "$(key custom_sections/0/name)"
"$svm" disasm "$fib" >"$tmp/text"
ok "the input's instructions" grep -qE '^ +[0-9a-f]+: call [0-9]+ <fib>$' "$tmp/text"
ok "and the bytecode" grep -qE '^ +[0-9]+:.callt r[0-9]+, 1' "$tmp/text"
equal "one function" 1 "$("$svm" disasm -p bench "$fib" | grep -c '^[0-9a-f]\{16\} <')"
bytecode() { "$svm" disasm --no-show-raw-insn "$1" | grep -P '^ {10,20}[0-9]+:\t|^[0-9a-f]{16} <'; }
for wasm in "$build"/bench-wasm/*.wasm; do
    name=$(basename "$wasm" .wasm)
    "$svm" compile "$wasm" -o "$tmp/$name.svm"
    equal "$name: the same bytecode" "$(bytecode "$wasm")" "$(bytecode "$tmp/$name.svm")"
    equal "$name: the same result" "$("$svm" run "$wasm" --invoke bench 3)" "$("$svm" run "$tmp/$name.svm" --invoke bench 3)"
done
finish
