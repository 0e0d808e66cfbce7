"""What extractors find against exact labels: figures, goals and librosa's own result, a module for each subject."""
