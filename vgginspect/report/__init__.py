"""What a command prints, ready for any format: columns, tables, the JSON document."""
