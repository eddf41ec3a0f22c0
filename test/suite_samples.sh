#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_samples.sh - the objects of real projects: loaded and disassembled, or refused for the reason
# that test/samples.expect names.
. "$(dirname "$0")/lib.sh"
dir=$suites/ebpf-samples
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-samples" --expect "$root/test/samples.expect" "$dir"
