"""What those who were advised are given on paper: an accessible page in Danish, said in the chassis' blocks."""
