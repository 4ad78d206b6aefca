package pii

// specialWords are the context words of the types that have no spec.
func specialWords() map[Type]string {
	return map[Type]string{
		CreditCard:             "card credit visa mastercard amex american express discover jcb diners maestro cc debit payment pay pays charge charged pan creditcard kreditkarte kreditkartennummer karte kartennummer carte bancaire tarjeta crédito carta cartão creditcardnummer kaart cvv cvc expires expiry",
		IBANCode:               "iban bank konto kontonummer compte cuenta conto rekening conta transaction account",
		PhoneNumber:            "phone telephone cell cellphone mobile call calls called calling contact tel fax text sms dial reach reached whatsapp ring number office answering handy telefon telefonnummer rufnummer mobil mobilnummer anrufen téléphone portable appeler teléfono móvil celular llamar llámame telefono cellulare chiamare telefoon mobiel bellen nummer telefone telemóvel ligar phonenumber hotline landline switchboard helpline",
		DateOfBirth:            "birth born dob birthday birthdate dateofbirth geboren geburtsdatum geburtstag gebdatum geb naissance né née nacimiento nacido nacida nascita nato nata geboortedatum nascimento nascido nascida",
		IPAddress:              "ip ipv ipv4 ipv6 address host server",
		MACAddress:             "mac hardware ethernet wifi",
		ADID:                   "idfa gaid aaid adid advertising advertiser idfv ifa device",
		HashedEmail:            "email mail e-mail hashed hem sha256 em user_email hashedemail emailhash",
		CookieID:               "cookie _ga analytics",
		DEKFZ:                  "kennzeichen kfz kfzkennzeichen nummernschild fahrzeug autokennzeichen",
		Crypto:                 "wallet btc bitcoin crypto eth ethereum",
		FIPersonalIdentityCode: "hetu henkilötunnus personbeteckningen personal identity",
		TRPhoneNumber:          "telefon numara gsm cep",
		PHMobileNumber:         "mobile phone numero cellphone",
	}
}

// denyWords say that the number beside them is something else.
const denyWords = `order orders ordernumber orderid ordered sku skus tracking track parcel shipment shipping invoice invoices receipt ticket tickets
serial sn part parts item items product products article artikel artikelnummer bestellung bestellnummer bestell auftrag auftragsnummer rechnung rechnungsnummer
sendung sendungsnummer commande facture suivi pedido factura seguimiento ordine fattura spedizione bestelling factuur encomenda fatura build version release revision commit
hash checksum uuid guid barcode ean upc isbn issn asin batch lot model firmware timestamp epoch unix request trace span session job case ref reference referenz référence referencia
quantity qty price total amount cost sum count revenue views clicks impressions pixels bytes rows lines page pages population usd eur gbp meters km miles kg coupon voucher campaign utm`

// vagueWords stand beside numbers of any kind.
const vagueWords = `number nummer no nr numero número numéro id document documento personal account national cod public service record office contact address text host server`

// moreSpecs are forms whose separator carries meaning.
func moreSpecs() []*spec {
	return []*spec{
		{typ: FIPersonalIdentityCode, check: hetu, loose: true, words: "hetu henkilötunnus",
			forms: []form{{"999999A999X", 0.5}, {"999999-999X", 0.5}, {"999999+999X", 0.5}}},
	}
}

// hetu: day of birth, a century mark (DVV lists + - U to Y and A to F), serial
// 002 to 999, check over both mod 31.
func hetu(v []byte) verdict {
	if !ddmmyy(v) {
		return refuted
	}
	n := len(v)
	if n == 11 {
		if m := v[6]; !(m >= 'A' && m <= 'F' || m >= 'U' && m <= 'Y') {
			return refuted
		}
	}
	tail := v[n-4:]
	if !allDigits(tail[:3]) || num(tail[:3]) < 2 {
		return refuted
	}
	return is("0123456789ABCDEFHJKLMNPRSTUVWXY"[(num(v[:6])*1000+num(tail[:3]))%31] == tail[3])
}
