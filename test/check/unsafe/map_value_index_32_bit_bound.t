# the lower half is below 64, and all of it is used
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(u64 *)(r0 + 0)
if w6 > 63 goto out
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 10 (line 10): read of 1 byte outside the map value: r0 = map value of m + [-2^63, 9223372032559808575], 64 bytes, and the offset may be negative
-- kernel rejects math between map_value pointer and register with unbounded min value is not allowed
