# the one value of a cgroup storage map: there from the start, and nothing behind it
-- asm
r2 = 0
r1 = 0x7c02000000000000 ll
call 81
r1 = *(u64 *)(r0 + 0)
r1 += 5
*(u64 *)(r0 + 0) = r1
r0 = *(u64 *)(r0 + 8)
exit
-- maps
map c cgroup_storage 16 8 0
c 01000000000000000000000000000000 0700000000000000
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap OUT_OF_BOUNDS
-- maps-out
c 01000000000000000300000000000000 0c00000000000000
c 02000000000000000000000000000000 none
