# either exit returns an index
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r7 = r0
r1 = r6
call local f
r7 += r0
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
f:
r0 = r1
if r0 < 64 goto done
r0 = 63
done:
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
