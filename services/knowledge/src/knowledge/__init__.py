"""Publications, and the paragraphs of law that they quote."""
