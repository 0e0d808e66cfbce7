"""A small model of our own that places sound and words in one space (contrastive language-audio pretraining)."""
