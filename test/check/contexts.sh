#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# contexts.sh - every access of 1, 2, 4 and 8 bytes to the contexts of packets, read and write: our verdict is the kernel's.
. "$(dirname "$0")/../lib.sh"
for kind in xdp:28 tc:196 socket_filter:196 cgroup_skb:196; do
    for bits in 8 16 32 64; do
        for ((off = 0; off < ${kind#*:}; off += bits / 8)); do
            printf -- '-- asm\nr0 = 0\n*(u%d *)(r1 + %d) = 0\nexit\n-- ctx %s\n-- accepted\n' \
                $bits $off "${kind%:*}" >"$tmp/${kind%:*}-$off-$bits-write.t"
            printf -- '-- asm\n%s0 = *(u%d *)(r1 + %d)\nr0 = 0\nexit\n-- ctx %s\n-- accepted\n' \
                "$([ $bits = 64 ] && echo r || echo w)" $bits $off "${kind%:*}" >"$tmp/${kind%:*}-$off-$bits-read.t"
        done
    done
done
verdicts() { # "xdp-0-32-read.t accept" of --show's lines
    awk -F'\t' '{ n = split($1, p, "/"); print p[n], ($3 ~ /^accept/ ? "accept" : "reject") }' "$1"
}
"$bin/supervm-check" --show "$tmp" >"$tmp/ours"
"$bin/supervm-check" --kernel --show "$tmp" >"$tmp/kernel" || skip "$(cat "$tmp/kernel")"
# egress_ifindex is for every XDP program here, and in the kernel for those that are attached to a map of devices
equal "accesses of which the verdicts differ" "xdp-20-32-read.t" \
    "$(diff <(verdicts "$tmp/ours") <(verdicts "$tmp/kernel") | sed -n 's/^< \([^ ]*\).*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
equal "accesses" "$(find "$tmp" -name '*.t' | wc -l)" "$(wc -l <"$tmp/ours")"
finish
