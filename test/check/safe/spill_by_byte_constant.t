# constants byte by byte are a key
-- asm
*(u8 *)(r10 - 4) = 0
*(u8 *)(r10 - 3) = 0
*(u16 *)(r10 - 2) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 64 1
-- accepted
