"""Reports that the tests share, each made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty_metrics import LoyaltyError, Scope, Workspace
from loyalty_metrics.report import FORMATS, Document, build, fonts, write

TITLE = "Đánh giá khách hàng thân thiết · 客户忠诚度周报"
BUSINESS = "Tiệm trà Hà Nội 河内茶馆 <b>&\"'</b>"
CATEGORY = "Trà sữa 珍珠奶茶"
LINES = f"""Order ID;Customer ID;Order Date;Amount;Category
1;A;2025-01-01;10.00;{CATEGORY}
2;A;2025-02-07;20.00;{CATEGORY}
3;B;2025-01-20;5.50;{CATEGORY}
4;B;2025-03-01;7.25;{CATEGORY}
5;;2025-03-02;1.00;{CATEGORY}
6;C;2025-02-11;30.00;Bánh mì
7;A;2025-03-03;2.00;Bánh mì
"""


@pytest.fixture(scope="session")
def tea_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three customers in three months, in Vietnamese and Chinese."""
    file = tmp_path_factory.mktemp("tea") / "orders.csv"
    file.write_text(LINES, encoding="utf-8")
    workspace = Workspace.in_memory()
    workspace.import_file(file)
    return workspace


@pytest.fixture(scope="session")
def sample() -> Workspace:
    """The shipped sample."""
    return Workspace.sample()


@pytest.fixture(scope="session")
def sample_document(sample: Workspace) -> Document:
    """Its report."""
    return build(sample, None, "Sample shop")


@pytest.fixture(scope="session")
def eastern(tea_shop: Workspace) -> Document:
    """A report with Vietnamese and Chinese letters, and signs that mean something to HTML, in every place."""
    return build(tea_shop, Scope(filters={"category": CATEGORY}), BUSINESS, TITLE)


@pytest.fixture(scope="session")
def made(sample_document: Document) -> dict[str, bytes]:
    """The sample's report in every format."""
    return Made({ending: _written(sample_document, ending) for ending in FORMATS})


@pytest.fixture(scope="session")
def eastern_made(eastern: Document) -> dict[str, bytes]:
    """The other report in every format."""
    return Made({ending: _written(eastern, ending) for ending in FORMATS})


class Made(dict[str, bytes]):
    """Files by format; a test that asks for a PDF is skipped where no font has its letters."""

    def __getitem__(self, ending: str) -> bytes:
        file = super().__getitem__(ending)
        return file or pytest.skip("no font on this machine has these letters")


def _written(document: Document, ending: str) -> bytes:
    try:
        return write(document, ending)
    except LoyaltyError:
        if ending != "pdf":
            raise
        return b""


@pytest.fixture
def no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine whose only folder of fonts is empty; the folder."""
    fonts._files.cache_clear()
    monkeypatch.setattr(fonts, "_FOLDERS", (str(tmp_path),))
    monkeypatch.delenv(fonts.SETTING, raising=False)
    yield tmp_path
    fonts._files.cache_clear()
