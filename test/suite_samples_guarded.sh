#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_samples_guarded.sh - suite_samples_run.sh again, where what the checker proves is not checked any more.
. "$(dirname "$0")/lib.sh"
dir=$suites/ebpf-samples
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-run-samples" --guarded --expect "$root/test/samples-run.expect" "$dir"
