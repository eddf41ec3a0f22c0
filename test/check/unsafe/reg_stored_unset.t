# what is stored was never set
-- asm
*(u64 *)(r10 - 8) = r8
r0 = 0
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 0 (line 1): r8 is read, and nothing was ever written to it: r8 = never written
-- kernel rejects R8 !read_ok
