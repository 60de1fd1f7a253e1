"""Views: the output of each command, as a Report made from Plans."""
