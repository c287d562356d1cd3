"""For programs: the library as JSON, JSON Lines and Markdown, all of it files with addresses that stay.

    api/index.json                       what there is
    api/daily_papers/2026-08-21.json     a day, in the shape of Hugging Face's own API
    api/lists/… .json, api/topics/… .json
    api/papers/2026-08.jsonl.gz          a month's papers, a line each
    api/schema.json                      what all of these hold, as JSON Schema
    daily/…/index.md, lists/…/index.md, papers/…/index.md
    llms.txt                             where a language model finds all this

The page that says so to people is `site_config.pages.programs`.
"""
