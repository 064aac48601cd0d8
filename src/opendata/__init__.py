"""Figures as files for machines and spreadsheets: what a reader may take away and use again."""
