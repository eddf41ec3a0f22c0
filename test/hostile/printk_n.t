# %n is no conversion
-- asm
r3 = 0x400000 ll
r4 = 2
r5 = 3
r2 = 3
call 6
exit
-- mem
256e00
-- result 0xffffffffffffffea
