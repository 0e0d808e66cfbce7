"""What is asked for: the request and its checks, prompts, plans, sidecars, audio that is there already."""
