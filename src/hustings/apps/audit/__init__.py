"""The log of decisions and changes: added to in the same transaction, sequenced, signed, witnessed, exported."""
