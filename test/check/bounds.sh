#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# bounds.sh - of each benchmark it is found how many instructions a run takes at most (that none takes more: budgets.sh).
. "$(dirname "$0")/../lib.sh"
ls "$build"/bench/*.o >/dev/null 2>&1 || skip "no benchmarks were built (no clang for BPF)"
for object in "$build"/bench/*.o; do
    ok "$(basename "$object") has a bound" grep -q ", a run takes at most" <("$bin/supervm" verify "$object")
done
finish
