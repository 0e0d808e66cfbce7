"""How good the model is: figures, baselines and the card."""
