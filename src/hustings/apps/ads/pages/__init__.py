"""The pages of ads for the people of the door."""
