"""The pages: plain functions from the catalog to what stands at each address.

    site      the values and the few addresses that all of them share
    cards     a paper as days and lists show it
    home, days, papers, lists, archive, aliases     one module a kind of page
    sitemap   every address, for search engines

A page's text comes from strangers: it reaches a page as text, through templates that escape by themselves.
"""

from __future__ import annotations
