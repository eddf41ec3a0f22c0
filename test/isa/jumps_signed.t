# -1 is large without a sign and small with one
-- asm
r0 = 0
r1 = -1
if r1 > 5 goto a
exit
a: r0 += 1
if r1 s> 5 goto bad
if r1 s< 0 goto b
exit
b: r0 += 2
if r1 s<= -1 goto c
exit
c: r0 += 4
if r1 >= -1 goto d
exit
d: r0 += 8
exit
bad: r0 = 99
exit
-- result
0xf
