# ld_abs reads the packet of the context in r6
-- asm
r7 = r1
r0 = *(u8 *)skb[0]
exit
-- ctx socket_filter
-- rejected argument-type: main: insn 1 (line 2): the context in r6: an argument is not what the function takes: r6 = never written
-- kernel rejects R6 !read_ok
