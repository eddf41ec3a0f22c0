#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# run.sh - compiles the oracle's programs for eBPF and holds SuperVM against the Linux kernel.
#   test/oracle/run.sh BUILD_DIRECTORY [option of supervm-oracle ...]
# A program that needs more than -mcpu=v3, or a newer compiler, says so in its head: "mcpu: v4", "clang: 18".
set -u
cd "$(dirname "$0")" || exit 2
build=${1:?usage: run.sh BUILD_DIRECTORY [option ...]}
shift
tool=${SVM_ORACLE:-$build/bin/supervm-oracle}
clang=${SVM_CLANG:-$(command -v clang-19 || command -v clang)}
if [ ! -x "$tool" ]; then
    echo "oracle: skipped: no $tool (libbpf was not found when it was built)"
    exit 0
fi
if [ -z "$clang" ]; then
    echo "oracle: skipped: no clang to compile the programs with"
    exit 0
fi
version=$("$clang" -dumpversion | cut -d. -f1)
mkdir -p "$build/oracle" || exit 2
objects=() failed=0
for source in *.bpf.c; do
    object=$build/oracle/${source%.c}.o
    cpu=$(sed -n '1,8s/.*mcpu: \(v[0-9]\).*/\1/p' "$source")
    least=$(sed -n '1,8s/.*clang: \([0-9]*\).*/\1/p' "$source")
    if [ "${least:-0}" -gt "$version" ]; then
        echo "oracle: $source: skipped: needs clang $least, $clang is $version"
        continue
    fi
    if [ ! "$object" -nt "$source" ] || [ ! "$object" -nt oracle.h ]; then
        "$clang" -O2 -g -target bpf -mcpu="${cpu:-v3}" -Wall -Wno-missing-declarations -c "$source" -o "$object.$$" &&
            mv "$object.$$" "$object" || { failed=1; rm -f "$object.$$"; continue; }
    fi
    objects+=("$object")
done
"$tool" "$@" "${objects[@]}" || failed=1
exit $failed
