# a value of 8 bytes as a key of 16
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r2 = r0
r1 = map[1] ll
call 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
map n hash 16 8 1
-- rejected out-of-bounds: main: insn 10 (line 9): read of 16 bytes outside the map value: r2 = map value of m, 8 bytes, and the access ends at 16
-- kernel rejects R2 min value is outside of the allowed memory range
