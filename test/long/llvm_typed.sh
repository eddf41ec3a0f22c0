#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# llvm_typed.sh - typed functions by LLVM: all of the specification's tests at level 2, random modules at level 1.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
dir=$suites/wasm
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
[ -x "$bin/supervm-spectest" ] || skip "built without cJSON"
for file in "$dir"/{core,simd,bulk-memory,memory64,multi-memory,exceptions,relaxed-simd,proposal-threads}/*.json; do
    ok "${file#"$dir"/}" timeout 300 "$bin/supervm-spectest" --engine llvm "$file"
done
ok "random modules" "$bin/supervm-wasmdiff" --engine interp --engine llvm-fast --first 1000 --count 250
finish
