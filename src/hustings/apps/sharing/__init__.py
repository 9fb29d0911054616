"""Working together: partners, what is asked and told, who began an action, and meetings."""
