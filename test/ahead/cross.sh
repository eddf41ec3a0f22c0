#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cross.sh - executables for other machines do under qemu what they do here: results, traps, limits, packets, WebAssembly.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
bpf=$build/bpf
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
cd "$tmp" || exit 1

# Arithmetic of every width, calls, the stack, memory of the host's, byte orders, atomics, a loop.
cat >work.asm <<'A'
mov64 r6, r1
mov64 r7, r2
mov64 r0, 0x9e3779b9
mov64 r8, 0
loop:
jge r8, r7, done
mov64 r3, r6
add64 r3, r8
ldxb r4, [r3]
xor64 r0, r4
mul64 r0, 0x85ebca6b
mov64 r5, r0
rsh64 r5, 13
xor64 r0, r5
stxdw [r10-8], r0
ldxw r4, [r10-4]
add32 r0, r4
be32 r4
sub64 r0, r4
div64 r0, 3
mod32 r4, 7
arsh64 r0, 1
add64 r0, r4
mov64 r9, 5
lock add [r10-8], r9
ldxdw r4, [r10-8]
xor64 r0, r4
add64 r8, 1
ja loop
done:
exit
A
printf 'ldxb r0, [r1+100]\nexit\n' >trap.asm
printf 'loop:\nja loop\nexit\n' >loop.asm
cat >w.wat <<'W'
(module (memory 1) (table 2 funcref) (elem (i32.const 0) $fib $id) (type $f (func (param i64) (result i64)))
  (func $id (type $f) local.get 0)
  (func $fib (type $f) (if (result i64) (i64.lt_u (local.get 0) (i64.const 2)) (then (local.get 0))
    (else (i64.add (call_indirect (type $f) (i64.sub (local.get 0) (i64.const 1)) (i32.const 0))
                   (call $fib (i64.sub (local.get 0) (i64.const 2)))))))
  (func (export "fib") (type $f) (call $fib (local.get 0)))
  (func (export "float") (param f64 f32) (result f64)
    (f64.store (i32.const 8) (f64.sqrt (f64.mul (local.get 0) (f64.promote_f32 (local.get 1)))))
    (f64.add (f64.load (i32.const 8)) (f64.nearest (local.get 0))))
  (func (export "simd") (param i32) (result i32)
    (i32x4.extract_lane 2 (i32x4.mul (i32x4.splat (local.get 0)) (v128.const i32x4 1 2 3 4))))
  (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "trunc") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "nothing") (param i32) (result i64) (call_indirect (type $f) (i64.const 1) (local.get 0))))
W
# Tail calls between functions of several types, directly, by a table, to the host's; several results, vectors, a million rounds.
cat >t.wat <<'W'
(module (memory 1) (table 2 funcref) (elem (i32.const 0) $odd $pair)
  (type $odd (func (param i64 f64 i32) (result i32 f64))) (type $pair (func (param v128) (result i32 f64)))
  (func $even (param i64 i32) (result i32 f64)
    (if (i64.eqz (local.get 0)) (then (return_call $pair (i32x4.splat (local.get 1)))))
    (return_call $odd (i64.sub (local.get 0) (i64.const 1)) (f64.const 0.5) (i32.add (local.get 1) (i32.const 3))))
  (func $odd (type $odd)
    (if (i64.eqz (local.get 0)) (then (return (local.get 2) (local.get 1))))
    (return_call $even (i64.sub (local.get 0) (i64.const 1)) (local.get 2)))
  (func $pair (type $pair) (i32x4.extract_lane 3 (local.get 0)) (f64.const 2.25))
  (func (export "count") (param i64) (result i32 f64) (call $even (local.get 0) (i32.const 1)))
  (func (export "table") (param i64 i32) (result i32 f64)
    (return_call_indirect (type $odd) (local.get 0) (f64.const 7.5) (local.get 1) (local.get 1)))
  (func (export "sum") (param i32) (result i64) (local i64)
    (call $odd (i64.const 0) (f64.const 1) (local.get 0)) drop i64.extend_i32_s local.set 1
    (return_call $wide (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7)
      (i64.const 8) (i64.const 9) (local.get 1)))
  (func $wide (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
    (i64.sub (i64.mul (local.get 0) (local.get 9)) (i64.add (local.get 8) (local.get 4)))))
W

tried=0
for machine in x86_64 aarch64 riscv64; do
    [ -f "$build/lib/supervm/$machine/libsupervm-rt.a" ] && [ "$machine" != "$(uname -m)" ] || continue
    qemu=$(command -v "qemu-$machine-static" || command -v "qemu-$machine") || continue
    run() { "$qemu" -L "/usr/$machine-linux-gnu" "$@"; }
    tried=1
    ok "$machine: a trap compiles" "$svm" compile trap.asm --target "$machine-linux-gnu" --emit exe -o probe
    for mem in 00 0102030405060708090a0b0c0d0e0f10 ff8000; do
        ok "$machine: compiles" "$svm" compile work.asm --target "$machine-linux-gnu" --emit exe -o work
        equal "$machine: work on $mem" "$("$svm" run --engine interp work.asm --mem $mem)" "$(run ./work --mem $mem)"
    done
    "$svm" compile work.asm --verify off --unsafe -O3 --target "$machine-linux-gnu" --emit exe -o work
    equal "$machine: without checks" "$("$svm" run --engine interp work.asm --mem 0102)" "$(run ./work --mem 0102)"
    equal "$machine: a trap" 3 "$(status run ./probe --mem 00)"
    ok "$machine: where" grep -q 'insn 0 .*: out of bounds memory access' e
    "$svm" compile loop.asm --target "$machine-linux-gnu" --emit exe -o loop
    equal "$machine: a limit" 4 "$(status run ./loop --budget 100000)"
    for p in hello parse_mem firewall; do
        [ -f "$bpf/$p.bpf.o" ] || continue
        packet=00112233445566778899aabb08004500002c00000000400600000a0000010a000002aaaa005000000000000000005002000000000000020405b4
        ok "$machine: $p compiles" "$svm" compile "$bpf/$p.bpf.o" --target "$machine-linux-gnu" --emit exe -o "$p"
        equal "$machine: $p" "$("$svm" run --engine interp "$bpf/$p.bpf.o" --mem $packet)" "$(run "./$p" --mem $packet)"
    done
    command -v wat2wasm >/dev/null || continue
    ok "$machine: WebAssembly compiles" "$svm" compile w.wat --target "$machine-linux-gnu" --emit exe -o w
    for call in "fib 20" "float 2.5 3.25" "simd 7" "peek 4" "peek 65533" "trunc 1e30" "trunc 7.9" "nothing 1" "nothing 2"; do
        set -- $call
        want=$(status "$svm" run --engine interp w.wat --invoke "$@")$(cat o; sed 's/^supervm: [^ ]* *//' e)
        got=$(status run ./w "$@")$(cat o; sed 's/^supervm: [^ ]* *//' e)
        equal "$machine: $call" "$want" "$got"
    done
    ok "$machine: tail calls compile" "$svm" compile t.wat --target "$machine-linux-gnu" --emit exe -o t
    for call in "count 0" "count 1" "count 1000000" "count 999999" "table 4 0" "table 5 0" "table 5 1" "table 5 2" "sum 12"; do
        set -- $call
        want=$(status "$svm" run --engine interp t.wat --invoke "$@")$(cat o; sed 's/^supervm: [^ ]* *//' e)
        got=$(status run ./t "$@")$(cat o; sed 's/^supervm: [^ ]* *//' e)
        equal "$machine: $call" "$want" "$got"
    done
done
[ $tried = 1 ] || skip "no qemu-user, or no cross compiler when this was built"
finish
