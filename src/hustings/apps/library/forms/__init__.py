"""The library's ads in the forms of others: the transparency notice, neutral standards, the layouts of two platforms' reports."""
