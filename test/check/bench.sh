#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# bench.sh - every program of bench/, and of examples/ for the kernel, is accepted in strict mode.
. "$(dirname "$0")/../lib.sh"
[ -d "$build/bench" ] || skip "no clang for eBPF: nothing was compiled"
objects=()
for object in "$build"/bpf/*.o; do
    case $object in
    */parse_mem.bpf.o | */request.bpf.o) ;; # their input is not one that the kernel has
    *) objects+=("$object") ;;
    esac
done
"$bin/supervm-check-samples" "$build/bench" "$build/bench-maps.o" "${objects[@]}"
