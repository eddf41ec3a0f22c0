# ringbuf_output from address 8
-- asm
r1 = map[0] ll
r2 = 8
r3 = 16
r4 = 0
call 130
exit
-- maps
map r ringbuf 0 0 4096
-- trap OUT_OF_BOUNDS
