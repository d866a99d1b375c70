"""What a report is made from, and its rendering: the same for a preview, a draft and a list of drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scamhunt import reference
from scamhunt.errors import BadIndicator, ProtectedTarget, Refused, StoreError, UserError
from scamhunt.indicators import phone
from scamhunt.indicators.phone import Number, NumberType
from scamhunt.investigate.carrier import attribute
from scamhunt.investigate.ladder import Confidence, Ladder
from scamhunt.investigate.refdata_index import Refdata
from scamhunt.model import Brand, NumberSighting
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.score.phone_voices import listen
from scamhunt.settings import Settings
from scamhunt.takedown import roles
from scamhunt.takedown.draft import Case, Draft, Reporter, render
from scamhunt.takedown.lint import lint, personal_faults
from scamhunt.takedown.numbers import Attribution, NumberFacts
from scamhunt.takedown.template import Template

NO_RESPORG = (
    "who is responsible for a toll-free number (its RespOrg); no public table says it, the registry's help desk does"
)
"""What is said of the holder of a number that no block tells of."""


@dataclass(frozen=True, slots=True)
class Material:
    """What reports are made from: brands, protected names, templates, and who reports."""

    settings: Settings
    brands: Brands
    protected: Protected
    templates: Mapping[str, Template]
    """By kind."""
    reporter: Reporter

    @classmethod
    def of(cls, settings: Settings, brands: Brands) -> "Material":
        """Read it all, once for an act. Raises `UserError` for a template or a list with faults."""
        protected = reference.protected(settings, brands)
        reporter = Reporter(settings.reporter_org, settings.reporter_email)
        return cls(settings, brands, protected, reference.templates(settings), reporter)

    def template(self, kind: str) -> Template:
        """Return the template of a report to this kind of recipient. Raises `UserError` that names the kinds."""
        if kind not in self.templates:
            known = ", ".join(sorted(self.templates))
            raise UserError(f"no template for a report to {kind[:40]!a}; there are templates for {known}")
        return self.templates[kind]

    def refuse_protected(self, target: str, kind: str) -> None:
        """Raise `ProtectedTarget` for a name that is never reported, `Refused` for a tenant's host at a registrar."""
        try:
            why = self.protected.why(target)
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

    def brand(self, brand: str) -> Brand:
        """Return a brand of the packs in force. Raises `UserError` for one that has left them."""
        if brand not in self.brands.by_id:
            raise UserError(f"brand {brand} is no longer in the packs; put it back to report for it")
        return self.brands.by_id[brand]

    def rendered(self, case: Case, kind: str, to: str, observed: str) -> Draft:
        """Return a draft that the lint has passed; what is protected, or what the lint finds, is `Refused`."""
        self.refuse_protected(case.indicator, kind)
        roles.refuse_role(kind, case.kind, case.role)
        template, now = self.template(kind), self.settings.now()
        draft = render(case, template, reporter=self.reporter, recipient=to, observed=observed, now=now)
        # What a draft cuts short is stored whole.
        faults = [*lint(draft, case, template), *personal_faults([observed], draft, case)]
        if faults:
            raise Refused("the draft is refused: " + "; ".join(dict.fromkeys(faults)))
        return draft

    def number(self, e164: str, sightings: Sequence[NumberSighting]) -> NumberFacts:
        """Return what is known of a number by its reports, the tables at hand and the numbering plan.

        Raises `BadIndicator` for what the numbering plan no longer takes for a number.
        """
        read, now = phone.parse(e164), self.settings.now()
        ladder, trouble = self._ladder(read)
        nobody = [rung.says for rung in ladder.rungs if rung.confidence is Confidence.CERTAIN]
        return NumberFacts(
            role=roles.role_of(sightings),
            type=read.type,
            flags=read.flags,
            voices=listen(read, sightings, now).independent if sightings else 0,
            displayed=roles.also_caller_id(sightings),
            stated_last=roles.stated_last(sightings),
            attribution=_attribution(ladder),
            unknown=NO_RESPORG if read.type is NumberType.TOLL_FREE else "",
            troubles=(*trouble, *nobody),
        )

    def _ladder(self, read: Number) -> tuple[Ladder, Sequence[str]]:
        """Return who can act on a number; with a table that is damaged nobody, and the trouble in words."""
        try:
            with Refdata(self.settings.home) as refdata:
                return attribute(read, refdata), ()
        except StoreError as error:
            return Ladder(read.e164, (), ()), (f"the holder of the number's block could not be looked up: {error}",)


def _attribution(ladder: Ladder) -> Attribution | None:
    best = ladder.best
    if best is None:
        return None
    return Attribution(best.holder, best.ocn, best.source, best.as_of, best.step, best.confidence)
