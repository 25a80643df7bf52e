"""What sessions have used and cost, counted from their logs."""
