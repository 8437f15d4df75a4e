"""What the review page offers to take along."""
