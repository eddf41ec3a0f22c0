# a function that checks bounds, for two places: what it found out is known in the caller where it says so
-- asm
r6 = *(u32 *)(r1 + 0)
r7 = *(u32 *)(r1 + 4)
r1 = r6
r2 = r7
call local f
if r0 != 0 goto out
r0 = *(u8 *)(r6 + 13)
r6 += 14
r1 = r6
r2 = r7
call local f
if r0 != 0 goto out
r0 = *(u8 *)(r6 + 13)
out:
r0 = 1
exit
f:
r5 = 1
r5 = 2
r5 = 3
r5 = 4
r5 = 5
r5 = 6
r5 = 7
r1 += 14
r0 = 0
if r1 > r2 goto short
exit
short:
r0 = 1
exit
-- ctx xdp
-- accepted
