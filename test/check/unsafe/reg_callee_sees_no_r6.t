# a function does not see its caller's r6
-- asm
r6 = 1
call local f
exit
f:
r0 = r6
exit
-- ctx xdp
-- rejected uninitialised-register: f: insn 0 (line 5): r6 is read, and nothing was ever written to it: r6 = never written
-- kernel rejects R6 !read_ok
