# * takes no argument
-- asm
r3 = 0x400000 ll
r4 = 2
r5 = 3
r2 = 4
call 6
exit
-- mem
252a6400
-- result 0xffffffffffffffea
