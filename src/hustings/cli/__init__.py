"""The `hustings` command: one file per subcommand, listed in `main.COMMANDS`."""
