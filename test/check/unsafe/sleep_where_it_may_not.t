# only programs of sections that end in ".s" may wait for memory
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0
call 148
r0 = 0
exit
-- ctx kprobe
-- rejected sleepable: main: insn 4 (line 5): bpf_copy_from_user: a function that may sleep, where that is not allowed
-- kernel rejects helper call might sleep in a non-sleepable prog
