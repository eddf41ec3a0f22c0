# a context handle made from a number, in a run that has no context
-- asm
r1 = 0x7c01000000000000 ll
r0 = *(u32 *)(r1 + 0)
exit
-- mem
00
-- trap BAD_CONTEXT
