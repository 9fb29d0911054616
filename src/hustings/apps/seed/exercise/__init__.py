"""A meeting of partners: five organisations in five installations, from a tip to a joint report, by the acts of their own people."""
