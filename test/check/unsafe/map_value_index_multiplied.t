# [0, 63] times [0, 63]
-- asm
r6 = *(u32 *)(r1 + 16)
r7 = *(u32 *)(r1 + 12)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 &= 63
r7 &= 63
r6 *= r7
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 1024 1
-- rejected out-of-bounds: main: insn 13 (line 13): read of 1 byte outside the map value: r0 = map value of m + [0, 3969], 1024 bytes, and the access may end at 3970
-- kernel rejects R0 max value is outside of the allowed memory range
