"""The dashboard of the workers: what they supervise, what they say, how timely they are, and what goes wrong."""

from typing import Final

from dashboards.panel import Dashboard, Look, Panel, Query, Row, Step, Words
from dashboards.query import growth, highest, lowest, quantile, rate, total
from engine import metrics

_GREEN: Final = "green"
_YELLOW: Final = "yellow"
_RED: Final = "red"
_BLUE: Final = "blue"

_LEVELS: Final = (("warning", _BLUE), ("yellow", _YELLOW), ("red", _RED))
_BAD_ABOVE_ZERO: Final = (Step(None, _GREEN), Step(1, _RED))
_BAD_BELOW_ONE: Final = (Step(None, _RED), Step(1, _GREEN))
_MANY_UNITS: Final = 20

_READY: Final = (
    f"sum(({lowest(metrics.CLOCK_SANE, 'instance')} == 1) "
    f"and ({lowest(metrics.PARTITIONS, 'instance')} > 0) "
    f"unless ({highest(metrics.BEHIND, 'instance')} > 0)) or vector(0)"
)
"""Workers that own partitions, are at the end of their logs and trust their clock."""


def _quantiles(metric: metrics.Metric) -> tuple[Query, ...]:
    return tuple(Query(quantile(metric, share), f"p{share * 100:g}") for share in (0.5, 0.95, 0.99))


_NOW: Final = Row(
    Words("现状", "Now"),
    4,
    (
        Panel(
            Words("就绪的工作进程", "Workers ready"),
            Words(
                "持有分区、已追上日志末尾、时钟可信的工作进程数。规则与日历的状况见各进程的 /readyz。",
                "Workers that own partitions, are at the end of their logs and trust their clock. "
                "Rules and calendars: see each worker's /readyz.",
            ),
            Look.FIGURE,
            (Query(_READY, "workers"),),
            4,
            steps=_BAD_BELOW_ONE,
        ),
        Panel(
            Words("时钟可信", "Clock believed"),
            Words(
                "0 表示某个进程的系统时钟跳变，已停止判定。",
                "0 once the wall clock of a worker has jumped and it stopped deciding.",
            ),
            Look.FIGURE,
            (Query(lowest(metrics.CLOCK_SANE), "clock"),),
            4,
            steps=_BAD_BELOW_ONE,
        ),
        Panel(
            Words("持有的分区", "Partitions owned"),
            Words("全部工作进程持有的分区总数。", "Partitions that all workers own together."),
            Look.FIGURE,
            (Query(total(metrics.PARTITIONS), "partitions"),),
            4,
        ),
        Panel(
            Words("落后的分区", "Partitions behind"),
            Words(
                "尚未追上事件日志末尾的分区数。", "Partitions that have not applied all that their log holds."
            ),
            Look.FIGURE,
            (Query(total(metrics.BEHIND), "partitions"),),
            4,
            steps=_BAD_ABOVE_ZERO,
        ),
        Panel(
            Words("在办件", "Open cases"),
            Words("尚未办结的办件总数（所选部门）。", "Cases that are not closed, of the units chosen."),
            Look.FIGURE,
            (Query(total(metrics.OPEN_CASES), "cases"),),
            4,
        ),
        Panel(
            Words("距下次到点", "Next wake-up in"),
            Words(
                "离最近一个到点时刻的时间；长时间为负表示判定停滞。",
                "Time left until the earliest wake-up; negative for long: nothing is being decided.",
            ),
            Look.FIGURE,
            (Query(f"{lowest(metrics.NEXT_WAKE)} - time()", "wake-up"),),
            4,
            "s",
        ),
    ),
)

_CASES: Final = Row(
    Words("办件与告警", "Cases and alerts"),
    9,
    (
        Panel(
            Words("各环节在办件", "Open cases by stage"),
            Words("各环节的在办件数。", "Cases that are not closed, by stage."),
            Look.STACK,
            (Query(total(metrics.OPEN_CASES, "stage"), "{{stage}}"),),
            12,
        ),
        Panel(
            Words("各部门在办件", "Open cases by unit"),
            Words(
                f"在办件最多的 {_MANY_UNITS} 个部门。", f"The {_MANY_UNITS} units with the most open cases."
            ),
            Look.BARS,
            (Query(f"topk({_MANY_UNITS}, {total(metrics.OPEN_CASES, 'unit')})", "{{unit}}"),),
            12,
        ),
        Panel(
            Words("各级告警", "Alerts by level"),
            Words(
                "每秒发布的告警消息，按级别：预警、黄牌、红牌；含终止与撤回。",
                "Alert messages published a second, by level; ends and withdrawals included.",
            ),
            Look.STACK,
            (Query(rate(metrics.ALERTS, "level"), "{{level}}"),),
            12,
            colours=_LEVELS,
        ),
        Panel(
            Words("各部门告警", "Alerts by unit"),
            Words(
                f"所示时段内告警最多的 {_MANY_UNITS} 组部门与级别。",
                f"The {_MANY_UNITS} pairs of unit and level with the most alerts in the time shown.",
            ),
            Look.BARS,
            (
                Query(
                    f"topk({_MANY_UNITS}, {growth(metrics.ALERTS, 'unit', 'level')} > 0)",
                    "{{unit}} {{level}}",
                ),
            ),
            12,
        ),
    ),
)

_TIMELINESS: Final = Row(
    Words("时效与吞吐", "Timeliness and throughput"),
    8,
    (
        Panel(
            Words("到点滞后", "Deadline lag"),
            Words(
                "从到点时刻到告警被确认的时间；空闲时应低于 0.25 秒。",
                "From the due instant to the acknowledgement of the alert; below 0.25 s when idle.",
            ),
            Look.LINES,
            _quantiles(metrics.DEADLINE_LAG),
            12,
            "s",
        ),
        Panel(
            Words("批处理用时", "Batch time"),
            Words("判定一批并完成提交的时间。", "Time to decide a batch and to carry out its commit."),
            Look.LINES,
            _quantiles(metrics.BATCH_SECONDS),
            12,
            "s",
        ),
        Panel(
            Words("事件吞吐", "Records applied"),
            Words("每秒处理的事件记录，按分区。", "Source records applied a second, by partition."),
            Look.STACK,
            (Query(rate(metrics.RECORDS_APPLIED, "partition"), "{{partition}}"),),
            12,
            "cps",
        ),
        Panel(
            Words("批大小", "Batch size"),
            Words("一批中的记录数。", "Records applied in one batch."),
            Look.LINES,
            _quantiles(metrics.BATCH_RECORDS),
            12,
        ),
        Panel(
            Words("落后情况", "Behind, by partition"),
            Words("1 表示该分区尚未追上事件日志末尾。", "1 while a partition is behind its event log."),
            Look.LINES,
            (Query(highest(metrics.BEHIND, "partition"), "{{partition}}"),),
            12,
        ),
        Panel(
            Words("接管用时", "Recovery time"),
            Words("最近一次接管各分区所用的时间。", "How long the last take-over of each partition took."),
            Look.LINES,
            (Query(highest(metrics.RECOVERY_SECONDS, "partition"), "{{partition}}"),),
            12,
            "s",
        ),
    ),
)

_FAULTS: Final = Row(
    Words("异常", "What goes wrong"),
    8,
    (
        Panel(
            Words("死信（按原因）", "Dead letters by reason"),
            Words(
                "每秒因无法受理而搁置的记录，按原因。",
                "Records put aside a second because they cannot be read, by reason.",
            ),
            Look.STACK,
            (Query(rate(metrics.DEAD_LETTERS, "reason"), "{{reason}}"),),
            12,
        ),
        Panel(
            Words("疑点（按类型）", "Findings by kind"),
            Words(
                "每秒新发现的疑点，按类型。", "New findings about cases and their events a second, by kind."
            ),
            Look.STACK,
            (Query(rate(metrics.FINDINGS, "kind"), "{{kind}}"),),
            12,
        ),
        Panel(
            Words("转发的记录", "Records forwarded"),
            Words(
                "每秒在错误分区上发现并转到正确分区的记录。",
                "Records a second that were found on a wrong partition and sent to their own.",
            ),
            Look.LINES,
            (Query(rate(metrics.FORWARDED), "forwarded"),),
            12,
        ),
        Panel(
            Words("接管恢复的记录", "Records restored"),
            Words(
                "接管时从变更日志恢复的记录，每秒。", "Changelog records restored at take-overs, a second."
            ),
            Look.LINES,
            (Query(rate(metrics.RECOVERY_RECORDS, "partition"), "{{partition}}"),),
            12,
        ),
    ),
)

WORKERS: Final = Dashboard(
    "sunlight-workers",
    Words("阳光：监察引擎", "Sunlight: supervision engine"),
    Words(
        "在办件、告警、到点滞后、吞吐与异常。",
        "Open cases, alerts, deadline lag, throughput, and what goes wrong.",
    ),
    (_NOW, _CASES, _TIMELINESS, _FAULTS),
)
