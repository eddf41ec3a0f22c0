# cgroup programs may read
-- asm
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 1
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 9)
r0 &= 1
out:
exit
-- ctx cgroup_skb
-- accepted
