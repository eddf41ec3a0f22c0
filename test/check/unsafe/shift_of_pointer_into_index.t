# the upper half of a product, and nothing bounds it
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r7 = r6
r7 *= r6
r7 >>= 32
r0 += r7
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 12 (line 12): read of 1 byte outside the map value: r0 = map value of m + [0, 4294967294], 64 bytes, and the offset has no bound
-- kernel rejects R0 unbounded memory access, make sure to bounds check any such access
