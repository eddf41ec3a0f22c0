# more values than there are
-- asm
r3 = 0x400000 ll
r4 = 2
r5 = 3
r2 = 9
call 6
exit
-- mem
256425642564256400
-- result 0xffffffffffffffea
