# cgroup programs return 0 to 3
-- asm
r0 = 5
exit
-- ctx cgroup_skb
-- rejected return-value: main: insn 1 (line 2): the result is not one that this program type allows: r0 = 5, and [0, 1] is allowed
-- kernel rejects At program exit the register R0 has smin=5 smax=5 should have been in [0, 1]
