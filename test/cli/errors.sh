#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# errors.sh - what the command says when it is called wrongly or given bad input: a status, one line that
# names the thing, and never a crash.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
says() { # description, status, pattern, arguments...
    local what=$1 wanted=$2 pattern=$3 got
    shift 3
    "$svm" "$@" >"$tmp/o" 2>"$tmp/e" </dev/null
    got=$?
    equal "$what: status" "$wanted" "$got"
    ok "$what: text" grep -qE -- "$pattern" "$tmp/e"
}
printf 'mov r0, 42\nexit\n' >"$tmp/a.asm"
: >"$tmp/empty"
printf '\177ELF' >"$tmp/cut.o"
printf '\001\002\003' >"$tmp/odd"

says "no command" 1 'usage: supervm'
says "unknown command" 1 'unknown command walk' walk
says "no file" 1 'which FILE' run
says "two files" 1 'one FILE only' run "$tmp/a.asm" "$tmp/a.asm"
says "unknown option" 1 'unknown or ambiguous option --frobnicate' run --frobnicate
says "unknown letter" 1 'unknown option -Z' run -Z
says "missing argument" 1 'option --prog needs an argument' run "$tmp/a.asm" --prog
says "bad number" 1 '--repeat x: a number' run "$tmp/a.asm" --repeat x
says "zero" 1 '--repeat 0: a number' run "$tmp/a.asm" --repeat 0
says "too large" 1 '--cpus 5000' run "$tmp/a.asm" --cpus 5000
says "unknown engine" 1 'unknown engine warp \(known: .*interp' run "$tmp/a.asm" --engine warp
says "unknown context" 1 '--ctx sock: xdp, tc' run "$tmp/a.asm" --ctx sock
says "pcap and mem" 1 'one of the two' run "$tmp/a.asm" --pcap x --mem y
says "out without pcap" 1 '--out needs --pcap' run "$tmp/a.asm" --out x
says "mem is neither" 1 'no such file, and not hex' run "$tmp/a.asm" --mem zz
says "unknown format" 2 'unknown format cobol \(known: ' run "$tmp/a.asm" --format cobol

says "absent" 2 'nothing.o: No such file' run "$tmp/nothing.o"
says "a folder" 2 'Is a directory' run "$tmp"
says "empty" 2 'empty: the input is empty' run "$tmp/empty"
says "cut off" 2 'cut.o: ' info "$tmp/cut.o"
says "odd bytes" 2 'odd: none of the known formats' disasm "$tmp/odd"
says "bad assembly" 2 'line 1' asm <(echo 'frob r0')
says "absent assembly" 2 'No such file' asm "$tmp/nothing"
says "unknown function" 1 'no program or function f' disasm "$tmp/a.asm" --prog f
says "absent pcap" 2 'nothing.pcap' run "$tmp/a.asm" --ctx xdp --pcap "$tmp/nothing.pcap"
says "not a pcap" 2 'empty|truncated|unknown' run "$tmp/a.asm" --ctx xdp --pcap "$tmp/a.asm"
says "output to nowhere" 2 '/nonexistent/x' run "$tmp/a.asm" --ctx xdp --pcap "$root/examples/data/demo.pcap" --out /nonexistent/x
head -c 1000 "$root/examples/data/demo.pcap" >"$tmp/short.pcap"
says "a pcap that is cut off" 2 'short.pcap: packet [0-9]+: ' run "$tmp/a.asm" --ctx xdp --pcap "$tmp/short.pcap"

echo 'nomap 00 00' >"$tmp/m1"
says "unknown map" 2 "m1:1: the program has no map nomap" run "$tmp/a.asm" --map-file "$tmp/m1"
says "absent map file" 2 'No such file' run "$tmp/a.asm" --map-file "$tmp/nothing"
if [ -f "$build/bpf/firewall.bpf.o" ]; then
    fw=$build/bpf/firewall.bpf.o
    printf '# comment\n\nports 1234 00\n' >"$tmp/m2"
    says "short key" 2 'm2:3: map ports: a key has 4 bytes, not 2' run "$fw" --mem 00 --map-file "$tmp/m2"
    printf 'ports 12345678 zz\n' >"$tmp/m3"
    says "not hex" 2 'm3:1: value zz is not hex' run "$fw" --mem 00 --map-file "$tmp/m3"
    printf 'ports 12345678\n' >"$tmp/m4"
    says "half a line" 2 'm4:1: a line is: MAP KEYHEX VALUEHEX' run "$fw" --mem 00 --map-file "$tmp/m4"
    says "no such variable" 2 'nothing' run "$fw" --mem 00 --set nothing=1
    printf 'jumps 00000000 prog:nobody\n' >"$tmp/m5"
    says "no such program" 2 'm5:1: prog:nobody' run "$build/bpf/tailcall.bpf.o" --prog dispatch --mem 00 --map-file "$tmp/m5"
fi
finish
