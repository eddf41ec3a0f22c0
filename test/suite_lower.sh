#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_lower.sh - every valid module of WebAssembly's specification tests becomes bytecode, and that passes validation.
. "$(dirname "$0")/lib.sh"
dir=$suites/wasm
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-lower" -q "$dir"/*/*.wasm
