"""SQL that changes publications, legal references and statistics, or reads in order to change.

Locks are taken in this order and no other: legal references by id, then publications by id. Whatever quotes a paragraph
holds it in share, and a change of the paragraph holds it alone; so a publication that quotes it is committed before the
change looks for those to review, or quotes what the change has made. Rows are locked without their keys, since foreign
keys that point to them take these in whatever order rows are written.
"""
