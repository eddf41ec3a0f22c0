#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_negative.sh - bpf_conformance's programs that must be refused: at load, or by the assembler.
. "$(dirname "$0")/lib.sh"
dir=$suites/bpf_conformance/negative
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-suite-bpf" --negative "$dir"
