# 0 is no record
-- asm
r6 = 0
r1 = r6
r2 = 0
call 132
exit
-- maps
map r ringbuf 0 0 4096
-- trap BAD_HANDLE
