"""Other record stores: statements forwarded to them and brought over from them."""
