#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perf.sh - what --perf leaves: names of eBPF and WebAssembly functions for perf report, code and source lines for perf inject.
. "$(dirname "$0")/lib.sh"
"$bin/supervm" engines | grep -q '^jit' || skip "no engine here makes machine code"
export JITDUMPDIR=$tmp
head -c 256 /dev/zero >"$tmp/packet"
cat >"$tmp/spin.wat" <<'WAT'
(module (func $spin_around (export "spin") (param i32) (result i32)
  loop
    local.get 0  i32.const 1  i32.sub  local.tee 0  br_if 0
  end
  local.get 0))
WAT
[ -f "$build/bench/sha256.o" ] && bpf=1 || bpf=
command -v wat2wasm >/dev/null && wat2wasm --debug-names "$tmp/spin.wat" -o "$tmp/spin.wasm" && wasm=1 || wasm=
cat >"$tmp/counts.c" <<'C'
__attribute__((export_name("count"))) unsigned count(unsigned n) {
    unsigned x = 1;
    for (unsigned i = 0; i < n; i++) {
        x = x * 1103515245 + 12345;
        x ^= x >> 7;
    }
    return x;
}
C
"$clang" --target=wasm32 -g -O1 -nostdlib -Wl,--no-entry "$tmp/counts.c" -o "$tmp/counts.wasm" 2>/dev/null && dwarf=1 || dwarf=
[ -n "$bpf$wasm" ] || skip "no eBPF clang and no wat2wasm"

engine=jit
# what, its function, how it is run; $lines: its source
try() {
    local what=$1 name=$2 pid map
    shift 2
    "$bin/supervm" run --engine $engine --perf "$@" >"$tmp/out" 2>&1 &
    pid=$!
    wait "$pid"
    equal "$what: runs" 0 $?
    map=/tmp/perf-$pid.map
    equal "$what: its name in the map" 1 "$(grep -cE "^[0-9a-f]+ [0-9a-f]+ $name\$" "$map")"
    ok "$what: its name in the dump" grep -aq "$name" "$tmp/jit-$pid.dump"
    equal "$what: the dump's head" "JiTD" "$(head -c 4 "$tmp/jit-$pid.dump" | rev)"
    rm -f "$map" "$tmp/jit-$pid.dump"
    perf record -k mono -q -o "$tmp/data" true >/dev/null 2>&1 || { echo "skipped: perf may not record here"; return; }
    perf record -k mono -q -o "$tmp/data" "$bin/supervm" run --engine $engine --perf "$@" >"$tmp/out" 2>&1
    equal "$what: perf report's first" "$name" "$(first "$tmp/data")"
    perf inject -j -i "$tmp/data" -o "$tmp/injected" >/dev/null 2>&1
    equal "$what: the same of what perf inject read" "$name" "$(first "$tmp/injected")"
    ls "$tmp"/jitted-*.so >/dev/null 2>&1
    equal "$what: perf inject found code" 0 $?
    if [ -n "${lines:-}" ]; then
        perf annotate -i "$tmp/injected" --stdio -l "$name" >"$tmp/annotated" 2>/dev/null
        ok "$what: source lines" grep -q "$lines:[0-9]" "$tmp/annotated"
    fi
    rm -f "$tmp"/jitted-*.so "$tmp"/jit-*.dump
    for map in /tmp/perf-*.map; do # the recorded process is gone: its number is in the data
        [ -f "$map" ] && [ -O "$map" ] && ! kill -0 "$(echo "$map" | tr -dc 0-9)" 2>/dev/null && rm -f "$map"
    done
}
first() { perf report -i "$1" --stdio 2>/dev/null | awk '!/^#/ && NF { print $NF; exit }'; }

both() {
    [ -z "$bpf" ] || lines='sha256\.c' try "$engine eBPF" sha256 -n 20000 --budget 10000000 -m "$tmp/packet" "$build/bench/sha256.o"
    [ -z "$wasm" ] || try "$engine WebAssembly" spin_around --fuel 100000000000 --invoke spin "$tmp/spin.wasm" 400000000 # counted: LLVM would leave the loop out
    [ -z "$dwarf" ] || lines='counts\.c' try "$engine WebAssembly of C" count --invoke count "$tmp/counts.wasm" 300000000
}
both
if "$bin/supervm" engines | grep -q '^llvm'; then
    engine=llvm
    export XDG_CACHE_HOME=$tmp
    both
fi
finish
