# r6 is a number
-- asm
r6 = 1
r0 = *(u8 *)skb[0]
exit
-- ctx socket_filter
-- rejected argument-type: main: insn 1 (line 2): the context in r6: an argument is not what the function takes: r6 = 1
-- kernel rejects at the time of BPF_LD_ABS|IND R6 != pointer to skb
