# a format longer than its memory
-- asm
r2 = 200
call 6
exit
-- mem
414200
-- trap OUT_OF_BOUNDS
