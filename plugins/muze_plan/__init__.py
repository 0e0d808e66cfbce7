"""Song plans and scores: words become a form, the form harmony, the harmony notes."""
