# strtol to a bad address
-- asm
r2 = 4
r3 = 10
r4 = 16
call 105
exit
-- mem
31323334
-- trap OUT_OF_BOUNDS
