"""How far a person is on the ladders of the rules, and what the next step brings."""
