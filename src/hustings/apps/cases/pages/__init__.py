"""The pages of casework: parse, call, render."""
