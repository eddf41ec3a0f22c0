# 64 bytes over a value of 8
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call 197
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected out-of-bounds: main: insn 12 (line 12): write of 64 bytes outside the map value: r1 = map value of m, 8 bytes, and the access ends at 64
-- kernel rejects R1 min value is outside of the allowed memory range
