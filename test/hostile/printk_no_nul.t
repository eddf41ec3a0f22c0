# a format without an end
-- asm
r2 = 2
call 6
exit
-- mem
4142
-- result 0xffffffffffffffea
