#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# native.sh - "supervm disasm --native": the listing without it is all there, in its order, machine code stands between, without gaps, and
# all of it is understood where capstone is there.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
"$svm" engines | grep -q '^jit' || skip "no engine here makes machine code"

machine='^ {4,24}[0-9a-f]+:  [0-9a-f]{2}( [0-9a-f]{2})*'
check() { # what, file
    "$svm" disasm -S "$2" >"$tmp/plain"
    "$svm" disasm -S --native "$2" >"$tmp/native" 2>"$tmp/err"
    equal "$1: listed" 0 $?
    grep -vE "$machine" "$tmp/native" | grep -v "out of line$" >"$tmp/rest"
    ok "$1: the same listing" diff "$tmp/plain" "$tmp/rest"
    # each function's code begins at 0, and each line where the one before it ends
    awk '/^[0-9a-f]+ </ { at = 0 }
         /^ +[0-9a-f]+:  [0-9a-f][0-9a-f]/ {
             n = 0; for (i = 2; i <= NF && $i ~ /^[0-9a-f][0-9a-f]$/; i++) n++
             sub(/:$/, "", $1); if ($1 != sprintf("%x", at)) { print "gap before " $0; exit 1 }
             at += n; lines++
         }
         END { exit lines == 0 }' "$tmp/native" >"$tmp/gaps"
    equal "$1: no gaps" 0 $?
    head -n 3 "$tmp/gaps"
    if strings -a "$svm" | grep -q '^libcapstone' && ldconfig -p | grep -q libcapstone; then
        equal "$1: all of it is understood" "" "$(grep -E "$machine" "$tmp/native" | grep -vE '[0-9a-f]{2} +[a-z]' | head -n 3)"
    fi
}

printf 'mov r0, 7\nmov r1, r2\nadd r0, r1\njgt r0, 9, +1\ndiv r0, r1\nexit\n' >"$tmp/a.asm"
check assembly "$tmp/a.asm"
for object in "$build"/bench/{sha256,header_parse,switch270,hash_map,calls}.o "$build"/bpf/firewall.bpf.o; do
    [ ! -f "$object" ] || check "$(basename "$object")" "$object"
done
if command -v wat2wasm >/dev/null; then
    cat >"$tmp/f.wat" <<'WAT'
(module (memory 1)
  (func $f (param f64 i32) (result f64)
    local.get 0  f64.const 1.5  f64.min  local.get 1  f64.load offset=8  f64.add  f64.sqrt)
  (func $g (export "g") (param v128 i32) (result v128)
    local.get 0  local.get 1  i8x16.splat  i8x16.avgr_u  v128.const i64x2 7 9  i64x2.mul))
WAT
    wat2wasm --debug-names "$tmp/f.wat" -o "$tmp/f.wasm"
    check WebAssembly "$tmp/f.wasm"
    equal "one function" 1 "$("$svm" disasm --native -p g "$tmp/f.wasm" | grep -c '^[0-9a-f]\{16\} <')"
fi
cat >"$tmp/part.svm" <<'SVM'
.export func whole "whole"
.func part (i32) -> (i32)
w0 += 1
ret r0, 1
.func whole (i32) -> (i32)
callt r0, 1, func[part]
ret r0, 1
SVM
if "$svm" engines | grep -q '^llvm'; then
    "$svm" disasm --native -e llvm --format svmasm "$tmp/part.svm" >"$tmp/native" 2>"$tmp/err"
    equal "a function that is part of its callers: listed" 0 $?
    equal "both stand there" 2 "$(grep -c '^[0-9a-f]\{16\} <' "$tmp/native")"
    ok "there is code" grep -qE "$machine" "$tmp/native"
fi
"$svm" disasm --native -e interp "$tmp/a.asm" >"$tmp/said" 2>&1
equal "an engine without machine code" 2 $?
ok "which says so" grep -q 'makes no machine code' "$tmp/said"
"$svm" disasm -e jit "$tmp/a.asm" >"$tmp/out" 2>&1
equal "--engine without --native" 1 $?
finish
