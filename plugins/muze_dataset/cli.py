"""Make datasets, join them and look into them."""

from __future__ import annotations
