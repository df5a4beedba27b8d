"""The steps from what a cluster has to what it should have; what would harm data is refused."""

from collections.abc import Iterable

from msgspec import Struct

from engine.core.text import Text
from engine.topics.model import Cluster, ClusterTopic, Topic, Topics


class Create(Struct, frozen=True):
    """The topic is missing and will be made."""

    topic: Topic


class Change(Struct, frozen=True):
    """A setting differs and will be set."""

    topic: str
    setting: str
    before: str | None
    after: str


class Refuse(Struct, frozen=True):
    """Something differs that is not changed; `do` says what to do about it."""

    topic: str
    what: Text
    do: Text
    stops: bool
    """Whether nothing works until it is done; the worker does not start and nothing is applied."""


Step = Create | Change | Refuse


def plan(cluster: Cluster, topics: Topics) -> list[Step]:
    """What makes `cluster` as `topics` says, in the order of the list; topics of the prefix that it lacks last."""
    steps: list[Step] = []
    for topic in topics.all():
        found = cluster.get(topic.name)
        steps += [Create(topic)] if found is None else _differences(found, topic)
    listed = {topic.name for topic in topics.all()}
    extra = (name for name in sorted(cluster.keys() - listed) if name.startswith(f"{topics.prefix}."))
    return steps + [_unknown(name) for name in extra]


def stopping(steps: Iterable[Step]) -> list[Refuse]:
    """The refusals among `steps` that nothing can work with."""
    return [step for step in steps if isinstance(step, Refuse) and step.stops]


def missing(steps: Iterable[Step]) -> list[str]:
    """The names of the topics that `steps` would make."""
    return [step.topic.name for step in steps if isinstance(step, Create)]


def step_text(step: Step) -> Text:
    """`step` as one line."""
    match step:
        case Create(topic):
            settings = " ".join(f"{name}={value}" for name, value in topic.config.items())
            return Text(
                zh=f"+ 新建 {topic.name}:{topic.partitions} 个分区,{topic.replication} 个副本,{settings}",
                en=f"+ create {topic.name}: partitions {topic.partitions}, replication {topic.replication}, {settings}",
            )
        case Change(name, setting, before, after):
            return Text(
                zh=f"~ 修改 {name}:{setting} 由 {before or '未设'} 改为 {after}",
                en=f"~ change {name}: {setting} from {before or 'unset'} to {after}",
            )
        case Refuse(name, what, do, _):
            return Text(zh=f"! 不改 {name}:{what.zh};{do.zh}", en=f"! refuse {name}: {what.en}; {do.en}")


def plan_text(steps: Iterable[Step]) -> Text:
    """`steps` as people read them, a line each; one sentence where there are none."""
    lines = [step_text(step) for step in steps]
    if not lines:
        return Text(
            zh="集群与 topics.yaml 一致,无需变更", en="nothing to do: the cluster is as topics.yaml says"
        )
    return Text(zh="\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))


def _differences(found: ClusterTopic, topic: Topic) -> list[Step]:
    steps: list[Step] = []
    if found.partitions != topic.partitions:
        steps.append(_wrong_partitions(found, topic))
    if found.replication != topic.replication:
        steps.append(_wrong_replication(found, topic))
    steps.extend(
        Change(topic.name, setting, found.config.get(setting), after)
        for setting, after in topic.config.items()
        if found.config.get(setting) != after
    )
    return steps


def _wrong_partitions(found: ClusterTopic, topic: Topic) -> Refuse:
    have, want = found.partitions, topic.partitions
    return Refuse(
        topic.name,
        Text(zh=f"应有 {want} 个分区,实有 {have} 个", en=f"expected {want} partitions, found {have}"),
        Text(
            zh="分区数从不更改:若其中已有数据,请把 topics.yaml 的 partitions "
            f"改为 {have};若为空,请删除该主题后再次 apply;或用另一个 prefix 另建一套主题",
            en=f"a partition count is never changed: where the topic holds data, set partitions to {have} "
            "in topics.yaml; where it is empty, delete it and apply again; or begin a new set of topics "
            "under another prefix",
        ),
        stops=True,
    )


def _wrong_replication(found: ClusterTopic, topic: Topic) -> Refuse:
    have, want = found.replication, topic.replication
    return Refuse(
        topic.name,
        Text(zh=f"应有 {want} 个副本,实有 {have} 个", en=f"expected replication {want}, found {have}"),
        Text(
            zh="请用 kafka-reassign-partitions 调整副本",
            en="reassign its replicas with kafka-reassign-partitions",
        ),
        stops=False,
    )


def _unknown(name: str) -> Refuse:
    return Refuse(
        name,
        Text(zh="topics.yaml 中没有这个主题", en="topics.yaml does not list it"),
        Text(
            zh="不会删除;若不再需要,请自行删除", en="it is left alone; delete it yourself if nobody needs it"
        ),
        stops=False,
    )
