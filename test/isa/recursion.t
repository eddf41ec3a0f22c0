-- asm
r1 = 6
call local f
exit
f:
r0 = 1
if r1 == 0 goto done
r6 = r1
r1 -= 1
call local f
r0 *= r6
done:
exit
-- result
0x2d0
