"""The worker: carries out what was queued with the facts (scores to platforms), and never loses it."""

import asyncio
import logging

from lti_tool.lti import deliveries
from lti_tool.run.settings import Settings
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.keys import Seal


def run(settings: Settings) -> None:
    """Jobs have been carried out until this process was told to stop."""
    database = Database(settings.database_url, pool_size=4)
    app = queue.queue_app(settings.database_url)
    deliveries.register(app, database=database, settings=settings, seal=Seal(settings.secret_key))
    asyncio.run(queue.work(app))
    database.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    run(Settings.from_environment())
