# a task is no memory
-- asm
call 158
r0 = *(u64 *)(r0 + 0)
exit
-- trap OUT_OF_BOUNDS
