"""Everyday words of German, Spanish, French and Italian that a brand's name could be taken to be misspelt as. Pure.

Our own collection. The dictionary in `data/words/` is English; without these `sein` would be a misspelt `Shein`. Words
are as `plaintext` gives them: lower-case, no accents.
"""

EVERYDAY = frozenset(
    """
anzeige anzeigen auslost bande bericht besser bessere bisher bittet die einheit endes endet endete erste erster
geheimen gehen genau haben heute indirekt kanal karte kasse kontakt kontakte kontakten kunde kunden lande leben
leute lieferant minute nachbar naher neue neuer norden nummer oktopus ordner paket post preis rente sagen sauer
schein seine seinen sein sende sender seite sorgen sparen sparte starte steine stelle stimme stimmen stunde synchron
tante tausend teile termin tochter versand viele vier visum wande weise weit wende werde werden wieweit woche zahlen
zeile zeilen zelle zellen ziele zimmer zwei zone abarca activacion activo agota alarma amigo arana aviso avanzar
busca cada caida caja calle carta casa caso chico claro clase cobro como compra correo correos corte costo costa
cripto cuenta cuota dato datos digite dinero disco doce donde entre envie espera estado factura grande habla hacer
hijo hola hora iconos interes lanzada lado liberando linea luego lotes mando mitad movil mucho mundo nacer naranja
nino ninos nombra nombre norte nueva numero objetivo pago pide pila placas plazo premio queda quiere saldo santa
santo seguro sitio sobre solapa sorteo suiza tarde tiempo tienda transicion trato ultima usted varias vecino viaje
visita voz zapatos zumo achat adresse alors appel arret avait avant avantage baisser beau bonne cadeau carte celle
cela chaque chose colis compte contrat davantage demande depuis dire droit entier entiere envie essai essais essayez
facture femme ferme fermes fils garantie garantir heure homme impot impots jeu jour lettre ligne livre locaux maman
matin mois monsieur monte nord nouveau numero offre paysage plainte porte poste prime rappel recu reduit repli
reponse sais sans sein soir tels termes toit vente vers verser villa voix altro araba avuto canale canali capite
cartolina chiamo connette corris costo credito dove evento eventi fornite grandi impost intera inteso libero messo
mezzo mondo monto nome ora pacco pila poste rende sembra soldi stato strano telefoni telefonico telefono testo args
asus benq changelog cond init inet macos nord proto tema
""".split()
)
SMALL = frozenset(
    """
a al als am an as at au auf aus aux avec bei bin bis by ca ce ces che ci com con d da dal dans das de deg del dem
den der des det di die dir do dont du e ein eine el elle en er es est et eu for fur go ha han hat he her him his i
ich ihn ihr il im in is ist it ja je l la las le les lo los lui ma mais me mein mi mich mir mis mise mit mon my na
ne nel ni nicht no nos not nous o of on or ou out par per pero por pour qu que qui s sa se ses si sich sie sin so
son su sur sus te tu tun two u um un una und une uno uns up ur vez vi von vor vous was we wer wie with y ya yo you
your zu zum zur
""".split()
)
"""Words that stand between others and are no part of a name that somebody set apart."""
