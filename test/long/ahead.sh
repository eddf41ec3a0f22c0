#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ahead.sh - all .t files, and WebAssembly's specification tests, as native code of shared libraries (test/ahead/corpora.sh).
. "$(dirname "$0")/../lib.sh"
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
for dir in isa hostile format; do
    ok "$dir" "$bin/supervm-t" --engine ahead "$root/test/$dir"
    ok "$dir, of what is proven" "$bin/supervm-t" --engine ahead --guarded "$root/test/$dir"
done
if [ -d "$suites/wasm" ] && [ -x "$bin/supervm-spectest" ]; then
    for file in "$suites"/wasm/{core,simd,bulk-memory,memory64,multi-memory,exceptions,relaxed-simd,proposal-threads}/*.json; do
        ok "$(basename "$file")" "$bin/supervm-spectest" --engine ahead "$file"
    done
fi
finish
