"""What a report is made from, and its rendering: the same for a preview, a draft and a list of drafts."""

from collections.abc import Mapping
from dataclasses import dataclass

from scamhunt import reference
from scamhunt.errors import BadIndicator, ProtectedTarget, Refused, UserError
from scamhunt.model import Brand
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.takedown.draft import Case, Draft, Reporter, render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.template import Template


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
        if platform and kind == "registrar":
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
        template, now = self.template(kind), self.settings.now()
        draft = render(case, template, reporter=self.reporter, recipient=to, observed=observed, now=now)
        faults = lint(draft, case, template)
        if faults:
            raise Refused("the draft is refused: " + "; ".join(faults))
        return draft
