"""Saying in words what a track is: facts from findings, and those who put them into a sentence."""
