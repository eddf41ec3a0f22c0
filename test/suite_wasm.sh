#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_wasm.sh - the modules of WebAssembly's specification tests: the valid ones are accepted (or
# refused by the name of what is not supported), the others refused.
. "$(dirname "$0")/lib.sh"
dir=$suites/wasm
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
[ -x "$bin/supervm-spectest-valid" ] || skip "built without cJSON"
"$bin/supervm-spectest-valid" "$dir"/{core,simd,bulk-memory,memory64,multi-memory,exceptions,relaxed-simd,proposal-threads}
