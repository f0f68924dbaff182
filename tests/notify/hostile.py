"""Names of items and sellers as somebody writes them who wants a chat to act on them."""

from __future__ import annotations

from hypothesis import strategies as st

from kakosheet.notify.model import one_line

FRAGMENTS = (
    "<script>alert(1)</script>", "<style>b{}</style>", "<b>bold</b>", "<a href=\"http://evil.example/\">here</a>", "<!-- x", "]]>", "<br/>", "&lt;b&gt;",
    "&amp;", "&#64;everyone", "@everyone", "@here", "@all", "@channel", "@room", "<@123456>", "<@&123>", "<@!123>", "<!channel>", "<!here|x>", "<#1234>",
    "<users/all>", "<at user_id=\"all\">all</at>", "@**all**", "@_**Ana**", "#**general**", "@\"Ana\"", "a@b.example", "x@here", "[click](http://evil.example/)",
    "[click][1]", "[1]: http://evil.example/", "![x](http://evil.example/x.png)", "<http://evil.example>", "http://evil.example/a_b_c", "www.evil.example/a_b",
    "**bold**", "__bold__", "*it*", "_it_", "~~gone~~", "~gone~", "||spoiler||", "`code`", "```", "```js", "~~~", "# head", "## head", "> quote", "- item",
    "* item", "+ item", "1. item", "- [x] task", "===", "---", "***", "| a | b |", "|---|---|", ":smile:", ":+1:", "12:30:45", "\\", "\\*", "\\\\n", "$x$", "$$x$$",
    "/start", "#tag", "~town-square", "<t:1700000000:R>", "{{x}}", "${x}", "%s", "it's \"quoted\"", "李伟·订单", "🙂", "color:#ff0000", "<3 :)",
)
NAMES = st.lists(st.sampled_from(FRAGMENTS) | st.text(alphabet="*_`~<>@[]()!#&;:|\\/- .ab1=+\"'{}$%李🙂", max_size=8), min_size=1, max_size=5).map(
    lambda found: one_line("".join(found), 80) or "x")
"""Such names on one line, as reminders have them."""
