#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# verify_html.sh - the page of "supervm verify --html", in a browser: it stands alone, and its script runs.
. "$(dirname "$0")/../lib.sh"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip "no Chromium"
svm=$bin/supervm
# a name that is markup, and an access that is proven, one that is not
cat >"$tmp/<b>&.asm" <<'ASM'
    stdw [r10-8], 7
    ldxdw r0, [r10-8]
    ldxdw r1, [r0]
    exit
ASM
"$svm" verify --html "$tmp/page.html" "$tmp/<b>&.asm" >"$tmp/text"
equal "the verdict is that of the text" 2 $?
equal "no other file is needed" 0 "$(grep -cE '(src|href)="?(http|//|[a-z]+\.)' "$tmp/page.html")"
# HOME: it wants to write there
HOME=$tmp timeout 60 "$browser" --headless --no-sandbox --disable-gpu --dump-dom "file://$tmp/page.html" >"$tmp/dom" 2>"$tmp/log" ||
    skip "Chromium does not start here: $(tail -n 1 "$tmp/log")"
equal "counted by the page's own script" \
    "2 accesses proven, 0 checked while they run, 1 instructions not proven" \
    "$(grep -oE '<p id="count">[^<]*' "$tmp/dom" | sed 's/.*>//')"
equal "the switch works" 1 "$(grep -c '<input type="checkbox" id="only">' "$tmp/dom")"
ok "names are text" grep -qF '&lt;b&gt;&amp;.asm' "$tmp/dom"
equal "each instruction has its row" 4 "$(grep -c '<tr class="[a-z]*" id="f0i[0-9]*">' "$tmp/dom")"
ok "the failure stands at its instruction" grep -q '<tr class="fail" id="f0i2">' "$tmp/dom"
ok "what is known there" grep -q 'class="why"' "$tmp/dom"
# and seen: a picture of it is not blank
HOME=$tmp timeout 60 "$browser" --headless --no-sandbox --disable-gpu --screenshot="$tmp/page.png" \
    --window-size=1200,900 "file://$tmp/page.html" >/dev/null 2>&1
ok "it can be drawn" test "$(stat -c %s "$tmp/page.png" 2>/dev/null || echo 0)" -gt 5000
finish
