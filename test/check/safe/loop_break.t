# leaves early where a byte is 0
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r2 = 0
again:
r3 = r0
r3 += r2
r4 = *(u8 *)(r3 + 0)
if r4 == 0 goto out
r2 += 1
if r2 < 64 goto again
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
