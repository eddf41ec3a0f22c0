# the address of a map's value as a result
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
exit
-- ctx xdp
-- maps
map m array 4 8 4
-- rejected return-type: main: insn 6 (line 6): the result is not a number: r0 = map value of m, 8 bytes
-- kernel accepts
