# copies through a dynptr
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call 197
r1 = r10
r1 += -32
r2 = 16
r3 = r10
r3 += -16
r4 = 4
r5 = 0
call 201
r1 = r10
r1 += -16
r2 = 8
r3 = r10
r3 += -32
r4 = 16
r5 = 0
call 202
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
