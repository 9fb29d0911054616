"""What a finding looks like to a person: pages that need nothing but themselves."""
