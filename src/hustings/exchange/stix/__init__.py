"""Findings, campaigns, requests and their markings as STIX 2.1, and back."""
