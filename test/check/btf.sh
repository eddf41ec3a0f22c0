#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# btf.sh - programs that are given objects of the kernel, typed by its BTF: verdicts, messages, and the kernel's own.
. "$(dirname "$0")/../lib.sh"
[ -r /sys/kernel/btf/vmlinux ] || skip "the kernel's BTF cannot be read"
[ -n "$clang" ] || skip "no clang for eBPF"
ok "verdicts" "$bin/supervm-check" "$root/test/check/btf"
ok "of .svm files" "$bin/supervm-check" --saved "$root/test/check/btf"
"$bin/supervm-check" --kernel "$root/test/check/btf" >"$tmp/kernel"
rc=$?
[ $rc = 77 ] || ok "the kernel's" test $rc = 0
[ $rc = 0 ] || cat "$tmp/kernel"
finish
