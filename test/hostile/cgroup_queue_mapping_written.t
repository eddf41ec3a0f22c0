# only tc programs may write queue_mapping
-- asm
r2 = 7
*(u32 *)(r1 + 12) = r2
exit
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap BAD_CONTEXT 1
