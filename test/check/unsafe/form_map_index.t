# the program has no map 7
-- raw
1851000007000000 0000000000000000 b700000000000000 9500000000000000
-- ctx xdp
-- rejected offset 0x0: main: insn 0: map 7: the input has none
-- kernel rejects fd 0 is not pointing to valid bpf_map
