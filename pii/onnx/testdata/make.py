#!/usr/bin/env python3
"""Writes the test models beside this file, and what they must answer.

Never needed to build or test. Python 3.11, numpy 2.4.6, onnx 1.23.2,
onnxruntime 1.32.0, tokenizers 0.23.3, sentencepiece 0.2.3; seed 20261124. Usage: make.py

Two encoders of two layers with 32 channels, in the operators that exporters
write: `older` as BERT exports look (opset 13, LayerNorm in parts, WordPiece,
token types), `newer` as RoBERTa exports look (opset 17, LayerNormalization,
a mask by Where, positions by CumSum, byte-level BPE, 66 positions). Weights are
random but for the directions that made-up names have in the embedding and the
classifier, so that the labels make sense. golden.json has for each text the
pieces of the reference tokeniser, the logits of onnxruntime, and the names that
follow from both. `tokenizers` holds tokenisers alone.
"""
import io, json, pathlib, unicodedata
import numpy as np, onnx, onnxruntime as ort, sentencepiece as spm
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers as no, pre_tokenizers as pre, processors as post, trainers

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20261124)
H, L, A, F = 32, 2, 2, 64
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"]
NAMES = {"B-PER": "zorblax quillby", "I-PER": "vandermoo tiksi", "B-LOC": "plurnburg", "I-LOC": "norda", "B-ORG": "grixolux", "I-ORG": "fenwick", "B-MISC": "oktober"}
PLAIN = """please call zorblax vandermoo in plurnburg norda about the order of grixolux fenwick before friday
quillby tiksi wrote to the office of grixolux in plurnburg and asked for a human oktober
the café in the rue de la république is closed on monday und die straße ist weit weg
o número do pedido não está certo, e o preço é de 12,50 euros; thanks! what? (yes) no: maybe / 1234 2026-11-24"""
CORPUS = (PLAIN + "\n" + PLAIN.title()).split("\n") * 3
TEXTS = ["Please call Zorblax Vandermoo in Plurnburg Norda.", "zorblax,vandermoo", "", " ", "Quillby👩‍👩‍👧Tiksi 🇫🇷 wrote to Grixolux Fenwick\r\nin Plurnburg.\r\n", "Zorblax\u0301 Vandermoo\u0301, Ple\u0301ase",
         "the 日本 Plurnburg\u00a0Norda\u2003Quillby's café; São Paulo İstanbul ﬁn №5", "a\u200bZorblax\ufeff \u202eVandermoo", "\tOKTOBER\n\nPlurnburg", "x" * 120 + " Zorblax", "Zorblax Quillby Vandermoo",
         "  two  spaces   Zorblax  ", "ŒUVRE Ⅻ ①② ｆｕｌｌ ｗｉｄｔｈ Ｚｏｒｂｌａｘ", "क्षत्रिय Zorblax ไทย العربية", "don't 'll we've I'M  \n\n x", ("please call about the order of the office " * 9 + "Zorblax Vandermoo ") * 4]


def small(name, tok, positions, kind, pad):
    d = HERE / name
    d.mkdir(exist_ok=True)
    tok.save(str(d / "tokenizer.json"))
    (d / "config.json").write_text(json.dumps({"model_type": kind, "max_position_embeddings": positions, "pad_token_id": pad, "id2label": {str(i): l for i, l in enumerate(LABELS)}}, indent=1) + "\n")
    return d


class Graph:
    def __init__(self):
        self.nodes, self.weights, self.n = [], [], 0

    def w(self, name, a):
        self.weights.append(nh.from_array(np.asarray(a), name))
        return name

    def r(self, name, *shape, by=.15):
        return self.w(name, (rng.standard_normal(shape) * by).astype(np.float32))

    def c(self, value, dtype):
        return self.w(f"const_{len(self.weights)}", np.array(value, dtype))

    def op(self, kind, *inputs, **attrs):
        self.n += 1
        out = f"/{kind}_{self.n}"
        self.nodes.append(h.make_node(kind, list(inputs), [out], **attrs))
        return out


def directions(tok):
    """The embedding: the pieces of a name point where the classifier looks."""
    e = (rng.standard_normal((tok.get_vocab_size(), H)) * .3).astype(np.float32)
    e[:, 0] += 4
    for l, ws in NAMES.items():
        for w in ws.split():
            for form in (w, w.title(), " " + w, " " + w.title()):
                for i, p in enumerate(tok.encode(form, add_special_tokens=False).ids):
                    e[p] = rng.standard_normal(H) * .3
                    e[p, LABELS.index(l if i == 0 else "I" + l[1:])] += 4
    return e


def encoder(tok, older, positions, pad):
    g = Graph()
    c, op, r, w = g.c, g.op, g.r, g.w
    one, zero, two = c(1, np.int64), c([0], np.int64), c([2], np.int64)
    axis1, f1 = c([1], np.int64), c(1, np.float32)
    shape = op("Shape", "input_ids")
    batch = op("Unsqueeze", op("Gather", shape, c(0, np.int64), axis=0), zero)
    length = op("Unsqueeze", op("Gather", shape, one, axis=0), zero)
    x = op("Gather", w("embeddings.word", directions(tok)), "input_ids")
    table = r("embeddings.position", positions, H, by=.1)
    if older:
        ids = op("Slice", w("position_ids", np.arange(positions)[None]), zero, length, axis1)
        x = op("Add", op("Add", x, op("Gather", r("embeddings.type", 2, H, by=.1), "token_type_ids")), op("Gather", table, ids))
    else:
        real = op("Cast", op("Not", op("Equal", "input_ids", c(pad, np.int64))), to=T.INT64)
        x = op("Add", x, op("Gather", table, op("Add", op("Mul", op("CumSum", real, one), real), c(pad, np.int64))))

    def norm(x, name):
        a, b = w(name + ".weight", (1 + rng.standard_normal(H) * .1).astype(np.float32)), r(name + ".bias", H, by=.05)
        if not older:
            return op("LayerNormalization", x, a, b, axis=-1, epsilon=1e-5)
        d = op("Sub", x, op("ReduceMean", x, axes=[-1]))
        v = op("ReduceMean", op("Pow", d, c(2, np.float32)), axes=[-1])
        return op("Add", op("Mul", op("Div", d, op("Sqrt", op("Add", v, c(1e-12, np.float32)))), a), b)

    def linear(x, name, n, m):
        return op("Add", r(name + ".bias", m, by=.02), op("MatMul", x, r(name + ".weight", n, m)))

    x = norm(x, "embeddings.norm")
    mask = op("Unsqueeze", "attention_mask", c([1, 2], np.int64))
    if older:
        mask = op("Mul", op("Sub", f1, op("Cast", mask, to=T.FLOAT)), c(np.finfo(np.float32).min, np.float32))
    else:
        wide = op("Expand", mask, op("Concat", batch, axis1, length, length, axis=0))
        off = op("Sub", f1, op("Cast", wide, to=T.FLOAT))
        mask = op("Where", op("Cast", off, to=T.BOOL), c(np.finfo(np.float32).min, np.float32), off)
    heads = op("Concat", batch, length, c([A], np.int64), c([H // A], np.int64), axis=0)
    flat = op("Concat", batch, length, c([H], np.int64), axis=0)
    for l in range(L):
        part = lambda n, perm: op("Transpose", op("Reshape", linear(x, f"layer.{l}.{n}", H, H), heads), perm=perm)
        q, k, v = part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])
        s = op("Softmax", op("Add", op("Div", op("MatMul", q, k), c((H // A) ** .5, np.float32)), mask), axis=-1)
        y = op("Reshape", op("Transpose", op("MatMul", s, v), perm=[0, 2, 1, 3]), flat)
        x = norm(op("Add", linear(y, f"layer.{l}.out", H, H), x), f"layer.{l}.attention")
        y = linear(x, f"layer.{l}.in", H, F)
        y = op("Mul", op("Mul", y, op("Add", op("Erf", op("Div", y, c(2 ** .5, np.float32))), f1)), c(.5, np.float32))
        x = norm(op("Add", linear(y, f"layer.{l}.mlp", F, H), x), f"layer.{l}.norm")
    top = (rng.standard_normal((H, len(LABELS))) * .1).astype(np.float32)
    top[:len(LABELS)] += np.eye(len(LABELS), dtype=np.float32) * 2
    g.nodes.append(h.make_node("Add", [op("MatMul", x, w("classifier.weight", top)), r("classifier.bias", len(LABELS), by=.05)], ["logits"]))
    ins = ["input_ids", "attention_mask"] + (["token_type_ids"] if older else [])
    graph = h.make_graph(g.nodes, "main_graph", [h.make_tensor_value_info(n, T.INT64, ["batch", "sequence"]) for n in ins], [h.make_tensor_value_info("logits", T.FLOAT, ["batch", "sequence", len(LABELS)])], g.weights)
    m = h.make_model(graph, opset_imports=[h.make_opsetid("", 13 if older else 17)], ir_version=8)
    onnx.checker.check_model(m, full_check=True)
    return m


def bytes_at(text):
    at = [0]
    for ch in text:
        at.append(at[-1] + len(ch.encode()))
    return at


def pieces(tok, text):
    e = tok.encode(text, add_special_tokens=False)
    at = bytes_at(text)
    return [[i, at[s], at[t], w] for i, (s, t), w in zip(e.ids, e.offsets, e.word_ids)]


def trimmed(text, s, t):
    at = bytes_at(text)
    s, t = at.index(s), at.index(t)
    while s < t and text[s].isspace():
        s += 1
    while s < t and text[t - 1].isspace():
        t -= 1
    while s < t < len(text) and (unicodedata.category(text[t])[0] == "M" or text[t] == "\u200d"):
        t += 1
    return at[s], at[t]


def softmax(x):
    e = np.exp(x.astype(np.float64) - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def answers(d, tok, window, before, after):
    s = ort.InferenceSession(str(d / "model.onnx"))
    ins = [i.name for i in s.get_inputs()]
    kind = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
    out = []
    for text in TEXTS:
        ps = pieces(tok, text)
        room, logits, first = window - len(before) - len(after), np.zeros((len(ps), len(LABELS)), np.float32), 0
        over = room // 4
        while ps:
            end = min(len(ps), first + room)
            ids = np.array([before + [p[0] for p in ps[first:end]] + after])
            y = s.run(["logits"], {n: ids if n == "input_ids" else np.ones_like(ids) if n == "attention_mask" else np.zeros_like(ids) for n in ins})[0][0]
            keep = first + (over // 2 if first else 0)
            logits[keep:end] = y[len(before) + keep - first:len(before) + end - first]
            if end == len(ps):
                break
            first += room - over
        p, words, found = softmax(logits), [], []
        for i, (_, a, b, w) in enumerate(ps):
            if words and words[-1][3] == w:
                words[-1][1], words[-1][2] = b, words[-1][2] + [p[i]]
            else:
                words.append([a, b, [p[i]], w])
        last = None
        for a, b, q, _ in words:
            q = np.mean(q, axis=0)
            l = LABELS[int(q.argmax())]
            name = l[2:]
            prob = sum(q[i] for i, x in enumerate(LABELS) if x[2:] == name) if name else q[0]
            if name and last == name and l[0] == "I":
                found[-1][2], found[-1][3] = b, found[-1][3] + [prob]
            elif name:
                found.append([name, a, b, [prob]])
            last = name
        found = [[kind[n], *trimmed(text, a, b), float(np.mean(q))] for n, a, b, q in found if n in kind and text.encode()[a:b].strip()]
        out.append({"text": text, "pieces": ps, "logits": [[round(float(v), 6) for v in r] for r in logits], "found": found})
    (d / "golden.json").write_text(json.dumps(out, ensure_ascii=False).replace('{"text"', '\n{"text"') + "\n")
    print(d.name, (d / "model.onnx").stat().st_size, [[x["text"][a:b] if x["text"].isascii() else x["text"].encode()[a:b].decode() for _, a, b, _ in x["found"]] for x in out][:9])


def wordpiece(lower):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer, t.pre_tokenizer = no.BertNormalizer(lowercase=lower), pre.BertPreTokenizer()
    t.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=420, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    t.post_processor = post.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return t


def bytelevel():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre.ByteLevel(add_prefix_space=False)
    t.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=480, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], initial_alphabet=pre.ByteLevel.alphabet(), show_progress=False))
    t.post_processor = post.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=False, add_prefix_space=False)
    return t


def unigram():
    """As XLM-RoBERTa's files are: SentencePiece's own table of characters."""
    buf = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(CORPUS), model_writer=buf, vocab_size=200, model_type="unigram", hard_vocab_limit=False, normalization_rule_name="nmt_nfkc", minloglevel=2)
    p = spm.SentencePieceProcessor(model_proto=buf.getvalue())
    from sentencepiece import sentencepiece_model_pb2 as pb
    m = pb.ModelProto.FromString(buf.getvalue())
    t = Tokenizer(models.Unigram([(x.piece, x.score) for x in m.pieces], unk_id=0, byte_fallback=False))
    t.normalizer = no.Sequence([no.Precompiled(m.normalizer_spec.precompiled_charsmap), no.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre.Sequence([pre.WhitespaceSplit(), pre.Metaspace(replacement="▁", prepend_scheme="always")])
    t.add_special_tokens(["<unk>", "<s>", "</s>"])
    t.post_processor = post.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
    return t


def kept(name, make):
    """Training breaks ties by chance: a tokeniser that is there stays."""
    f = HERE / name
    return Tokenizer.from_file(str(f)) if f.exists() else make()


t = kept("older/tokenizer.json", lambda: wordpiece(True))
d = small("older", t, 512, "bert", 0)
onnx.save(encoder(t, True, 512, 0), str(d / "model.onnx"))
answers(d, Tokenizer.from_file(str(d / "tokenizer.json")), 128, [2], [3])
t = kept("newer/tokenizer.json", bytelevel)
d = small("newer", t, 66, "roberta", 1)
onnx.save(encoder(t, False, 66, 1), str(d / "model.onnx"))
answers(d, Tokenizer.from_file(str(d / "tokenizer.json")), 64, [0], [2])
(HERE / "tokenizers").mkdir(exist_ok=True)
for name, make in {"cased": lambda: wordpiece(False), "unigram": unigram}.items():
    t = kept(f"tokenizers/{name}.json", make)
    t.save(str(HERE / "tokenizers" / f"{name}.json"))
    t = Tokenizer.from_file(str(HERE / "tokenizers" / f"{name}.json"))
    (HERE / "tokenizers" / f"{name}.golden.json").write_text(json.dumps([{"text": x, "pieces": pieces(t, x)} for x in TEXTS], ensure_ascii=False) + "\n")
