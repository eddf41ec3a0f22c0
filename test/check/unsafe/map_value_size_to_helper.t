# 16 bytes of a value of 8
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 16
call 16
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected out-of-bounds: main: insn 9 (line 9): write of 16 bytes outside the map value: r1 = map value of m, 8 bytes, and the access ends at 16
-- kernel rejects R1 min value is outside of the allowed memory range
