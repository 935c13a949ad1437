import asyncio
import os

import aiohttp


async def fetch(session, path):
    async with session.get(os.environ["UPSTREAM"] + path) as response:
        return await response.json()


async def main(event):
    timeout = aiohttp.ClientTimeout(total=float(os.getenv("TIMEOUT", "3")))
    headers = {"x-api-key": os.environ["API_KEY"]}
    async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
        paths = [path async for path in event["paths"]]
        return await asyncio.gather(*(fetch(session, path) for path in paths))


def handler(event, context):
    return asyncio.run(main(event))
