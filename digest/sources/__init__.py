"""Where articles come from: fetched safely, read into entries, remembered by their last visit.

Sources know no articles: they give `Entry` values, and `digest.actions` hands them on.
"""
