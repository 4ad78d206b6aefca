package names

import "strings"

// What a word that names a kind of street says.
const (
	numberBefore = 1 << iota // the house number stands before it
	numberAfter              // and after its name
	english                  // an English word, too: it needs a sign more
	german                   // Am, Im, An der: a capital and a postcode
)

// prefixTypes stand before a street's name.
var prefixTypes = wordKinds(map[int]string{
	numberBefore:           "rue avenue boulevard bd allée allee chemin impasse faubourg sentier villa esplanade promenade montée ruelle hameau résidence rang côte",
	numberBefore | english: "place quai cours route square passage",
	numberAfter: "rua avenida travessa praça praceta alameda estrada rodovia beco calçada azinhaga viale corso piazza piazzale vicolo strada largo lungomare contrada borgo " +
		"calle calleja avda paseo plaza camino ronda carretera travesía callejón rambla glorieta laan plein rúa carrer",
	numberBefore | numberAfter: "av ave",
	numberAfter | english:      "via",
	numberAfter | german:       "am an im auf zum zur unter hinter vor",
})

// suffixTypes stand after it, in English: 1 by themselves, 2 with a sign more.
var suffixTypes = map[string]int{"street": 1, "st": 1, "road": 1, "rd": 1, "avenue": 1, "ave": 1, "lane": 1, "ln": 1, "boulevard": 1, "blvd": 1, "parkway": 1, "pkwy": 1, "crescent": 1, "terrace": 1, "highway": 1, "hwy": 1,
	"drive": 2, "dr": 2, "close": 2, "way": 2, "court": 2, "ct": 2, "place": 2, "pl": 2, "square": 2, "circle": 2, "gardens": 2, "grove": 2, "hill": 2, "row": 2, "mews": 2, "walk": 2, "trail": 2, "park": 2, "loop": 2, "green": 2}

// compounds end German and Dutch streets.
var compounds = strings.Fields("straße strasse str weg allee platz gasse ring damm ufer chaussee steig markt straat laan plein kade gracht dijk singel hof steeg baan dreef")

// joiners are the small words within names of streets and towns.
var joiners = wordSet("de du des la le les l d del della delle dei degli di do da dos das dell el los las y e et van von der den dem am an in im sur sous en lès of the zu zum zur aux au")

// units are parts of a house; a number or letter follows.
var units = wordSet("bât bat bâtiment appt apt appartement apartment apto apartamento esc escalier escada scala int interno piso puerta puerto planta andar bloco bl lote lt sala casa flat unit suite ste room floor étage porte bus toren wohnung top stiege bâtiments local nave")

var months = wordSet("january february march april may june july august september october november december januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre " +
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre januari februari maart mei augustus janeiro fevereiro março maio junho julho setembro outubro novembro dezembro " +
	"jan feb mar apr jun jul aug sep sept oct nov dec")

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

func wordKinds(in map[int]string) map[string]int {
	out := map[string]int{}
	for k, s := range in {
		for _, w := range strings.Fields(s) {
			out[w] |= k
		}
	}
	return out
}
