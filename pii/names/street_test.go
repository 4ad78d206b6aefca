package names

import (
	"strings"
	"testing"
)

// found lists a text's names of a kind.
func found(text string, k Kind) (out []string) {
	for _, s := range Default().Find(text) {
		if s.Kind == k {
			out = append(out, text[s.Start:s.End])
		}
	}
	return out
}

func TestAnAddressIsOnePieceAsItsCountryWritesIt(t *testing.T) {
	for _, a := range []string{
		"12 bis rue de la République, 75003 Paris", "17 place de l’Église, 67000 Strasbourg", "Bât. B, 4 allée des Lilas, 69100 Villeurbanne",
		"140 quai de la Loire, BP 1203, 44000 Nantes Cedex 1", "3 chemin du Moulin, lieu-dit Les Granges, 24200 Sarlat-la-Canéda",
		"Rua das Flores, n.º 25, 3.º Esq., 1200-195 Lisboa", "Av. Paulista, 1578, 10º andar, Bela Vista, São Paulo - SP, 01310-200",
		"Rua Augusta, 1500, apto 72, Consolação, São Paulo - SP, CEP 01304-001", "Travessa do Carmo, 7, 4050-165 Porto",
		"Via Garibaldi 15, 20121 Milano", "Piazza San Marco 3, 30124 Venezia VE", "Corso Vittorio Emanuele II, 48, 10123 Torino (TO)",
		"Calle Mayor, 12, 3.º B, 28013 Madrid", "C/ Serrano 45, 1º Izda., 28001 Madrid", "Ronda de Toledo, s/n, 28005 Madrid",
		"Kerkstraat 14, 1017 GM Amsterdam", "Laan van Meerdervoort 210-B, 2517 BH Den Haag", "Postbus 1122, 5602 BC Eindhoven",
		"Hauptstraße 27, 50667 Köln", "Königsallee 92a, D-40212 Düsseldorf", "Mariahilfer Straße 88/12, 1070 Wien", "An der Alster 45, 20099 Hamburg",
		"221 Baker Street, London NW1 6XE", "48 W 25th St, Apt 9C, New York, NY 10010",
	} {
		text := "== " + a + " =="
		if got := found(text, Address); len(got) != 1 || got[0] != a {
			t.Errorf("%q was found as %q", a, got)
		}
	}
}

func TestNumbersBesideWordsAreNoAddresses(t *testing.T) {
	for _, text := range []string{
		"We placed order 12345 on March 21, 2000 and paid 30 dollars.", "Meet me in 3 hours at the usual place, 5 people are coming.",
		"The 2 largest banks and 14 smaller ones merged.", "Il reste 3 places dans le cours 12 de la semaine.", "Call 415-555-2671 or write to us.",
		"Am 24. Dezember 2026 ist geschlossen.", "Chapter 4, Section 2 explains Paid Leave.",
	} {
		if got := found(text, Address); len(got) != 0 {
			t.Errorf("%q: addresses %q", text, got)
		}
	}
}

func TestALegalFormEndsACompanysName(t *testing.T) {
	for _, c := range []string{
		"Müller & Söhne GmbH & Co. KG", "Tierschutzverein Oberland e.V.", "Sommer UG (haftungsbeschränkt)", "Durand et Fils SARL", "Novalia S.A.",
		"Rossini Impianti S.r.l.", "Alimentari Toscani S.p.A.", "Construções Pereira & Filhos, Lda.", "Metalúrgica Souza S/A", "Grupo Montero S.A. de C.V.",
		"Bakkerij De Vries B.V.", "Blue Kettle Coffee LLC", "Whitlock Brothers Pty Ltd", "Fairwater Holdings PLC",
	} {
		text := "yesterday " + c + " wrote to us"
		got := found(text, Organization)
		if len(got) != 1 || strings.TrimSuffix(got[0], ".") != strings.TrimSuffix(c, ".") {
			t.Errorf("%q was found as %q", c, got)
		}
	}
	for text, want := range map[string]string{
		"Nordlicht Energie AG und Brandt Logistik GmbH bauen.":   "Nordlicht Energie AG|Brandt Logistik GmbH",
		"Bright Networks et Crowdworks GmbH ont signé un accord": "Bright Networks|Crowdworks GmbH",
	} {
		if got := strings.Join(found(text, Organization), "|"); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestElisionsAreWordsOfTheirOwn(t *testing.T) {
	for text, want := range map[string]string{"l'adresse d’Anna": "l'|adresse|d’|Anna", "J'habite": "J'|habite", "dell'azienda": "dell'|azienda", "O'Neill D'Angelo O’Neill": "O'Neill|D'Angelo|O’Neill", "don't": "don't"} {
		var got []string
		for _, k := range split(text, Words(), nil) {
			got = append(got, text[k.start:k.end])
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}
