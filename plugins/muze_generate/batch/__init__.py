"""Many songs from one file: read, rendered one by one or several at a time, gone on with after an interruption."""
