"""Plans of enforcement: from what is accepted on evidence to what the platform does, tells, and takes back."""
