#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# fuzz.sh - each fuzz target over its corpus and mutations of it, the same each time. Bounded by inputs
# (SVM_FUZZ_RUNS) and by time (SVM_FUZZ_SECONDS); most telling in a sanitizer build.
. "$(dirname "$0")/../lib.sh"
for target in "$bin"/fuzz_*; do
    [ -x "$target" ] || continue
    name=${target##*/fuzz_}
    seeds=()
    for dir in "$root/fuzz/corpus/$name" "$build/bpf"; do [ -d "$dir" ] && seeds+=("$dir"); done
    [ "$name" = elf ] || [ "${#seeds[@]}" -lt 2 ] || unset 'seeds[-1]'
    ok "$name" "$target" -seed=1 -runs="${SVM_FUZZ_RUNS:-20000}" -max_total_time="${SVM_FUZZ_SECONDS:-60}" \
        -artifact_prefix="$build/" "${seeds[@]}"
    tail -n 1 "$tmp/out" | sed "s/^/$name: /"
done
[ "$passed$failed" != 00 ] || skip "no fuzz targets were built"
finish
