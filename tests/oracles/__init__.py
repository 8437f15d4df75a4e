"""Every measure once more in plain pandas, written from the definitions alone, to compare the product with."""
