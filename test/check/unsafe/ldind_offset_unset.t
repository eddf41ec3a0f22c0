# an offset that was never set
-- asm
r6 = r1
r0 = *(u8 *)skb[r7]
exit
-- ctx socket_filter
-- rejected uninitialised-register: main: insn 1 (line 2): r7 is read, and nothing was ever written to it: r7 = never written
-- kernel rejects R7 !read_ok
