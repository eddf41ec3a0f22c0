# in front of the value
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
*(u8 *)(r0 - 1) = 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected out-of-bounds: main: insn 7 (line 7): write of 1 byte outside the map value: r0 = map value of m, 8 bytes, and the access begins 1 bytes before it
-- kernel rejects R0 min value is outside of the allowed memory range
