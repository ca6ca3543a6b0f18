"""The one place where everything is put together: storage, knowledge, channels, turns, delivery, reminders."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import texts
from bot import charts
from bot.accepting import MEGABYTE
from bot.announcements import Announcements
from bot.channels.web import Web
from bot.delivery import Delivery
from bot.door import Door
from bot.erasing import Erasing
from bot.exporting import register_file
from bot.fetching import Fetching
from bot.fitting import fit
from bot.gate import Gate
from bot.handing_out import HandingOut
from bot.installation import open_answerer, open_feedback_rules, open_finder, open_storage, utc_now
from bot.keeping import Folder
from bot.notice_figures import NoticeLog
from bot.nursery import Nursery
from bot.own_copy import OwnCopy
from bot.paper_writing import ReportWriter
from bot.plan_limits import Plan, PlanLimits
from bot.presence import Presence
from bot.reception import Reception
from bot.retention import Retention
from bot.settings import Settings
from bot.summary_picture import draw_summary
from bot.turns import Turns
from domain.channels import ZALO_BOT
from domain.contacts import Windows
from domain.messages import Reply
from domain.ports import Channel
from knowledge import Finder
from scheduler.beat import beat
from scheduler.books import Shapes
from scheduler.digests import keep_the_night
from scheduler.summaries import send_summaries
from storage import Storage

ZALO_BOT_GROUPS = 3
"""In how many groups a bot of the free plan may be."""


@dataclass(frozen=True)
class FrontOffice:
    """Every part that serves people, wired to the others. Built by `open_front_office`, closed by `close`."""

    settings: Settings
    storage: Storage
    finder: Finder
    channels: Mapping[str, Channel]
    nursery: Nursery
    turns: Turns
    reception: Reception
    delivery: Delivery
    presence: Presence
    fetching: Fetching
    handing_out: HandingOut
    erasing: Erasing
    door: Door
    clock: Callable[[], datetime]
    is_demo: bool = False
    notice_log: NoticeLog = field(default_factory=NoticeLog)
    web_sent: Announcements = field(default_factory=Announcements)
    indexed: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, predecessor: str = "") -> None:
        """Take up where the last process stopped, then serve the inbox and the outbox in the background.

        `predecessor` is the sender's id of the process that served here before and is known to have ended.
        """
        await self.presence.begin(predecessor)
        await keep_the_night(self.storage, self.clock())
        self.nursery.keep("presence", self.presence.keep)
        self.nursery.keep("reception", self.reception.run)
        self.nursery.keep("delivery", self.delivery.run, ends_when_told=True)
        self.nursery.keep("fetching", self.fetching.run)
        self.nursery.keep("handouts", self.handing_out.keep_swept)
        if ZALO_BOT in self.channels:
            plan = Plan(
                ZALO_BOT,
                self.settings.zalo_bot_monthly_limit,
                self.settings.zalo_bot_people_limit,
                ZALO_BOT_GROUPS if self.settings.zalo_bot_people_limit else 0,
            )
            limits = PlanLimits(plan, self.storage, self.channels, self.clock, self.delivery.ring)
            self.nursery.keep("plan limits", limits.keep)
        self.nursery.keep("erasing", self.erasing.run)
        times = self.settings.keeping_times()
        kept = Folder(self.settings.kehoach_home)
        retention = Retention(self.storage, self.clock, times.messages, times=times, folder=kept)
        self.nursery.keep("retention", retention.run)

    async def remind(self) -> int:
        """Enter what is due now and queue what may go out; returns how many messages."""
        began = time.monotonic()
        queued = await beat(self.storage, self.clock(), self.shapes(), self.windows())
        whole = {name: partial(fit, limits=channel.limits) for name, channel in self.channels.items()}
        queued += await send_summaries(self.storage, self.clock(), whole, draw_summary)
        lasted = timedelta(seconds=time.monotonic() - began)
        if queued:
            self.delivery.ring()
        await self.notice_log.note(self.storage, queued, self.clock(), lasted)
        return queued

    def shapes(self) -> Shapes:
        """How a notice is shaped for each channel served here.

        Where there are no buttons a notice names none: its numbers would be taken for those of the last reply. It says
        instead by which words one answers that it was received.
        """

        def shape(channel: Channel, notice: Reply) -> list[Reply]:
            if channel.limits.has_buttons:
                return fit(notice, channel.limits)
            return fit(Reply(f"{notice.text}\n\n{texts.say('notices.received_by_words')}"), channel.limits)

        return {name: partial(shape, channel) for name, channel in self.channels.items()}

    def windows(self) -> Windows:
        """For how long after a person's last word each channel served here may write to them."""
        return {name: channel.limits.window for name, channel in self.channels.items()}

    async def bring_up_to_date(self) -> None:
        """Index what was ingested since the last time, by this process or beside it."""
        await self.finder.bring_up_to_date()
        self.indexed.set()
        await self.finder.prepare()

    def stop_waiting(self) -> None:
        """Let go the pages that wait for a message, so that the server can stop at once."""
        self.stopping.set()
        self.web_sent.announce()

    async def close(self) -> None:
        """Let work under way end, record what was sent, and let go of everything."""
        self.delivery.stop()
        await self.nursery.stop(grace=4.0)
        await self.delivery.settle()
        await self.presence.end()
        for channel in self.channels.values():
            await channel.close()
        await self.finder.close()
        await self.storage.close()


async def open_front_office(
    settings: Settings,
    channels: Iterable[Channel],
    *,
    clock: Callable[[], datetime] = utc_now,
    is_demo: bool = False,
    handing_out: HandingOut | None = None,
) -> FrontOffice:
    """Wire the product over these channels and a migrated database; the caller sees to it that there is an office.

    `handing_out` is what the channels were given to make links with.
    """
    storage = await open_storage(settings, clock)
    handing_out = handing_out or HandingOut(settings.kehoach_home, settings.public_url)
    handing_out.over(storage, clock)
    finder = open_finder(settings, storage)
    by_name = {channel.name: channel for channel in channels}
    nursery = Nursery()
    web_sent = Announcements()

    def tell_the_page(channels_sent: set[str]) -> None:
        if Web.name in channels_sent:
            web_sent.announce()

    delivery = Delivery(storage, by_name, clock, nursery, on_sent=tell_the_page)
    kept = Folder(settings.kehoach_home)
    fetching = Fetching(
        storage, by_name, kept, clock, most_bytes=settings.max_file_mb * MEGABYTE, on_queued=delivery.ring
    )
    erasing = Erasing(storage, kept, clock)
    times = settings.keeping_times()
    door = Door(
        storage,
        by_name,
        Gate(settings.allowances(), clock),
        nursery,
        tells_privacy=settings.privacy_notice,
        keep_days=times.messages,
    )
    turns = Turns(
        storage,
        by_name,
        open_answerer(settings, finder, clock),
        clock,
        nursery,
        draw=charts.draw,
        write_sheet=register_file,
        write_report=ReportWriter(settings.kehoach_home),
        office_name=settings.office_name,
        on_queued=delivery.ring,
        on_files=fetching.ring,
        kept=kept,
        feedback=open_feedback_rules(settings),
        door=door,
        copy_data=OwnCopy(by_name, clock),
        on_erasures=erasing.ring,
        keeping=times,
    )
    reception = Reception(storage, by_name, turns, nursery)
    return FrontOffice(
        settings,
        storage,
        finder,
        by_name,
        nursery,
        turns,
        reception,
        delivery,
        Presence(storage, delivery, tuple(by_name), clock),
        fetching,
        handing_out,
        erasing,
        door,
        clock,
        is_demo=is_demo,
        web_sent=web_sent,
    )
