# the key of a look-up lies in the packet
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 30
if r4 > r3 goto out
r2 += 26
r1 = map[0] ll
call 1
out:
r0 = 2
exit
-- ctx xdp
-- maps
map m hash 4 8 16
-- accepted
