"""Plans a whole day at once: split by place, solved in child processes, repaired, judged."""
