# get_current_comm over the end of the stack
-- asm
r1 = r10
r1 += -8
r2 = 16
call 16
exit
-- trap OUT_OF_BOUNDS
