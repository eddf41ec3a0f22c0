# an index of [0, 64] into 64 bytes
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 64 goto out
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 10 (line 10): read of 1 byte outside the map value: r0 = map value of m + [0, 64], 64 bytes, and the access may end at 65
-- kernel rejects R0 max value is outside of the allowed memory range
