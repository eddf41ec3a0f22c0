# a program has one argument: r2 is nothing
-- asm
r0 = r2
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 0 (line 1): r2 is read, and nothing was ever written to it: r2 = never written
-- kernel rejects R2 !read_ok
