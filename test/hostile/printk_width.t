# a field of a million
-- asm
r3 = 0x400000 ll
r4 = 2
r5 = 3
r2 = 10
call 6
exit
-- mem
25313030303030306400
-- result 0xffffffffffffffea
