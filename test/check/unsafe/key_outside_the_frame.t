# a key that begins behind the frame
-- asm
r2 = r10
r1 = map[0] ll
call 1
r0 = 0
exit
-- maps
map m array 4 8 4
-- ctx xdp
-- rejected stack-bounds: main: insn 3 (line 3): read of 4 bytes outside the frame: r2 = stack, and the access covers r10+0 to r10+4
