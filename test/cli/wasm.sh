#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# wasm.sh - "supervm run" on WebAssembly: arguments and results by type, traps, limits, what is missing.
. "$(dirname "$0")/../lib.sh"
command -v wat2wasm >/dev/null || skip "no wat2wasm (of wabt)"
svm=$bin/supervm
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
cat >"$tmp/a.wat" <<'EOF'
(module
  (memory 1)
  (func (export "_start"))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "echo") (param i64 f32 f64) (result f64 f32 i64) (local.get 2) (local.get 1) (local.get 0))
  (func (export "v") (param v128) (result v128) (local.get 0))
  (func (export "ref") (param externref) (result externref) (local.get 0))
  (func (export "null") (result funcref) (ref.null func))
  (func $inner (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "load") (param i32) (result i32) (call $inner (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "spin") (loop (br 0))))
EOF
cp "$tmp/a.wat" "$tmp/a.txt"
wat2wasm --debug-names "$tmp/a.wat" -o "$tmp/a.wasm"
m=$tmp/a.wasm

equal "add" 42 "$("$svm" run "$m" --invoke add 40 2)"
equal "all functions compiled first, in three threads" 42 "$("$svm" run --eager 3 "$m" --invoke add 40 2)"
equal "from text" 42 "$("$svm" run "$tmp/a.wat" --invoke add 40 2)"
equal "negative, hex, wrapped" -1 "$("$svm" run "$m" --invoke add -- 0x7fffffff 0x80000000)"
equal "several results" "0.3 0.1 -9223372036854775808" \
    "$("$svm" run "$m" --invoke echo -- -9223372036854775808 0.1 0.3 | xargs)"
equal "vectors" 0x000102030405060708090a0b0c0d0e0f "$("$svm" run "$m" --invoke v 0x102030405060708090a0b0c0d0e0f)"
equal "references" "7 null" "$(echo "$("$svm" run "$m" --invoke ref 7)" "$("$svm" run "$m" --invoke null)")"
equal "repeat says how fast" 1 "$("$svm" run "$m" --repeat 100 --invoke add 1 2 | grep -c '^100 calls, .* engine')"
equal "_start" 0 "$(status "$svm" run "$m")"

equal "a wrong number" 1 "$(status "$svm" run "$m" --invoke add 1 4294967296)"
ok "says which" grep -q '4294967296: argument 2 of add is of type i32' "$tmp/e"
equal "too few" 1 "$(status "$svm" run "$m" --invoke add 1)"
equal "no such function" 1 "$(status "$svm" run "$m" --invoke nothing)"
ok "says which there are" grep -q '^  spin$' "$tmp/e"
equal "eBPF's options" 1 "$(status "$svm" run "$m" --mem 00)"

equal "trap" 3 "$(status "$svm" run "$m" --invoke load 65535)"
ok "says where" grep -q 'a.wasm: function 6 "inner", offset 0x.*: out of bounds memory access' "$tmp/e"
ok "and who called" grep -q 'called by function 7 "load", offset 0x' "$tmp/e"
if [ -f "$build/wasm/lines-5-0.wasm" ]; then # clang and wasm-ld made it
    equal "trap, debug information" 3 "$(status "$svm" run "$build/wasm/lines-5-0.wasm" --invoke outer 7)"
    ok "names the line" grep -q '"inner", offset 0x.* (lines.c:11): integer divide by zero' "$tmp/e"
    ok "of each call" grep -q 'called by function 2 "outer", offset 0x.* (lines.c:23)' "$tmp/e"
    ok "disasm -S" grep -q '^; lines.c:17$' <("$svm" disasm -S "$build/wasm/lines-5-0.wasm")
else
    echo "skipped: source lines (no wasm-ld)"
fi
equal "fuel" 4 "$(status "$svm" run "$m" --fuel 1000 --invoke spin)"
ok "says so" grep -q 'instruction budget spent' "$tmp/e"
equal "timeout" 4 "$(status "$svm" run "$m" --timeout 50 --budget 1000000000000 --invoke spin)"
ok "says so" grep -q 'interrupted' "$tmp/e"
equal "timeout, any number of instructions" 4 "$(status "$svm" run "$m" --timeout 50 --invoke spin)"
ok "says so" grep -q 'interrupted' "$tmp/e"
equal "neither: it ends by a signal" 130 "$(status timeout --preserve-status -k 9 -s INT 0.5 env --default-signal=INT "$svm" run "$m" --invoke spin)"
counts() { "$svm" run "$m" --repeat 3 "$@" --invoke add 1 2 | grep -c 'ns each, [0-9,]* instructions the last, engine'; }
equal "nobody asks for a count" 0 "$(counts)"
equal "--fuel" 1 "$(counts --fuel 100000)"
equal "--timeout" 1 "$(counts --timeout 10000)"
equal "--stats" 1 "$(counts --stats)"
equal "max-memory" -1 "$("$svm" run "$m" --max-memory 131072 --invoke grow 2)"
equal "max-memory, within" 1 "$("$svm" run "$m" --max-memory 131072 --invoke grow 1)"

echo '(module (import "env" "f" (func (param i32))) (import "env" "m" (memory 1)) (func (export "g")))' >"$tmp/i.wat"
equal "missing imports" 2 "$(status "$svm" run "$tmp/i.wat" --invoke g)"
equal "all of them" 2 "$(grep -c '"env"' "$tmp/e")"
echo '(module (func $f unreachable) (start $f))' >"$tmp/s.wat"
equal "a start function that traps" 3 "$(status "$svm" run "$tmp/s.wat" --invoke g)"
echo '(module (func $f (loop (br 0))) (start $f))' >"$tmp/s.wat"
equal "one that does not end" 4 "$(status "$svm" run "$tmp/s.wat" --fuel 1000 --invoke g)"
equal "no wat2wasm" 2 "$(PATH=/nowhere status "$svm" run "$tmp/a.wat" --invoke g)"
ok "is named" grep -q 'wat2wasm' "$tmp/e"
finish
