"""The pages of people, clearances, posts and visits: parse, call, render."""
