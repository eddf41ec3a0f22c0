# a helper leaves nothing in r1 to r5
-- asm
r3 = 7
call 5
r0 = r3
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 2 (line 3): r3 is read, and nothing was ever written to it: r3 = never written
-- kernel rejects R3 !read_ok
