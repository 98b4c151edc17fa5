"""Documents as PDF: one shipped Chinese font, nothing fetched from anywhere."""
