# only a probed function has a result to override
-- asm
r2 = 7
call 58
exit
-- ctx tracepoint
-- mem
0102030405060708
-- trap BAD_CONTEXT 1
