# as a call it leaves nothing in r1 to r5
-- asm
r6 = r1
r0 = *(u8 *)skb[0]
r0 = *(u32 *)(r1 + 0)
exit
-- ctx socket_filter
-- rejected uninitialised-register: main: insn 2 (line 3): r1 is read, and nothing was ever written to it: r1 = never written
-- kernel rejects R1 !read_ok
