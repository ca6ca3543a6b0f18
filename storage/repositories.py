"""All repositories over one transaction."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.achievements import Achievements
from storage.assignments import Assignments
from storage.audit import Audit
from storage.blocks import Blocks
from storage.calendar import Calendar
from storage.calls import Calls
from storage.changes import Changes
from storage.channel_holds import ChannelHolds
from storage.channel_use import ChannelUse
from storage.contacts import Contacts
from storage.conversations import Conversations
from storage.delivery_receipts import DeliveryReceipts
from storage.drafting import Drafting
from storage.drafts import Drafts
from storage.extensions import Extensions
from storage.feedback import FeedbackCases
from storage.files import Files
from storage.groups import Groups
from storage.handouts import Handouts
from storage.held_messages import HeldMessages
from storage.inbox import Inbox
from storage.join_attempts import JoinAttempts
from storage.library import Library
from storage.message_templates import MessageTemplates
from storage.notice_rules import NoticeRulesOfOffices
from storage.notices import Notices
from storage.offices import Offices
from storage.outbox import Outbox
from storage.people import People
from storage.periodic_reports import PeriodicReports
from storage.periods import Periods
from storage.personal import PersonalData
from storage.privacy import Erasures, Privacy
from storage.questions import Questions
from storage.quotas import Quotas
from storage.register import Register
from storage.senders import Senders
from storage.snoozes import Snoozes
from storage.stand_ins import StandIns
from storage.switches import Switches
from storage.verifications import Verifications
from storage.wishes import Wishes
from storage.zalo_tokens import ZaloTokenRows


@dataclass(frozen=True, slots=True)
class Repositories:
    """Everything remembered, inside one transaction; it satisfies `domain.ports.Records`."""

    offices: Offices
    people: People
    stand_ins: StandIns
    join_attempts: JoinAttempts
    assignments: Assignments
    library: Library
    register: Register
    drafts: Drafts
    changes: Changes
    achievements: Achievements
    notices: Notices
    outbox: Outbox
    questions: Questions
    audit: Audit
    inbox: Inbox
    conversations: Conversations
    drafting: Drafting
    extensions: Extensions
    files: Files
    feedback: FeedbackCases
    senders: Senders
    calls: Calls
    snoozes: Snoozes
    periodic_reports: PeriodicReports
    calendar: Calendar
    notice_rules: NoticeRulesOfOffices
    wishes: Wishes
    periods: Periods
    handouts: Handouts
    channel_use: ChannelUse
    verifications: Verifications
    blocks: Blocks
    switches: Switches
    privacy: Privacy
    erasures: Erasures
    personal: PersonalData
    contacts: Contacts
    channel_holds: ChannelHolds
    quotas: Quotas
    held: HeldMessages
    receipts: DeliveryReceipts
    message_templates: MessageTemplates
    zalo_tokens: ZaloTokenRows
    groups: Groups

    @classmethod
    def over(cls, connection: AsyncConnection, today: date | None) -> "Repositories":
        """The repositories that speak through this connection; `today` is the office's day."""
        return cls(
            offices=Offices(connection),
            people=People(connection, today),
            stand_ins=StandIns(connection),
            join_attempts=JoinAttempts(connection),
            assignments=Assignments(connection),
            library=Library(connection),
            register=Register(connection),
            drafts=Drafts(connection),
            changes=Changes(connection),
            achievements=Achievements(connection),
            notices=Notices(connection),
            outbox=Outbox(connection),
            questions=Questions(connection),
            audit=Audit(connection),
            inbox=Inbox(connection),
            conversations=Conversations(connection),
            drafting=Drafting(connection),
            extensions=Extensions(connection),
            files=Files(connection),
            feedback=FeedbackCases(connection),
            senders=Senders(connection),
            calls=Calls(connection),
            snoozes=Snoozes(connection),
            periodic_reports=PeriodicReports(connection),
            calendar=Calendar(connection),
            notice_rules=NoticeRulesOfOffices(connection),
            wishes=Wishes(connection),
            periods=Periods(connection),
            handouts=Handouts(connection),
            channel_use=ChannelUse(connection),
            verifications=Verifications(connection),
            blocks=Blocks(connection),
            switches=Switches(connection),
            privacy=Privacy(connection),
            erasures=Erasures(connection),
            personal=PersonalData(connection),
            contacts=Contacts(connection),
            channel_holds=ChannelHolds(connection),
            quotas=Quotas(connection),
            held=HeldMessages(connection),
            receipts=DeliveryReceipts(connection),
            message_templates=MessageTemplates(connection),
            zalo_tokens=ZaloTokenRows(connection),
            groups=Groups(connection),
        )
