# an offset that is a pointer
-- asm
r6 = r1
r7 = r10
r0 = *(u8 *)skb[r7]
exit
-- ctx socket_filter
-- rejected not-a-number: main: insn 2 (line 3): a pointer is used as a number: r7 = stack
-- kernel accepts
