"""Views: what each command says, as a Report made from Plans."""
