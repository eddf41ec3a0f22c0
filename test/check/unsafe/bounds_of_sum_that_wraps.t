# 32-bit numbers below 64, subtracted without a test
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(u32 *)(r0 + 0)
r6 &= 31
r7 = *(u32 *)(r0 + 4)
r7 &= 31
w6 -= w7
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 13 (line 13): read of 1 byte outside the map value: r0 = map value of m + [0, 4294967295], 64 bytes, and the offset has no bound
-- kernel rejects R0 unbounded memory access, make sure to bounds check any such access
