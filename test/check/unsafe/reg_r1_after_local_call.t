# a call of a function leaves nothing in r1 to r5 either
-- asm
r1 = 1
call local f
r0 = r1
exit
f:
r0 = 0
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 2 (line 3): r1 is read, and nothing was ever written to it: r1 = never written
-- kernel rejects R1 !read_ok
