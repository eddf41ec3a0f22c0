# a bounded byte, made signed
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 200 goto out
r6 = (s8)r6
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 256 1
-- rejected out-of-bounds: main: insn 11 (line 11): read of 1 byte outside the map value: r0 = map value of m + [-128, 127], 256 bytes, and the offset may be negative
-- kernel rejects R0 min value is negative, either use unsigned index or do a if (index >=0) check.
