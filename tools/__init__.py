"""The command line: `clauseflow`, and the checks that need other programs.

Entry point: `tools.cli.main`. Read cli.py (the table of subcommands), then commands/ (one file each; common.py holds
what they share: the store, the console), service.py (worker and server in one process). editors.py takes shipped
files through the editors' libraries (`make editors`). No command holds a rule of a law or of the engine: each asks
`engine` or `api` and prints the answer.
"""
