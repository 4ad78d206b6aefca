package gateway

import "strings"

// spoken is what is said to whoever asked for a person, before the link.
type spoken struct{ locale, person string }

var spokens = [...]spoken{
	{"en", "You asked for a human. This program says no more here; a person will answer you. You can also write to us:"},
	{"de", "Sie möchten einen Menschen. Dieses Programm sagt hier nichts mehr; ein Mensch antwortet Ihnen. Sie können uns auch schreiben:"},
	{"fr", "Vous demandez un humain. Ce programme ne dit plus rien ici ; une personne vous répondra. Vous pouvez aussi nous écrire :"},
	{"es", "Usted pide una persona. Este programa no dice nada más aquí; una persona le responderá. También puede escribirnos:"},
	{"it", "Ha chiesto una persona. Questo programma qui non dice altro; le risponderà una persona. Può anche scriverci:"},
	{"nl", "U vraagt om een mens. Dit programma zegt hier niets meer; een mens antwoordt u. U kunt ons ook schrijven:"},
	{"pt", "Pediu uma pessoa. Este programa não diz mais nada aqui; uma pessoa vai responder-lhe. Também pode escrever-nos:"},
	{"pl", "Prosi Pan/Pani o człowieka. Ten program nic tu już nie napisze; odpowie człowiek. Można też do nas napisać:"},
}

// wordsIn are the words in a language; English where it has none.
func wordsIn(locale string) *spoken {
	lang, _, _ := strings.Cut(strings.ToLower(locale), "-")
	for i := range spokens {
		if spokens[i].locale == lang {
			return &spokens[i]
		}
	}
	return &spokens[0]
}
