"""What several effects are made of: processors and how they combine, noise, room, pitch. No effect of its own."""
