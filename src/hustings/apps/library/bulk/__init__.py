"""All that fits in one request, in files that others read."""
