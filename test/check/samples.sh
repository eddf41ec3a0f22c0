#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# samples.sh - strict verdicts of the programs of real projects: test/check/samples.expect.
. "$(dirname "$0")/../lib.sh"
dir=$suites/ebpf-samples
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-check-samples" --expect "$root/test/check/samples.expect" "$dir"
