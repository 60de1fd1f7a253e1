"""The floor for a table: the smallest Typer application that prints 39 rows with rich."""

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()


@app.command()
def main(name: str = "world") -> None:
    table = Table("path", "name", "layer", "shape", "parameters", title=name)
    for row in range(39):
        table.add_row(f"features.{row}", f"conv{row}", "Conv2d", "512x14x14", "2,359,808")
    Console().print(table)


app()
