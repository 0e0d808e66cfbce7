"""Where results go, and the files."""
