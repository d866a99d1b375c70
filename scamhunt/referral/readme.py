"""What a packet holds and how anybody can check it without our program: the first file that a person opens. Pure."""

from collections.abc import Iterable, Mapping

from scamhunt.referral.dossier import Dossier
from scamhunt.referral.forms import WANTED
from scamhunt.referral.sheets import OVERLAP, SHEETS, TRACEBACKS
from scamhunt.referral.words import ascii_line, explained, stamp, wrap

NAMESPACE, PRINCIPAL = "scamhunt-packet", "scamhunt"
SIGNATURE, KEY, SIGNERS = "SIGNATURE.sshsig", "SEAL.pub", "allowed_signers"
TAGS = "tagmanifest-sha256.txt"
WHAT: Mapping[str, str] = {
    "00_README.txt": "this text",
    "01_cover_letter.md": "the letter: who writes, what is asked",
    "01_packet.pdf": "the whole of it for a reader; where it is missing, the rest says it too",
    "02_summary.md": "one page: what, who, when, how much",
    "03_subjects.csv": "groups of cases that belong to the same unknown people",
    "04_identifiers.csv": "names, numbers, addresses, accounts, with source and exhibit",
    "05_numbers.csv": "phone numbers and who holds their blocks",
    "06_domains.csv": "internet names: registrar, hosting, what the page showed",
    "08_campaign.json": "what is joined to what, and why; 08_campaign_S-1.svg and so on show it",
    "09_timeline.csv": "what happened when, in UTC and in your zone",
    "10_losses.csv": "counts of people and money, with how they were counted",
    "11_takedowns.csv": "what was reported to whom, what came of it, what is on hold",
    "12_evidence_index.csv": "every exhibit with its hashes: the hash report",
    "13_custody.csv": "who did what with the exhibits, from our log",
    "13_custody.jsonl": "the same, for programs",
    "evidence/": "the exhibits, a folder a case",
    "stix/bundle.json": "the identifiers as STIX 2.1, for programs",
    "misp/event.json": "the identifiers for MISP",
    "forms/ic3_paste.txt": "text for the form at ic3.gov, which takes no files",
    "forms/fre902_13_14_certificate.md": "form, not signed: US Federal Rules of Evidence 902(13), (14)",
    "forms/bsa63_part_a.md": "form, not signed: India, BSA 2023, section 63, the party",
    "forms/bsa63_part_b.md": "form, not signed: India, BSA 2023, section 63, the expert",
    "forms/traceback_requests.csv": "numbers that a provider of telephony could be asked about",
    "sharing/data_sharing_annex.md": "what the two sides of this referral agreed on",
    "sharing/overlap_table.csv": "what both sides have in common, and what only one has",
    "sharing/redaction_log.csv": "what was left out, by which rule, how often",
}
"""Each file that a packet may have below `data/`, in a few words."""
READING = """HOW TO READ IT

- Start with 01_packet.pdf or, where that is missing, 01_cover_letter.md and
  02_summary.md. A file that ends in .md is plain text.
- In texts for people a suspected name is written with [.] for each dot and
  hxxp for http, so that nothing opens it by accident: read shop[.]example
  as shop.example. In the tables (.csv, .json) names stand as they are.
- In the tables a phone number stands as tel:+1..., so that no spreadsheet
  takes it for a sum. A quotation mark before = + - or @ was put there by
  us: else a spreadsheet would run what follows. What cannot be seen, or
  would turn the order of letters, stands as \\u{..}.
- The tables are UTF-8 with a comma between cells. In Excel: Data, From
  Text/CSV, File Origin 65001."""
EVIDENCE = """THE EVIDENCE

- It was made by suspected criminals. Never open it by a double click on a
  machine that matters; copy it to one that is cut off.
- A page is named .html.txt, a drawing .svg.txt: so a double click shows its
  text and runs nothing. Leave the names as they are. Open such a file in a
  text editor; the screenshot beside it shows what a visitor saw.
- .warc.gz is the exchange with the server as it was recorded; .bin is
  anything else.
- An exhibit whose row in 12_evidence_index.csv says why it is withheld is
  not in the packet: the sender keeps it, and its hashes stand there."""
LIMITS = """WHAT THIS PACKET DOES NOT SAY

- Who the people behind it are. Nobody in it is named as an offender. Where
  a registry names the holder of a site, that name stands in the tables as
  the registry has it; such names are often invented or stolen.
- Who the victims are. No victim's data is in it, and fewer than five people
  are never counted out.
- Who serves a phone number now. A table says who a block of numbers was
  assigned to; numbers move.
- Names of the sender's staff stand as operator 1, operator 2. The sender
  gives them on lawful process."""


def readme(dossier: Dossier) -> bytes:
    """Return the text: contents, how to check, how to open the evidence, the marking."""
    parts = [
        stamp(dossier),
        f"Packet {dossier.packet} for {ascii_line(dossier.agency.name)}, of {dossier.day}",
        _marking(dossier),
        READING,
        "WHAT IS IN IT (below the folder data)\n\n" + "\n".join(_contents(dossier)),
        f"{_checking_seal()}\n\n{_checking_files(dossier)}",
        _windows(dossier),
        EVIDENCE,
        LIMITS,
    ]
    return ("\n\n\n".join(parts) + "\n").encode("ascii", "backslashreplace")


def _marking(dossier: Dossier) -> str:
    told = explained(dossier.marking) or ["Ask the sender what it means."]
    return wrap("\n".join(["MARKING", "", *(f"- {one}" for one in told)]))


def _contents(dossier: Dossier) -> Iterable[str]:
    missing = {path for path, form in WANTED.items() if form not in dossier.agency.forms}
    missing |= {path for path in (TRACEBACKS, OVERLAP) if not SHEETS[path](dossier)}
    missing |= set() if dossier.custody else {"13_custody.jsonl"}
    missing |= set() if dossier.joint else {"sharing/data_sharing_annex.md"}
    left_out = dossier.redactions or any(one.withheld for one in dossier.exhibits)
    missing |= set() if left_out else {"sharing/redaction_log.csv"}
    return (f"  {path}\n      {what}" for path, what in WHAT.items() if path not in missing)


def _checking_seal() -> str:
    return f"""HOW TO CHECK THAT NOTHING WAS CHANGED

Open a terminal in the folder with bagit.txt. On a Mac write shasum -a 256
where sha256sum stands.

1. The seal: who sealed it, and that the list of lists is theirs.

   ssh-keygen -Y verify -f {SIGNERS} -I {PRINCIPAL} -n {NAMESPACE} -s {SIGNATURE} < {TAGS}

   It has to say: Good "{NAMESPACE}" signature for {PRINCIPAL}.
   Then compare the key:

   ssh-keygen -l -f {KEY}

   It prints a fingerprint, SHA256:... Ask the sender for theirs by
   telephone, at a number that you did not take from this packet. Without
   this step the seal proves nothing: whoever changes a packet can seal it
   with a key of their own."""


def _checking_files(dossier: Dossier) -> str:
    return f"""2. The lists:

   sha256sum -c {TAGS}

3. The files:

   sha256sum --quiet -c manifest-sha256.txt

   Nothing printed means: all are what they were. The same works with
   sha512sum and manifest-sha512.txt.

4. No file too many: both commands have to print the same number.

   find data -type f | wc -l
   wc -l < manifest-sha256.txt

   Beside the folder data there are bagit.txt, bag-info.txt, {SIGNATURE},
   {KEY}, {SIGNERS}, four lists (manifest-*.txt, tagmanifest-*.txt)
   and perhaps TIMESTAMP.tsr, and nothing else.

5. Only if there is a TIMESTAMP.tsr (CA.pem: the certificate of who issued
   it, from them):

   openssl ts -verify -data {TAGS} -in TIMESTAMP.tsr -CAfile CA.pem

Whoever has scamhunt: scamhunt referral verify FILE does all of this. The
format is BagIt 1.0 (RFC 8493); other tools for it check the lists too.

The rows of 13_custody.csv are taken from our log, in which each row holds
the hash of the one before. This packet rests on it up to row {dossier.log_head[0]}:
{dossier.log_head[1] or "no row"}"""


def _windows(dossier: Dossier) -> str:
    example = next((one.path for one in dossier.exhibits if one.path), "03_subjects.csv").replace("/", "\\")
    return f"""THE SAME ON WINDOWS

In a Command Prompt (not PowerShell) in the folder with bagit.txt. For one
file:

   certutil -hashfile data\\{example} SHA256

Compare what it prints with the line of that file in manifest-sha256.txt.
Begin with manifest-sha256.txt itself, whose line is in the file
{TAGS}. The two ssh-keygen commands above work as they are:
the program is part of Windows 10 and later (the optional feature OpenSSH
Client)."""
