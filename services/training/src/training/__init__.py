"""Courses, theme days and network meetings, and who has a seat."""
