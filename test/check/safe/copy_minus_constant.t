# i was bounded below 64, and i - 1 with i > 0 is an index
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 == 0 goto out
if r6 > 64 goto out
r6 -= 1
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
