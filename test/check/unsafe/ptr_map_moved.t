# a map's handle plus 8
-- asm
r1 = map[0] ll
r1 += 8
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected pointer-arithmetic: main: insn 2 (line 2): an operation that this kind of pointer does not allow: r1 = map of m
-- kernel rejects R1 pointer arithmetic on map_ptr prohibited
