#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suite_opt.sh - what the passes of src/opt find in the benchmarks' programs, the examples and the objects of real projects
# is true: each switch, each wide access and each rotate is run both ways.
. "$(dirname "$0")/lib.sh"
shopt -s nullglob globstar
objects=("$build"/bench/*.o "$build"/**/*.bpf.o "$suites"/ebpf-samples/**/*.o)
[ ${#objects[@]} -gt 0 ] || skip "no objects: no clang for BPF, and no suite at $suites"
"$bin/supervm-opt" -q "${objects[@]}"
