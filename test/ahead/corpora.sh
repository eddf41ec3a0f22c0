#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# corpora.sh - a fixed part of the .t files and of WebAssembly's specification tests, each program compiled into a shared
# library, opened, and run as native code. make test-all runs all of them (test/long/ahead.sh).
. "$(dirname "$0")/../lib.sh"
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
ok "isa" "$bin/supervm-t" --engine ahead "$root/test/isa"
ok "format" "$bin/supervm-t" --engine ahead "$root/test/format"
ok "hostile, of what is proven" "$bin/supervm-t" --engine ahead --guarded "$root"/test/hostile/[a-c]*.t
if [ -d "$suites/wasm" ] && [ -x "$bin/supervm-spectest" ]; then
    for name in core/{fac,i32,i64,call_indirect,memory_trap,float_memory,elem,switch} simd/{simd_load64_lane,simd_splat} \
        exceptions/throw memory64/float_memory64 bulk-memory/memory_fill multi-memory/load1; do
        file=$suites/wasm/$name.json
        [ -f "$file" ] && ok "$name" "$bin/supervm-spectest" --engine ahead "$file"
    done
fi
finish
