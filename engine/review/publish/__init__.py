"""A law as a site for reviewers: static pages that need no script, no server and no network.

Entry point: `publish_site` (packages, runs and scenarios -> pages by their path). Reading order: site.py (which pages
there are), links.py (where each thing stands), svg.py (diagrams as their editors keep them), official.py (the official
text from a copy that a reviewer names), then one file per kind of page: law_pages.py, diagram_pages.py, table_pages.py,
notice_pages.py, scenario_pages.py. The same input always gives the same bytes.
"""

from engine.review.publish.official import OfficialText, read_official
from engine.review.publish.site import SiteInput, publish_site

__all__ = ["OfficialText", "SiteInput", "publish_site", "read_official"]
