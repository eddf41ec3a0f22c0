# the address of an array's value, and an index
-- asm
r6 = *(u32 *)(r1 + 16)
r6 &= 7
r1 = map[0][0] + 8 ll
r1 += r6
r0 = *(u8 *)(r1 + 0)
exit
-- ctx xdp
-- maps
map m array 4 16 1
-- accepted
