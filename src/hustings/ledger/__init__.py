"""What cannot be rewritten unseen: manifests that tell whether a file or a row was changed."""
