#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# disasm_vs_objdump.sh - our disassembly of real objects, line by line against llvm-objdump's.
# Objects: the examples and benchmarks, and the samples of real projects where they are. One test an object.
. "$(dirname "$0")/lib.sh"
for objdump in llvm-objdump-19 llvm-objdump llvm-objdump-22 ''; do command -v "$objdump" >/dev/null && break; done
[ -n "$objdump" ] || skip "no llvm-objdump"
[ -x "$bin/supervm-objdump" ] || skip "built without libelf"

# "     4:       r1 = 0x7 ll" in a section -> "SECTION 4: r1 = 0x7 ll"; notes such as <LBB0_1> go
theirs() {
    "$objdump" -d --no-show-raw-insn --triple=bpfel --mcpu=v4 "$1" 2>/dev/null |
        awk '/^Disassembly of section / { section = substr($4, 1, length($4) - 1) }
             /^ *[0-9]+:/ { gsub(/ *<[^<>]*>$/, ""); n = $1; sub(/^ *[0-9]+:[ \t]*/, ""); print section, n, $0 }'
}
# llvm-objdump writes calls of helpers and of subprograms alike
ours() { "$bin/supervm-objdump" "$1" 2>"$tmp/err" | sed 's/: call local +\{0,1\}/: call /'; }

lines=0
for object in "$build"/bpf/*.o "$build"/bench/*.o "$suites"/ebpf-samples/*/*.o; do
    [ -f "$object" ] || continue
    theirs "$object" >"$tmp/theirs"
    ours "$object" >"$tmp/ours"
    lines=$((lines + $(wc -l <"$tmp/theirs")))
    ok "$(basename "$object")" diff "$tmp/theirs" "$tmp/ours"
done
echo "$lines lines compared with $objdump"
finish
