# the flags of a look-up and update were never set
-- asm
*(u32 *)(r10 - 4) = 0
*(u64 *)(r10 - 16) = 0
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r1 = map[0] ll
call 2
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 1
-- rejected uninitialised-register: main: insn 8 (line 8): r4 is read, and nothing was ever written to it: r4 = never written
-- kernel rejects R4 !read_ok
