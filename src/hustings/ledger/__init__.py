"""What cannot be rewritten unseen: the Merkle log, signed checkpoints, manifests of folders."""
