#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# budgets.sh - programs of bench/ebpf with budgets of all sizes: engines agree on what was done, and where it ended.
. "$(dirname "$0")/lib.sh"
ls "$build"/bench/*.o > /dev/null 2>&1 || skip "no objects in $build/bench"
engines=()
for engine in $("$bin/supervm" engines | cut -d ' ' -f 1); do engines+=(--engine "$engine"); done
"$bin/supervm-budgets" "${engines[@]}" -n 120 "$build"/bench/*.o
