"""What is measured: traces, pairs, links, significance, communities, findings."""
