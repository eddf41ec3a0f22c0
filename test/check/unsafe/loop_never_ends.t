# steps of 2 never meet 7
-- asm
r0 = 0
again:
r0 += 2
if r0 != 7 goto again
exit
-- ctx xdp
-- rejected too-complex: main: insn 2 (line 4): the budget of steps, states or memory is spent
-- kernel rejects BPF program is too large. Processed 1000001 insn
