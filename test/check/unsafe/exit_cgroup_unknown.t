# cgroup programs return 0 to 3: this is any length
-- asm
r0 = *(u32 *)(r1 + 0)
exit
-- ctx cgroup_skb
-- rejected return-value: main: insn 1 (line 2): the result is not one that this program type allows: r0 = [0, 4294967295], and [0, 1] is allowed
-- kernel rejects At program exit the register R0 has smin=0 smax=4294967295 should have been in [0, 1]
