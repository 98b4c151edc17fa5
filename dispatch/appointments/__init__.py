"""The calendar customers and shops book from: what is open, held, booked and limited."""
