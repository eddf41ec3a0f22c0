# bounded after it was put on the stack, and used from there
-- asm
r6 = *(u32 *)(r1 + 16)
*(u64 *)(r10 - 16) = r6
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 63 goto out
r7 = *(u64 *)(r10 - 16)
r0 += r7
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
