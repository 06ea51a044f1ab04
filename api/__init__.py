"""The HTTP API: routes that translate to engine calls and back, and nothing else.

Entry point: `api.app.create_app`. Read `app.py` (what is put together), `schemas.py` (what goes in and out),
`routes/` (one file per resource), `problems.py` (errors as RFC 9457 problem details), `requests.py` (numbers read as
decimals, bodies bounded), `auth.py` (who is asking). No route holds a rule of a law or of the engine.
"""
