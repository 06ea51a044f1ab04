"""What goes in and what comes out, as strict models: nothing is converted silently, unknown names are refused.

Values: JSON null, booleans, strings, numbers (exact decimals), lists and objects are FEEL values of the same kind; the
typed ones are written `{"date": "2011-03-08"}`, `{"time": ...}`, `{"dateTime": ...}`, `{"duration": "P30D"}`. Facts of
an event are plain: the vocabulary says what type each has. Answers show dates and instants as ISO 8601 text.
Reading order: base.py, commands.py (bodies of requests), then answers: definitions.py, instances.py, cases.py,
access.py.
"""
