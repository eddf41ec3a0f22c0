# that bit 6 is not set says nothing of bit 7
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(u8 *)(r0 + 0)
if r6 & 64 goto out
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 10 (line 10): read of 1 byte outside the map value: r0 = map value of m + [0, 191], 64 bytes, and the access may end at 192
-- kernel rejects R0 max value is outside of the allowed memory range
