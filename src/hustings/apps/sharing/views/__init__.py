"""The pages of partners: parse, call, render."""
