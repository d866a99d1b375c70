"""Numbers that regulators keep for films, books and tests: nobody can be called by them. Pure.

| country | source |
|---|---|
| NANP (+1) | ATIS-0300115: line numbers 0100 to 0199 of central office 555. Toll-free codes are taken in, as the tests of many programs do, although only 800-555-0199 is kept there |
| GB | Ofcom, "Telephone numbers for use in TV and radio drama programmes" (028 9649 6 is today's range of Northern Ireland; the former 028 9018 0 is left out) |
| AU | ACMA, "Phone numbers for use in TV shows, films and creative works" |
| DE | Bundesnetzagentur, Mitteilung 148/2021, Amtsblatt 07/2021: "Rufnummern für Medienproduktionen" |
| FR | Arcep, decision 2018-0881, annex 1: numbers for audiovisual works |
| IE | ComReg 15/136, Numbering Conditions of Use: 020 91x |
| SE | PTS, "Telefonnummer till böcker och filmer" |

Ranges of which no source could be read are left out.
"""  # noqa: E501  # a table

import re

_AU_MOBILE = """
0006 0110 0156 0157 0158 0159 0313 0737 1266 1491 1804 2549 2665 2983 3087 3770 4118 4632 5254 5789 6398 6801 7426 7644
8148 8888 8957 9212 9455 9760
"""
"""The last four digits behind 0491 57."""
_DE_MOBILE = """
15228817386 15228895456 15254599371 1729925904 1729968532 1729973185 1729973186 1729980752 1749091317 1749464308
"""
_RANGES = re.compile(
    rf"""
    \+1[2-9]\d\d55501\d\d
    | \+44(?:7700900 | 1632960 | 2079460 | 1(?:1[3-8]|[2-6]1)4960 | 1914980 | 2896496 | 2920180 | 8081570 | 9098790
        | 3069990)\d{{3}}
    | \+61(?:[2378](?:5550|7010)\d{{4}} | 49157(?:{"|".join(_AU_MOBILE.split())}) | 1800160401
        | 1[38]00975(?:70[7-9]|71[01]))
    | \+49(?:3023125\d{{3}} | 6990009\d{{3}} | 4066969\d{{3}} | 2214710\d{{3}} | 8999998\d{{3}} | 17139200\d\d
        | 176040690\d\d | {"|".join(_DE_MOBILE.split())})
    | \+33(?:19900|26191|35301|46571|53649|63998)\d{{4}}
    | \+3532091\d{{5}}
    | \+46(?:7017406(?:0[5-9]|[1-9]\d) | 3139006\d\d | 4062804\d\d | 8465004\d\d | 9803192\d\d)
    """,
    re.VERBOSE,
)


def is_fictional(e164: str) -> bool:
    """Return whether a number in E.164 lies in a range that is kept for fiction and tests."""
    return _RANGES.fullmatch(e164) is not None
