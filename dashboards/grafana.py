"""A dashboard in the schema of Grafana 11, by way of Grafana's own SDK."""

import json
from typing import Final

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models

from dashboards.panel import Dashboard, Look, Panel, Query, Row, Step, Words
from dashboards.query import UNIT_VARIABLE
from engine.metrics import OPEN_CASES

_SOURCE: Final = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
_PanelBuilder = bargauge.Panel | stat.Panel | timeseries.Panel


def rendered(shown: Dashboard) -> str:
    """`shown` as the JSON that Grafana imports. The same value gives the same text."""
    builder = (
        dashboard.Dashboard(str(shown.title))
        .uid(shown.name)
        .description(str(shown.about))
        .tags(["sunlight"])
        .timezone("Asia/Shanghai")
        .time("now-6h", "now")
        .refresh("30s")
        .readonly()
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .with_variable(_source_variable())
        .with_variable(_unit_variable())
    )
    number = 0
    for row in shown.rows:
        number += 1
        builder.with_row(dashboard.Row(str(row.title)).id(number))
        for panel in row.panels:
            number += 1
            builder.with_panel(_panel(panel, row, number))
    return json.dumps(builder.build(), cls=JSONEncoder, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _source_variable() -> dashboard.DatasourceVariable:
    return (
        dashboard.DatasourceVariable("datasource")
        .label(str(Words("数据源", "Data source")))
        .type("prometheus")
    )


def _unit_variable() -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(UNIT_VARIABLE)
        .label(str(Words("部门", "Unit")))
        .datasource(_SOURCE)
        .query(f"label_values({OPEN_CASES.name}, {UNIT_VARIABLE})")
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(models.VariableOption(selected=True, text=["All"], value=["$__all"]))
    )


def _panel(panel: Panel, row: Row, number: int) -> _PanelBuilder:
    builder = _drawn(panel)
    builder.id(number).title(str(panel.title)).description(f"{panel.about.zh}\n\n{panel.about.en}")
    builder.datasource(_SOURCE).height(row.height).span(panel.width).unit(panel.unit)
    for position, query in enumerate(panel.queries):
        builder.with_target(_target(query, chr(ord("A") + position), panel.look))
    if panel.steps:
        builder.thresholds(_thresholds(panel.steps))
    for name, colour in panel.colours:
        fixed = models.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
        builder.override_by_name(name, [fixed])
    return builder


def _drawn(panel: Panel) -> _PanelBuilder:
    last = common.ReduceDataOptions().calcs(["lastNotNull"])
    match panel.look:
        case Look.FIGURE:
            mode = common_models.BigValueColorMode
            figure = stat.Panel().reduce_options(last).graph_mode(common_models.BigValueGraphMode.NONE)
            return figure.color_mode(mode.BACKGROUND if panel.steps else mode.VALUE)
        case Look.BARS:
            bars = bargauge.Panel().reduce_options(last).orientation(common_models.VizOrientation.HORIZONTAL)
            return bars.display_mode(common_models.BarGaugeDisplayMode.BASIC).min(0)
        case Look.LINES:
            return _over_time().fill_opacity(0)
        case Look.STACK:
            stacked = common.StackingConfig().mode(common_models.StackingMode.NORMAL)
            return _over_time().stacking(stacked).fill_opacity(40).min(0)


def _over_time() -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .display_mode(common_models.LegendDisplayMode.LIST)
        .placement(common_models.LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
    )
    return timeseries.Panel().legend(legend).line_width(1)


def _target(query: Query, identity: str, look: Look) -> prometheus.Dataquery:
    target = prometheus.Dataquery().expr(query.expression).legend_format(query.legend).ref_id(identity)
    target.datasource(_SOURCE)
    return target.instant() if look in (Look.FIGURE, Look.BARS) else target.range()


def _thresholds(steps: tuple[Step, ...]) -> dashboard.ThresholdsConfig:
    told = [models.Threshold(step.value, step.colour) for step in steps]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(told)
