"""The discount of a whole order is shared out among its rows like its total; none of them bears it alone."""

from decimal import Decimal

from loyalty_metrics.database import Cursor

HEADER = (
    "Número de orden;Email;Fecha;Estado de la orden;Estado del pago;Moneda;Subtotal de productos;Descuento;Total;"
    "Nombre del producto;Precio del producto;Cantidad del producto\n"
)
FIRST = "7;a@example.com;04/11/2025 23:45:11;Abierta;Recibido;ARS;1000;200;800;soap;100;1\n"
LATER = "7;a@example.com;;;;;;;;towel;300;3\n"


def test_no_row_bears_the_discount_of_the_whole_order_alone(load, cursor: Cursor) -> None:
    """200 of 1000 are a fifth off each row: 100 -> 80, 900 -> 720."""
    report = load(HEADER + FIRST + LATER)
    assert (report.loaded, report.money_loaded) == (2, Decimal(800))
    rows = cursor.rows("select product, amount, discount from staged order by line_no")
    assert rows == [("soap", Decimal(80), Decimal(20)), ("towel", Decimal(720), Decimal(180))]
