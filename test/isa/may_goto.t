# a loop that is left by its condition before the budget is spent
-- asm
r0 = 0
loop:
may_goto out
r0 += 1
if r0 != 1000 goto loop
out:
exit
-- result
0x3e8
