# a cgroup_skb program may write mark, priority, cb and tstamp
-- asm
r2 = 7
*(u32 *)(r1 + 8) = r2
*(u32 *)(r1 + 32) = r2
*(u32 *)(r1 + 48) = r2
*(u64 *)(r1 + 152) = r2
r0 = *(u32 *)(r1 + 8)
exit
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- result 7
