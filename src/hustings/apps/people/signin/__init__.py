"""Signing in: passwords, second factors, sessions of one person in one position, invitations, providers."""
