"""Documents that people read: a published plan, and an answer for a committee; as a page, as a PDF and as tables.

A document is said once, in the chassis' blocks, and drawn from there: the page and the PDF cannot say different things.
"""
