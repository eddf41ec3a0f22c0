# a record of -8 bytes
-- asm
r1 = map[0] ll
r2 = -8
r3 = 0
call 131
exit
-- maps
map r ringbuf 0 0 4096
-- result 0x0
