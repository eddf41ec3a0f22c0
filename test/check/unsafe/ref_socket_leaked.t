# a socket that was looked up is never released
-- asm
*(u64 *)(r10 - 8) = 0
*(u32 *)(r10 - 12) = 0
r2 = r10
r2 += -12
r3 = 12
r4 = 0
r5 = 0
call 84
r0 = 0
exit
-- ctx tc
-- rejected reference-leak: main: insn 9 (line 10): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
