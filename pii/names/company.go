package names

import (
	"slices"
	"strings"
)

// forms are the legal forms of companies in the seven languages, without dots
// and in small letters; dotted ones are read letter by letter.
var forms = wordSet("inc llc llp ltd plc corp limited incorporated corporation pty gmbh ggmbh mbh ag kg kgaa ohg ug gbr eg se ev ek sarl sas sasu sa eurl scop sca snc sl slu sau slne spa srl srls sapa scarl sas bv nv vof bvba lda ltda eireli sgps ab asa oy aps")

// spelled are those that are words, too: only as written here.
var spelled = strings.Fields("Inc LLC LLP Ltd LTD PLC Plc plc Corp Limited Incorporated Corporation GmbH gGmbH mbH AG KG KGaA OHG UG GbR eG SE SARL SAS SASU SA EURL SCOP SCA SNC SL SLU SAU SpA SPA Spa SRL Srl srl Srls BV NV VOF BVBA Lda LDA Lda Ltda LTDA EIRELI SGPS AB ASA Oy ApS")

// formBits has a bit for the hash of each of them: nearly every other word is
// told apart by it alone.
var formBits = func() (t [1024]bool) {
	for _, w := range spelled {
		t[Hash(w)>>54] = true
	}
	return t
}()

// spelled reports that token i is written as one of them.
func (d *document) spelled(i int) bool {
	if i >= len(d.tok) || !formBits[d.tok[i].hash>>54] {
		return false
	}
	return slices.Contains(spelled, d.text[d.tok[i].start:d.tok[i].end])
}

// kin follow "and" within a company's name: Müller & Söhne, Durand et Fils.
var kin = wordSet("sons brothers co partner partners company söhne sohn fils frères associés associates hijos hermanos asociados figli fratelli c soci zonen zoon gebroeders filhos irmãos associados töchter")

// companies marks names that end with a legal form, which need no model.
func (d *document) companies() {
	for i := 1; i < len(d.tok); i++ {
		e := d.form(i)
		if e < 0 {
			continue
		}
		last := i - 1
		if d.is(last, ',') {
			last--
		}
		if s := d.companyStart(last); s >= 0 {
			d.mark(s, e, Organization)
		}
		i = e
	}
}

// form is the last token of a legal form that begins at i, -1 if none does.
func (d *document) form(i int) int {
	t := &d.tok[i]
	switch {
	case t.shape == sInitial || t.shape == sLower && t.end-t.start == 1:
		return d.dotted(i)
	case !d.spelled(i):
		return -1
	case d.upper || d.at(i+1).shape == sNumber: // NV 89501 is a state
		return -1
	}
	return d.formTail(i)
}

// dotted reads S.p.A., e.V., B.V. and S/A.
func (d *document) dotted(i int) int {
	var b [5]byte
	n, k := 0, i
	for k < len(d.tok) && n < len(b) && (d.tok[k].shape == sInitial || d.tok[k].end-d.tok[k].start == 1 && d.tok[k].shape == sLower || d.tok[k].shape == sTitle && n > 0 && d.tok[k].end-d.tok[k].start == 1) {
		b[n] = d.text[d.tok[k].start] | 32
		n++
		if !(d.is(k+1, '.') || n == 1 && d.is(k+1, '/')) || !d.close(k+1) {
			break
		}
		if k+2 >= len(d.tok) || !d.close(k+2) || d.tok[k+2].end-d.tok[k+2].start != 1 {
			break
		}
		k += 2
	}
	if n < 2 || !forms[Hash(string(b[:n]))] {
		return -1
	}
	if d.is(k+1, '.') && d.close(k+1) {
		k++
	}
	return d.formTail(k)
}

// formTail goes on: GmbH & Co. KG, S.A. de C.V., Pty Ltd, UG (haftungsbeschränkt).
func (d *document) formTail(i int) int {
	switch {
	case d.is(i+1, '&') && d.word(i+2, "co"):
		k := i + 3
		if d.is(k, '.') {
			k++
		}
		if d.word(k, "kg") || d.word(k, "ohg") || d.word(k, "kgaa") {
			return k
		}
	case d.is(i+3, '.') && d.word(i+1, "de") && d.word(i+2, "c") && d.word(i+4, "v"):
		if d.is(i+5, '.') {
			return i + 5
		}
		return i + 4
	case d.is(i+1, '(') && d.word(i+2, "haftungsbeschränkt") && d.is(i+3, ')'):
		return i + 3
	case d.spelled(i + 1):
		return i + 1
	case d.is(i+1, '.') && d.close(i+1) && i+2 < len(d.tok) && (d.tok[i+2].shape == sLower || d.is(i+2, ',')): // no sentence ends here
		return i + 1
	}
	return i
}

// companyStart is the first token of the company's name whose last is p.
func (d *document) companyStart(p int) int {
	if !d.capital(p) && !kin[d.hash(p)] && !(p >= 0 && p < len(d.tok) && d.tok[p].shape == sCode) {
		return -1
	}
	s := -1
	for k := p; k >= max(0, p-7); k-- {
		w := d.hash(k)
		switch {
		case d.capital(k):
			s = k
		case d.is(k, '&') || d.is(k, '+') || d.is(k, '-'):
		case ands[w]:
			if !kin[d.hash(k+1)] {
				return d.ownWord(s, p)
			}
		case kin[w], partOfCompany[w], (d.word(k, "der") || d.word(k, "den")) && (d.word(k-1, "van") || d.word(k-1, "von")):
		case d.is(k, '.') && k > 0 && d.tok[k-1].shape == sInitial && d.close(k):
		default:
			return d.ownWord(s, p)
		}
	}
	return d.ownWord(s, p)
}

var partOfCompany = wordSet("de do da dos das du des d l la le della di del dell of the van von für pour para per")

// ownWord steps over what a sentence begins with: Die Müller GmbH.
func (d *document) ownWord(s, p int) int {
	for s >= 0 && s < p && (d.tok[s].shape == sTitle || d.tok[s].shape == sInitial) && (d.inLine[s]&1 == 1 || s > 0 && d.is(s-1, '.')) && openers[d.hash(s)] {
		s++
	}
	for s >= 0 && s < p && !d.capital(s) {
		s++
	}
	return s
}

// openers begin a sentence and no company's name. El, La and De do begin names.
var openers = wordSet("the der die das den dem ein eine einen het een o a os as um uma un une una our your my beim bei vom zur zum segundo according selon d'après según secondo laut volgens gegen unser unsere chez nuestra empresa")
