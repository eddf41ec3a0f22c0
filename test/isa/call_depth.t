# frames are counted, never native bytes
-- asm
call local f
exit
f:
call local f
exit
-- trap CALL_DEPTH
