#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# minimal.sh - without any of the optional libraries it still builds, runs programs that are not ELF,
# and says plainly what it was built without.
. "$(dirname "$0")/../lib.sh"
dir=$build/minimal
ok "build" "$root/tools/build.sh" "$dir" -DSVM_WITH_ELF=OFF -DSVM_WITH_PCAP=OFF -DSVM_WITH_CJSON=OFF -DSVM_WITH_CAPSTONE=OFF -DSVM_WERROR=ON
needs() { objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }' | grep -vE '^(libc|libm|ld-linux.*)\.so' | sort; }
equal "libraries that are needed" "" "$(needs "$dir/bin/supervm")"
ok "our .t files" "$dir/bin/supervm-t" "$root/test/isa"
printf 'mov r0, 42\nexit\n' >"$tmp/answer.asm"
ok "a program" "$dir/bin/supervm" run "$tmp/answer.asm"
"$dir/bin/supervm" info "$build/bpf/hello.bpf.o" >"$tmp/out" 2>&1
equal "an ELF object is refused" 2 $?
finish
