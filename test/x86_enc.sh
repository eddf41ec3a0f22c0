#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# x86_enc.sh - what the encoder of x86-64 writes: a case of each row as test/x86_enc.expect has it, then every row with all registers and
# forms of addresses against LLVM's disassembler, each of which counts as a test. SVM_FULL=1: millions of them.
. "$(dirname "$0")/lib.sh"
"$bin/supervm-x86-enc" --brief >"$tmp/brief"
ok "a case of each row" diff "$root/test/x86_enc.expect" "$tmp/brief"

for mc in llvm-mc-19 llvm-mc llvm-mc-22 ''; do command -v "$mc" >/dev/null && break; done
if [ -n "$mc" ]; then
    "$bin/supervm-x86-enc" ${SVM_FULL:+--full} "$tmp/bytes" "$tmp/text"
    "$mc" --disassemble --triple=x86_64 -mattr=+avx2,+bmi,+bmi2,+lzcnt,+popcnt,+movbe --output-asm-variant=1 \
        "$tmp/bytes" 2>"$tmp/err" | sed '1{/\.text/d}; s/^\t//; s/[ \t]*#.*//; s/\t\t*/ /g' >"$tmp/llvm"
    diff "$tmp/text" "$tmp/llvm" >"$tmp/diff"
    ok "llvm-mc understands all of it" test ! -s "$tmp/err"
    wrong=$(grep -c '^<' "$tmp/diff")
    head -n 10 "$tmp/diff"
    passed=$((passed + $(wc -l <"$tmp/bytes") - wrong)) failed=$((failed + wrong))
else
    echo "skipped: no llvm-mc to hold the encoder against"
fi
finish
