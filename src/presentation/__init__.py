"""From publishable figures to what a reader sees: words, charts, tables, sheets, rows of open data."""
