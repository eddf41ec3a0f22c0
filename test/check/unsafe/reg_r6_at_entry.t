# r6 to r9 hold nothing at the start
-- asm
r0 = 0
r0 += r6
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 1 (line 2): r6 is read, and nothing was ever written to it: r6 = never written
-- kernel rejects R6 !read_ok
