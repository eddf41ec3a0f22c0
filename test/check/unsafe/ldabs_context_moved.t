# ld_abs reads the packet of the context in r6, which was moved far
-- asm
r6 = r1
r6 += 0x7fffffff
r0 = *(u8 *)skb[0]
exit
-- ctx socket_filter
-- rejected argument-type: main: insn 2 (line 3): the context in r6: an argument is not what the function takes: r6 = context + 2147483647
-- kernel rejects math between ctx pointer and 2147483647 is not allowed
