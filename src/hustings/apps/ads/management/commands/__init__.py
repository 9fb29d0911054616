"""The commands of ads."""
