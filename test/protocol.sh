#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# protocol.sh - supervm-conformance speaks the plugin protocol: memory as an argument, the program as
# hex on standard input, r0 as hex on standard output.
. "$(dirname "$0")/lib.sh"
plugin=$bin/supervm-conformance
run() { printf '%s\n' "$1" | "$plugin" "${@:2}" 2>"$tmp/err"; }

equal "r0 = 42"          2a   "$(run 'b70000002a0000009500000000000000')"
equal "spaces between"   2a   "$(run 'b7 00 00 00 2a 00 00 00 95 00 00 00 00 00 00 00')"
equal "r0 = r2"          5    "$(run 'bf200000000000009500000000000000' '01 02 03 04 05')"
equal "first byte"       aa   "$(run '71100000000000009500000000000000' aabb)"
equal "r0 = -1"  ffffffffffffffff "$(run 'b7000000ffffffff9500000000000000')"
# call 5 with 0 ends the program, with 0
equal "unwinding"        0    "$(run 'b7010000000000008500000005000000b7000000020000009500000000000000')"
for engine in $("$bin/supervm" engines 2>/dev/null | awk '{ print $1 }'); do
    equal "engine $engine" 7 "$(run 'b7000000070000009500000000000000' --engine "$engine")"
done
run '0000000000000000' >/dev/null
equal "a bad program: status" 1 $?
ok "a bad program: message" test -s "$tmp/err"
run 'zz' >/dev/null
equal "not hex: status" 1 $?
run '71100000000000009500000000000000' >/dev/null
equal "a trap: status" 1 $?
ok "a trap: message" grep -q 'out of bounds' "$tmp/err"
finish
