package app

import (
	"context"

	"fairtouch/internal/consent"
	"fairtouch/internal/site"
	"fairtouch/touch"
)

// What the demo's web site asks.
const (
	demoSiteStatistics = "site-statistics"
	demoSiteAds        = "site-ads"
	demoSiteAI         = "site-offers"
)

// demoSite registers the demo's web site, which lies on this server itself.
func (a *App) demoSite(ctx context.Context) error {
	_, err := a.SaveSite(ctx, Demo, LocalOperator, site.Site{Name: "Example Bank (demo site)", Origins: []string{"https://www.bank.example"}, GPP: true, Choices: []site.Choice{
		{Notice: demoSiteStatistics, Storage: []string{"analytics_storage"}},
		{Notice: demoSiteAds, Storage: []string{"ad_storage", "ad_user_data", "ad_personalization"}},
		{Notice: demoSiteAI, Storage: []string{"personalization_storage"}}}})
	return err
}

// demoTexts are the demo's notices: what people are asked, word for word.
func demoTexts() []consent.Notice {
	ai := func(locale, title, text string) consent.Notice {
		return consent.Notice{Key: "ai-offers", Version: 1, Locale: locale, Purpose: DemoPurpose, System: DemoScorer, Also: []touch.SystemID{DemoScorer2, DemoOffers}, Title: title, Text: text, Basis: consent.ByConsent}
	}
	calls := func(locale, title, text string) consent.Notice {
		return consent.Notice{Key: "calls", Version: 1, Locale: locale, Purpose: DemoPurpose, Channel: touch.Call, Title: title, Text: text, Basis: consent.ByConsent}
	}
	news := func(locale, title, text string) consent.Notice {
		return consent.Notice{Key: "newsletter", Version: 1, Locale: locale, Purpose: "newsletter", Channel: touch.Email, Title: title, Text: text, Basis: consent.ByConsent, Confirm: true}
	}
	visit := func(key, locale, title, text string) consent.Notice {
		n := consent.Notice{Key: key, Version: 1, Locale: locale, Purpose: key, Channel: touch.Web, Title: title, Text: text, Basis: consent.ByConsent, Sites: true}
		if key == demoSiteAI {
			n.System = DemoOffers
		}
		return n
	}
	return []consent.Notice{
		visit(demoSiteStatistics, "en", "Statistics", "We may count which pages you read, to make this site better. We do not pass it on."),
		visit(demoSiteStatistics, "de", "Statistik", "Wir dürfen zählen, welche Seiten Sie lesen, um diese Website zu verbessern. Wir geben nichts davon weiter."),
		visit(demoSiteStatistics, "ar", "الإحصاءات", "يجوز لنا إحصاء الصفحات التي تقرؤها لتحسين هذا الموقع. لا نشارك ذلك مع أحد."),
		visit(demoSiteAds, "en", "Advertising elsewhere", "We may share that you were here with advertising companies, so that you see our offers on other sites."),
		visit(demoSiteAds, "de", "Werbung anderswo", "Wir dürfen Werbefirmen mitteilen, dass Sie hier waren, damit Sie unsere Angebote auf anderen Websites sehen."),
		visit(demoSiteAds, "ar", "الإعلانات في مواقع أخرى", "يجوز لنا إخبار شركات الإعلان بأنك كنت هنا، لترى عروضنا في مواقع أخرى."),
		visit(demoSiteAI, "en", "Offers on this site chosen by a computer program (AI)", "A computer program may work out from the pages you read which of our offers to show you here."),
		visit(demoSiteAI, "de", "Angebote auf dieser Website, die ein Computerprogramm (KI) auswählt", "Ein Computerprogramm darf aus den Seiten, die Sie lesen, ausrechnen, welche unserer Angebote wir Ihnen hier zeigen."),
		visit(demoSiteAI, "ar", "عروض في هذا الموقع يختارها برنامج حاسوبي (ذكاء اصطناعي)", "يجوز لبرنامج حاسوبي أن يستنتج من الصفحات التي تقرؤها أي عروضنا نعرضها عليك هنا."),
		ai("en", "Offers chosen by a computer program (AI)", "We may use your data, such as how often we called you and what you have with us, to let a computer program work out which offers may suit you. You can stop this at any time."),
		ai("de", "Angebote, die ein Computerprogramm (KI) auswählt", "Wir dürfen Ihre Daten nutzen, etwa wie oft wir Sie angerufen haben und was Sie bei uns haben, damit ein Computerprogramm ausrechnet, welche Angebote zu Ihnen passen. Sie können das jederzeit beenden."),
		ai("fr", "Des offres choisies par un programme informatique (IA)", "Nous pouvons utiliser vos données, comme le nombre de nos appels et ce que vous avez chez nous, pour qu’un programme informatique trouve les offres qui peuvent vous convenir. Vous pouvez arrêter cela à tout moment."),
		ai("es", "Ofertas elegidas por un programa informático (IA)", "Podemos usar sus datos, como cuántas veces le hemos llamado y lo que tiene con nosotros, para que un programa informático calcule qué ofertas le pueden convenir. Puede detenerlo en cualquier momento."),
		news("en", "Newsletter by e-mail", "We may send you our newsletter by e-mail, once a month. You can stop it at any time."),
		news("de", "Newsletter per E-Mail", "Wir dürfen Ihnen einmal im Monat unseren Newsletter per E-Mail schicken. Sie können ihn jederzeit beenden."),
		news("fr", "Lettre d’information par e-mail", "Nous pouvons vous envoyer notre lettre d’information par e-mail, une fois par mois. Vous pouvez l’arrêter à tout moment."),
		news("es", "Boletín por correo electrónico", "Podemos enviarle nuestro boletín por correo electrónico una vez al mes. Puede detenerlo en cualquier momento."),
		calls("en", "Calls about offers", "We may call you about our offers. You can stop this at any time."),
		calls("de", "Anrufe zu Angeboten", "Wir dürfen Sie zu unseren Angeboten anrufen. Sie können das jederzeit beenden."),
		calls("fr", "Appels au sujet d’offres", "Nous pouvons vous appeler au sujet de nos offres. Vous pouvez arrêter cela à tout moment."),
		calls("es", "Llamadas sobre ofertas", "Podemos llamarle para hablar de nuestras ofertas. Puede detenerlo en cualquier momento."),
	}
}
