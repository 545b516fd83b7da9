"""The open connections of a running sender, spread over its relays."""

import asyncio
from collections.abc import Callable, Sequence

from outbox.connection import Features, RelayAwayError, RelayRefusedError, connected
from outbox.courier import MessageCourier
from outbox.desk import Desk
from outbox.dispatch import ConnectionEnded
from outbox.folder import write_messages
from outbox.pipeline import Pipeline
from outbox.problem import RelayError
from outbox.relay import Relay
from outbox.relays import RelayHealth

IDLE_SECONDS = 5.0
"""How long connections stay open without work."""


class ConnectionPool:
    """Opens connections while there is work, and lets them go when there is none.

    A relay that fails leaves its share to the others; `dead` is set, and `on_dead` called, once all are.
    `crash` is an error that nobody expected in a connection; the sender must then stop.
    """

    def __init__(
        self,
        desk: Desk,
        relays: Sequence[Relay],
        patience: float,
        on_dead: Callable[[RelayError], None],
        overlap: bool | None = None,
    ) -> None:
        self.dead: RelayError | None = None
        self.crash: BaseException | None = None
        self._desk = desk
        self._on_dead = on_dead
        self._overlap = overlap
        self._loop = asyncio.get_running_loop()
        self._health = [RelayHealth(relay, patience) for relay in relays]
        self._connections: dict[asyncio.Task[None], RelayHealth] = {}
        self._pipelines: set[Pipeline] = set()
        self._stopping = False
        self._idle_since: float | None = None

    def fill(self) -> None:
        """Put idle connections to work, and open as many as there is work for and the relays allow."""
        if not len(self._desk.backlog):
            return
        for pipeline in list(self._pipelines):
            pipeline.kick()
        wanted = len(self._desk.backlog) - sum(1 for pipeline in self._pipelines if pipeline.idle)
        while wanted > 0 and (health := self._next_relay()) is not None:
            task = asyncio.create_task(self._serve(health))
            self._connections[task] = health
            task.add_done_callback(self._closed)
            wanted -= 1

    def close_idle(self, busy: bool) -> None:
        """Let connections go that had no work for a while."""
        if busy:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = self._loop.time()
        elif self._loop.time() - self._idle_since > IDLE_SECONDS:
            for pipeline in list(self._pipelines):
                pipeline.stop()

    async def stop(self, seconds: float) -> None:
        """Let what is in flight end, for so long at most; what is left then is cut off."""
        self._stopping = True
        for pipeline in list(self._pipelines):
            pipeline.stop()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _next_relay(self) -> RelayHealth | None:
        """The relay that has fewest connections for its weight, of those that may have one more."""
        now = self._loop.time()
        opened = {id(health): 0 for health in self._health}
        for health in self._connections.values():
            opened[id(health)] += 1
        free = [health for health in self._health if health.room(now, opened[id(health)])]
        return min(free, key=lambda health: opened[id(health)] / health.relay.weight, default=None)

    def _closed(self, task: asyncio.Task[None]) -> None:
        del self._connections[task]
        if not task.cancelled() and (error := task.exception()):
            self.crash = self.crash or error
        self._desk.wake()

    async def _serve(self, health: RelayHealth) -> None:
        """One connection, from its opening to its end."""
        relay = health.relay
        try:
            if relay.folder is not None:
                courier = MessageCourier(self._desk, Features(utf8=True), relay.messages_per_connection)
                try:
                    await write_messages(relay.folder, courier)
                finally:
                    courier.flush()
                health.succeeded()
                return
            async with connected(relay) as connection:
                courier = MessageCourier(
                    self._desk, connection.features, relay.messages_per_connection, health.bucket
                )
                await self._transact(connection.pipeline(courier, overlap=self._overlap), courier, health)
        except RelayError as error:
            self._failed(health, error)

    async def _transact(self, pipeline: Pipeline, courier: MessageCourier, health: RelayHealth) -> None:
        courier.ends = pipeline.stop
        self._pipelines.add(pipeline)
        old = self._loop.call_later(health.relay.seconds_per_connection, pipeline.stop)
        if self._stopping:
            pipeline.stop()
        try:
            await pipeline.run()
            health.succeeded()
        except ConnectionEnded as ended:
            if courier.delivered:
                health.succeeded()
                if ended.busy:
                    health.busy(self._loop.time())
            elif not ended.ours:
                raise RelayAwayError(
                    f"The relay {health.relay.label} takes no mail: {ended}.", "Is it well?"
                ) from None
        finally:
            old.cancel()
            self._pipelines.discard(pipeline)
            courier.flush()

    def _failed(self, health: RelayHealth, error: RelayError) -> None:
        health.failed(error, self._loop.time(), for_good=isinstance(error, RelayRefusedError))
        if self.dead is None and all(other.dead for other in self._health):
            self.dead = error
            self._on_dead(error)
        self._desk.wake()
