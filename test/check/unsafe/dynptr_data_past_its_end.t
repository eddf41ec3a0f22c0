# 8 bytes were asked for
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call 197
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call 203
if r0 == 0 goto out
r0 = *(u64 *)(r0 + 8)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected out-of-bounds: main: insn 19 (line 19): read of 8 bytes outside the memory: r0 = memory, 8 bytes, and the access ends at 16
-- kernel rejects R0 min value is outside of the allowed memory range
