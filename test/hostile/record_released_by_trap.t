# a trap gives the record back: the next run finds the ring empty
-- asm
r6 = *(u8 *)(r1 + 0)
r1 = map[0] ll
if r6 != 0 goto query
r2 = 4000
r3 = 0
call 131
r0 = *(u64 *)(r0 - 4096)
exit
query:
r2 = 64
r3 = 0
call 131
if r0 == 0 goto out
r1 = r0
r2 = 0
call 133
r0 = 1
out:
exit
-- maps
map r ringbuf 0 0 4096
-- mem
00
-- trap OUT_OF_BOUNDS
-- mem
01
-- result 1
