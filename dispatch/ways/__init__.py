"""The ways an order finds its installer by itself: a rule's steps, tried one after another."""
