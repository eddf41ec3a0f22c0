# a pointer on one path and a number on the other, and each used as what it is
-- asm
r2 = *(u32 *)(r1 + 16)
*(u64 *)(r10 - 8) = 4
r3 = r10
r3 += -8
if r2 > 3 goto number
goto join
number:
r3 = 5
join:
if r2 > 3 goto add
r0 = *(u64 *)(r3 + 0)
exit
add:
r3 += 1
r0 = r3
exit
-- ctx xdp
-- accepted
