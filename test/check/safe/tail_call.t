# where it fails the program goes on
-- asm
r6 = r1
r2 = map[0] ll
r3 = 2
call 12
r0 = *(u32 *)(r6 + 0)
exit
-- ctx tc
-- maps
map jumps prog_array 4 4 4
-- accepted
