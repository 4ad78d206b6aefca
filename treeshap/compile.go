package treeshap

import "math"

// tree is a compiled tree: nodes in preorder, so that a parent stands before
// its children and one pass up and one pass down suffice. The edge into node c
// carries tables over the tree's n quadrature points.
type tree struct {
	n     int // quadrature points
	class int
	nodes []node
	// tab holds, for the edge into node c at 4·n·c: the factor on D if the edge
	// stays hot, the factor if it turns cold, and the two weights of H. A
	// leaf's factors hold its value as well.
	tab     []float64
	weights []float64
	inner   []int32 // nodes with an incoming edge that aren't leaves, last first
}

type node struct {
	threshold float64
	value     float64 // leaf: value times the product of cover ratios on its path
	leaf      float64 // leaf: the plain value
	cats      []uint32
	feature   int32 // of the split; -1 for a leaf
	edge      int32 // feature of the incoming edge
	parent    int32
	prev      int32 // last node before this one on the path whose edge has the same feature; 0 for none
	right     int32 // preorder index of the right child; the left one follows its parent
	kind      uint8
	isLeft    bool
}

type compiler struct {
	raw      *rawTree
	out      *tree
	last     []int32   // by feature: the node of its last edge on the path; 0 for none
	z        []float64 // by node: the feature's product after its incoming edge
	distinct int       // features on the path
	most     int       // the same, of the path with most
}

// compile lays a checked tree out for prediction and explanation, within a
// budget of nodes times points. last has a zero for each feature and is left so.
func compile(raw *rawTree, last []int32, budget int) (tree, error) {
	c := &compiler{raw: raw, out: &tree{class: raw.class}, last: last}
	c.add(0, -1, false, 1)
	t := c.out
	// More points than needed are exact too; four have a kernel of their own,
	// and a path of up to eight features is what most trees have.
	t.n = max(4, (c.most+1)/2)
	if t.n*len(t.nodes) > budget {
		return tree{}, unsupported("a model of this size")
	}
	points, weights := gauss(t.n)
	t.weights = weights
	t.tab = make([]float64, 4*t.n*len(t.nodes))
	for i := len(t.nodes) - 1; i > 0; i-- {
		t.fill(i, c.z, points)
		if t.nodes[i].feature >= 0 {
			t.inner = append(t.inner, int32(i))
		}
	}
	return *t, nil
}

// add appends a node and its subtree in preorder. Depth is bounded by the
// number of nodes, and Go's stacks grow.
func (c *compiler) add(i, parent int32, isLeft bool, prod float64) int32 {
	t, raw := c.out, c.raw
	at := int32(len(t.nodes))
	nd := node{feature: -1, parent: parent, isLeft: isLeft}
	z := 1.0
	if parent >= 0 {
		nd.edge = t.nodes[parent].feature
		r := c.ratioOf(i, parent)
		if nd.prev = c.last[nd.edge]; nd.prev > 0 {
			z = c.z[nd.prev]
		} else {
			c.distinct++
		}
		z *= r
		prod *= r
		c.last[nd.edge] = at
	}
	c.z = append(c.z, z)
	if raw.left[i] < 0 {
		nd.leaf = raw.value[i]
		nd.value = raw.value[i] * prod
		t.nodes = append(t.nodes, nd)
		c.most = max(c.most, c.distinct)
	} else {
		nd.feature, nd.threshold, nd.kind, nd.cats = raw.feature[i], raw.threshold[i], raw.kind[i], raw.cats[i]
		t.nodes = append(t.nodes, nd)
		c.rawOf(at, i)
		c.add(raw.left[i], at, true, prod)
		right := c.add(raw.right[i], at, false, prod)
		t.nodes[at].right = right
	}
	if parent >= 0 {
		c.last[nd.edge] = nd.prev
		if nd.prev == 0 {
			c.distinct--
		}
	}
	return at
}

// rawOf remembers a node's cover in its leaf field until its children are laid out.
func (c *compiler) rawOf(at, i int32) { c.out.nodes[at].leaf = c.raw.cover[i] }

func (c *compiler) ratioOf(i, parent int32) float64 {
	return ratio(c.raw.cover[i], c.out.nodes[parent].leaf)
}

// fill tabulates what the edge into node i does at each point p. With F/z as
// the factor of a feature: hot 1+p(1/z-1), cold 1-p; and dF/F: hot (1/z-1)/q,
// cold -1/(1-p).
func (t *tree) fill(i int, z, points []float64) {
	nd := &t.nodes[i]
	row := t.tab[4*t.n*i:]
	for k, p := range points {
		qPrev, gPrev := 1.0, 0.0
		if nd.prev > 0 {
			a := 1/z[nd.prev] - 1
			qPrev = 1 + p*a
			gPrev = a / qPrev
		}
		a := 1/z[i] - 1
		q := 1 + p*a
		row[k] = q / qPrev
		row[t.n+k] = (1 - p) / qPrev
		row[2*t.n+k] = a/q - gPrev
		row[3*t.n+k] = -1/(1-p) - gPrev
		if nd.feature < 0 {
			row[k] *= nd.value
			row[t.n+k] *= nd.value
		}
	}
}

// gauss returns the n Gauss-Legendre points and weights on [0, 1], by Newton's
// method on the Legendre polynomial.
func gauss(n int) (points, weights []float64) {
	points, weights = make([]float64, n), make([]float64, n)
	for i := range n {
		x := math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		var dp float64
		for range 100 {
			p0, p1 := 1.0, x
			for j := 2; j <= n; j++ {
				p0, p1 = p1, (float64(2*j-1)*x*p1-float64(j-1)*p0)/float64(j)
			}
			if n == 1 {
				p0 = 1
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
	return points, weights
}
