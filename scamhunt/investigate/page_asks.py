"""What a form asks for, told by names, types, hints and labels of its fields in eight languages. Pure."""

import re
import unicodedata
from collections.abc import Iterable

_PHRASES = {
    "password": "mot de passe|palavra passe|parola d ordine|current password|new password",
    "card": "card number|cc number|cc num|cc no|credit card|debit card|card num|numero de carte|carte bancaire|"
    "numero de tarjeta|tarjeta de credito|numero carta|numero della carta|carta di credito|numero do cartao|"
    "numero de cartao|cartao de credito|numer karty|karta kredytowa|pan number|card no",
    "cvv": "cc csc|card code|card security code|security code on card|codigo de seguridad|codice di sicurezza|"
    "codigo de seguranca|kod cvv",
    "pin": "pin code|atm pin|card pin|code pin|codigo pin|codice pin|kod pin",
    "otp": "one time code|one time password|sms code|verification code|code from the text|authentication code|sms tan|"
    "code sms|code de verification|codigo de verificacion|codigo sms|codice di verifica|codigo de verificacao|kod sms|"
    "kod weryfikacyjny",
    "seed phrase": "seed phrase|recovery phrase|secret phrase|phrase de recuperation|frase semilla|"
    "frase de recuperacion|frase seme|frase di recupero|frase semente|fraza odzyskiwania|private key",
    "identity number": "social security|passport number|national id|national insurance|id number|identity number|"
    "tax id|steuer id|securite sociale|codice fiscale|driver license|drivers license|driving licence|sin number",
    "date of birth": "date of birth|birth date|date de naissance|fecha de nacimiento|data di nascita|"
    "data de nascimento|data urodzenia",
    "bank account": "account number|bank account|sort code|routing number|numero de compte|cuenta bancaria|"
    "numero de cuenta|conto corrente|numero di conto|conta bancaria|numero da conta|numer konta|numer rachunku|"
    "account no",
    "email": "e mail|mail address|adresse mail|correo electronico|posta elettronica",
    "phone": "phone number|mobile number|mobile phone|numer telefonu",
    "name": "full name|first name|last name|your name|name on card|given name|family name|cc name",
    "address": "address line|street address|zip code|postal code|code postal|codigo postal|kod pocztowy|"
    "shipping address|billing address",
}
_ALONE = {
    "password": "password passwort passwd pass pwd passwrd passcode kennwort motdepasse contrasena clave senha "
    "wachtwoord haslo userpass",
    "card": "cardnumber cardno ccnumber ccnum ccno creditcard debitcard cardnum kartennummer kreditkarte "
    "kreditkartennummer kaartnummer",
    "cvv": "cvv cvv2 cvc cvc2 csc cvn prufziffer kartenprufnummer cryptogramme beveiligingscode",
    "pin": "pin atmpin cardpin geheimzahl",
    "otp": "otp onetimecode smscode 2fa mfa totp tan mtan bestatigungscode verificatiecode otpcode",
    "seed phrase": "seed seedphrase mnemonic wiederherstellungsphrase herstelzin privatekey keystore",
    "identity number": "ssn dni nif cpf bsn pesel nino steueridentifikationsnummer personalausweis ausweisnummer "
    "burgerservicenummer passportnumber passport",
    "date of birth": "dob birthdate birthday bday dateofbirth geburtsdatum geburtstag geboortedatum",
    "bank account": "iban sortcode routing bic kontonummer bankleitzahl bankverbindung rekeningnummer accountnumber",
    "email": "email mail emailaddress courriel correo emailadresse mailadres emailadres",
    "phone": "phone telephone mobile phonenumber cell telefon telefonnummer handynummer telefono movil cellulare "
    "telefone celular telefoonnummer tel",
    "name": "fullname firstname lastname surname name fname lname vorname nachname nom prenom nombre apellido "
    "apellidos nome cognome sobrenome naam voornaam achternaam imie nazwisko holder cardholder",
    "address": "address street zip zipcode postcode city adresse strasse postleitzahl plz direccion calle indirizzo "
    "endereco cep adres straat ulica miasto",
}
_TYPES = {"password": "password", "email": "email", "tel": "phone", "file": "file"}
_COMPLETE = {"cc-number": "card", "cc-csc": "cvv", "one-time-code": "otp", "bday": "date of birth"}
_NEVER = frozenset({"hidden", "submit", "button", "image", "reset", "search"})
_SEED_WORD = re.compile(r"\b(?:seed )?(?:word|wort|mot|palabra|parola|palavra|woord|slowo) (?:no )?(\d{1,2})\b")
_SEED_WORDS = 8
"""Fields for so many numbered words ask for a recovery phrase: those have 12 or 24."""
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z]{2})(?=[0-9])")
_PARTS = re.compile(r"[a-z0-9]+")
_RULES = {
    kind: re.compile(rf"\b(?:{phrases}|{'|'.join(_ALONE[kind].split())})\b") for kind, phrases in _PHRASES.items()
}


def asked(kind: str, complete: str, said: Iterable[str]) -> list[str]:
    """Return what one field asks for: by its type, its `autocomplete`, and the words on and around it.

    A field that a visitor does not fill in asks for nothing. A password field that says that it takes a card's code or
    a code by text message is that, too.
    """
    if kind in _NEVER:
        return []
    words = " | ".join(_folded(one) for one in said)
    found = [_TYPES[kind]] if kind in _TYPES else []
    found += [name for token, name in _COMPLETE.items() if token in complete.lower().split()]
    return list(dict.fromkeys([*found, *(name for name, rule in _RULES.items() if rule.search(words))]))


def asks_for_seed(fields: Iterable[Iterable[str]]) -> bool:
    """Say whether fields, each with the words on it, are for the numbered words of a recovery phrase."""
    numbers = {found[1] for said in fields for one in said for found in _SEED_WORD.finditer(_folded(one))}
    return len(numbers) >= _SEED_WORDS


def _folded(text: str) -> str:
    """Return words in small letters without accents; `cardNumber` and `card_number` are two words each."""
    apart = _CASES.sub(" ", text[:200])
    plain = "".join(char for char in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(char))
    return " ".join(_PARTS.findall(plain.lower().replace("\u0142", "l").replace("\u00df", "ss")))
