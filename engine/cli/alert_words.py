"""What levels, and what is said of an alert, are called."""

from typing import Final

from engine.core.text import Text

LEVELS: Final = {
    "warning": Text("预警", "warning"),
    "yellow": Text("黄牌", "yellow card"),
    "red": Text("红牌", "red card"),
}
SAYINGS: Final = {
    "raised": Text("发出", "raised"),
    "ended": Text("结束", "ended"),
    "withdrawal_proposed": Text("提请撤销", "proposed to withdraw"),
    "withdrawn": Text("撤销", "withdrawn"),
}
