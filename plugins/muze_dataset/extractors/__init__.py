"""The extractors: what each needs and gives, and the reasons where it cannot."""
