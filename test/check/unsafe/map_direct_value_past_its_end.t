# the address of an array's value, and a read behind it
-- asm
r1 = map[0][0] + 8 ll
r0 = *(u64 *)(r1 + 4)
exit
-- ctx xdp
-- maps
map m array 4 16 1
-- rejected out-of-bounds: main: insn 2 (line 2): read of 8 bytes outside the map value: r1 = map value of m + 8, 16 bytes, and the access ends at 20
-- kernel rejects R1 min value is outside of the allowed memory range
