# one way out returns 8
-- asm
r2 = *(u32 *)(r1 + 0)
r0 = 1
if r2 > 100 goto out
r0 = 8
out:
exit
-- ctx cgroup_skb
-- rejected return-value: main: insn 4 (line 6): the result is not one that this program type allows: r0 = 8, and [0, 1] is allowed
-- kernel rejects At program exit the register R0 has smin=8 smax=8 should have been in [0, 1]
