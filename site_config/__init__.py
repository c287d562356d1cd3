"""The site: content/ -> site/."""
