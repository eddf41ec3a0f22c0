#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# harden.sh - hardened code of LLVM's, seen as assembly: programs of the benchmarks have no indirect call or jump outside of retpolines, no
# numbers that are not hidden, no tables of them; machines for which it cannot be made are refused; native code that is not hardened is
# refused where that is asked for. What it computes is held against .t files, the specification's tests and random programs.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
[ "$(uname -m)" = x86_64 ] || skip "hardened code is made for x86-64"
export XDG_CACHE_HOME=$tmp/cache

for file in "$build"/bench/{sha256,header_parse,switch270,hash_map,helper_calls,crc32}.o "$build"/bench-wasm/{value_vm,gemm,tokens}.wasm; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    ok "$name" "$bin/supervm" compile --harden "$file" -o "$tmp/hard.s"
    sed -n '/^\t\.section\t\.text\.__llvm_retpoline/q;p' "$tmp/hard.s" >"$tmp/code.s"
    equal "$name: no indirect call or jump" "" "$(grep -nE '^\s+(call|jmp)q?\s+\*' "$tmp/code.s" | head -n 3)"
    ok "$name: retpolines" grep -qE '(call|jmp)q?\s+__llvm_retpoline' "$tmp/code.s"
    equal "$name: no tables" "" "$(grep -nE '^\.L?(JTI|switch\.table)' "$tmp/hard.s" | head -n 3)"
    ok "$name: what is read after a wrong guess" grep -qE '^\s+cmov' "$tmp/code.s"
done

# the numbers that SipHash begins with, as the assembler writes them
seen() {
    grep -cE '\$(8317987319222330741|7237128888997146477|7816392313619706465|8387220255154660723)\b' "$tmp/hard.s"
}
ok "siphash, plain" "$bin/supervm" compile "$build/bench/siphash.o" -o "$tmp/hard.s"
ok "siphash, plain: its numbers stand there" test "$(seen)" -ge 4
ok "siphash" "$bin/supervm" compile --harden "$build/bench/siphash.o" -o "$tmp/hard.s"
equal "siphash: they are hidden" 0 "$(seen)"

ok "not for AArch64" not "$bin/supervm" compile --harden --target aarch64-linux-gnu "$build/bench/crc32.o" -o "$tmp/other.s"
"$bin/supervm" compile --harden --target riscv64-linux-gnu "$build/bench/crc32.o" -o "$tmp/other.s" 2>"$tmp/why"
ok "not for RISC-V: by name" grep -q 'x86-64 only, not for riscv64' "$tmp/why"

printf 'mov r0, 7\nexit\n' >"$tmp/a.asm"
for how in "" --harden; do
    ok "a library${how:+, hardened}" "$bin/supervm" compile $how "$tmp/a.asm" -o "$tmp/a.so"
    equal "it runs" 0x7 "$("$bin/supervm" run --native "$tmp/a.so")"
    equal "where hardened code is asked for" "${how:+0x7}" "$("$bin/supervm" run --harden --native "$tmp/a.so" 2>"$tmp/why")"
done
ok "an executable" "$bin/supervm" compile --harden "$tmp/a.asm" -o "$tmp/a"
equal "it runs" 0x7 "$("$tmp/a")"

for folder in isa hostile format; do
    part "$folder" "$bin/supervm-t" --engine llvm-hardened "$root/test/$folder"
done
dir=$suites/bpf_conformance/tests
[ ! -d "$dir" ] || part "conformance" "$bin/supervm-suite-bpf" --engine llvm-hardened "$dir"
ok "random modules" "$bin/supervm-wasmdiff" --engine interp --engine llvm-fast-hardened --first 1 --count 20
finish
