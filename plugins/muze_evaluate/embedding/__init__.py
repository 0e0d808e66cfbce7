"""Audio as vectors: windows, embedders, and the files of a set embedded once and kept."""
