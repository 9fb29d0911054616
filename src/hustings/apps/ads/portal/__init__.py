"""What advertisers do by themselves: sign up, say who they are, prove it, and see what is missing."""
