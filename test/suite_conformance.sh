#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_conformance.sh - the programs of bpf_conformance, in every engine.
. "$(dirname "$0")/lib.sh"
dir=$suites/bpf_conformance/tests
[ -d "$dir" ] || skip "no suite at $dir (set SVM_SUITES)"
"$bin/supervm-suite-bpf" "$dir"
