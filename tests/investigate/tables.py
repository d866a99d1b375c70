"""Tables in the publishers' shapes; companies are invented, numbers are those kept for fiction."""

import zipfile
from pathlib import Path


def text(*lines: str) -> str:
    """Return lines as a file has them."""
    return "".join(f"{line}\r\n" for line in lines)


AREA_HEADER = (
    "NPA_ID,type_of_code,ASSIGNABLE,EXPLANATION,RESERVED,ASSIGNED?,ASGT_DATE,USE,LOCATION,COUNTRY,IN_SERVICE,"
    "IN_SVC_DATE,STATUS,TIME_ZONE"
)
AREA_CODES = text(
    "File Date,09/25/2026",
    AREA_HEADER,
    "212,General Purpose Code,Yes,,No,Yes,,G,NEW YORK,US,Y,01/01/1947,,E",
    "416,General Purpose Code,Yes,,No,Yes,,G,ONTARIO,CANADA,Y,01/01/1947,,E",
    "646,General Purpose Code,Yes,,No,Yes,,G,NY,US,Y,07/01/1999,,E",
    "876,General Purpose Code,Yes,,No,Yes,,G,JAMAICA,JAMAICA,Y,05/01/1997,,E",
    "235,General Purpose Code,Yes,,No,No,,,,,N,,,",
    "999,Expansion Code,No,,Yes,No,,,,,N,,,",
)
CO_CODES = text(
    "State\tNPA-NXX\tOCN\tCompany\tRateCenter\tEffectiveDate\tUse\tAssignDate\tInitial/Growth\tPooled Code\tIn Service"
    "\tFile Updated 09/21/2026",
    'NY\t212-555\t9101\t"HARBOR VOICE, INC."\tNWYRCYZN01\t02/01/1999\tAS\t01/04/1999\tI\tY\tY\t',
    "NY\t646-555\t9102\tGRANITE TELEPHONE CO.\tNWYRCYZN01\t02/01/2001\tAS\t01/04/2001\tG\tN\tY\t",
    "NY\t646-556\t\t\tNWYRCYZN01\t\tRV\t\t\tN\tN\t",
    "NY\t646-557\tMULT\tMULTIPLE OCN LISTING\tNWYRCYZN01\t\tAS\t\t\tN\tY\t",
)
BLOCK_HEADER = (
    "Region,State,NPA,NXX,X,STATUS,Code Holder,Contaminated (Y/N),Contaminated TNs,Rate Center,Block Effective Date,"
    "Block Available Date,Assigned To,OCN,Date Assigned"
)
BLOCKS = text(
    BLOCK_HEADER,
    '1,NY,212,555,0,AS,"HARBOR VOICE, INC.",N,0,NWYRCYZN01,12/01/2030,11/01/2015,'
    '"FALCON NETWORKS CLEC, LLC - NY",9201,08/30/2026',
    '1,NY,212,555,1,AS,"HARBOR VOICE, INC.",Y,12,NWYRCYZN01,12/01/2015,11/01/2015,CEDAR WIRELESS L.P.,9202,11/20/2015',
    '1,NY,212,555,2,AV,"HARBOR VOICE, INC.",N,0,NWYRCYZN01,,11/01/2015,,,',
    '1,NY,212,555,3,AV,"HARBOR VOICE, INC.",Y,31,NWYRCYZN01,,11/01/2015,,,',
    '1,NY,212,555,4,AS,"HARBOR VOICE, INC.",N,0,NWYRCYZN01,,,CEDAR WIRELESS L.P.,9202,',
    '1,NY,212,555,4,AS,"HARBOR VOICE, INC.",N,0,NWYRCYZN01,,,BEACON BROADBAND,9203,',
)
CNAC_CODES = text(
    "NPA,CO Code (NXX),Status,Pooled,Exchange Area,Province,Company,OCN,Remarks",
    "416,555,In Service,,Toronto,ON,Érable Téléphone Ltée,9301,",
    "416,556,Protected,,Toronto,ON,,,do not assign",
    "416,557,In Service,Y,Toronto,ON,Maple Voice Inc.,9302,",
    ",,,,,,,,Updated 2026-09-20",
)
CNAC_BLOCKS = text(
    "NPA,NXX,Block,Status,Code Holder,Code Holder OCN,Block Holder,Block Holder OCN,Exchange Area",
    "416,557,0,AS,Maple Voice Inc.,9302,Loon Networks Inc.,9303,Toronto",
    "416,557,1,AV,Maple Voice Inc.,9302,,,Toronto",
)
OFCOM_S1 = text(
    "NMS Number Block: Number Block,Block Status,CP Name,Geographic Number Length,Allocation Date,Notes",
    "20 7946,Allocated,Thistle Telecom Limited,2+8,21/05/1997,",
    '20 7946 0,Allocated(Closed Range),"Heather Voice, Ltd",2+8,03/04/2026,',
    "1632 960,Protected,,4+6,,kept for drama",
)
OFCOM_S7 = text(
    "NMS Number Block: Number Block,Block Status,CP Name,Non Geo Number Length,Allocation Date",
    "7700 9,Allocated,Bracken Mobile Ltd,10 digit numbers,06/11/1995",
    "7700 8,Free,,10 digit numbers,",
)
RMD_HEADER = (
    "number,filing_url,frn,business_name,business_address,foreign_voice_provider,country,other_frns,other_dba_names,"
    "previous_dba_names,robocall_mitigation_contact_name,contact_title,contact_department,contact_business_address,"
    "contact_country,contact_telephone_number,contact_phone_extension,implementation,voice_service_provider_choice,"
    "gateway_provider_choice,intermediate_provider_choice,last_updated,last_recertified"
)
FILING = "https://fccprod.servicenowservices.com/rmd?id=rmd_form&table=x&sys_id="
CANARY = "Casimira Canary"
CANARY_PHONE = "212-555-0177"
_PEOPLE = f'{CANARY},Chief,Legal,"1 Canary Road\nFloor 2",US,{CANARY_PHONE},12'
RMD = text(
    RMD_HEADER,
    f'RMD0000001,{FILING}a1,0000009201,"Falcon Networks CLEC, LLC","1 Road\nCity",No,US,,Falcon Talk; FalconTel,,'
    f"{_PEOPLE},Complete STIR/SHAKEN,Yes,No,Yes,2026-02-11,2026-02-20",
    f"RMD0000002,{FILING}a2,9202,Cedar Wireless LP,x,No,US,,,Old Cedar Telephone Company,{_PEOPLE},"
    "Partial,Yes,,,2026-01-11 08:00:00,2026-01-12",
    f'RMD0000003,ftp://example.com/x,0000009299,"Falcon Networks of Ohio, Inc.",x,No,US,,N/A,,{_PEOPLE},'
    "Complete,Yes,,,2025-03-11,2025-03-01",
    f"RMD0000004,{FILING}a4,,No Number Inc,x,No,US,,,,{_PEOPLE},Complete,Yes,,,2025-03-11,2025-03-01",
    f"RMD0000005,{FILING}a5,0000009299,Falcon of Ohio II,x,No,US,,,,{_PEOPLE},Complete,Yes,,,2024-03-11,2024-03-01",
)
TEXTS = {
    "area_codes": AREA_CODES,
    "co_codes": CO_CODES,
    "blocks": BLOCKS,
    "cnac_codes": CNAC_CODES,
    "cnac_blocks": CNAC_BLOCKS,
    "ofcom_s1": OFCOM_S1,
    "ofcom_s7": OFCOM_S7,
    "rmd": RMD,
}


def content(kind: str) -> bytes:
    """Return a table in its publisher's encoding: Ofcom and the FCC begin with a byte order mark."""
    encoding = "utf-8-sig" if kind.startswith(("ofcom", "rmd")) else "cp1252"
    return TEXTS[kind].encode(encoding)


def save(folder: Path, kind: str) -> Path:
    """Write a table as it is downloaded: those of NANPA and CNAC in a zip; no name tells what it is."""
    if kind in {"area_codes", "rmd"} or kind.startswith("ofcom"):
        file = folder / f"{len(list(folder.iterdir()))}.csv"
        file.write_bytes(content(kind))
        return file
    file = folder / f"{len(list(folder.iterdir()))}.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("download.txt", content(kind))
    return file
