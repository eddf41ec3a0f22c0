# one function, with values of 8 and of 64 bytes
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 0
call local f
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[1] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 56
call local f
exit
out:
r0 = 0
exit
f:
r1 += r2
r0 = *(u64 *)(r1 + 0)
exit
-- ctx xdp
-- maps
map m array 4 8 1
map n array 4 64 1
-- accepted
