"""Publications, the paragraphs of law that they quote, and statistics."""
