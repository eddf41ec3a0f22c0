# and one that only may_goto ends
-- asm
r0 = 0
loop:
may_goto out
r0 += 1
goto loop
out:
r0 = 7
exit
-- result
0x7
