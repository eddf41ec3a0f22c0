# a value of 8 bytes, and 4 in the frame
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r3 = r10
r3 += -4
r4 = 0
r1 = map[0] ll
call 2
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 1
-- rejected stack-bounds: main: insn 8 (line 8): read of 8 bytes outside the frame: r3 = stack - 4, and the access covers r10-4 to r10+4
-- kernel rejects invalid read from stack R3 off=-4 size=8
