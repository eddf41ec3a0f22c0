# [0, 63] with its sixth bit turned is up to 127
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(u64 *)(r0 + 0)
r6 &= 63
r6 ^= 64
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 11 (line 11): read of 1 byte outside the map value: r0 = map value of m + [64, 127], 64 bytes, and the access may end at 128
-- kernel rejects R0 min value is outside of the allowed memory range
