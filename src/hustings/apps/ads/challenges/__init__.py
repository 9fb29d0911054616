"""Codes sent to an address that somebody gave: who answers with the code receives what is sent there."""
