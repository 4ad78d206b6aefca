package treeshap

import "math"

// tree is a compiled tree. Nodes are its splits and leaves its leaves, both in
// preorder; a child below zero is ^leaf. A tree of one leaf has no nodes.
type tree struct {
	class  int
	nodes  []node
	leaves []leaf
	// points and weights are Gauss-Legendre's on [0, 1], filled up to whole
	// blocks with points of weight 0.
	points, weights []float64
	// inverse holds 1/q over the points for edges that meet their feature
	// again further down; node.again leads here.
	inverse []float64
}

// node is one split. With z the product of a feature's cover ratios along the
// path so far, a = 1/z - 1, so that q = 1 + p·a is the factor of a feature that
// the row has followed all along, and 1-p that of one it has left; both are
// divided by z, and leaves are multiplied by every z instead.
type node struct {
	threshold     float64
	aLeft, aRight float64 // after the edge to the child
	aBefore       float64 // after the feature's edge further up; 0 if there is none
	cats          []uint32
	feature       int32
	left, right   int32
	again         int32 // block 0 of 1/q of the feature's edge further up; -1 for none
	kind          uint8
}

type leaf struct {
	value float64
	share float64 // value times the product of the cover ratios on its path
}

// block is how many points one walk carries: four of them stay in registers.
const block = 4

type compiler struct {
	raw      *rawTree
	out      *tree
	edges    []edge    // by feature: its last edge on the path
	distinct int       // features on the path
	most     int       // the same, of the path with most
	tables   []float64 // a of every edge that needs a table of 1/q
}

// edge is the last edge of a feature on the path: its product of ratios, and
// where its table of 1/q will be, if it needs one.
type edge struct {
	z     float64 // 0 off the path
	table *int32
}

// compile lays a checked tree out for prediction and explanation, within a
// budget of entries in its tables. edges has a zero for each feature and is
// left so.
func compile(raw *rawTree, edges []edge, budget int) (tree, error) {
	c := &compiler{raw: raw, out: &tree{class: raw.class}, edges: edges}
	c.add(0, 1)
	t := c.out
	blocks := max(1, ((c.most+1)/2+block-1)/block)
	if blocks*block*(len(t.nodes)+len(c.tables)) > budget {
		return tree{}, unsupported("a model of this size")
	}
	c.tabulate((c.most+1)/2, blocks)
	return *t, nil
}

// add lays out a node of the raw tree with its subtree, and returns what its
// parent calls it. prod is the product of the ratios on the path.
func (c *compiler) add(i int32, prod float64) int32 {
	t, raw := c.out, c.raw
	if raw.left[i] < 0 {
		c.most = max(c.most, c.distinct)
		t.leaves = append(t.leaves, leaf{raw.value[i], raw.value[i] * prod})
		return ^int32(len(t.leaves) - 1)
	}
	at, f := int32(len(t.nodes)), raw.feature[i]
	before := c.edges[f]
	nd := node{feature: f, threshold: raw.threshold[i], cats: raw.cats[i], again: -1}
	nd.kind = plainKind(raw.kind[i], nd.threshold)
	z := 1.0
	if before.z > 0 {
		z, nd.aBefore, nd.again = before.z, 1/before.z-1, c.table(before)
	} else {
		c.distinct++
	}
	t.nodes = append(t.nodes, nd)
	left, aLeft := c.child(raw.left[i], i, z, prod)
	right, aRight := c.child(raw.right[i], i, z, prod)
	n := &t.nodes[at]
	n.left, n.aLeft, n.right, n.aRight = left, aLeft, right, aRight
	c.edges[f] = before
	if before.z == 0 {
		c.distinct--
	}
	return at
}

func (c *compiler) child(i, parent int32, z, prod float64) (name int32, a float64) {
	r := ratio(c.raw.cover[i], c.raw.cover[parent])
	table := int32(-1)
	c.edges[c.raw.feature[parent]] = edge{z * r, &table}
	return c.add(i, prod*r), 1/(z*r) - 1
}

// table reserves the table of an edge the first time it is asked for.
func (c *compiler) table(e edge) int32 {
	if *e.table < 0 {
		*e.table = int32(len(c.tables))
		c.tables = append(c.tables, 1/e.z-1)
	}
	return *e.table
}

func (c *compiler) tabulate(points, blocks int) {
	t, n := c.out, blocks*block
	t.points, t.weights = make([]float64, n), make([]float64, n)
	gauss(t.points[:max(1, points)], t.weights[:max(1, points)])
	t.inverse = make([]float64, n*len(c.tables))
	for i, a := range c.tables {
		for k, p := range t.points {
			// By block first: a walk reads one block of every table.
			t.inverse[(k/block*len(c.tables)+i)*block+k%block] = 1 / (1 + p*a)
		}
	}
}

// plainKind reduces LightGBM's "no missing values", where NaN counts as 0, to
// the kind that sends NaN to one side: whichever 0 goes to.
func plainKind(kind uint8, threshold float64) uint8 {
	if kind&kindMask != lessEqual64 {
		return kind
	}
	if 0 <= threshold {
		return lessEqualNaN | defaultLeft
	}
	return lessEqualNaN
}

// gauss fills in Gauss-Legendre points and weights on [0, 1], by Newton's
// method on the Legendre polynomial.
func gauss(points, weights []float64) {
	n := len(points)
	for i := range n {
		x := math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		var dp float64
		for range 100 {
			p0, p1 := 1.0, x
			for j := 2; j <= n; j++ {
				p0, p1 = p1, (float64(2*j-1)*x*p1-float64(j-1)*p0)/float64(j)
			}
			dp = float64(n) * (x*p1 - p0) / (x*x - 1)
			dx := p1 / dp
			x -= dx
			if math.Abs(dx) < 1e-16 {
				break
			}
		}
		points[i] = (x + 1) / 2
		weights[i] = 1 / ((1 - x*x) * dp * dp)
	}
}
