# only the low halves are compared
-- asm
r1 = 0x100000005 ll
r0 = 0
if w1 == 5 goto a
exit
a: r0 += 1
if r1 == 5 goto bad
r2 = 0xff00000005 ll
if w1 != w2 goto bad
if w1 & 4 goto b
exit
b: r0 += 2
w3 = -3
if w3 s< w1 goto c
exit
c: r0 += 4
if w3 < 5 goto bad
exit
bad: r0 = 99
exit
-- result
0x7
