package gateway

import "strings"

// spoken are the phrases of one language, in small letters without punctuation.
type spoken struct {
	locale  string
	asks    []string // for a human
	natures []string // whether this is one
	person  string   // the answer to the first, before the link
	nature  string   // the answer to the second, before the link
}

var phrases = [...]spoken{
	{"en", []string{"i want a human", "i want a person", "i want to talk to a human", "i want to talk to a person", "i want to speak to a human", "i want to speak to a person",
		"talk to a human", "talk to a person", "talk to a real person", "speak to a human", "speak to a person", "speak to a real person", "speak with a human", "speak with a person", "talk to someone real", "talk to an agent", "speak to an agent",
		"human please", "real person please", "live agent", "human agent", "connect me to a human", "connect me with a human", "connect me to an agent", "get me a human", "let me talk to a human"},
		[]string{"are you human", "are you a human", "are you a real person", "are you a real human", "are you a person", "are you a bot", "are you a robot", "are you an ai", "are you a machine", "am i talking to a human", "am i talking to a person", "am i talking to a bot", "am i talking to an ai", "is this a bot", "is this a real person", "am i speaking to a human"},
		"You asked for a human. This program says no more here; a person will answer you. You can also write to us:", "No human writes here. If you would rather have one, say so, or write to us:"},
	{"de", []string{"ich möchte mit einem menschen sprechen", "ich will mit einem menschen sprechen", "mit einem menschen sprechen", "mit einem mitarbeiter sprechen", "mit einer person sprechen", "ich will einen menschen", "ich möchte einen menschen", "einen echten menschen bitte", "einen menschen bitte", "mensch bitte", "mit jemandem sprechen"},
		[]string{"bist du ein mensch", "sind sie ein mensch", "bist du ein bot", "sind sie ein bot", "bist du ein roboter", "sind sie ein roboter", "bist du eine ki", "sind sie eine ki", "spreche ich mit einem menschen", "rede ich mit einem menschen"},
		"Sie möchten einen Menschen. Dieses Programm sagt hier nichts mehr; ein Mensch antwortet Ihnen. Sie können uns auch schreiben:", "Hier schreibt kein Mensch. Wenn Sie lieber einen möchten, sagen Sie es, oder schreiben Sie uns:"},
	{"fr", []string{"je veux parler à un humain", "je veux un humain", "parler à un humain", "parler à une personne", "parler à un conseiller", "parler avec un humain", "parler avec un conseiller", "une vraie personne", "un humain s il vous plaît", "un conseiller s il vous plaît"},
		[]string{"êtes vous humain", "êtes vous un humain", "es tu humain", "es tu un humain", "êtes vous un robot", "es tu un robot", "êtes vous une ia", "es tu une ia", "est ce que je parle à un humain"},
		"Vous demandez un humain. Ce programme ne dit plus rien ici ; une personne vous répondra. Vous pouvez aussi nous écrire :", "Aucun humain n’écrit ici. Si vous en préférez un, dites-le, ou écrivez-nous :"},
	{"es", []string{"quiero hablar con una persona", "quiero hablar con un humano", "hablar con una persona", "hablar con un humano", "hablar con un agente", "quiero un humano", "una persona real", "un humano por favor"},
		[]string{"eres humano", "eres un humano", "es usted humano", "eres una persona", "eres un robot", "eres un bot", "es usted un robot", "eres una ia", "estoy hablando con una persona", "hablo con una persona"},
		"Usted pide una persona. Este programa no dice nada más aquí; una persona le responderá. También puede escribirnos:", "Aquí no escribe una persona. Si prefiere una, dígalo, o escríbanos:"},
	{"it", []string{"voglio parlare con una persona", "voglio parlare con un umano", "parlare con una persona", "parlare con un operatore", "voglio un umano", "una persona vera"},
		[]string{"sei umano", "sei un umano", "sei una persona", "sei un robot", "sei un bot", "sei una ia", "è un robot"}, "", ""},
	{"nl", []string{"ik wil een mens spreken", "ik wil met een mens praten", "met een mens praten", "met een medewerker praten", "met een medewerker spreken", "een echt persoon"},
		[]string{"ben je een mens", "bent u een mens", "ben je een robot", "ben je een bot", "bent u een robot", "ben je een ai"}, "", ""},
	{"pt", []string{"quero falar com uma pessoa", "quero falar com um humano", "falar com uma pessoa", "falar com um atendente", "falar com um humano", "uma pessoa real"},
		[]string{"você é humano", "és humano", "é humano", "você é um robô", "és um robô", "você é uma pessoa", "você é uma ia"}, "", ""},
	{"pl", []string{"chcę rozmawiać z człowiekiem", "rozmawiać z człowiekiem", "rozmawiać z konsultantem", "połącz mnie z konsultantem"},
		[]string{"czy jesteś człowiekiem", "jesteś człowiekiem", "czy jesteś robotem", "jesteś botem"}, "", ""},
}

// wordsIn are the answers in a language; English where it has none.
func wordsIn(locale string) *spoken {
	lang, _, _ := strings.Cut(strings.ToLower(locale), "-")
	for i := range phrases {
		if phrases[i].locale == lang && phrases[i].person != "" {
			return &phrases[i]
		}
	}
	return &phrases[0]
}
