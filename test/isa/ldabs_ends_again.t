A load behind the packet's end ends the program with 0, in a subprogram too, and the next run begins as the first did: with
its own result, and as many frames.
-- asm
r7 = 0x5
r6 = r1
call local f
r0 += r7
exit
f:
r6 = r1
r0 = *(u32 *)skb[0x4]
exit
-- options
frames 2
-- ctx socket_filter
-- mem
01 02 03 04 05 06 07 08
-- result 0x506070d
-- mem
01 02
-- result 0
-- mem
01 02 03 04 05 06 07 08
-- result 0x506070d
-- mem
01 02
-- result 0
-- mem
01 02
-- result 0
-- mem
01 02 03 04 05 06 07 09
-- result 0x506070e
