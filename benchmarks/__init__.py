"""Figures of muze against what a user would write by hand; `make bench` runs all of them."""
