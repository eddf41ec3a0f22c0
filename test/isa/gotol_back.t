-- asm
r0 = 0
again:
r0 += 1
if r0 > 9 goto out
gotol again
out:
exit
-- result
0xa
