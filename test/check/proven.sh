#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# proven.sh - of the accesses in the code of the benchmarks at least 90 % need no check, as an engine counts them.
. "$(dirname "$0")/../lib.sh"
ls "$build"/bench/*.o >/dev/null 2>&1 || skip "no benchmarks were built (no clang for BPF)"
total=0 proven=0
for object in "$build"/bench/*.o; do
    # a packet that is too short for all of them: it is the code that counts
    read -r t p < <("$bin/supervm" run --mem 00 --json "$object" |
        python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["checks_total"], d["checks_proven"])')
    ok "$(basename "$object") runs" test -n "${t:-}"
    total=$((total + ${t:-0})) proven=$((proven + ${p:-0}))
done
echo "$proven of $total accesses need no check"
ok "nine of ten are proven" test $((proven * 10)) -ge $((total * 9))
finish
