"""Two people at one form: who saves on top of another's change reads both sides and chooses."""
