"""Words of the trades in which reports speak of brands, in German, Spanish and French too. Pure.

Our own collection. The lists of `data/scoring/` are for host names and calibrated there; these only stand beside a name
in a text.
"""

from collections.abc import Mapping
from types import MappingProxyType

TRADE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        sector: frozenset(words.split())
        for sector, words in {
            "bank": """banker branch cheque chequing checking debit passcode payee pin zelle wire filiale
                bankberater bankkarte girokonto konten kontosperrung kreditkarte ec karte phototan pushtan tan
                uberweisung banquier conseiller carte compte virement virements iban rib agence bancaire prelevement
                cajero clave claves cuenta cuentas gestor sucursal tarjeta tarjetas token transferencia
                transferencias prestamo credito caja banque bankinglogin tarjetahabiente ejecutivo""",
            "broker": """depot aktien aktie wertpapiere konto bourse actions compte inversion inversiones acciones
                cuenta broker""",
            "courier": """address driver depot missed redeliver held toll paketbote fahrer adresse packstation
                sendungsnummer nachgebuhr zustellung zusteller versand lieferdienst aduana aduanas direccion envio
                envios paquete paquetes paqueteria repartidor reparto adresse affranchissement colis coursier douane
                facteur frais livraison livreur relais point""",
            "crypto": """krypto kryptowahrung wiederherstellung cripto criptomonedas monedero portefeuille cle
                billetera retiro""",
            "email": "postfach konto mitgliedschaft correo buzon boite messagerie passwort abo",
            "gaming": "konto spiel cuenta juego juegos jeu jeux compte konsole consola",
            "government": """agent audit benefits officer warrant arrest owe behorde bescheid finanzamt steuer
                steuern steuererstattung ruckerstattung ruckzahlung portal zollgebuhr agente deuda devolucion
                hacienda impuesto impuestos multa multas renta tramite allocations allocation amende droits impot
                prime remboursement teleservice versement convocation haftbefehl""",
            "hosting": "rechnung domain abteilung webseite factura dominio facture domaine hebergement",
            "payments": """konto kaufer kauferschutz zahlung cargo cobro compra comprador pago achat acheteur
                facture paiement litige""",
            "retail": """buyer giftcard listing package purchase warranty bestellung gutschein gutscheine kaufer
                konto paket gewinnspiel verkaufer lieferung bon achat cadeau cadeaux cheque colis concours commande
                acheteur vendeur comprador compra cupon pedido sorteo tienda vale vales vendedor encuesta premio
                magasin magasins einkaufsgutschein schuhe kleidung ropa vetements""",
            "security": """antivirus abonnement virus firewall expired geschutzt abo abbuchung suscripcion
                renovacion""",
            "social": "konto nachricht sperrung cuenta perfil compte profil codigo code",
            "streaming": "abo zahlung konto suscripcion cuenta abonnement compte prelevement",
            "tech": """computer pc virus laptop listing hacked rechner warnung bildschirm trojaner ordenador
                pantalla ordinateur ecran""",
            "telecom": """broadband contract discount internet line loyalty provider router tv upgrade wifi anbieter
                anschluss festnetz glasfaser handyvertrag internetanschluss leitung mobilfunk router tarif vertrag
                vertragsverlangerung bono compania contrato factura fibra linea movil permanencia tarifa tarifas
                telefonia abonnement box fibre forfait ligne operateur technicien boutique""",
            "travel": """billet billets bahncard fahrkarte hotel reise unterkunft billete billetes boleto boletos
                pasaje pasajes reserva vuelo vuelos carte reduction reservation train trains vol vols voyage sorteo""",
            "utility": """bill disconnect kilowatt meter shutoff energie gas strom stromanbieter stromvertrag zahler
                zahlerstand ableser contador factura luz compteur contrat electricite energie facture gaz linky
                tarif recibo""",
        }.items()
    }
)
"""Sector of a brand to the words of its trade, as `plaintext` gives them: no accents."""
