package app

import (
	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// demoTexts are the demo's notices: what people are asked, word for word.
func demoTexts() []consent.Notice {
	ai := func(locale, title, text string) consent.Notice {
		return consent.Notice{Key: "ai-offers", Version: 1, Locale: locale, Purpose: DemoPurpose, System: DemoScorer, Also: []touch.SystemID{DemoScorer2, DemoOffers}, Title: title, Text: text, Basis: consent.ByConsent}
	}
	calls := func(locale, title, text string) consent.Notice {
		return consent.Notice{Key: "calls", Version: 1, Locale: locale, Purpose: DemoPurpose, Channel: touch.Call, Title: title, Text: text, Basis: consent.ByConsent}
	}
	return []consent.Notice{
		ai("en", "Offers chosen by a computer program (AI)", "We may use your data, such as how often we called you and what you have with us, to let a computer program work out which offers may suit you. You can stop this at any time."),
		ai("de", "Angebote, die ein Computerprogramm (KI) auswählt", "Wir dürfen Ihre Daten nutzen, etwa wie oft wir Sie angerufen haben und was Sie bei uns haben, damit ein Computerprogramm ausrechnet, welche Angebote zu Ihnen passen. Sie können das jederzeit beenden."),
		ai("fr", "Des offres choisies par un programme informatique (IA)", "Nous pouvons utiliser vos données, comme le nombre de nos appels et ce que vous avez chez nous, pour qu’un programme informatique trouve les offres qui peuvent vous convenir. Vous pouvez arrêter cela à tout moment."),
		ai("es", "Ofertas elegidas por un programa informático (IA)", "Podemos usar sus datos, como cuántas veces le hemos llamado y lo que tiene con nosotros, para que un programa informático calcule qué ofertas le pueden convenir. Puede detenerlo en cualquier momento."),
		calls("en", "Calls about offers", "We may call you about our offers. You can stop this at any time."),
		calls("de", "Anrufe zu Angeboten", "Wir dürfen Sie zu unseren Angeboten anrufen. Sie können das jederzeit beenden."),
		calls("fr", "Appels au sujet d’offres", "Nous pouvons vous appeler au sujet de nos offres. Vous pouvez arrêter cela à tout moment."),
		calls("es", "Llamadas sobre ofertas", "Podemos llamarle para hablar de nuestras ofertas. Puede detenerlo en cualquier momento."),
	}
}
