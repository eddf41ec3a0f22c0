# a conversion that is cut off
-- asm
r3 = 0x400000 ll
r4 = 2
r5 = 3
r2 = 2
call 6
exit
-- mem
2500
-- result 0xffffffffffffffea
