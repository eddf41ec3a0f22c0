#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# random.sh - random and changed programs: the checker against the kernel, where it may be asked, and in each engine runs with
# what is proven against runs with every check in the fastest. SVM_PROGRAMS (3000) of them from number SVM_FIRST (0) on.
. "$(dirname "$0")/../lib.sh"
kernel=
for engine in $("$bin/supervm" engines | awk '{ print $1 }'); do
    echo "$engine:"
    "$bin/supervm-checkfuzz" --engine "$engine" $kernel --first "${SVM_FIRST:-0}" --count "${SVM_PROGRAMS:-3000}" \
        --differs "$root/test/check/differs.txt" "$root/test/check" "$build/bpf" "$build/bench" | tee "$tmp/said"
    read -r p _ f _ < <(tail -n 1 "$tmp/said")
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
    kernel=--no-kernel # it has been asked
done
finish
