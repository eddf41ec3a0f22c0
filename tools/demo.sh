#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# demo.sh [BUILD] - the main job, step by step: eBPF programs straight from clang run over captured packets.
# Each command is printed before it runs, so that it can be typed again. Leaves BUILD/demo/*.pcap.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
out=$build/demo
supervm=$build/bin/supervm
pcap=examples/data/demo.pcap
[ -x "$supervm" ] || { echo "demo.sh: no $supervm: run 'make demo'" >&2; exit 1; }
clang=$(for c in clang-19 clang clang-22 clang-14; do command -v $c >/dev/null && { echo $c; break; }; done)
[ -n "$clang" ] || { echo "demo.sh: no clang to compile eBPF programs" >&2; exit 1; }
mkdir -p "$out"

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi
failed=0
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
text() { printf '\n'; fold -s -w 96 <<<"$*" | sed 's/^/  /; s/ *$//'; }
# Long output is cut: all but the first and last lines of printk, all but a few entries of a map, wide lines.
shorten() {
    awk -v printk=3 -v entries=6 -v width=112 '
        function put(s) { print "    " (length(s) > width ? substr(s, 1, width - 3) "..." : s) }
        function rest() { if (more > 0) put("  ... " more " more"); more = 0 }
        /^Hello/ { if (++hello <= printk) put($0); else left++; next }
        left { put("... " left " lines more"); left = 0 }
        /^map / { rest(); n = 0; put($0); in_map = 1; next }
        in_map && /^  \.\.\. [0-9]+ more/ { more += $2; next }
        in_map && /^  / { if (++n <= entries) put($0); else more++; next }
        { rest(); in_map = 0; put($0) }
        END { rest() }'
}
run() { # prints the command line, runs it, its output set in
    printf '\n%s    $ %s%s\n' "$dim" "$*" "$plain"
    "$@" 2>&1 | shorten
    [ "${PIPESTATUS[0]}" = 0 ] || failed=1
}
compile() { run $clang -O2 -g -target bpf -c "examples/bpf/$1.bpf.c" -o "$out/$1.o"; }

printf '%sSuperVM: eBPF and WebAssembly programs in user space%s\n' "$bold" "$plain"
text "The programs are in examples/bpf: plain C for the Linux kernel's eBPF, compiled by clang and loaded" \
    "as they are. The packets are in $pcap."

title "1. Hello: one program, one counter, one line a packet"
compile hello
text "Its disassembly, with the C source beside it:"
run "$supervm" disasm -S --no-show-raw-insn "$out/hello.o"
text "It greets every packet of a capture (the first three lines are shown), and counts them in a global" \
    "variable, which is a map of one value:"
run "$supervm" run "$out/hello.o" --pcap $pcap --trace --maps

title "2. A firewall: longest-prefix match, ports, counters (XDP)"
text "examples/data/firewall.maps fills its maps: prefixes and ports, each with a rule. What passes is" \
    "written to $out/firewall.pcap."
compile firewall
run "$supervm" run "$out/firewall.o" --pcap $pcap --out "$out/firewall.pcap" \
    --map-file examples/data/firewall.maps --maps
text "The same with another default, set in .rodata before the code is compiled:"
run "$supervm" run "$out/firewall.o" --pcap $pcap --map-file examples/data/firewall.maps --set default_drop=1

wasm_ld=$(for l in wasm-ld-19 wasm-ld; do command -v $l >/dev/null && { echo $l; break; }; done)
if [ -n "$wasm_ld" ]; then
    title "   ... with a control program in WebAssembly"
    text "examples/wasm/control.c fills the firewall's maps at the start and then looks at its counters every 256" \
        "packets. Both run in one process, over the same maps: when a network that is dropped has tried often" \
        "enough, it closes telnet too, while the packets go on."
    run $clang --target=wasm32 -O2 -mbulk-memory -I include -c examples/wasm/control.c -o "$out/control.o"
    run $wasm_ld --no-entry "$out/control.o" -o "$out/control.wasm"
    run "$supervm" run "$out/firewall.o" --pcap $pcap --control "$out/control.wasm" --trace
else
    text "(A control program in WebAssembly would come here: no wasm-ld to link it.)"
fi

title "3. A load balancer: connections in a hash map, headers rewritten (XDP)"
text "Packets to the address 10.0.0.100 get the address of a backend, with new checksums; what leaves is in" \
    "$out/lb.pcap."
compile lb
run "$supervm" run "$out/lb.o" --pcap $pcap --out "$out/lb.pcap" --map-file examples/data/lb.maps --maps

title "4. Flows: a table of flows, and a ring buffer of events (tc)"
text "Every new flow is put into a hash map, and a record of it into a ring buffer for user space to read."
compile flows
run "$supervm" run "$out/flows.o" --pcap $pcap --maps

title "5. And as fast as it goes"
text "The same runs again, many times, for the packet rate:"
for program in firewall lb; do
    run "$supervm" run "$out/$program.o" --pcap $pcap --map-file examples/data/$program.maps --repeat 200
done

title "Where to go from here"
text "$supervm run examples/bpf/hello.bpf.c --pcap $pcap     compiles and runs C at once"
text "$supervm --help, README.md, docs/ARCHITECTURE.md; make test; make bench"
exit $failed
