# constants of each width
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
*(u8 *)(r0 + 0) = 1
*(u16 *)(r0 + 2) = 1
*(u32 *)(r0 + 4) = 1
*(u64 *)(r0 + 8) = 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 16 1
-- accepted
