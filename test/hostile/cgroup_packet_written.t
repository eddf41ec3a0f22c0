# a cgroup_skb program reads the packet and does not write it
-- asm
r2 = *(u32 *)(r1 + 76)
r0 = *(u8 *)(r2 + 0)
*(u8 *)(r2 + 0) = r0
exit
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap READ_ONLY 2
