# a function that calls itself
-- asm
call local f
exit
f:
call local f
exit
-- trap CALL_DEPTH
