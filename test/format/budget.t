# Options: a budget that is spent.
-- asm
loop:
    ja loop
-- options
budget 1000
-- trap FUEL
