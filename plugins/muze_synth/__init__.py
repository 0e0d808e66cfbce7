"""Scores into sound: sampled instruments, a built-in synthesiser, a singer, and the mix."""
