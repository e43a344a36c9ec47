"""What the pages need beyond the style of reports."""

STYLE = """
nav { display: flex; gap: 20px; align-items: baseline; flex-wrap: wrap; }
nav b { font-size: 17px; }
nav a[aria-current] { color: var(--ink); text-decoration: none; font-weight: 600; }
nav form { margin-left: auto; }
form.filter { display: flex; gap: 12px; flex-wrap: wrap; align-items: end; margin: 0 0 14px; }
form.login { display: grid; gap: 12px; max-width: 320px; }
label { display: grid; gap: 4px; font-size: 13px; color: var(--muted); }
input, select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; padding: 6px 10px; }
button { cursor: pointer; background: var(--code); }
input:focus-visible, select:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.badge.done { background: var(--ok-wash); color: var(--ok); }
.badge.failed { background: var(--no-wash); color: var(--no); }
.badge.running { background: var(--maybe-wash); color: var(--maybe); }
.badge.waiting, .badge.stopped, .badge.superseded { background: var(--code); color: var(--muted); }
table.list td > code { display: inline-block; min-width: 15em; }
.problem { color: var(--no); }
.pages { display: flex; gap: 20px; margin-top: 14px; }
"""
"""Colours are those of the reports, so the dark scheme holds as well."""
