"""The commit protocol, and the only place that knows it.

1. Side records, then alerts: acknowledged.
2. The changelog, META last: acknowledged.
3. The store, in one batch.
4. The source, by the caller.

Killed between any two steps, the next owner finds what is needed to go on: alerts without their changelog are
folded back from the alert topic, changelog without store is restored, and store without source offset makes the
next owner skip records. The other way round would lose: a store that is ahead of the changelog remembers alerts
that nobody published.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from engine.codec.meta import META_KEY, encode_meta
from engine.core.instant import MILLISECOND, Instant
from engine.ports import Change, Commit, Meta
from engine.worker.observe import FaultHook
from engine.worker.publisher import Publisher, Row


class CommitError(RuntimeError):
    """A commit that cannot be carried out as the engine asked for it."""


class WritableStore(Protocol):
    """The part of a store that a commit needs."""

    def write(self, changes: tuple[Change, ...], meta: Meta) -> None:
        """Write in one atomic batch."""


class Committer:
    """Carries out commits, one at a time for each partition."""

    def __init__(
        self, publisher: Publisher, changelog: str, now: Callable[[], Instant], inject: FaultHook
    ) -> None:
        self._publisher = publisher
        self._changelog = changelog
        self._now = now
        self._inject = inject

    async def carry_out(
        self,
        partition: int,
        commit: Commit,
        store: WritableStore,
        check_owned: Callable[[], Awaitable[None]],
        *,
        folded_back_to: int | None = None,
    ) -> Meta:
        """Do all that `commit` wants and return META as it now is.

        `check_owned` raises where the partition is no longer this worker's; it is asked before each effect.
        `folded_back_to` is the alert position that a take-over has read; it publishes nothing itself.
        """
        timestamp_ms = self._now() // MILLISECOND
        await check_owned()
        if commit.side:
            await self._publisher.scatter(commit.side, timestamp_ms)
            self._inject("after-side", partition)
            await check_owned()
        published_to = await self._publish_alerts(partition, commit, timestamp_ms)
        meta = commit.meta
        if published_to is not None:
            self._inject("after-alerts", partition)
            meta = meta._replace(alert_position=published_to)
        elif folded_back_to is not None:
            meta = meta._replace(alert_position=folded_back_to)
        await check_owned()
        rows: list[Row] = [(change.key, change.record, ()) for change in commit.changes]
        rows.append((META_KEY, encode_meta(meta), ()))
        changelog_position = await self._publisher.publish(
            self._changelog,
            partition,
            rows,
            timestamp_ms,
            lambda: self._inject("between-changelog-batches", partition),
        )
        if changelog_position is None:
            msg = f"partition {partition}: the changelog took no record"
            raise CommitError(msg)
        self._inject("after-changelog", partition)
        await check_owned()
        meta = meta._replace(changelog_position=changelog_position)
        store.write(commit.changes, meta)
        self._inject("after-store", partition)
        return meta

    async def _publish_alerts(self, partition: int, commit: Commit, timestamp_ms: int) -> int | None:
        """Publish the alerts as one stream in order; the position after the last."""
        topics = {alert.topic for alert in commit.alerts}
        if not topics:
            return None
        if len(topics) > 1:
            msg = f"partition {partition}: alerts for {sorted(topics)}, expected one topic"
            raise CommitError(msg)
        astray = [alert for alert in commit.alerts if alert.partition not in (None, partition)]
        if astray:
            msg = (
                f"partition {partition}: alert {astray[0].key!r} is meant for partition {astray[0].partition}"
            )
            raise CommitError(msg)
        rows: list[Row] = [(alert.key, alert.value, alert.headers) for alert in commit.alerts]
        return await self._publisher.publish(
            topics.pop(),
            partition,
            rows,
            timestamp_ms,
            lambda: self._inject("between-alert-batches", partition),
        )
