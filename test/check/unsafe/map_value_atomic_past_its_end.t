# an atomic addition behind the value
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = 1
lock *(u64 *)(r0 + 8) += r1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected out-of-bounds: main: insn 8 (line 8): write of 8 bytes outside the map value: r0 = map value of m, 8 bytes, and the access ends at 16
-- kernel rejects R0 min value is outside of the allowed memory range
