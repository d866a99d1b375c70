"""What a report is made from, and its rendering: the same for a preview, a draft and a list of drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scamhunt import reference
from scamhunt.errors import BadIndicator, ProtectedTarget, Refused, StoreError, UserError
from scamhunt.indicators import phone
from scamhunt.indicators.phone import Number, NumberType
from scamhunt.investigate.carrier import attribute
from scamhunt.investigate.ladder import Confidence, Ladder
from scamhunt.investigate.refdata_index import Refdata
from scamhunt.model import Brand, Kind, NumberSighting
from scamhunt.protected import Protected, Protection
from scamhunt.score.brands import Brands
from scamhunt.score.phone_voices import listen
from scamhunt.settings import Settings
from scamhunt.takedown import choice, roles, told
from scamhunt.takedown.case import Case, Desk, Draft, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.lint import lint, may_stand, said_faults
from scamhunt.takedown.numbers import Attribution, NumberFacts
from scamhunt.takedown.template import Template

LANG = "en"
"""The language of reports."""
NO_RESPORG = (
    "who is responsible for a toll-free number (its RespOrg); no public table says it, the registry's help desk does"
)
"""What is said of the holder of a number that no block tells of."""


@dataclass(frozen=True, slots=True)
class Material:
    """What reports are made from: brands, protected names, templates, desks, and who reports."""

    settings: Settings
    brands: Brands
    protected: Protected
    templates: Mapping[tuple[str, str, str], Template]
    """By kind of recipient, purpose and language."""
    reporter: Reporter
    desks: Sequence[Desk]

    @classmethod
    def of(cls, settings: Settings, brands: Brands) -> "Material":
        """Read it all, once for an act. Raises `UserError` for a template or a list with faults."""
        protected = reference.protected(settings, brands)
        listed = reference.desks(settings)
        return cls(settings, brands, protected, reference.templates(settings), cls.reporter_of(settings), listed)

    @staticmethod
    def reporter_of(settings: Settings) -> Reporter:
        """Return who reports."""
        return Reporter(settings.reporter_org, settings.reporter_email, settings.dispute_address)

    def protects(self, target: str) -> Protection | None:
        """Return why a target is protected; None for what is not, and for what is no name or number."""
        try:
            return self.protected.why(target)
        except BadIndicator:
            return None

    def default_kind(self, case: Case) -> str:
        """Return whom a report on a case goes to where nobody says."""
        named = case.kind != Kind.PHONE
        return choice.default_kind(case, tenant=named and self.protected.tenant_of(case.indicator) is not None)

    def known_kind(self, kind: str) -> str:
        """Return a kind of recipient. Raises `UserError` that names those for whom there are templates."""
        choice.check_kind(kind)
        known = dict.fromkeys(each for each, _, _ in self.templates)
        if kind not in known:
            raise UserError(f"no template for a report to a {kind}; there are templates for {', '.join(sorted(known))}")
        return kind

    def purpose_for(self, case: Case, kind: str, *, observed: bool) -> str:
        """Return what a report to this kind of recipient is about where nobody says."""
        return choice.default_purpose(case, kind, observed=observed)

    def purpose_of_step(self, kind: str, purpose: str, lang: str = LANG) -> str:
        """Return what an escalation is about: the same as before, or the one thing that its recipient looks into."""
        about = [each for whom, each, spoken in self.templates if (whom, spoken) == (kind, lang)]
        own = [each for each in about if each not in roles.AFTERWARDS]
        return own[0] if purpose not in own and len(own) == 1 else purpose

    def template(self, kind: str, purpose: str, lang: str = LANG) -> Template:
        """Return the template of a report. Raises `UserError` that names what there is."""
        found = self.templates.get((self.known_kind(kind), purpose, lang))
        if found is None:
            known = ", ".join(sorted(about for each, about, spoken in self.templates if (each, spoken) == (kind, lang)))
            raise UserError(f"no {purpose[:40]!a} report to a {kind} in {lang[:10]}; there is: {known or 'none'}")
        return found

    def refuse_protected(self, target: str, kind: str) -> None:
        """Raise `ProtectedTarget` for a name that is never reported, `Refused` for a tenant's host at a registrar."""
        try:
            why = None if self.is_own_request(target, kind) else self.protected.why(target)
            platform = None if why else self.protected.tenant_of(target)
        except BadIndicator:  # the id of a candidate, or no name at all: the look-up says which
            return
        if why:
            raise ProtectedTarget(why.text)
        if platform and kind == roles.REGISTRAR:
            raise Refused(
                f"{platform} is a shared platform: what a tenant shows there is reported to the platform, by URL, "
                "never to the registrar of the whole"
            )

    def is_own_request(self, target: str, kind: str) -> bool:
        """Say whether a report asks that nobody may place calls with a brand's own number: it accuses nobody."""
        return kind == roles.DO_NOT_ORIGINATE and self.own_brand(target) is not None

    def own_brand(self, target: str) -> Brand | None:
        """Return the brand whose number it is that never places calls, None for any other target."""
        try:
            return roles.own_brand(phone.parse(target).e164, self.brands)
        except BadIndicator:
            return None

    def brand(self, brand: str) -> Brand:
        """Return a brand of the packs in force. Raises `UserError` for one that has left them."""
        if brand not in self.brands.by_id:
            raise UserError(f"brand {brand} is no longer in the packs; put it back to report for it")
        return self.brands.by_id[brand]

    def rendered(self, case: Case, kind: str, to: Recipient | None, said: Said, purpose: str = "") -> Draft:
        """Return a draft that the lint has passed. What the lint finds is `Refused`.

        Whoever calls has asked before whether the target is protected: two people may let one through.
        """
        purpose = purpose or self.purpose_for(case, kind, observed=bool(said.observed))
        template, now = self.template(kind, purpose), self.settings.now()
        draft = render(case, template, reporter=self.reporter, to=to, said=said, kind=kind, now=now)
        standing = may_stand(case, draft, kind, said, now)
        # What a draft cuts short is stored whole.
        faults = [*lint(draft, case, template, standing=standing), *said_faults(said, draft, case, kind)]
        if faults:
            raise Refused("the draft is refused: " + "; ".join(dict.fromkeys(faults)))
        return draft

    def about_number(self, case: Case, sightings: Sequence[NumberSighting]) -> Case:
        """Return a case about a number with what its reports, the tables at hand and the numbering plan say.

        Only reports in its role count, whatever else is known of it. Raises `BadIndicator` for what the numbering plan
        no longer takes for a number.
        """
        read, said = phone.parse(case.indicator), roles.in_role(sightings)
        reports = listen(read, said, self.settings.now()) if said else None
        known = replace(_in_time(said), role=roles.role_of(sightings), voices=reports.independent if reports else 0)
        return replace(
            case,
            number=self._looked_up(replace(known, displayed=roles.also_caller_id(sightings)), read),
            reasons=told.told(reports, case.brand, case.reasons),
            first_seen=said[-1].seen_at if said else case.first_seen,
            last_seen=said[0].seen_at if said else case.last_seen,
            feeds=tuple(dict.fromkeys(one.feed for one in said)),
        )

    def _looked_up(self, known: NumberFacts, read: Number) -> NumberFacts:
        ladder, trouble = look_up(self.settings.home, read)
        nobody = [rung.says for rung in ladder.rungs if rung.confidence is Confidence.CERTAIN]
        return replace(
            known,
            type=read.type,
            flags=read.flags,
            attribution=_attribution(ladder),
            unknown=NO_RESPORG if read.type is NumberType.TOLL_FREE else "",
            troubles=(*([trouble] if trouble else []), *nobody),
        )


def look_up(home: Path, number: Number) -> tuple[Ladder, str]:
    """Return who can act on a number; with a table that is damaged nobody, and the trouble in words."""
    try:
        with Refdata(home) as refdata:
            return attribute(number, refdata), ""
    except StoreError as error:
        return Ladder(number.e164, (), ()), f"the holder of the number's block could not be looked up: {error}"


def _in_time(said: Sequence[NumberSighting]) -> NumberFacts:
    """Return when a number was reported, by its reports with the newest first."""
    dated = [one.seen_at for one in said if one.dated]
    undated = bool(said) and not any(one.dated for one in said if one.seen_at == said[0].seen_at)
    return NumberFacts(first=dated[-1] if dated else None, last=dated[0] if dated else None, undated=undated)


def _attribution(ladder: Ladder) -> Attribution | None:
    best = ladder.best
    if best is None:
        return None
    return Attribution(best.holder, best.ocn, best.source, best.as_of, best.step, best.confidence)
