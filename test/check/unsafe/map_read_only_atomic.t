# nor by an atomic operation
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = 1
lock *(u64 *)(r0 + 0) += r1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1 80
-- rejected read-only: main: insn 8 (line 8): write of 8 bytes: a store to memory that may only be read (m): r0 = map value of m, 8 bytes
-- kernel rejects write into map forbidden, value_size=8 off=0 size=8
