"""Sends what was said."""

import asyncio

from chat.rendering import render, render_all


async def broadcast(room, last=50):
    """Send the last messages of a room to each member, without those whom they muted; return the letters sent."""
    recent = room.history[-last:] if last else []

    async def one(member):
        heard = [message for message in recent if message[1] not in member.muted]
        return await member.send(render_all(heard))

    return sum(await asyncio.gather(*map(one, room.members)))


async def announce(rooms, author, text):
    """Say something in each room and send it; return the rooms in which nobody heard it."""
    unheard = []
    for room in rooms:
        room.say(author, text)
        if not await broadcast(room, last=1):
            unheard.append(room.name)
    return unheard


def preview(room):
    """The newest message of a room, as in the list of rooms."""
    return render(room.history[-1]) if room.history else ""


async def rejoin(room, names, last=50):
    """Bring members up to date who were away: broadcast to all, return the inboxes of ``names``."""
    await broadcast(room, last)
    return {member.name: member.inbox for member in room.members if member.name in names}
