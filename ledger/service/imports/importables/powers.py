"""Small powers: the rows of ``catalogues/powers.csv`` in a district's pack.

What powers there are is an arrangement, so it goes into the pack and is adopted with it; which of
them a unit lists is its catalogue, published in the log (``mingzhang catalogue publish``).
"""

from ledger.rules.packs.sections import catalogues
from ledger.rules.packs.sections.catalogues import CatalogueItem
from ledger.service.imports import cells
from ledger.service.imports.importable import PackTable, Row
from ledger.service.imports.tables import Column

CATALOGUE = "powers"
ID = Column(id="id", zh="编号", en="Id", form=cells.code, required=True, example="power.funds")
ZH = Column(id="zh", zh="权力名称", en="Power", required=True, example="集体资金使用")
EN = Column(id="en", zh="英文名称", en="In English", required=True,
            example="Use of collective funds")  # fmt: skip
CLASS = Column(id="class", zh="类别", en="Class", words="class", required=True,
               example="public_power")  # fmt: skip
RULE = Column(id="rule", zh="规则编号", en="Rule", form=cells.code, example="bijiang.five_publics")
ROLE = Column(id="role", zh="行使岗位", en="Role", words="role", example="居民委员会成员")
BY = Column(id="exercised_by", zh="行使事项", en="Exercised by",
            example="decision:residents_four_two", note_zh="case: 或 decision: 加类型，空格分隔",
            note_en="case: or decision: and the kind, blanks between")  # fmt: skip
GROUND = Column(id="ground", zh="法律依据", en="Ground", example="四议两公开")


def _key(row: Row) -> tuple[str, ...]:
    return (row.of("id"),)


def _listed(item: CatalogueItem) -> bool:
    return item.catalogue == CATALOGUE


importable = PackTable(
    name="powers",
    zh="小微权力",
    en="Small powers",
    columns=(ID, ZH, EN, CLASS, RULE, ROLE, BY, GROUND),
    told_by=ID.zh,
    key=_key,
    path=f"catalogues/{CATALOGUE}.csv",
    section=catalogues.section,
    listed=_listed,
)
