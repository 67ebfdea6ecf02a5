"""``config/serving.yaml``: where the dashboard is served, and to whom."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from etl.schema.base import Strict

Host = Annotated[
    str, StringConstraints(pattern=r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
]
Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", to_lower=True, max_length=254)
]
Domain = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", to_lower=True, max_length=253)
]
# A host, and a base path of plain words between slashes.
_PUBLIC = r"^(https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*)?$"
PublicUrl = Annotated[str, StringConstraints(pattern=_PUBLIC)]
Role = Literal["viewer", "analyst"]


class People(Strict):
    """Who has a role: by e-mail address, or by everything after the @."""

    emails: list[Email]
    domains: list[Domain]


class Login(Strict):
    """Whether people sign in, and what each may see."""

    enabled: bool
    verified_email_only: bool
    roles: dict[Role, People]


class Serving(Strict):
    """Address, name towards the world, and sign-in of the dashboard."""

    address: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)]
    public_url: PublicUrl
    allowed_hosts: list[Host]
    login: Login

    @model_validator(mode="after")
    def _login_can_work(self) -> "Serving":
        if self.login.enabled and not self.public_url:
            raise ValueError("login needs a public_url: the provider sends people back to it")
        known = [p for people in self.login.roles.values() for p in people.emails + people.domains]
        if self.login.enabled and not known:
            raise ValueError("login is on, but roles name nobody: everyone would be refused")
        return self
