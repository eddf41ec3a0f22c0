# one number is bounded, another used
-- asm
r6 = *(u32 *)(r1 + 16)
r7 = *(u32 *)(r1 + 12)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 63 goto out
r0 += r7
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 11 (line 11): read of 1 byte outside the map value: r0 = map value of m + [0, 4294967295], 64 bytes, and the offset has no bound
-- kernel rejects R0 unbounded memory access, make sure to bounds check any such access
