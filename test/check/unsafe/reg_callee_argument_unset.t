# the caller never set r2
-- asm
r1 = 1
call local f
exit
f:
r0 = r2
exit
-- ctx xdp
-- rejected uninitialised-register: f: insn 0 (line 5): r2 is read, and nothing was ever written to it: r2 = never written
-- kernel rejects R2 !read_ok
