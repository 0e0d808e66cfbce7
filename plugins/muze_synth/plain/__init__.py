"""The built-in synthesiser: no samples, no library, numpy alone; a fallback that is always there, and a baseline."""
