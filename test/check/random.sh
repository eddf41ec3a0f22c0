#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# random.sh - random and changed programs: the checker against the kernel, where it may be asked, and against runs with
# every check. SVM_PROGRAMS (3000) of them from number SVM_FIRST (0) on.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm-checkfuzz" --first "${SVM_FIRST:-0}" --count "${SVM_PROGRAMS:-3000}" --differs "$root/test/check/differs.txt" \
    "$root/test/check" "$build/bpf" "$build/bench"
