package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/gomlx/gomlx/backends"
	_ "github.com/gomlx/gomlx/backends/simplego" // the interpreter "go"
	"github.com/gomlx/gomlx/pkg/core/graph"
	ml "github.com/gomlx/gomlx/pkg/ml/context"
	gonnx "github.com/gomlx/onnx-gomlx/onnx"
)

// network runs a model.onnx on one window at a time.
type network struct {
	exec   *ml.Exec
	inputs []string
	labels int
	turn   chan struct{} // held while the network runs: it uses all cores itself
}

// known inputs of encoders; the order is that of network.inputs.
var known = []string{"input_ids", "attention_mask", "token_type_ids"}

// load reads a network and runs it once, so that what it can't do shows at the
// start and not at the first text.
func load(file []byte, labels, vocabulary int) (n *network, err error) {
	defer caught(&err, "model.onnx can't be run")
	m, err := gonnx.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("model.onnx is no ONNX file: %w", err)
	}
	if err := whole(m, vocabulary); err != nil {
		return nil, err
	}
	n = &network{labels: labels, turn: make(chan struct{}, 1)}
	output, err := n.ends(m)
	if err != nil {
		return nil, err
	}
	vars := ml.New()
	if err := m.VariablesToContext(vars); err != nil {
		return nil, fmt.Errorf("model.onnx holds weights that can't be read: %w", err)
	}
	// Operators one after another: side by side they race for buffers in GoMLX 0.26
	// (the race detector shows it). Each still uses all cores.
	back, err := backends.NewWithConfig("go:ops_sequential")
	if err != nil {
		return nil, err
	}
	n.exec, err = ml.NewExec(back, vars.Reuse(), func(vars *ml.Context, in []*graph.Node) []*graph.Node {
		given := map[string]*graph.Node{}
		for i, name := range n.inputs {
			given[name] = in[i]
		}
		return m.CallGraph(vars, in[0].Graph(), given, output)
	})
	if err != nil {
		return nil, fmt.Errorf("model.onnx can't be run: %w", err)
	}
	_, err = n.run([]int{0, vocabulary - 1, 0}, 0)
	return n, err
}

// ends checks what goes in and comes out.
func (n *network) ends(m *gonnx.Model) (output string, err error) {
	has := map[string]bool{}
	for _, name := range m.InputsNames {
		has[name] = true
	}
	for _, name := range known {
		if has[name] {
			n.inputs = append(n.inputs, name)
			delete(has, name)
		}
	}
	if len(n.inputs) < 2 || n.inputs[1] != "attention_mask" {
		return "", errors.New("model.onnx takes no input_ids and attention_mask: it is no encoder for token classification")
	}
	for name := range has {
		return "", fmt.Errorf("model.onnx wants the input %q, which isn't known here", name)
	}
	for _, name := range m.OutputsNames {
		if name == "logits" {
			return name, nil
		}
	}
	if len(m.OutputsNames) != 1 {
		return "", errors.New("model.onnx has no output called logits")
	}
	return m.OutputsNames[0], nil
}

// whole checks that the weights are in the file, and that there is one for
// every piece of the tokeniser: the interpreter would take the last one for
// those beyond.
func whole(m *gonnx.Model, vocabulary int) error {
	rows := map[string]int64{}
	for _, w := range m.Proto.Graph.Initializer {
		if len(w.ExternalData) > 0 {
			return errors.New("model.onnx keeps its weights in another file; export it with them inside")
		}
		if len(w.Dims) == 2 {
			rows[w.Name] = w.Dims[0]
		}
	}
	for _, node := range m.Proto.Graph.Node {
		if node.OpType == "Gather" && len(node.Input) == 2 && node.Input[1] == known[0] {
			if n, ok := rows[node.Input[0]]; ok && n < int64(vocabulary) {
				return fmt.Errorf("model.onnx knows %d pieces, tokenizer.json %d: they don't belong together", n, vocabulary)
			}
		}
	}
	return nil
}

// lengths are those that windows are filled up to: the network is prepared once
// for each, since it is compiled for the shape of its input.
var lengths = [...]int{16, 32, 64, 128, 256, 512}

// run returns the logits of each piece, ids[i] having those at i*labels.
func (n *network) run(ids []int, pad int) (out []float32, err error) {
	defer caught(&err, "the network failed")
	width := len(ids)
	for _, l := range lengths {
		if l >= len(ids) {
			width = l
			break
		}
	}
	in := make([]any, len(n.inputs))
	for i := range in {
		row := make([]int64, width)
		for k := range row {
			switch {
			case i == 0 && k < len(ids):
				row[k] = int64(ids[k])
			case i == 0:
				row[k] = int64(pad)
			case i == 1 && k < len(ids):
				row[k] = 1
			}
		}
		in[i] = [][]int64{row}
	}
	got, err := n.exec.Exec(in...)
	if err != nil {
		return nil, fmt.Errorf("the network failed: %w", err)
	}
	rows, ok := got[0].Value().([][][]float32)
	if !ok || len(rows) != 1 || len(rows[0]) != width || len(rows[0][0]) != n.labels {
		return nil, fmt.Errorf("model.onnx answers in the shape %s, not with a number for each piece and each of the %d labels of config.json", got[0].Shape(), n.labels)
	}
	out = make([]float32, 0, len(ids)*n.labels)
	for _, r := range rows[0][:len(ids)] {
		for _, x := range r {
			if x != x || math.IsInf(float64(x), 0) {
				return nil, errors.New("the network answered with something that is no number")
			}
		}
		out = append(out, r...)
	}
	return out, nil
}

// logits is run, when it is this caller's turn.
func (n *network) logits(ctx context.Context, ids []int, pad int) ([]float32, error) {
	select {
	case n.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-n.turn }()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return n.run(ids, pad)
}

// caught turns the interpreter's panics into an error of one line; they carry no text.
func caught(err *error, what string) {
	switch x := recover().(type) {
	case nil:
	case runtime.Error:
		*err = fmt.Errorf("%s: the file is damaged", what)
	default:
		*err = fmt.Errorf("%s: %v", what, x)
	}
}
