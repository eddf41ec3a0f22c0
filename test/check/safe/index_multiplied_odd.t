# [0, 5] times 12: fields of a struct of 12 bytes
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 4 goto out
r6 *= 12
r0 += r6
r0 = *(u32 *)(r0 + 8)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 60 1
-- accepted
