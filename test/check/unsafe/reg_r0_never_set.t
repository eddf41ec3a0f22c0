# the result was never set
-- asm
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 0 (line 1): r0 is read, and nothing was ever written to it: r0 = never written
-- kernel rejects R0 !read_ok
