#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# llvm_ebpf.sh - eBPF by LLVM at level 2: the programs of real projects on packets of every kind, more random programs.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
export XDG_CACHE_HOME=$tmp/cache
[ ! -x "$bin/unit-engine_random" ] || ok "random programs" env SVM_ENGINE=llvm "$bin/unit-engine_random" 4000 1000
[ ! -x "$bin/unit-engine_rows" ] || ok "rows" env SVM_ENGINE=llvm "$bin/unit-engine_rows" 500 1000
if [ -d "$suites/ebpf-samples" ] && [ -x "$bin/supervm-run-samples" ]; then
    for guarded in "" --guarded; do # shellcheck disable=SC2086
        part "programs of real projects $guarded" "$bin/supervm-run-samples" --engine llvm $guarded --expect "$root/test/samples-run.expect" \
            "$suites/ebpf-samples"
    done
fi
finish
