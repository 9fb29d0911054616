"""Who was told what, what they are owed since, what was taken out of it, and what somebody who may ask asked for."""
