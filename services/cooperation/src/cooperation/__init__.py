"""Municipalities and police districts: contact points, agreements, gaps, and coordinated severe cases."""
