#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_spectest.sh - WebAssembly's specification tests in every engine that runs them. The folders gc,
# proposal-wide-arithmetic and proposal-custom-page-sizes are of features that are refused by name.
. "$(dirname "$0")/lib.sh"
dir=$suites/wasm
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
[ -x "$bin/supervm-spectest" ] || skip "built without cJSON"
"$bin/supervm-spectest" "$dir"/{core,simd,bulk-memory,memory64,multi-memory,exceptions,relaxed-simd,proposal-threads}/*.json
