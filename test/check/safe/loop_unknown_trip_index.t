# i < n <= 64, and i is an index
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 64 goto out
r2 = 0
again:
if r2 >= r6 goto out
r3 = r0
r3 += r2
*(u8 *)(r3 + 0) = 1
r2 += 1
goto again
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
