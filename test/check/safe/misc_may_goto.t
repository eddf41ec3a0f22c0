# a loop that a counter of the run ends
-- asm
r0 = 0
again:
may_goto out
r0 += 1
goto again
out:
exit
-- ctx xdp
-- accepted
