# a tail call that fails leaves nothing in r1 to r5
-- asm
r2 = map[0] ll
r3 = 0
call 12
r0 = *(u32 *)(r1 + 16)
exit
-- ctx xdp
-- maps
map jumps prog_array 4 4 4
-- rejected uninitialised-register: main: insn 4 (line 4): r1 is read, and nothing was ever written to it: r1 = never written
-- kernel rejects R1 !read_ok
