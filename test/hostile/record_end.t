# a write past the end of a record
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
*(u64 *)(r6 + 16) = 0
r1 = r6
r2 = 0
call 132
out:
exit
-- maps
map r ringbuf 0 0 4096
-- trap OUT_OF_BOUNDS
