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
var suffixTypes = wordKinds(map[int]string{
	1: "street st road rd avenue ave lane ln boulevard blvd parkway pkwy crescent terrace highway hwy",
	2: "drive dr close way court ct place pl square circle gardens grove hill row mews walk trail park loop green",
})

// compounds end German and Dutch streets.
var compounds = strings.Fields("straße strasse str weg allee platz gasse ring damm ufer chaussee steig markt straat laan plein kade gracht dijk singel hof steeg baan dreef")

// joiners are the small words within names of streets and towns.
var joiners = wordSet("de du des la le les l d dell all nell sull del della delle dei degli di do da dos das dell el los las y e et van von der den dem am an in im sur sous en lès of the zu zum zur aux au")

// units are parts of a house; a number or letter follows.
var units = wordSet("bât bat bâtiment appt apt appartement apartment apto apartamento esc escalier escada scala int interno piso puerta puerto planta andar bloco bl lote lt sala casa flat unit suite ste room floor étage porte bus toren wohnung top stiege bâtiments local nave")

var months = wordSet("january february march april may june july august september october november december januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre " +
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre januari februari maart mei augustus janeiro fevereiro março maio junho julho setembro outubro novembro dezembro " +
	"jan feb mar apr jun jul aug sep sept oct nov dec")

// words is a set of folded words by their hash, which each token has already.
type words map[uint64]bool

func wordSet(s string) words {
	out := words{}
	for _, w := range strings.Fields(s) {
		out[Hash(w)] = true
	}
	return out
}

// wordKinds is a set that says more of each word.
func wordKinds(in map[int]string) map[uint64]int {
	out := map[uint64]int{}
	for k, s := range in {
		for _, w := range strings.Fields(s) {
			out[Hash(w)] |= k
		}
	}
	return out
}

var (
	tails    = wordSet("bis ter quater")
	numeros  = wordSet("lote nº nr no º num km")
	boxes    = wordSet("postfach postbus apartado")
	mailbox  = wordSet("casella caixa")
	posts    = wordSet("postale postal")
	changed  = wordSet("oude nieuwe grote kleine lange korte alte neue große obere untere kurze")
	codes    = wordSet("cep cap cp plz")
	alone    = wordSet("bajo hinterhaus vorderhaus fundos")
	floors   = wordSet("esq dto dta dcha drt izq izda andar piso planta frente étage stock og piano verdieping floor")
	ordinals = wordSet("º ª")
	within   = wordSet("in im en em a ab seit since desde by until bis last next")
	ands     = wordSet("and und et y e en")
)
