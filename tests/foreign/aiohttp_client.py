"""aiohttp, with its connector for Unix sockets."""

import asyncio
import os

import aiohttp

from told import do_as_told

loop = asyncio.new_event_loop()


async def new_session():
    return aiohttp.ClientSession(connector=aiohttp.UnixConnector(os.environ["SOCKET"]))


session = loop.run_until_complete(new_session())


async def answer(method, path, body):
    async with session.request(method, "http://localhost" + path, data=body) as response:
        return response.status, await response.text()


def ask(*what):
    return loop.run_until_complete(answer(*what))


def watch(path):
    response = loop.run_until_complete(session.get("http://localhost" + path, timeout=None))
    while piece := loop.run_until_complete(response.content.readany()):
        yield piece


do_as_told(ask, watch)
