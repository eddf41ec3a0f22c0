# 8 bytes at 4 of a value of 8
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r0 = *(u64 *)(r0 + 4)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected out-of-bounds: main: insn 7 (line 7): read of 8 bytes outside the map value: r0 = map value of m, 8 bytes, and the access ends at 12
-- kernel rejects R0 min value is outside of the allowed memory range
