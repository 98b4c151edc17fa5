"""What a customer is offered for a job: priced, explained, kept, printed."""
