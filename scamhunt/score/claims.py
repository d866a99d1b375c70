"""How people say who called: `from X`, `this is X`, `X refund department`, and the same in other languages. Pure.

Our own collection, from reading public complaint forms and reports in these languages. Words are as `plaintext` gives
them: lower-case, no accents, joined by hyphens. Of the text around a name only whether one of these stands there is
used.
"""

import re

NEAR = 64
"""Characters before and behind a name in which a phrase is looked for."""

_BEFORE = """
from | this is | im | i am | hes | shes | were | we are | youre speaking (?:to|with) | speaking (?:to|with)
(?:call|calls|calling|called|caller|callers|text|texts|email|emails|message|messages|voicemail|letter) (?:from|by)
(?:he|she|they|it|who|guy|man|woman|lady|someone|somebody|person|caller) (?:is|was|were|are)(?: (?:from|with))?
on behalf of | in the name of | representing | thank you for calling | thanks for calling | welcome to | dear
claim(?:s|ed|ing)? (?:to be|to represent|they (?:are|were)|he (?:is|was)|she (?:is|was))(?: (?:from|with))?
pretend(?:s|ed|ing)?(?: to be)?(?: (?:from|with))? | impersonat(?:e|es|ed|ing|or|ors)(?: of)?
pos(?:e|es|ed|ing) as | masquerading as | acting as | under the name
says? (?:hes|shes|theyre|its|it is|they are|he is|she is)(?: (?:from|with))?
saying (?:hes|shes|theyre)(?: (?:from|with))?
(?:support|department|dept|team|office|officer|agent|agents|rep|reps) (?:of|from|at|with|for)
(?:representative|representatives|employee|employees|advisor) (?:of|from|at|with|for)
(?:somebody|someone|technician|service|desk|division) (?:of|from|at|with|for)
works? (?:for|at) | working (?:for|at) | fake | bogus | phony | supposed | supposedly | allegedly | alleged
so called | scam | imposter
von | vom | von der | hier ist | hier spricht | im namen (?:von|der|des|vom) | im auftrag (?:von|der|des)
angeblich(?:e|er|es|en|em)?(?: (?:von|vom|der|die|das|ein|aus))? | gib(?:t|st)? sich als | gab sich als | sich als
mitarbeiter(?:in|innen)?(?: (?:von|der|des|bei|vom))? | kundendienst(?: (?:von|der))? | kundenservice(?: (?:von|der))?
techniker (?:von|der)
falsche(?:r|s|n)? | ausgegeben als | ihr(?:e|er|em|en)? | liebe(?:r)? | firma | sms von | anruf von | sms von der
von ihrer
de parte de(?: la)? | en nombre de | (?:habla|hablo|llama|llaman|llamo|llamamos|llaman) de(?:l| la| el)?
(?:llamando|llamaron|llamada|llamadas|mensaje|sms|correo) de(?:l| la| el)?
(?:soy|somos|son|es|era|eran|ser|seria) de(?:l| la)?
(?:dice|dicen|diciendo|decia|decian) (?:ser|que es|que son|que era)(?: de(?:l| la)?)? | (?:dice|dicen) de
se hac(?:e|en) pasar por | haciendose pasar por | pasar por | supuest[oa]s?(?: de)? | fals[oa]s?
(?:soporte|servicio|atencion|departamento|comercial|agente|tecnico|empleado)(?: al cliente| tecnico)? de(?:l| la)?
(?:operador|asesor|gestor|parte|compania|ejecutivo|bajas|hilo|seguridad)(?: al cliente| tecnico)? de(?:l| la)?
la compania | comercial de | banco
de la part (?:de|du|d) | (?:appel|sms|message|vocal|mail|courrier) (?:de|du|d|de la) | vocal d | chez
se fai(?:t|sant) passer pour | (?:se dit|dit etre|pretend etre|disant etre)(?: (?:de|du|d))?
(?:travaille|travailler|travaillant|appelle|appelait) (?:pour|chez|de) | je suis(?: (?:de|du|d))? | ici | faux
fausse | soi disant | pretendu
(?:conseiller|conseillere|service|service client|agent|support)(?: (?:de|du|d|de la|chez))?
(?:technicien|departement|equipe|employe|assistance|banque)(?: (?:de|du|d|de la|chez))?
da parte di | a nome di | si spaccia per | spacciandosi per | fint[oa] | chiam(?:o|a|ano|ata) da(?:lla|l)?
operatore(?: di)? | servizio(?: clienti)?(?: di)?
em nome d[aeo] | se passando por | fals[oa]
(?:ligacao|ligando|chamada|falo|fala|atendente|funcionario|central) d[aeo]
namens | zogenaamd(?: van)? | nep | u spreekt met
(?:gebeld door|telefoontje van|medewerker van|bericht van|doet zich voor als) | van de | van
(?:job|jobs|task|tasks|internship|position) (?:at|with|for|from) | recruiter (?:at|from|for|of) | (?:hr|human resources) (?:at|of|from)
(?:subscription|order|bill|invoice|refund|payment|account|delivery|parcel|package|purchase) (?:from|with|at|of|for)
named as | introduced (?:himself|herself|themselves) as | identif(?:y|ies|ied|ying) (?:himself |herself |itself |themselves )?as
sound(?:s|ed) like | spoof(?:s|ed|ing)? | imitat(?:e|es|ed|ing) | looks like | looked like | regarding | re
someone (?:is|was)(?: (?:from|with))? | your | the real
(?:job|jobs|stelle|arbeit|arbeiten|nebenjob|heimarbeit|praktikum) (?:bei|fur|von|der|beim)
(?:mail|e mail|brief|schreiben|nachricht|whatsapp|bandansage|ansage|anrufer|anruferin|mann|frau|herr|dame|typ) (?:von|vom|der|von der|aus)
(?:service|support|hotline|team|sicherheitsteam|betrugsabteilung|sicherheitsabteilung|abteilung|vertreter|berater) (?:von|vom|der|des|bei|von der)
meldet(?:e)? sich (?:als|fur|von|im namen von) | stellt(?:e)? sich als | nennt sich | sagt(?:e)?(?: er| sie)?(?: sei| ist| ware| kommt| kame)?(?: (?:von|vom|der|bei))?
arbeite(?:t|n|te)? (?:bei|fur|beim) | er (?:ist|sei|ware) (?:von|vom|bei) | sie (?:ist|sei|ware) (?:von|vom|bei) | wegen
vorgeblich | vermeintlich(?:e|er|en|em)? | gefalschte[rsnm]? | rechnung (?:von|der) | bestellung bei | konto bei
(?:oferta de )?(?:trabajo|empleo|vacante|teletrabajo|oferta) (?:en|con|para|de) | suplantan(?:do)? a | suplanta(?:ron|cion)?(?: (?:a|de))?
(?:vocal|audio|voz|grabacion|email|e mail|carta|whatsapp|aviso|factura|cargo|compra|pedido|cuenta|tarjeta) de(?:l| la)?
(?:tu|su|mi) cuenta(?: (?:de|en))? | departamento (?:de )?(?:fraude|fraudes|seguridad|cobros|clientes|tecnico) de(?:l| la)?
(?:trabaja|trabajo|trabajan|trabajar|trabajaba) (?:para|en|con) | aqui | una? tal | imita(?:n|ndo)?(?: a)? | falsific(?:an|ando|aron)
(?:gerente|ejecutiva|asesora|operadora|senorita|trabajador|trabajadora|empleada|encargado|mensajero|repartidor|gestora|chico|chica|mujer|hombre|tipo) de(?:l| la)?
contacta(?:n|ron)? de(?:l| la)? | (?:me|nos) (?:llama|llaman|llamo|llamaron|escribe|escriben|escribio|contactan|contactaron|mandan)(?: (?:un|una|unos))? (?:de(?:l| la)?|desde)
(?:offre|poste|emploi|travail|recrutement|job) (?:d emploi )?(?:chez|de|pour|du) | se presente comme | se presentant comme | se reclame de
(?:usurpe|usurpent|usurpant)(?: l identite)?(?: (?:de|du|d))? | imit(?:e|ent|ant) | se disant(?: (?:de|du|d|chez))?
(?:courriel|e mail|lettre|robot|voix|monsieur|dame|homme|femme|type|personne|quelqu un|technicienne|commercial|commerciale|livreur|facteur|banquier) (?:de|du|d|de la|de chez|chez)
(?:facture|commande|compte|abonnement|colis|livraison|remboursement|alerte|centre|plateforme|standard) (?:de|du|d|de la|chez)
votre | au nom (?:de|du|d) | de chez | contacte(?:e)? par | appele(?:e)? par | rappeler | concernant
(?:anrufen|kontaktiert|angerufen|angeschrieben) (?:von|durch) | contactado por | contactada por
podaje sie za | dzwoni z | pracownik | iz | is | от | из
"""
_AFTER = """
support | supports | helpdesk | help desk | help line | helpline | hotline | care | service | services | department
departments | dept | division | team
representative | representatives | rep | reps | agent | agents | employee | employees | advisor | adviser | specialist
technician | tech | officer | impost[eo]rs? | scam | scams | scammer | scammers | impersonat(?:or|ors|ion)
security | fraud | alert | alerts | notice | notification | warning | account | accounts | refund | refunds | renewal
invoice | billing | subscription | membership
calling | called | calls | says | said | here | customer | customers | verification | shipment | delivery | package
parcel | driver
debit | plan | online | id | survey
kundenservice | kundendienst | kundensupport | mitarbeiter(?:in)? | abteilung | sicherheitsabteilung | sicherheit
konto | betrug | paket | techniker | warnung | meldung | zahlung | abo | kunde | kunden | gutschein | steuererstattung
sendung | gewinnspiel
soporte | servicio | atencion | departamento | seguridad | cuenta | fraude | aviso | tecnico | paquete | informa
le informa | confirma | express
service client | assistance | conseiller | securite | departement | compte | alerte | colis | internet | facture
technique
assistenza | servizio | supporto | sicurezza | conto | avviso | pacco | suporte | atendimento | conta | seguranca
fatura
klantenservice | medewerker | rekening | pakket | obsluga | destek | hesap
"""
_HINT_AFTER = """
openreach | broadband | openline | tv | canada | uk | usa | america | australia | ireland | deutschland | espana | france | italia
mexico | argentina | chile | colombia | peru | osterreich | schweiz | suisse | belgique
customer care | customer service | customer support | phone | call | caller | text | texts | texted | email | emails | emailed | message
messages | voicemail | recording | rep | guy | lady | man | woman | person | staff | team | branch | bank | app | portal | website | card
wants | wanted | want | asks | asked | asking | told | tells | claims | claimed | claiming | offers | offered | offering | needs
sent | sends | sending | informs | informed | keeps | kept | threatens | threatened | says | saying | demanded | demands
is calling | was calling | has | will | would | rang | phoned | contacted | contacting
membership | order | orders | payment | payments | transaction | charge | purchase | transfer | claim | claims | courier | job | jobs
recruiter | recruitment | hiring | survey | giveaway | prize | reward | rewards | lottery | loyalty | wallet | login | locked | suspended
on hold | expired | antivirus | device | bill | bills | statement | statements | credit | meter | engineer | engineers | protection
zusteller(?:in)? | bote | botin | paketbote | fahrer | versand | beamte[rn]? | berater(?:in)? | betreuer(?:in)? | vertreter(?:in)? | hotline
techniker(?:in)? | kundenbetreuung | kundenbetreuer(?:in)? | kundencenter | servicecenter | servicemitarbeiter | rechnung | rechnungen | vertrag
vertragsverlangerung | verbraucherservice | bestellung | lieferung | postfach | portal | bescheid | ruckerstattung | karte | zugang | app
kaufer(?:in)? | verkaufer(?:in)? | angeblich | bietet | ruft | rief | rufen | will | wollte | sagt | sagte | fragt | fragte | fordert | forderte
meldet | schreibt | schickt | schickte | verlangt | verlangte | droht | bittet | behauptet | hat | mochte | zoll | anruf | anrufer(?:in)?
sms | mail | nachricht | betrugsabteilung | sicherheitsteam | inkasso | verlosung | gewinn | zahlt | fehlgeschlagen | gesperrt
manda | mandan | mando | envia | envian | pide | piden | pidio | pidiendo | llama | llaman | llamo | llamando | llamaron | dice | dicen | diciendo | ofrece
ofrecen | ofreciendo | quiere | quieren | cobra | cobran | avisa | me dice | me dicen | me pide | me piden | me llama | me llaman | me manda
me mandan | me ofrece | me ofrecen | me escribe | me escriben | me cobra | me avisa | me envia | nos | solicita | amenaza | notifica | recuerda
tarjeta | factura | recibo | pedido | sorteo | premio | encuesta | empleo | trabajo | reembolso | devolucion | multa | compra | envio | entrega
suscripcion | clientes | comercial | operador(?:a)? | gestor(?:a)? | asesor(?:a)? | ejecutivo | ejecutiva | empresas | hogar | fibra | oferta
demande | demandent | appelle | appellent | propose | proposent | reclame | veut | dit | disent | envoie | m appelle | m a | me demande | me dit
me propose | me reclame | vous informe | m envoie | m informe | m annonce | annonce | pretend | souhaite | rappelle | client | clients | carte
livraison | remboursement | commande | abonnement | amende | virement | paiement | technicien | technicienne | conseillere | conseiller
employe | livreur | recrute | recrutement | emploi | sondage | concours | jeu concours | fibre | mobile | box | forfait | contrat | offre
"""
_TAILS = """
mitarbeiter mitarbeiterin mitarbeitern mitarbeiters techniker technikers technikerin kundendienst kundenservice kundenbetreuer kundenbetreuerin
kundenbetreuung kundenberater berater beraterin betreuer bote boten paketbote zusteller zustellerin fahrer hotline service support team konto
kontos kunde kunden karte rechnung rechnungen vertrag vertreter vertreterin versand paket pakete sendung gutschein gutscheine gewinnspiel
app mail mails sms masche betrug betruger abzocke anruf anrufe anrufer anruferin abo mitgliedschaft zahlung zahlungen bestellung lieferung
lieferant beamter beamte beamten amt portal passwort filiale angestellter angestellte chef abteilung sicherheitsabteilung nachricht zugang
tarif kaufer verkaufer handler seite webseite login job jobs
"""
_FILLERS = """customer customers client clients technical tech prime online internet credit debit card fraud security
    account accounts billing refund refunds order orders loss prevention protection support service the new your my
    user it computer id premium plus cliente clientes al de du der express page carte tarjeta karten loyalty"""
_MEANS_BEFORE = """
via | per | por | through | using | use | used | with | on | at | mit | uber | ueber | bei | auf | con | en | avec
sur | par | zu | against
(?:pay|paid|send|sent|sending) (?:me |him |them |her |it |money )?(?:by|via|with|through|using|in|on|thru|a|my)
(?:paying|payment|payments) (?:me |him |them |her |it |money )?(?:by|via|with|through|using|in|on|thru|a|my)
(?:zahlung|pago|paiement) (?:me |him |them |her |it |money )?(?:by|via|with|through|using|in|on|thru|a|my)
(?:buy|bought|buying|purchase|purchased|asked for|posted|listed|saw|found) (?:on |at |some |in )?
(?:download|downloaded|install|installed|installing|downloading) | did you attempt a | attempt a | attempted a
achat [0-9a-z-]{1,12}
"""
_MEANS_AFTER = """
gift cards? | giftcards? | gift ?cards? | vouchers | cards | card codes | cash cards? | prepaid | gutscheinkarten?
geschenkkarten? | guthabenkarten? | karten?
tarjetas? (?:de )?regalo | cartes? cadeaux? | river | rain ?forest | jungle | juice | pie | wallet address
"""

_PERSON = """
mr | mrs | ms | miss | dr | named | name is | nephew | niece | grandson | granddaughter | son | daughter | brother
sister | uncle | aunt | cousin | neighbor | neighbour
officer | detective | judge | sheriff | attorney | lawyer | captain | sergeant | comisario | abogado | maitre
herr | herrn | frau | onkel | tante | enkel | enkelin | neffe | nichte | namens | heisst | heisse | sohn | tochter
senor | senora | sr | sra | don | dona | tio | tia | sobrino | sobrina | nieto | nieta | hijo | hija | se llama
llamado | me llamo
monsieur | madame | mme | oncle | neveu | petit fils | un certain | une certaine | je m appelle | appelle | nomme
signor | signora | zio | nipote | senhor | senhora | sobrinho | neto | meneer | mevrouw | oom
"""


def _any(table: str) -> str:
    """Return the table as one alternative; words of a phrase are parted by a hyphen."""
    lines = [line.strip() for line in table.strip().split("\n")]
    joined = "|".join(re.sub(r" *\| *(?![^(]*\))", "|", line) for line in lines)
    return joined.replace(" ", "-")


_ARTICLE = (
    "(?:-(?:the|a|an|your|my|der|die|das|dem|den|el|la|los|le|les|l|o|il|de|het|some|someone|somebody|at|bank|banco))?"
)
_SAID_BEFORE = re.compile(rf"(?:^|[-.])(?:{_any(_BEFORE)}){_ARTICLE}[-.]?$")
_SAID_AFTER = re.compile(rf"^-(?:(?:{'|'.join(_FILLERS.split())})-){{0,3}}(?:{_any(_AFTER)})(?![^\W_])")
_HINTED_AFTER = re.compile(rf"^-(?:(?:{'|'.join(_FILLERS.split())})-){{0,3}}(?:{_any(_HINT_AFTER)})(?![^\W_])")
_MEANT_BEFORE = re.compile(rf"(?:^|[-.])(?:{_any(_MEANS_BEFORE)}){_ARTICLE}-$")
_MEANT_AFTER = re.compile(rf"^-(?:{_any(_MEANS_AFTER)})(?![^\W_])")
_PERSON_BEFORE = re.compile(rf"(?:^|[-.])(?:{_any(_PERSON)})[-.]$")
TAILS: frozenset[str] = frozenset(_TAILS.split())
"""Words that end a German compound and make the name before them the speaker."""
_TAIL = re.compile(rf"(?:n|s|en)?(?:{'|'.join(_TAILS.split())})(?:s|n|en)?")
_SAID_AFTER_CJK = re.compile("-?(?:から|を名乗|を装|と名乗|サポート|カスタマー|の者|客服|打来|官方|公司)")


def said_before(before: str) -> bool:
    """Return whether a text that ends so names next who speaks: `said-he-is-from-`."""
    return _SAID_BEFORE.search(before[-NEAR:]) is not None


def said_after(after: str) -> bool:
    """Return whether what goes on so makes the name before it the speaker: `-refund-department`."""
    return (_SAID_AFTER.match(after[:NEAR]) or _SAID_AFTER_CJK.match(after[:NEAR])) is not None


def hinted_after(after: str) -> bool:
    """Return whether what goes on so makes it likely that the name before it is the speaker: `-offers`."""
    return _HINTED_AFTER.match(after[:NEAR]) is not None


def said_in(ending: str) -> bool:
    """Return whether letters that end a German compound make the name before them the speaker: `mitarbeiter`."""
    return _TAIL.fullmatch(ending) is not None


def only_means(before: str, after: str) -> bool:
    """Return whether the name is a means or a place, not who speaks: `paid with X`, `X gift cards`."""
    return bool(_MEANT_BEFORE.search(before[-NEAR:]) or _MEANT_AFTER.match(after[:NEAR]))


def person_before(before: str) -> bool:
    """Return whether a text that ends so names next a person: `my-nephew-`."""
    return _PERSON_BEFORE.search(before[-NEAR:]) is not None
