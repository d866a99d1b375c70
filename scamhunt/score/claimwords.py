"""Phrases that say who called, or that a name is no caller's, in English, German, Spanish, French and a few more.

Our own collection, from reading public complaint forms and reports in these languages. Words are as `plaintext` gives
them: lower-case, no accents. A line or `|` parts phrases; `phrasebook` says what else stands in them.
"""

BEFORE = """
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
mitarbeiter(?:in|innen)?(?: (?:von|der|des|bei|vom))?
kundendienst(?: (?:von|der))? | kundenservice(?: (?:von|der))?
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
(?:job|jobs|task|tasks|internship|position) (?:at|with|for|from) | recruiter (?:at|from|for|of)
(?:hr|human resources) (?:at|of|from)
(?:subscription|order|bill|invoice|refund|payment|account|delivery|parcel|package|purchase) (?:from|with|at|of|for)
named as | introduced (?:himself|herself|themselves) as
identif(?:y|ies|ied|ying) (?:himself |herself |itself |themselves )?as
sound(?:s|ed) like | spoof(?:s|ed|ing)? | imitat(?:e|es|ed|ing) | looks like | looked like | regarding | re
someone (?:is|was)(?: (?:from|with))? | your | the real
(?:job|jobs|stelle|arbeit|arbeiten|nebenjob|heimarbeit|praktikum) (?:bei|fur|von|der|beim)
(?:mail|e mail|brief|schreiben|nachricht|whatsapp|bandansage) (?:von|vom|der|von der|aus)
(?:ansage|anrufer|anruferin|mann|frau|herr|dame|typ) (?:von|vom|der|von der|aus)
(?:service|support|hotline|team|sicherheitsteam) (?:von|vom|der|des|bei|von der)
(?:betrugsabteilung|sicherheitsabteilung|abteilung|vertreter|berater) (?:von|vom|der|des|bei|von der)
meldet(?:e)? sich (?:als|fur|von|im namen von) | stellt(?:e)? sich als | nennt sich
sagt(?:e)?(?: er| sie)? (?:sei|ist|ware|kommt|kame) (?:von|vom|bei)
arbeite(?:t|n|te)? (?:bei|fur|beim) | er (?:ist|sei|ware) (?:von|vom|bei) | sie (?:ist|sei|ware) (?:von|vom|bei)
wegen
vorgeblich | vermeintlich(?:e|er|en|em)? | gefalschte[rsnm]? | rechnung (?:von|der) | bestellung bei
(?:oferta de )?(?:trabajo|empleo|vacante|teletrabajo|oferta) (?:en|con|para|de) | suplantan(?:do)? a
suplanta(?:ron|cion)?(?: (?:a|de))?
(?:vocal|audio|voz|grabacion|email|e mail|carta) de(?:l| la)?
(?:whatsapp|aviso|factura|cargo|compra|pedido|cuenta|tarjeta) de(?:l| la)?
(?:tu|su|mi) cuenta(?: (?:de|en))?
departamento (?:de )?(?:fraude|fraudes|seguridad|cobros|clientes|tecnico) de(?:l| la)?
(?:trabaja|trabajo|trabajan|trabajar|trabajaba) (?:para|en|con) | aqui | imita(?:n|ndo)?(?: a)?
falsific(?:an|ando|aron)
(?:gerente|ejecutiva|asesora|operadora|senorita|trabajador|trabajadora|empleada) de(?:l| la)?
(?:encargado|mensajero|repartidor|gestora|chico|chica|mujer|hombre|tipo) de(?:l| la)?
contacta(?:n|ron)? de(?:l| la)?
(?:me|nos) (?:llama|llaman|llamo|llamaron|escribe)(?: (?:un|una|unos))? (?:de(?:l| la)?|desde)
(?:me|nos) (?:escriben|escribio|contactan|contactaron|mandan)(?: (?:un|una|unos))? (?:de(?:l| la)?|desde)
(?:offre|poste|emploi|travail|recrutement|job) (?:d emploi )?(?:chez|de|pour|du) | se presente comme
se presentant comme | se reclame de
(?:usurpe|usurpent|usurpant)(?: l identite)?(?: (?:de|du|d))? | imit(?:e|ent|ant) | se disant(?: (?:de|du|d|chez))?
(?:courriel|e mail|lettre|robot|voix|monsieur|dame|homme|femme) (?:de|du|d|de la|de chez|chez)
(?:type|personne|quelqu un|technicienne) (?:de|du|d|de la|de chez|chez)
(?:commercial|commerciale|livreur|facteur|banquier) (?:de|du|d|de la|de chez|chez)
(?:facture|commande|compte|abonnement|colis) (?:de|du|d|de la|chez)
(?:livraison|remboursement|alerte|centre|plateforme|standard) (?:de|du|d|de la|chez)
votre | au nom (?:de|du|d) | de chez | contacte(?:e)? par | appele(?:e)? par | rappeler | concernant
(?:anrufen|kontaktiert|angerufen|angeschrieben) (?:von|durch) | contactado por | contactada por
bank | bco | company | retailer | carrier | courier | store | shop | supermarket | provider | online shop
firma | konzern | supermarkt | discounter | anbieter | versandhaus | handler | netzbetreiber | stromanbieter
paketdienst | onlinehandler | marktplatz
empresa | tienda | tiendas | supermercado | supermercados | operadora | aseguradora | mensajeria | paqueteria
plataforma | cadena | caja | compania
caisse | banque | magasin | magasins | supermarche | operateur | fournisseur | enseigne | plateforme | societe
entreprise | transporteur | site
podaje sie za | dzwoni z | pracownik | iz | is | от | из
"""
"""Before a name these say who it was: `calling from X`."""
AFTER = """
support | supports | helpdesk | help desk | help line | helpline | hotline | care | service | services | department
departments | dept | division | team
representative | representatives | rep | reps | agent
agents | employee | employees | advisor | adviser | specialist
technician | tech | officer | impost[eo]rs? | scam | scams | scammer | scammers | impersonat(?:or|ors|ion)
security | fraud | alert | alerts | notice | notification
warning | account | accounts | refund | refunds | renewal
invoice | billing | subscription | membership
calling | called | calls | says | said | here | customer | customers | verification | shipment | delivery | package
parcel | driver
debit | plan | online | id | survey
kundenservice | kundendienst | kundensupport | mitarbeiter(?:in)? | abteilung | sicherheitsabteilung | sicherheit
konto | betrug | paket | techniker | warnung | meldung
zahlung | abo | kunde | kunden | gutschein | steuererstattung
sendung | gewinnspiel
soporte | servicio | atencion | departamento | seguridad | cuenta | fraude | aviso | tecnico | paquete | informa
le informa | confirma | express
service client | assistance | conseiller | securite | departement | compte | alerte | colis | internet | facture
technique
assistenza | servizio | supporto | sicurezza | conto | avviso | pacco | suporte | atendimento | conta | seguranca
fatura
klantenservice | medewerker | rekening | pakket | obsluga | destek | hesap
"""
"""Behind a name these say who it was: `X support`."""
HINTS = """
openreach | broadband | openline | tv | canada | uk | usa | america | australia | ireland | deutschland | espana
france | italia
mexico | argentina | chile | colombia | peru | osterreich | schweiz | suisse | belgique
customer care | customer service | customer support | phone | call | caller | text | texts | texted | email
emails | emailed | message
messages | voicemail | recording | rep | guy | lady | man | woman | person | staff | team | branch | bank | app
portal | website | card
wants | wanted | want | asks | asked | asking | told | tells | claims | claimed | claiming | offers | offered
offering | needs
sent | sends | sending | informs | informed | keeps | kept | threatens | threatened | says | saying | demanded
demands
is calling | was calling | has | will | would | rang | phoned | contacted | contacting
membership | order | orders | payment | payments | transaction | charge | purchase | transfer | claim | claims
courier | job | jobs
recruiter | recruitment | hiring | survey | giveaway | prize | reward | rewards | lottery | loyalty | wallet
login | locked | suspended
on hold | expired | antivirus | device | bill | bills | statement | statements | credit | meter | engineer
engineers | protection
zusteller(?:in)? | bote | botin | paketbote | fahrer | versand | beamte[rn]? | berater(?:in)? | betreuer(?:in)?
vertreter(?:in)? | hotline
techniker(?:in)? | kundenbetreuung | kundenbetreuer(?:in)? | kundencenter | servicecenter | servicemitarbeiter
rechnung | rechnungen | vertrag
vertragsverlangerung | verbraucherservice | bestellung | lieferung | postfach | portal | bescheid
ruckerstattung | karte | zugang | app
kaufer(?:in)? | verkaufer(?:in)? | angeblich | bietet | ruft | rief | rufen | will | wollte | sagt | sagte
fragt | fragte | fordert | forderte
meldet | schreibt | schickt | schickte | verlangt | verlangte | droht | bittet | behauptet | hat | mochte | zoll
anruf | anrufer(?:in)?
sms | mail | nachricht | betrugsabteilung | sicherheitsteam | inkasso | verlosung | gewinn | zahlt
fehlgeschlagen | gesperrt
manda | mandan | mando | envia | envian | pide | piden | pidio | pidiendo | llama | llaman | llamo | llamando
llamaron | dice | dicen | diciendo | ofrece
ofrecen | ofreciendo | quiere | quieren | cobra | cobran | avisa | me dice | me dicen | me pide | me piden
me llama | me llaman | me manda
me mandan | me ofrece | me ofrecen | me escribe | me escriben | me cobra | me avisa | me envia | nos | solicita
amenaza | notifica | recuerda
tarjeta | factura | recibo | pedido | sorteo | premio | encuesta | empleo | trabajo | reembolso | devolucion
multa | compra | envio | entrega
suscripcion | clientes | comercial | operador(?:a)? | gestor(?:a)? | asesor(?:a)? | ejecutivo | ejecutiva
empresas | hogar | fibra | oferta
demande | demandent | appelle | appellent | propose | proposent | reclame | veut | dit | disent | envoie
m appelle | m a | me demande | me dit
me propose | me reclame | vous informe | m envoie | m informe | m annonce | annonce | pretend | souhaite
rappelle | client | clients | carte
livraison | remboursement | commande | abonnement | amende | virement | paiement | technicien | technicienne
conseillere | conseiller
employe | livreur | recrute | recrutement | emploi | sondage | concours | jeu concours | fibre | mobile | box
forfait | contrat | offre
"""
"""Behind a name these make it likely: `X offers`."""
TAIL_WORDS = """
mitarbeiter mitarbeiterin mitarbeitern mitarbeiters techniker technikers technikerin kundendienst
kundenservice kundenbetreuer kundenbetreuerin kundenbetreuung kundenberater berater beraterin betreuer bote
boten paketbote zusteller zustellerin fahrer hotline service support team konto kontos kunde kunden karte
rechnung rechnungen vertrag vertreter vertreterin versand paket pakete sendung gutschein gutscheine
gewinnspiel app mail mails sms masche betrug betruger abzocke anruf anrufe anrufer anruferin abo
mitgliedschaft zahlung zahlungen bestellung lieferung lieferant beamter beamte beamten amt portal passwort
filiale angestellter angestellte chef abteilung sicherheitsabteilung nachricht zugang tarif kaufer verkaufer
handler seite webseite login job jobs
"""
"""They end a German compound: `Xmitarbeiter`."""
FILLERS = """customer customers client clients technical tech prime online internet credit debit card fraud security
    account accounts billing refund refunds order orders loss prevention protection support service the new your my
    user it computer id premium plus cliente clientes al de du der express page carte tarjeta karten loyalty"""
"""Between a name and what stands in `AFTER` they tell nothing."""
MEANS_BEFORE = """
via | per | por | through | using | use | used | with | on | at | mit | uber | ueber | bei | auf | con | en | avec
sur | par | zu | against
(?:pay|paid|send|sent|sending) (?:me |him |them |her |it |money )?(?:by|via|with|through|using|in|on|thru|a|my)
(?:paying|payment|payments) (?:me |him |them |her |it |money )?(?:by|via|with|through|using|in|on|thru|a|my)
(?:zahlung|pago|paiement) (?:me |him |them |her |it |money )?(?:by|via|with|through|using|in|on|thru|a|my)
(?:buy|bought|buying|purchase|purchased|asked for|posted|listed|saw|found) (?:on |at |some |in )?
(?:download|downloaded|install|installed|installing|downloading) | did you attempt a | attempt a | attempted a
achat [0-9a-z-]{1,12}
"""
"""Before a name these say that it is a means or a place: `paid with X`."""
USED = """
(?:near|next to|outside|behind|opposite|in front of|instead of|neben|vor|hinter|gegenuber|beim|cerca de)
(?:cerca del|frente a|frente al|junto a|al lado de|al lado del)
(?:devant|derriere|a cote de|pres de|not from|nicht von|no es de)
(?:baje|bajar|bajara|descargar|descargue|descargo|descarga|instalar)
(?:instale|instalara|telecharger|telecharge|installer|lade|laden|herunterladen|runterladen)
(?:auf|to|a|sur|into|in) (?:ein |eine |einem |an |una |un |the |su |son )?(?:konto|account|cuenta|compte|wallet)
(?:auf|to|a|sur|into|in) (?:ein |einem |su |son )?(?:konto|account|cuenta|compte) (?:bei|bei der|at|with|from|of)
(?:auf|to|a|sur|into|in) (?:an |una |un |the )?(?:konto|account|cuenta|compte) (?:bei|bei der|at|with|from|of)
(?:auf|to|a|sur|into|in) (?:ein |einem |su |son )?(?:konto|account|cuenta|compte) (?:de|del|en|chez|von der)
(?:auf|to|a|sur|into|in) (?:an |una |un |the )?(?:konto|account|cuenta|compte) (?:de|del|en|chez|von der)
(?:gift cards?|giftcards?|geschenkkarten?|guthabenkarten?)(?: (?:von|de|from|of))?
(?:cartes? cadeaux?|tarjetas? (?:de )?regalo|prepaid cards?|vouchers?)(?: (?:von|de|from|of))?
(?:gift cards?|giftcards?|geschenkkarten?|guthabenkarten?)(?: (?:for|fur|at|like|wie))?
(?:cartes? cadeaux?|tarjetas? (?:de )?regalo|prepaid cards?|vouchers?)(?: (?:for|fur|at|like|wie))?
(?:screenshot|photo|profile|profil|perfil|chat|chats|nachricht|message) (?:from|on|auf|von|de|sur|en)
(?:bought|sold|selling|gekauft|verkaufe|vendo|vends|compre|acheter|verkaufen) (?:my|a|an|the|ein)
(?:bought|sold|selling|gekauft|verkaufe|vendo|vends|compre|acheter|verkaufen) (?:eine|mi|un|une|mon|ma)
(?:download|downloaded|install|installed|installing|downloading)
"""
"""The same, whatever else is said: `install X`, `to an account at X`."""
MEANS_AFTER = """
street | st | road | rd | avenue | ave | strasse | str | platz | county | beach | island | hill | valley
parkplatz | parking
installier(?:e|en|t|te) | (?:zu )?installieren | herunterladen | runterladen | installer | instalar
(?:(?:play|store|pay|guthaben) )(?:gift )?(?:cards?|karten?|codes?|guthaben)
gift cards? | giftcards? | gift ?cards? | vouchers | card codes | cash cards? | prepaid | gutscheinkarten?
geschenkkarten? | guthabenkarten?
tarjetas? (?:de )?regalo | cartes? cadeaux? | river | rain ?forest | jungle | juice | pie | wallet address
"""
"""Behind a name these say that it is a means, a place or a thing: `X gift cards`."""

PERSONS = """
un tal | una tal | a certain | ein gewisser | eine gewisse | dipl
mr | mrs | ms | miss | dr | named | name is | nephew | niece | grandson | granddaughter | son | daughter | brother
sister | uncle | aunt | cousin | neighbor | neighbour
officer | detective | judge | sheriff | attorney | lawyer | captain | sergeant | comisario | abogado | maitre
herr | herrn | frau | onkel | tante | enkel | enkelin | neffe | nichte | namens | heisst | heisse | sohn | tochter
senor | senora | sr | sra | don | dona | tio | tia | sobrino | sobrina | nieto | nieta | hijo | hija | se llama
llamado | me llamo
monsieur | madame | mme | oncle | neveu | petit fils | un certain | une certaine | je m appelle | appelle | nomme
signor | signora | zio | nipote | senhor | senhora | sobrinho | neto | meneer | mevrouw | oom
"""
"""Before a name these say that a person bears it: `my nephew X`."""
