# ld_abs may end the program, and a record is open
-- asm
r6 = r1
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
r7 = r0
r0 = *(u8 *)skb[0]
r1 = r7
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx socket_filter
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 8 (line 8): what ldabs8 gave is not released on this path
-- kernel rejects BPF_LD_[ABS|IND] would lead to reference leak
