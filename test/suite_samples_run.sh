#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_samples_run.sh - the programs of real projects run on packets of every kind, valid and broken, with
# maps empty and full: no helper is missing and nothing traps, but for what test/samples-run.expect names.
. "$(dirname "$0")/lib.sh"
dir=$suites/ebpf-samples
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-run-samples" --expect "$root/test/samples-run.expect" "$dir"
