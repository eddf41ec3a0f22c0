# a compare and exchange compares with r0
-- asm
*(u64 *)(r10 - 8) = 0
r1 = 1
r0 = cmpxchg_64(r10 - 0x8, r0, r1)
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 2 (line 3): r0 is read, and nothing was ever written to it: r0 = never written
-- kernel rejects R0 !read_ok
