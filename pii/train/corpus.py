#!/usr/bin/env python3
"""Writes the training and test corpora of the name model as JSON lines.

Never needed to build or test. Usage: corpus.py DIR DEV.json.gz OUT, where DIR
is laid out as lexicon.py says and DEV is presidio-research's generated_large
(MIT). The template ids of DEV are split in two halves by their SHA-1; texts of
the second half that share a name with the first are left out of the test. Our
own templates are split three to one, and names too: a name whose SHA-1 is 0 mod 5
never occurs in training. Seed 20261124.
"""
import gzip, hashlib, json, pathlib, random, re, sys

DIR, DEV, OUT = (pathlib.Path(p) for p in sys.argv[1:4])
sys.path.insert(0, str(DIR / "fk"))
from faker import Faker

rng = random.Random(20261124)
HOME = {"en": ["en_US", "en_GB", "en_IE", "en_IN"], "de": ["de_DE", "de_AT", "de_CH"], "fr": ["fr_FR", "fr_CA"], "es": ["es_ES", "es_MX"], "it": ["it_IT"], "nl": ["nl_NL", "nl_BE"], "pt": ["pt_PT", "pt_BR"]}
ABROAD = "en_US de_DE fr_FR es_ES it_IT nl_NL pt_BR sv_SE da_DK no_NO fi_FI pl_PL cs_CZ hu_HU ro_RO hr_HR tr_TR sl_SI".split()
fakers = {}


def fake(loc):
    if loc not in fakers:
        fakers[loc] = Faker(loc)
        fakers[loc].seed_instance(rng.randrange(1 << 30))
    return fakers[loc]


def held(name):
    return int(hashlib.sha1(name.lower().encode()).hexdigest(), 16) % 5 == 0


def pick(make, test):
    for _ in range(60):
        v = make()
        if all(held(w) for w in v.split()) if test else not any(held(w) for w in v.split()):
            return v
    return v


TITLES = {"en": "Mr. Mrs. Ms. Dr. Miss Prof. Mr Mrs Ms Dr Professor Sir", "de": "Herr Frau Dr. Prof.", "fr": "M. Mme Mlle Dr Me", "es": "Sr. Sra. Dr. Dra. Don Doña", "it": "Sig. Sig.ra Dott. Dott.ssa", "nl": "Dhr. Mevr. Dr.", "pt": "Sr. Sra. Dr. Dra."}
DAYS = {"en": "Monday Tuesday Wednesday Thursday Friday", "de": "Montag Dienstag Mittwoch Donnerstag", "fr": "lundi mardi mercredi jeudi", "es": "lunes martes miércoles jueves", "it": "lunedì martedì mercoledì", "nl": "maandag dinsdag woensdag", "pt": "segunda terça quarta"}
MONTHS = {"en": "January February March April May June", "de": "Januar Februar März April Mai", "fr": "janvier février mars avril", "es": "enero febrero marzo abril", "it": "gennaio febbraio marzo", "nl": "januari februari maart", "pt": "janeiro fevereiro março"}
PRODUCTS = "iPhone Galaxy Laptop Starter Premium Kit Trainer Pro Espresso Machine Winter Jacket Smart Watch Headphones Router Family Plan Gold Card Blender".split()
GROUPS = json.loads((pathlib.Path(__file__).parent / "groups.json").read_text())
COMPANIES = [w for w in (l.split("#")[0].strip() for f in (DIR / "node_modules/@cspell/dict-companies/dict").glob("*.txt") for l in f.read_text().split("\n")) if len(w) > 3 and w[0].isupper()]
ORGWORDS = "Analytics Labs Systems Media Health Energy Capital Partners Solutions Networks Foods Motors Bank University Foundation Institute Logistics Insurance Group Consulting Robotics Technologies Software Ventures Holdings Airlines Hospital Museum Records".split()
STEMS = "Open Blue Nova Terra Clear Bright Data Cloud Green Metro Urban North Swift Solar Prime Apex Vertex Quant Loop Pixel Spark Atlas Orbit Zen Hyper Micro Inter Pan Omni Trans Evo Luma Kite Boost Crowd Snap Rally Civic".split()
ENDS = "ify ly io ix era ware base stack scope hub works desk pad grid flow mind sight lytics soft tech gov vest space city".split()


# The legal forms of companies, as they are written in each language.
FORMS = {"en": "Inc|Inc.|LLC|Ltd|Ltd.|Limited|PLC|plc|Corp.|Corp|LLP|Co.|Pty Ltd", "de": "GmbH|AG|KG|GmbH & Co. KG|OHG|e.K.|e.V.|eG|UG (haftungsbeschränkt)|SE|gGmbH|GbR",
         "fr": "SARL|SAS|SA|S.A.|S.A.S.|S.A.R.L.|EURL|SASU|SCI|SNC|SCA|SCOP", "es": "S.L.|S.A.|SL|SA|S.L.U.|S.A.U.|S. Coop.|S.A. de C.V.|S.C.", "it": "S.p.A.|S.r.l.|SpA|Srl|SRL|S.n.c.|S.a.s.|S.r.l.s.|s.c.a.r.l.|Onlus",
         "nl": "B.V.|N.V.|BV|NV|V.O.F.|VOF|C.V.|BVBA", "pt": "Lda|Lda.|Ltda|Ltda.|S.A.|SA|S/A|Unipessoal Lda|ME|EIRELI|SGPS, S.A."}
TRADES = {"en": "Plumbing|Bakery|Brothers|Motors|Dental Group|Tools|Marine|Coffee|Farms", "de": "Logistik|Bau|Feinmechanik|Bäckerei|Energie|Autohaus|Verlag|Immobilien", "fr": "Transports|Menuiserie|Boulangerie|Garage|Cabinet|Groupe|Éditions|Maison",
          "es": "Talleres|Grupo|Hermanos|Construcciones|Panadería|Logística|Aceites|Editorial", "it": "Officine|Fratelli|Impianti|Alimentari|Gruppo|Cantine|Tipografia|Costruzioni", "nl": "Bakkerij|Installatietechniek|Bouwbedrijf|Koninklijke|Transport|Drukkerij|Garage|Makelaardij",
          "pt": "Construções|Metalúrgica|Padaria|Grupo|Transportes|Editora|Sistemas|Farmácia"}
KIN = {"en": "& Sons|and Sons|Brothers|& Co", "de": "& Söhne|und Söhne|& Partner|& Co", "fr": "et Fils|& Fils|Frères|et Associés", "es": "e Hijos|Hermanos|y Asociados", "it": "& Figli|e Figli|Fratelli|& C.", "nl": "& Zonen|en Zonen|Gebroeders", "pt": "& Filhos|e Filhos|Irmãos"}


def company(f, lang):
    """A company with its legal form, as the law of its country writes it."""
    name, k = f.last_name(), rng.random()
    trade, kin, form = (rng.choice(x[lang].split("|")) for x in (TRADES, KIN, FORMS))
    core = f"{trade} {name}" if k < .35 else f"{name} {trade}" if k < .55 else f"{name} {kin}" if k < .75 else rng.choice(STEMS) + rng.choice(ENDS) if k < .85 else f"{name}-{f.last_name()}" if k < .9 else f"{trade} {f.city()}"
    return core + (rng.choice([" ", " ", ", "]) + form if rng.random() < .85 else "")


def g_last(f):
    return f.last_name()


def org(f, lang):
    if rng.random() < (.1 if lang == "en" else .3):
        return company(f, lang)
    k = rng.random()
    if k < 0.25:
        return f.company()
    if k < 0.45:
        return rng.choice(COMPANIES)
    if k < 0.52:
        return f"{g_last(f)}, {g_last(f)} {rng.choice(['and', '&'])} {g_last(f)}" if rng.random() < 0.5 else f"{g_last(f)}-{g_last(f)}"
    if k < 0.62:
        return rng.choice(STEMS) + rng.choice(ENDS)
    if k < 0.8:
        return rng.choice(STEMS + [f.last_name()]) + " " + rng.choice(ORGWORDS)
    if k < 0.88:
        return rng.choice(["University of ", "Bank of ", "Museum of ", "Department of "]) + rng.choice([f.city(), "Transport", "Health", "Justice"])
    if k < 0.9:
        return "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVW") for _ in range(rng.randint(3, 4)))
    return rng.choice(STEMS) + rng.choice(ENDS) + rng.choice([" Inc", " Inc.", " LLC", " Ltd", " GmbH", " AG", " S.A.", " Corp."])


def street(f):
    k = rng.random()
    if k < 0.75:
        s = f.street_name()
    elif k < 0.82:
        s = f.street_name() + f" {rng.randint(1, 999)}"
    elif k < 0.9:
        s = f.last_name() + rng.choice([" Street", " Road", "straat", "straße", "weg", "gatan", "vej", " utca", "veien", " Avenue"])
    else:
        s = rng.choice(["P.O. Box ", "ul. ", "Rue ", "Via ", "Calle ", "Trg "]) + rng.choice([str(rng.randint(1, 900)), f.last_name()])
    return s


def digits(n):
    return "".join(rng.choice("0123456789") for _ in range(n))


STREETS = {"fr": "rue|rue|rue|avenue|boulevard|allée|chemin|impasse|place|quai|cours|route|square|passage|Rue|Avenue", "pt": "Rua|Rua|Rua|Av.|Avenida|Travessa|Largo|Praça|Praceta|Alameda|Estrada|Rodovia|R.", "it": "Via|Via|Via|via|Viale|Corso|Piazza|Largo|Vicolo|Strada|V.le|P.zza",
           "es": "Calle|Calle|calle|C/|Avenida|Avda.|Av.|Plaza|Paseo|Camino|Ronda|Carretera|Travesía"}
PARTICLES = {"fr": ["", "", "de ", "du ", "de la ", "des ", "de l'"], "pt": ["", "de ", "da ", "do ", "dos ", "das "], "it": ["", "", "", "di ", "della ", "dei ", "del ", "dell'"], "es": ["", "", "de ", "de la ", "del ", "de los "]}


def national(f, lang):
    """An address as the postal rules of the language's countries write it."""
    p, maybe = rng.choice, lambda x, share=.3: x if rng.random() < share else ""
    n, city = str(rng.randint(1, 250)), f.city()
    name = p([f.last_name(), f.first_name() + " " + f.last_name(), f.city(), f.first_name()])
    if lang in STREETS:
        kind = p(STREETS[lang].split("|"))
        way = f.street_name() if rng.random() < .4 else kind + ("" if kind == "C/" and rng.random() < .4 else " ") + p(PARTICLES[lang]) + name
    if lang == "fr":
        way = n + p(["", "", "", " bis", " ter", "B", " A"]) + p([" ", " ", ", "]) + way
        pre, post = maybe(p(["Bât. B, ", "Bâtiment C, ", "Appt 12, ", "Résidence " + name + ", ", "3e étage, "]), .15), maybe(p([", BP " + digits(3), ", appt " + digits(2), ", lieu-dit Les " + name, ", bâtiment " + p("ABC")]), .2)
        return pre + way + post + maybe(f", {digits(5)} {city}" + maybe(p([" Cedex", " CEDEX 08", " Cedex 3"]), .2), .85)
    if lang == "pt":
        num = p([", ", " ", ", nº ", ", n.º "]) + n + maybe(p([", 3.º Esq.", ", 2º Dto", ", r/c", ", apto " + digits(2), ", 10º andar", ", lote 4", ", bloco B", " - sala 12"]), .4)
        if rng.random() < .5:
            return way + num + maybe(f", {digits(4)}-{digits(3)} {city}", .85)
        return way + num + maybe(p([", Centro", ", Vila " + name, " - Jardim " + name]), .5) + p([", ", " - "]) + city + p([" - ", "/", " "]) + p("SP RJ MG BA RS PR".split()) + maybe(p([", CEP ", ", ", " - CEP: "]) + digits(5) + "-" + digits(3), .7)
    if lang == "it":
        return way + p([" ", ", ", " n. ", ", n° "]) + n + maybe(p(["/B", "/A", " bis", ", scala C, int. 12", ", int. 4", ", interno 3"]), .25) + maybe(p([", ", " - "]) + maybe("CAP ", .1) + f"{digits(5)} {city}" + maybe(p([" (TO)", " (MI)", " RM", " VE"]), .4), .85)
    if lang == "es":
        return way + p([", ", " ", ", nº ", " n.º "]) + p([n, n, n, "s/n"]) + maybe(p([", 3.º B", ", 1º Izda.", ", piso 2, puerta 4", ", bajo", ", 2º dcha.", ", esc. A, 4º C"]), .35) + maybe(p([", ", ", ", " - "]) + maybe(p(["C.P. ", "CP "]), .1) + f"{digits(5)} {city}", .85)
    if lang == "nl":
        way = f.street_name() if rng.random() < .5 else f.last_name() + p("straat|laan|weg|plein|kade|gracht|dijk|singel|hof".split("|"))
        zip_ = str(rng.randint(1000, 9999)) + p([" ", " ", ""]) + "".join(p("ABCDEGHJKLMNPRSTVWXZ") for _ in "ab")
        return (way + " " + n + maybe(p(["a", "-B", " bis", " bus 4", "-2", " II"]), .25) if rng.random() < .93 else f"Postbus {rng.randint(10, 9999)}") + maybe(f", {p([zip_, zip_, zip_, digits(4)])} {city}", .85)
    if lang == "de":
        way = f.street_name() if rng.random() < .4 else f.last_name() + p("straße|str.|weg|allee|platz|gasse|ring|damm|ufer".split("|")) if rng.random() < .7 else p(["Am ", "An der ", "Im ", "Auf dem ", "Zum ", "Unter den "]) + name
        return (way + " " + n + maybe(p(["a", "b", "/12", "-3", " c"]), .25) + maybe(p([", Hinterhaus", ", 2. OG", ", 3. Stock", ", c/o " + f.last_name()]), .1) if rng.random() < .95 else "Postfach 10 01 52") + maybe(", " + maybe(p(["D-", "A-", "CH-"]), .08) + f"{digits(p([5, 5, 5, 4]))} {city}", .85)
    way = f"{p([n, n, n + 'A'])} " + (f.street_name() if rng.random() < .6 else p(["", "", "W ", "North "]) + p([name, digits(2) + "th"]) + p([" Street", " St", " Road", " Rd", " Avenue", " Ave", " Lane", " Close", " Drive", " Way", " Court", " Crescent"]))
    way = maybe(p(["Flat 4, ", "Unit 12, ", "Apt 3, ", "Suite 200, "]), .15) + way + maybe(p([", Apt 9C", ", Suite 400", " #12", ", Floor 3"]), .15)
    return way + maybe(p([f", {city}, {p('NY CA TX WA IL MA'.split())} {digits(5)}", f", {city} {p('NW SE BS LS M'.split())}{rng.randint(1, 20)} {rng.randint(1, 9)}{p('ABDEFGH')}{p('JLNPQRS')}", f", {city} {p('NSW VIC QLD'.split())} {digits(4)}", f", {city}, ON M{digits(1)}V {digits(1)}K{digits(1)}", f", {city}"]), .85)


def address(f, g, lang=None):
    if lang and rng.random() < (.3 if lang == "en" else .55):
        return national(f, lang)
    k = rng.random()
    if k < 0.12:
        return (f if rng.random() < 0.5 else g).address()
    if k < 0.17:
        kind = rng.choice(["PSC {a}, Box {b}\n{o}", "Unit {a} Box {b}\n{o}", "USS {n}\n{o}", "USNS {n}\n{o}"])
        return kind.format(a=rng.randint(1000, 9999), b=rng.randint(1000, 9999), n=g.last_name(), o=f"{rng.choice(['FPO', 'APO', 'DPO'])} {rng.choice(['AE', 'AA', 'AP'])} {rng.randint(10000, 99999)}")
    if k < 0.2:
        return f"the corner of {street(g)} {rng.randint(1, 99)} and {street(g)}"
    n, s = str(rng.randint(1, 250)), street(g)
    if rng.random() < 0.4:
        n = n.zfill(2)
    k = rng.random()
    line = f"{n} {s}" if k < 0.4 else f"{s} {n}" if k < 0.6 else f"{n} {s} {rng.randint(1, 999)}" if k < 0.93 else s
    sep = rng.choice([", ", ", ", "\n", "\n ", "\n ", " "])
    unit = rng.choice(["", "", "", f" Apt. {rng.randint(1, 999):03d}", f" Suite {rng.randint(1, 999):03d}", f"{sep}Apt. {rng.randint(1, 999)}", f"{sep}Suite {rng.randint(1, 999)}", f", Unit {rng.randint(1, 99)}", f" {rng.randint(1, 9)}. Stock"])
    city = g.city()
    if rng.random() < 0.2:
        city = city.upper()
    tail = rng.choice(["{c}, {st} {z}", "{z} {c}", "{c}{sep}{land} {z}", "{c}{sep}{land} {z}", "{c} {z}", "{c}", "{c}, {land}", "{c}{sep}{land}", "{c}{sep}{st} {z}", "{c}\n, {st}\n {z}", "{c}\n, {st}\n {land} {z}", "{c} {st}", "{c} {land}"])
    st = rng.choice("AL AK CA NY TX WA IL FL OH GA BC ON NSW VIC LA SY BZ NO nan PO MI RM".split())
    return line + unit + sep + tail.format(c=city, st=st, z=f.postcode(), sep=sep, land=f.country())


def fill(lang, template, test):
    f = fake(rng.choice(HOME[lang]))
    g = f if rng.random() < 0.6 else fake(rng.choice(ABROAD))
    first = lambda: pick(g.first_name, test)
    last = lambda: pick(g.last_name, test)

    def per():
        k = rng.random()
        if k < 0.08:
            return f"{first()} {rng.choice('ABCDEFGHJKLMNPRSTW')}. {last()}"
        if k < 0.11:
            return f"{first()} {first()} {last()}"
        if k < 0.12:
            return f"{first()} {last()}" + rng.choice([" Jr.", " PhD", " III", " MD", ", Jr."])
        if k < 0.16:
            return f"{first()} {last()}-{last()}"
        return f"{first()} {last()}"

    def job():
        j = (f if rng.random() < 0.7 else fake("en_US")).job()
        return j if rng.random() < 0.5 else j.lower()

    make = {"per": ("PERSON", per), "first": ("PERSON", first), "last": ("PERSON", last), "city": ("LOCATION", lambda: pick(g.city, test)), "country": ("LOCATION", lambda: f.country()),
            "org": ("ORGANIZATION", lambda: org(g, lang)), "addr": ("ADDRESS", lambda: address(f, g, lang)), "street": ("ADDRESS", lambda: street(g)), "job": (None, job), "nrp": ("NRP", lambda: rng.choice(GROUPS).capitalize()),
            "num": ("ADDRESS?", lambda: str(rng.randint(1, 300)) + (rng.choice(["", "", "", "", "", "a", "B", "bis"]))), "zip": ("ADDRESS", lambda: f.postcode()), "unit": ("ADDRESS", lambda: rng.choice(["Apt. ", "Suite ", "Unit ", "Flat ", "Apartment "]) + str(rng.randint(1, 999)).zfill(rng.choice([1, 3]))), "title": (None, lambda: rng.choice(TITLES[lang].split())),
            "email": (None, lambda: f.email()), "phone": (None, lambda: f.phone_number()), "date": (None, lambda: f.date()), "money": (None, lambda: f"{rng.randint(5, 900)}.{rng.randint(10, 99)} EUR"),
            "order": (None, lambda: f"{rng.choice(['', '#', 'A', 'ORD-'])}{rng.randint(10000, 9999999)}"), "day": (None, lambda: rng.choice(DAYS[lang].split())), "month": (None, lambda: rng.choice(MONTHS[lang].split())),
            "prod": (None, lambda: " ".join(rng.sample(PRODUCTS, rng.randint(1, 2))))}
    text, spans, at = "", [], 0
    template = template.replace("\\n", "\n")
    for m in re.finditer(r"\{(\w+)\}", template):
        text += template[at:m.start()]
        typ, fn = make[m[1]]
        v = fn()
        if m[1] == "addr" and (text == "" or text[-1] == "\n"):
            v = ", ".join(l.strip(" ,") for l in v.split("\n"))  # a block of lines is labelled by its parts, a run by one span
        if typ == "ADDRESS?":
            near = template[max(0, m.start() - 10):m.end() + 10]
            typ = "ADDRESS" if "{street}" in near else None
        if typ:
            prev = spans[-1] if spans else None
            # A number after the street belongs to it; one before is a part of its own.
            if m[1] == "num" and prev and prev["type"] == typ == "ADDRESS" and text[prev["end"]:].strip(" ,") == "" and "\n" not in text[prev["end"]:]:
                prev["end"] = len(text) + len(v)
            else:
                spans.append({"type": typ, "start": len(text), "end": len(text) + len(v)})
        text += v
        at = m.end()
    return text + template[at:], one_line(text, spans)


def one_line(text, spans):
    """Within a line, a street with its postcode and town is one address."""
    out, run = [], []

    def close():
        whole = sum(s["type"] == "ADDRESS" for s in run) > 1 and len(run) > 2 and any(c.isdigit() for c in text[run[-1]["start"]:run[-1]["end"]] + text[run[-2]["start"]:run[-2]["end"]])
        out.extend([{"type": "ADDRESS", "start": run[0]["start"], "end": run[-1]["end"]}] if whole else run)
        run.clear()

    for s in spans:
        if run and not (s["type"] in ("ADDRESS", "LOCATION") and text[run[-1]["end"]:s["start"]] in (" ", ", ")):
            close()
        if run or s["type"] == "ADDRESS":
            run.append(s)
        else:
            out.append(s)
    if run:
        close()
    return out


PREP = {"en": ["by", "with", "for", "and", "from", "to", "in", "at", "near", "of"], "de": ["von", "mit", "für", "und", "aus", "nach", "in", "bei"], "fr": ["par", "avec", "pour", "et", "de", "à"], "es": ["por", "con", "para", "y", "de", "en", "a"],
        "it": ["per", "con", "e", "da", "di", "a"], "nl": ["door", "met", "voor", "en", "van", "in", "naar"], "pt": ["por", "com", "para", "e", "de", "em"]}


def planted(lang, text):
    """A name in a text that says nothing about it: the word itself must do."""
    slot = rng.choice(["{per}", "{per}", "{first}", "{first}", "{last}", "{country}", "{city}", "{org}"])
    words = text.split(" ")
    i = rng.randint(0, len(words))
    k = rng.random()
    if k < 0.35:
        words.insert(i, rng.choice(PREP[lang]) + " " + slot)
    elif k < 0.5:
        words.insert(i, slot + "'s" if lang == "en" else slot)
    elif k < 0.65:
        words = [slot + rng.choice([",", ":", "", " -", "!"])] + words
    elif k < 0.75:
        words.append(slot)
    else:
        words.insert(i, slot)
    v, spans = fill(lang, slot, False)
    t = " ".join(words)
    at = t.index(slot)
    return t.replace(slot, v), [{**s, "start": s["start"] + at, "end": s["end"] + at} for s in spans]


def vary(text, spans):
    k = rng.random()
    low = text.lower() if k < 0.14 else text.upper() if k < 0.18 else text
    return (low if len(low) == len(text) else text), spans


def emit(out, lang, text, spans):
    out.write(json.dumps({"lang": lang, "text": text, "spans": spans}, ensure_ascii=False) + "\n")


train, tests = open(OUT / "train.jsonl", "w"), open(OUT / "test.jsonl", "w")
by = {}
for line in (pathlib.Path(__file__).parent / "templates.txt").read_text().split("\n"):
    if line and not line.startswith("#"):
        lang, t = line.split(": ", 1)
        by.setdefault(lang, []).append(t)
for lang, ts in by.items():
    hold = [t for t in ts if int(hashlib.sha1(t.encode()).hexdigest(), 16) % 4 == 0]
    for t in ts:
        n = 500 if lang == "en" else 300
        if t in hold:
            for _ in range(12):
                emit(tests, lang, *fill(lang, t, True))
        else:
            for _ in range(n):
                text, spans = fill(lang, t, False)
                if rng.random() < 0.3:  # two sentences in one text
                    more, s2 = fill(lang, rng.choice([x for x in ts if x not in hold]), False)
                    glue = rng.choice([" ", "\n", "\n\n"])
                    spans = spans + [{**s, "start": s["start"] + len(text) + len(glue), "end": s["end"] + len(text) + len(glue)} for s in s2]
                    text += glue + more
                emit(train, lang, *vary(text, spans))

# Texts without names: interface texts of Django, Wagtail and Oscar (BSD).
seen = set()
for lang in by:
    pool = []
    for loc in [lang] + (["pt_BR"] if lang == "pt" else []):
        for po in sorted((DIR / "po").glob(f"**/locale/{loc}/LC_MESSAGES/*.po")):
            pool += re.findall(r'^msg(?:str|id)(?:\[\d\])? "(.{12,160})"$', po.read_text(), re.M)
    if lang == "en":
        pool = [m for po in sorted((DIR / "po").glob("**/locale/de/LC_MESSAGES/*.po")) for m in re.findall(r'^msgid "(.{12,160})"$', po.read_text(), re.M)]
    pool = [p for p in pool if " " in p and not re.search(r"[Dd]jango|[Ww]agtail|Oscar|German|English|Spanish|French|Python|Google|YouTube|Facebook|Twitter", p)]
    rng.shuffle(pool)
    for p in pool[:1400]:
        p = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>|\\n|\\\"", "", p)
        if p not in seen:
            seen.add(p)
            emit(train, lang, p, [])
            for _ in range(6):
                emit(train, lang, *vary(*planted(lang, p)))

dev = json.load(gzip.open(DEV))
half = lambda i: int(hashlib.sha1(f"template {i}".encode()).hexdigest(), 16) % 2
label = {"PREFIX": None, "TITLE": None}
names = {s["entity_value"].lower() for x in dev if half(x["template_id"]) == 0 for s in x["spans"] if s["entity_type"] in ("PERSON", "LOCATION", "ORGANIZATION", "ADDRESS")}
with open(OUT / "devtest.jsonl", "w") as heldback:
    for x in dev:
        spans = [{"type": label.get(s["entity_type"], s["entity_type"]), "start": s["start_position"], "end": s["end_position"]} for s in sorted(x["spans"], key=lambda s: s["start_position"])]
        spans = [s for s in spans if s["type"]]
        if half(x["template_id"]) == 0:
            for _ in range(4):
                emit(train, "en", *vary(x["full_text"], spans))
        else:
            fresh = not any(s["entity_value"].lower() in names for s in x["spans"] if s["entity_type"] in ("PERSON", "ORGANIZATION", "ADDRESS"))
            heldback.write(json.dumps({"lang": "en", "fresh": fresh, "text": x["full_text"], "spans": spans}, ensure_ascii=False) + "\n")
