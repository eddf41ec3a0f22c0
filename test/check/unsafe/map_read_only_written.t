# a map that programs may only read
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
*(u64 *)(r0 + 0) = 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1 80
-- rejected read-only: main: insn 7 (line 7): write of 8 bytes: a store to memory that may only be read (m): r0 = map value of m, 8 bytes
-- kernel rejects write into map forbidden, value_size=8 off=0 size=8
