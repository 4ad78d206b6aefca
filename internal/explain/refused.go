package explain

import (
	"slices"
	"strings"

	"fairtouch/internal/policy"
	"fairtouch/touch"
)

// refusals are the plain words for why AI was not used, by locale, in the
// order of why. Those of the checks themselves are for the company's staff.
var refusals = map[string][]string{
	"en": {
		"You have not agreed to this use, or you have said no to it.",
		"We do not know which country's law protects you, so we did not use AI.",
		"We lack a fact that a law asks for, so we did not use AI.",
		"A law that protects you does not allow it here.",
		"We are trying this AI with a part of the people first. You are not among them.",
		"We compare people with and without AI. You are in the group without.",
		"Something about this AI system is not in order, so we do not use it.",
		"We lack information that the AI system needs.",
		"The AI system did not give an answer that we can stand by.",
	},
	"de": {
		"Sie haben dieser Nutzung nicht zugestimmt, oder Sie haben Nein gesagt.",
		"Wir wissen nicht, welches Landes Recht Sie schützt. Darum haben wir keine KI eingesetzt.",
		"Uns fehlt eine Angabe, die ein Gesetz verlangt. Darum haben wir keine KI eingesetzt.",
		"Ein Gesetz, das Sie schützt, erlaubt es hier nicht.",
		"Wir erproben diese KI zuerst bei einem Teil der Menschen. Sie gehören nicht dazu.",
		"Wir vergleichen Menschen mit und ohne KI. Sie sind in der Gruppe ohne.",
		"An diesem KI-System ist etwas nicht in Ordnung. Darum setzen wir es nicht ein.",
		"Uns fehlen Angaben, die das KI-System braucht.",
		"Das KI-System hat keine Antwort gegeben, zu der wir stehen können.",
	},
	"fr": {
		"Vous n'avez pas accepté cet usage, ou vous l'avez refusé.",
		"Nous ne savons pas quelle loi nationale vous protège ; nous n'avons donc pas utilisé d'IA.",
		"Il nous manque une information que la loi demande ; nous n'avons donc pas utilisé d'IA.",
		"Une loi qui vous protège ne le permet pas ici.",
		"Nous essayons d'abord cette IA avec une partie des personnes. Vous n'en faites pas partie.",
		"Nous comparons des personnes avec et sans IA. Vous êtes dans le groupe sans IA.",
		"Quelque chose n'est pas en ordre dans ce système d'IA ; nous ne l'utilisons donc pas.",
		"Il nous manque des informations dont le système d'IA a besoin.",
		"Le système d'IA n'a pas donné de réponse dont nous puissions répondre.",
	},
	"es": {
		"Usted no ha aceptado este uso, o lo ha rechazado.",
		"No sabemos qué ley nacional le protege; por eso no usamos IA.",
		"Nos falta un dato que exige la ley; por eso no usamos IA.",
		"Una ley que le protege no lo permite aquí.",
		"Probamos esta IA primero con una parte de las personas. Usted no está entre ellas.",
		"Comparamos personas con y sin IA. Usted está en el grupo sin IA.",
		"Algo no está en orden en este sistema de IA; por eso no lo usamos.",
		"Nos faltan datos que el sistema de IA necesita.",
		"El sistema de IA no dio una respuesta que podamos sostener.",
	},
}

// why is the place of a check's words in refusals.
func why(c *touch.Check) int {
	switch {
	case c.Step == touch.StepConsent:
		return 0
	case c.Rule == "law.jurisdiction":
		return 1
	case c.Step == touch.StepLaw && c.Verdict == touch.Gap:
		return 2
	case c.Step == touch.StepLaw:
		return 3
	case c.Step == touch.StepPilot && c.Rule == "pilot.control":
		return 5
	case c.Step == touch.StepPilot:
		return 4
	case c.Step == touch.StepOwnership:
		return 6
	case c.Step == touch.StepProtect:
		return 7
	}
	return 8
}

// Refusal words a policy refusal: consent and law outrank the model's reasons,
// since no model was asked.
func Refusal(r *policy.Refusal, locale string) *touch.Explanation {
	return Refused(r.Checks, locale)
}

// Refused says in a person's language, or in English where that has no words,
// why AI was not used: one sentence for each kind of check that stood against
// it, MaxSentences at most.
func Refused(checks []touch.Check, locale string) *touch.Explanation {
	l, _, _ := strings.Cut(strings.ToLower(locale), "-")
	words, ok := refusals[l]
	if !ok {
		l, words = "en", refusals["en"]
	}
	out := touch.Explanation{Locale: l}
	for i := range checks {
		if c := &checks[i]; c.Verdict != touch.Allow && len(out.Sentences) < MaxSentences {
			if s := words[why(c)]; !slices.Contains(out.Sentences, s) {
				out.Sentences = append(out.Sentences, s)
			}
		}
	}
	return &out
}
