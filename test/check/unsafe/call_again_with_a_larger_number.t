# an index that the second call does not bound
-- asm
r6 = r1
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 3
call local f
r1 = r7
r2 = *(u32 *)(r6 + 12)
call local f
out:
r0 = 1
exit
f:
r5 = 1
r5 = 2
r5 = 3
r5 = 4
r5 = 5
r5 = 6
r5 = 7
r1 += r2
r0 = *(u8 *)(r1 + 0)
exit
-- ctx xdp
-- maps
map m array 4 8 4
-- rejected out-of-bounds: f: insn 8 (line 27): read of 1 byte outside the map value: r1 = map value of m + [0, 4294967295], 8 bytes, and the offset has no bound
-- kernel rejects unbounded memory access
