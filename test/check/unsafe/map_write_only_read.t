# a map that programs may only write
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r0 = *(u64 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1 100
-- rejected map-access: main: insn 7 (line 7): read of 8 bytes: this map's memory cannot be accessed directly (m): r0 = map value of m, 8 bytes
-- kernel rejects read from map forbidden, value_size=8 off=0 size=8
