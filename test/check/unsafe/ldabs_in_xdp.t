# XDP has no skb
-- asm
r6 = r1
r0 = *(u8 *)skb[0]
exit
-- ctx xdp
-- rejected instruction: main: insn 1 (line 2): an instruction that programs of this kind do not have (ldabs8)
-- kernel rejects BPF_LD_[ABS|IND] instructions not allowed for this program type
