"""The frame of a page for reviewers: self-contained, readable without script, at any width and on paper."""

from __future__ import annotations

from html import escape

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; color: #1b1b1b; background: #fff;
  font: 1rem/1.5 "Liberation Sans", Arial, Helvetica, sans-serif; overflow-wrap: break-word; }
a { color: #0b4a8f; }
a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 2px solid #1b1b1b; }
h3 { font-size: 1.08rem; margin: 1.4rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; padding: .3rem 0; font-weight: bold; }
th, td { border: 1px solid #8a8a8a; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; min-width: 6.5rem; }
thead th { background: #ececec; }
tbody th { font-weight: bold; }
td ul, th ul { margin: 0; padding-left: 1.1rem; }
.wide { overflow-x: auto; }
.quiet { color: #4d4d4d; }
.mono, pre, code { font-family: "Liberation Mono", Consolas, monospace; font-size: .88em; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border: 1px solid #8a8a8a; padding: .8rem; background: #fafafa; }
dl.pairs { display: grid; grid-template-columns: minmax(10rem, max-content) 1fr; gap: .2rem 1rem; margin: .5rem 0; }
dl.pairs dt { font-weight: bold; }
dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl.pairs { grid-template-columns: 1fr; } dl.pairs dd { margin-bottom: .5rem; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
  tr, dl.pairs > div, .together { break-inside: avoid; }
  .wide { overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
"""


def html_page(title: str, body: str, *, language: str = "en", style: str = "") -> str:
    """The whole page; *body* is markup whose texts were escaped."""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#content">Skip to the content</a>\n<main id="content">'
        f"\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )
