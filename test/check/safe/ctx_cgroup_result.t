# 0 or 1, by a test
-- asm
r2 = *(u32 *)(r1 + 0)
r0 = 0
if r2 > 100 goto out
r0 = 1
out:
exit
-- ctx cgroup_skb
-- accepted
