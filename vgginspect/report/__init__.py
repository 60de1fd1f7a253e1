"""The output of a command, in no format yet: columns, tables, the JSON document."""
