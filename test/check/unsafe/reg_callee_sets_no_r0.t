# the function that was called never set its result, which is used
-- asm
r1 = 1
call local f
r0 += 1
exit
f:
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 2 (line 3): r0 is read, and nothing was ever written to it: r0 = never written
-- kernel rejects R0 !read_ok
