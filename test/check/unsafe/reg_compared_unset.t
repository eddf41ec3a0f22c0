# a branch on a register that was never set
-- asm
r0 = 0
if r7 > 3 goto out
r0 = 1
out:
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 1 (line 2): r7 is read, and nothing was ever written to it: r7 = never written
-- kernel rejects R7 !read_ok
