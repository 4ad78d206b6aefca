package register

import "slices"

// carry says which restrictions still travel on this part of a chain.
type carry uint8

const (
	carryAll    carry = iota // everything
	carryOutput              // the asset's own output terms count, its training licences don't
	carryDeep                // beyond a generator: only what voids the chain as such
	carryTest                // evaluation only: the right to evaluate, and personal data
)

// demand is the right that the chain needs on an asset.
type demand string

const (
	infer    demand = "infer"
	train    demand = "train"
	fineTune demand = "fine_tune"
	publish  demand = "output_publish"
	evaluate demand = "evaluate"
)

// visit is one way in which an asset matters to a use. There are at most
// 5 × 4 per asset however many paths lead to it, so a diamond of depth 40 costs
// 40 steps and not 2^40; each keeps one path back to the tool.
type visit struct {
	asset  string
	demand demand
	carry  carry
}

type step struct {
	visit
	via   *Edge // nil for the tool
	prev  int   // index into the walk, -1 for the tool
	depth int   // edges from the tool
}

// follow gives the visit at the other end of an edge: what travels along it.
func follow(v visit, e Edge) visit {
	next := visit{asset: e.To, demand: v.demand, carry: v.carry}
	if v.carry == carryOutput {
		next.carry = carryDeep
	}
	switch e.Rel {
	case TrainedOn:
		next.demand = train
	case FineTunedFrom:
		next.demand = fineTune
	case Wraps:
		next.demand = infer
	case GeneratedBy:
		next.demand = publish
		if v.carry == carryAll {
			next.carry = carryOutput
		}
	case EvaluatedOn:
		next.demand, next.carry = evaluate, carryTest
	}
	if v.carry == carryTest {
		next.demand, next.carry = evaluate, carryTest
	}
	return next
}

// walk lists the visits from a tool in topological order of the assets. cycle
// is a path that bites its tail, if the part of the graph below the tool has one.
func (g *Graph) walk(tool string) (steps []step, cycle []string) {
	order, cycle := g.order(tool)
	if cycle != nil {
		return nil, cycle
	}
	at := map[string][]int{tool: {0}}
	seen := map[visit]bool{}
	start := step{visit: visit{tool, infer, carryAll}, prev: -1}
	steps = append(steps, start)
	seen[start.visit] = true
	for _, asset := range order {
		for _, i := range at[asset] {
			for n := range g.out[asset] {
				e := &g.out[asset][n]
				v := follow(steps[i].visit, *e)
				if seen[v] {
					continue
				}
				seen[v] = true
				at[v.asset] = append(at[v.asset], len(steps))
				steps = append(steps, step{visit: v, via: e, prev: i, depth: steps[i].depth + 1})
			}
		}
	}
	return steps, nil
}

// order sorts what is reachable from the tool, makers before sources, without
// recursion, for chains may be long.
func (g *Graph) order(tool string) (order, cycle []string) {
	const (
		open = 1
		done = 2
	)
	state := map[string]int{}
	type frame struct {
		asset string
		next  int
	}
	stack := []frame{{tool, 0}}
	state[tool] = open
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next == len(g.out[f.asset]) {
			state[f.asset] = done
			order = append(order, f.asset)
			stack = stack[:len(stack)-1]
			continue
		}
		to := g.out[f.asset][f.next].To
		f.next++
		switch state[to] {
		case open:
			for _, s := range stack {
				cycle = append(cycle, s.asset)
			}
			return nil, append(cycle[slices.Index(cycle, to):], to)
		case 0:
			state[to] = open
			stack = append(stack, frame{to, 0})
		}
	}
	slices.Reverse(order)
	return order, nil
}
