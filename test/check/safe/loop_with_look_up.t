# a look-up at each step, with its null check
-- asm
r6 = 0
again:
*(u32 *)(r10 - 4) = r6
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto next
r1 = *(u64 *)(r0 + 0)
r1 += 1
*(u64 *)(r0 + 0) = r1
next:
r6 += 1
if r6 < 4 goto again
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 4
-- accepted
