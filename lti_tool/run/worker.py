"""The worker: carries out what was queued with the facts (scores to platforms) and forwards statements."""

import asyncio
import logging
import threading

from procrastinate import App

from courses.catalogue import Catalogue
from lti_tool.lti import deliveries, tool_keys
from lti_tool.run import forwarder, own_courses, packing
from lti_tool.run.settings import Settings
from lti_tool.sign_in import forgetting
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.keys import Seal


def run(settings: Settings) -> None:
    """Jobs have been carried out until this process was told to stop."""
    database, stop = Database(settings.database_url, pool_size=4), threading.Event()
    forwarding = threading.Thread(
        target=forwarder.run,
        name="forwarder",
        args=(database, Seal(settings.secret_key), stop),
        kwargs={"allow_private": settings.allow_private_platforms},
    )
    forwarding.start()
    catalogue = own_courses.load(settings)
    # Nobody waits for this, and what it cannot do is done when somebody asks.
    threading.Thread(target=packing.stock, name="packing", args=(settings, catalogue), daemon=True).start()
    try:
        asyncio.run(_work(runner(settings, database, catalogue=catalogue)))
    finally:
        stop.set()
        forwarding.join()
    database.close()


def runner(settings: Settings, database: Database, *, catalogue: Catalogue | None = None) -> App:
    """The queue's runner on this database, knowing every task of the house. The courses are read unless handed in."""
    app = queue.queue_app(settings.database_url)
    seal, catalogue = Seal(settings.secret_key), catalogue or own_courses.load(settings)
    deliveries.register(app, database=database, settings=settings, seal=seal, catalogue=catalogue)
    forgetting.register(app, database=database)
    tool_keys.register(app, database=database, seal=seal)
    return app


async def _work(app: App) -> None:
    async with app.open_async():
        await app.run_worker_async(wait=True, listen_notify=True, concurrency=4, delete_jobs="never")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    run(Settings.from_environment())
