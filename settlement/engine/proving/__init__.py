"""Proofs about rules: which cases no row takes, which rows no case reaches, where pay falls."""
