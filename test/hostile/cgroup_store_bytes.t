# skb_store_bytes is for tc
-- asm
r2 = 0
r3 = r10
r3 += -8
*(u64 *)(r10 - 8) = r2
r4 = 8
r5 = 0
call 9
exit
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap BAD_CONTEXT 6
