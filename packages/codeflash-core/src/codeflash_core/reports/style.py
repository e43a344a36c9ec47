"""The style sheet of the HTML report: light and dark, printable, no resource from elsewhere."""

STYLE = """
:root { color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1a1e24; --muted: #59626f; --line: #e2e4e8; --code: #f4f5f6;
  --accent: #0a5bb0; --ok: #14713f; --ok-wash: #dff3e7; --no: #a72e24; --no-wash: #fae5e2;
  --maybe: #7a5600; --maybe-wash: #fbf0cf; --need: #5544ad; --need-wash: #eae7fa;
  --gone: #fdf0ee; --gone-mark: #f8c8c2; --come: #ebf8ef; --come-mark: #b2e4c2; --none: #f4f4f3;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root {
  --page: #111418; --card: #191d23; --ink: #e5e8ec; --muted: #9aa5b3; --line: #2c323b; --code: #20252c;
  --accent: #7db8f5; --ok: #62cf94; --ok-wash: #17341f; --no: #f28b7f; --no-wash: #40201d;
  --maybe: #e2b74c; --maybe-wash: #3a2f10; --need: #b0a4f5; --need-wash: #2a2550;
  --gone: #2d1c1c; --gone-mark: #713530; --come: #172a1e; --come-mark: #285e3b; --none: #15191e; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header.top, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 40px; padding-bottom: 8px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.02em; margin: 0 0 6px; }
h2 { font: 600 19px/1.35 var(--mono); margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 13px; font-weight: 600; letter-spacing: 0.02em; color: var(--muted); margin: 30px 0 10px; }
p { margin: 8px 0; max-width: 78ch; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font-family: var(--mono); font-size: 12.5px; }
pre { background: var(--code); border-radius: 8px; padding: 12px 14px; overflow-x: auto; margin: 8px 0; }
.muted { color: var(--muted); }
.scroll { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 22px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.tile b { display: block; font-size: 25px; line-height: 1.25; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums; }
.tile span { color: var(--muted); font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px 28px 28px;
  margin: 22px 0; }
.head { display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; justify-content: space-between; }
.headline { font-size: 22px; font-weight: 600; letter-spacing: -0.01em; margin: 10px 0 2px;
  font-variant-numeric: tabular-nums; }
.headline small { font-size: 14px; font-weight: 400; color: var(--muted); letter-spacing: 0; }
.badge { display: inline-block; padding: 2px 11px; border-radius: 99px; font-size: 13px; font-weight: 600;
  white-space: nowrap; }
.badge.accepted { background: var(--ok-wash); color: var(--ok); }
.badge.rejected { background: var(--no-wash); color: var(--no); }
.badge.inconclusive { background: var(--maybe-wash); color: var(--maybe); }
.badge.needs-evidence { background: var(--need-wash); color: var(--need); }
ul { margin: 8px 0; padding-left: 20px; max-width: 90ch; }
ul.cautions li::marker { content: "▲  "; color: var(--maybe); font-size: 10px; }
table.list { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
table.list.fit { width: auto; }
table.list.fit th, table.list.fit td { padding-right: 32px; }
table.list th, table.list td { text-align: left; vertical-align: top; padding: 8px 14px 8px 0;
  border-bottom: 1px solid var(--line); }
table.list tr:last-child > * { border-bottom: 0; }
table.list thead th { font-size: 13px; font-weight: 500; color: var(--muted); }
table.list tbody th { font-weight: 500; color: var(--muted); width: 230px; }
table.list td.n, table.list th.n { text-align: right; white-space: nowrap; }
table.list code { overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 8px 32px; }
.pair > * { min-width: 0; }
figure { margin: 0 0 14px; }
figure.diff { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
figure.diff figcaption { background: var(--code); padding: 7px 12px; border-bottom: 1px solid var(--line); }
table.sides { border-collapse: collapse; width: 100%; min-width: 900px; table-layout: fixed; }
table.sides col.number { width: 46px; }
table.sides th { text-align: left; font-size: 12px; font-weight: 500; color: var(--muted); padding: 4px 10px; }
table.sides td { padding: 0 10px 0 20px; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12.5px/1.6 var(--mono); position: relative; tab-size: 4; }
table.sides td[data-sign]::before { content: attr(data-sign); position: absolute; left: 7px; color: var(--muted); }
table.sides td.number { padding: 0 8px; text-align: right; color: var(--muted); user-select: none; }
table.sides td.none { background: var(--none); }
table.sides td.gone { background: var(--gone); }
table.sides td.come { background: var(--come); }
table.sides tr.gap td { text-align: center; color: var(--muted); background: var(--code); }
del, ins { text-decoration: none; border-radius: 3px; }
del { background: var(--gone-mark); }
ins { background: var(--come-mark); }
pre.unified span { display: inline-block; min-width: 100%; }
pre.unified .gone { background: var(--gone); }
pre.unified .come { background: var(--come); }
pre.unified .hunk { color: var(--muted); }
details { border-top: 1px solid var(--line); padding: 9px 0; }
details > summary { cursor: pointer; }
details > summary code { font-size: 13px; }
details[open] > summary { margin-bottom: 8px; }
svg.plot { display: block; max-width: none; height: auto; font: 12px system-ui, sans-serif; }
svg.intervals { width: 100%; min-width: 820px; }
svg.growth, svg.blocks { width: 100%; max-width: 500px; }
svg text { fill: var(--ink); }
svg .tick, svg .axis, svg .note, svg .untimed { fill: var(--muted); font-size: 11px; }
svg .tick, svg .axis { text-anchor: middle; }
svg .tick.left { text-anchor: end; }
svg .label { font: 12.5px var(--mono); }
svg .figure { font-size: 13px; font-weight: 600; font-variant-numeric: tabular-nums; }
svg .grid, svg .rule { stroke: var(--line); stroke-width: 1; }
svg .one { stroke: var(--muted); stroke-width: 1.3; }
svg .wanted { stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 4 4; }
svg .noise { fill: var(--muted); opacity: 0.14; }
svg .bar line { stroke: var(--tone); stroke-width: 2.2; }
svg .bar circle { fill: var(--tone); stroke: var(--card); stroke-width: 1; }
svg .bar.screening line { stroke-dasharray: 3 3; stroke-width: 1.6; }
svg .bar.screening circle { fill: var(--card); stroke: var(--tone); stroke-width: 2; }
svg .bar.cold { opacity: 0.55; }
svg .row { --tone: var(--muted); }
svg .row.accepted { --tone: var(--ok); }
svg .row.rejected { --tone: var(--no); }
svg .row.inconclusive { --tone: var(--maybe); }
svg .row.needs-evidence { --tone: var(--need); }
svg .row .word { fill: var(--tone); font-weight: 600; }
svg .before { --tone: var(--muted); }
svg .after { --tone: var(--accent); }
svg .before line, svg .after line, svg .curve polyline { stroke: var(--tone); stroke-width: 2.2; fill: none; }
svg .before line, svg .curve.before polyline { stroke-dasharray: 6 4; }
svg .curve circle { fill: var(--tone); stroke: var(--card); stroke-width: 1.5; }
svg .band { fill: var(--accent); opacity: 0.16; }
svg .block { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
footer { color: var(--muted); font-size: 13px; padding-top: 6px; padding-bottom: 48px; }
@media (max-width: 640px) { main, header.top, footer { padding-left: 14px; padding-right: 14px; }
  .card { padding: 18px 16px 20px; } h1 { font-size: 24px; } table.list tbody th { width: 120px; } }
@media print { body { background: #fff; } .card { break-inside: auto; } details { break-inside: avoid; } }
"""
"""Rules for the whole page; every colour is a variable that the dark scheme replaces."""
