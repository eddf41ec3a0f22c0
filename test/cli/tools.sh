#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# tools.sh - engines, info, disasm, asm, --help and --version; colours; the man page and the completion
# know every option.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
printf 'mov32 %%r0, 5\nlddw r1, 0x1122334455667788\nexit\n' >"$tmp/a.asm"

equal "version" "supervm $(sed -n 's/#define SVM_VERSION_[A-Z]* *//p' "$root/include/supervm/supervm.h" | paste -sd.)" "$("$svm" --version)"
equal "engines: names first" interp "$("$svm" engines | awk '{ print $1 }' | grep -x interp)"
equal "asm" "b4 00 00 00 05 00 00 00 18 01 00 00 88 77 66 55 00 00 00 00 44 33 22 11 95 00 00 00 00 00 00 00" "$("$svm" asm "$tmp/a.asm" --hex)"
equal "asm: bytes" 32 "$("$svm" asm "$tmp/a.asm" -o "$tmp/a.bin"; stat -c %s "$tmp/a.bin")"
equal "disasm" "r1 = 0x1122334455667788 ll" "$("$svm" disasm "$tmp/a.bin" | awk -F'\t' '/^ +1:/ { print $3 }')"
equal "disasm -S: the text of the line" 1 "$("$svm" disasm -S "$tmp/a.asm" | grep -c '^; lddw r1')"
equal "info" 1 "$("$svm" info "$tmp/a.asm" | grep -c 'asm, 4 instructions')"
for c in run info disasm asm engines; do
    ok "$c --help" "$svm" "$c" --help
    equal "$c --help on standard output" 1 "$("$svm" "$c" --help | grep -c '^usage: supervm '"$c")"
    for o in $("$svm" "$c" --help | grep -oE ' --[a-z-]+' | sort -u); do
        ok "man page: $c $o" grep -qF -- "${o//-/\\-}" "$root/docs/supervm.1"
        [ "$o" = --help ] || ok "completion: $c $o" grep -qE -- "$o( |\"|\$)" "$root/completions/supervm.bash"
    done
done
ok "no colours in a pipe" not grep -q $'\033' <("$svm" info "$tmp/a.asm")
ok "completion loads" bash -c "source '$root/completions/supervm.bash' && complete -p supervm"
if script -qec true /dev/null >/dev/null 2>&1; then # present, and pseudo-terminals are
    ok "colours on a terminal" grep -q $'\033' <(TERM=xterm script -qec "$svm info $tmp/a.asm" /dev/null)
    ok "NO_COLOR" not grep -q $'\033' <(NO_COLOR=1 TERM=xterm script -qec "$svm info $tmp/a.asm" /dev/null)
fi
if command -v man >/dev/null; then
    equal "the man page is clean" "" "$(man --warnings -l "$root/docs/supervm.1" 2>&1 >/dev/null)"
fi

hello=$build/bpf/hello.bpf.o
[ -f "$hello" ] || { echo "no clang for BPF: what follows needs objects"; finish; }
equal "info: programs, maps, variables" "hello packets" "$("$svm" info "$hello" | awk '$1 == "hello" || $1 == "packets" { print $1 }' | paste -sd' ')"
equal "info --json" "xdp GPL packets" "$("$svm" info --json "$hello" |
    python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["programs"][0]["type"], d["license"], d["variables"][0]["name"])')"
equal "disasm: helpers and variables by name" 2 "$("$svm" disasm "$hello" | grep -cE '<bpf_trace_printk>|\[0\] \+ 0x0 ll <packets>')"
equal "disasm -S: C lines" 1 "$("$svm" disasm -S "$hello" | grep -c '^; *packets++;')"
finish
