"""What the page on value is made of."""
