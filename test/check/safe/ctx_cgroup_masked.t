# & 1 is 0 or 1
-- asm
r0 = *(u32 *)(r1 + 0)
r0 &= 1
exit
-- ctx cgroup_skb
-- accepted
