"""Prints the headlines of English articles, each once, and goes on where it stopped.

    pip install nats-py
    python3 subscribe.py          until Ctrl-C; NATS_URL names another server

UNTESTED: nats-py is not to be had where dateline is tested. What is tested is that
Python reads this file.
"""

import asyncio
import json
import os
import signal

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

STREAM = "ENRICHED"
FILTER = "news.enriched.en.>"


async def main() -> None:
    nc = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"), max_reconnect_attempts=-1)
    js = nc.jetstream()
    # The durable keeps on the server what has been acknowledged. One that is there is
    # left as it is.
    subscription = await js.pull_subscribe(
        FILTER,
        durable=os.environ.get("DURABLE", "python-headlines"),
        stream=STREAM,
        config=ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=10,  # seconds; in_progress() renews it
            max_ack_pending=100,  # 1 keeps the order over retries
            deliver_policy=DeliverPolicy.ALL,  # where a new one begins
        ),
    )
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    seen = set()  # of this run; write it with your results to have it for ever
    while not stop.is_set():
        try:
            messages = await subscription.fetch(50, timeout=1)
        except asyncio.TimeoutError:
            continue
        for m in messages:
            article_revision = (m.headers or {}).get("ce-id")
            if article_revision in seen:
                await m.ack()
                continue
            try:
                article = json.loads(m.data)
                print(m.metadata.sequence.stream, article["date"], article["source"]["name"], article["headline"])
            except (ValueError, KeyError):
                await m.term()  # it is as bad the next time
                continue
            await m.ack()  # or: await m.nak(delay=5)
            seen.add(article_revision)
    await nc.drain()


asyncio.run(main())
