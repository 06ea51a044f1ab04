"""Pages: plain HTML that the API serves to people, with a few lines of script and a strict content security policy.

No wording of a law stands here: headings, labels and texts come from the notices and forms of the law package.
Reading order: html.py (the frame of a page and its headers), forms.py (a form-js form as HTML), login.py,
reference.py (the API described), assets/.
"""

from api.pages.forms import render_form
from api.pages.html import ASSETS, asset_response, html_page, notice_body, notice_language
from api.pages.login import log_in_body, log_in_link, log_out_form, logged_in_body
from api.pages.reference import reference_body

__all__ = [
    "ASSETS",
    "asset_response",
    "html_page",
    "log_in_body",
    "log_in_link",
    "log_out_form",
    "logged_in_body",
    "notice_body",
    "notice_language",
    "reference_body",
    "render_form",
]
