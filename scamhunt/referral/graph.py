"""The picture of a subject of a packet. Pure."""

from collections import defaultdict

from scamhunt.campaigns import picture
from scamhunt.referral.dossier import Dossier, Subject


def of_subject(dossier: Dossier, subject: Subject) -> str:
    """Return the picture of a subject of a packet, from the identifiers of its cases."""
    named = {one.id: one for one in dossier.cases}
    nodes = [
        picture.Node(str(case), picture.shown(named[case].indicator, named[case].kind), named[case].kind)
        for case in subject.cases
    ]
    of: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for one in dossier.identifiers:
        if one.case in subject.cases:
            of[one.kind, one.value].add(one.case)
    edges = []
    for (kind, value), cases in sorted(of.items()):
        if len(cases) < 2:  # noqa: PLR2004  # what one case shows alone joins nobody
            continue
        key = f"{kind} {value}"
        nodes.append(picture.Node(key, key, picture.SIGN))
        alone = any(held.startswith(f"{key}:") for held in subject.holds_by)
        edges += [picture.Edge(str(case), key, "", 1.0, alone) for case in sorted(cases)]
    return picture.svg(nodes, edges, f"{subject.id} {subject.campaign}".strip())
