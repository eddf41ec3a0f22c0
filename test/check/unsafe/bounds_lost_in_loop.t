# an index that the loop doubles each time
-- asm
r6 = 1
r7 = 0
again:
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r0 += r6
*(u8 *)(r0 + 0) = 1
r6 <<= 1
r7 += 1
if r7 < 7 goto again
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 10 (line 11): write of 1 byte outside the map value: r0 = map value of m + 64, 64 bytes, and the access ends at 65
-- kernel rejects R0 min value is outside of the allowed memory range
