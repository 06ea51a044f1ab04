"""The HTTP API: routes that translate to engine calls and back, and nothing else.

Entry point: `api.app.create_app`. Read `app.py` (what is put together), `permissions.py` (who may do what: one table),
`door.py` (what every request passes: size, caller, permission, rate, the same command once, the note of what was
read), `auth.py`, `tokens.py`, `sessions.py` and `issuer.py` (who is asking, by a key, a token or a log-in), `sight.py`
(which cases they see), `schemas/` (what goes in and out), `routes/` (one file per resource), `consent.py` and
`prospects.py` (what the pages of consent show), `paging.py`, `problems.py` (errors as RFC 9457 problem details) and
`masking.py`, `requests.py` (numbers read as decimals), `openapi.py` (the description), `settings.py` (a start beyond
this machine), `metrics.py`.
No route holds a rule of a law or of the engine.
"""
