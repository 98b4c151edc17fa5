"""Rules on their way to be published: regions' values, merging, proofs, approval by a second person."""
