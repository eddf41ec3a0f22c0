# RFC 9669, 4.1
-- asm
mov64 r0, 7
div64 r0, 0
exit
-- result
0x0
