# a function with a loop, called twice
-- asm
r1 = 5
call local f
r6 = r0
r1 = 9
call local f
r0 += r6
exit
f:
r0 = 0
again:
if r1 == 0 goto out
r0 += r1
r1 -= 1
goto again
out:
exit
-- ctx xdp
-- accepted
