"""One file per subcommand of `clauseflow`; each offers one function, listed in `tools.cli.COMMANDS`."""
