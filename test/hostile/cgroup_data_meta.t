# data_meta is not for cgroup_skb programs
-- asm
r0 = *(u32 *)(r1 + 140)
exit
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap BAD_CONTEXT 0
