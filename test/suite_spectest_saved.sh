#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_spectest_saved.sh - the specification's tests again, each module out of a .svm file.
. "$(dirname "$0")/lib.sh"
dir=$suites/wasm
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
[ -x "$bin/supervm-spectest" ] || skip "built without cJSON"
"$bin/supervm-spectest" --saved "$dir"/{core,simd,bulk-memory,memory64,multi-memory,exceptions,relaxed-simd,proposal-threads}/*.json
