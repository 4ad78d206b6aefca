package treeshap

// walk carries one block of quadrature points through one tree.
//
// On the way down D_k is the weight of point k times the factor of every
// feature met so far. On the way up a node returns S_k, the sum over its leaves
// of their shares times the factors between here and there. A split on a
// feature that is new on the path, with the hot child h on the row's side and
// the cold child c on the other, has
//
//	T_k = a·S_k(h) - S_k(c)
//	S_k = (1+p_k·a)·S_k(h) + (1-p_k)·S_k(c) = S_k(h) + S_k(c) + p_k·T_k
//
// and its feature gains Σ_k D_k·T_k. Nothing is divided, and a leaf's S_k is its
// share, which needs no D.
type walk struct {
	nodes    []node
	leaves   []leaf
	inverse  []float64 // of this block
	row, phi []float64
	left     []bool // by feature: the row has left it on the path so far
	p        [block]float64
}

// tree adds one tree's contributions to phi, block by block.
func (w *walk) tree(t *tree, row, phi []float64) {
	w.nodes, w.leaves, w.row, w.phi = t.nodes, t.leaves, row, phi
	size := len(t.inverse) / len(t.points) * block
	for k := 0; k < len(t.points); k += block {
		w.p = [block]float64(t.points[k:])
		w.inverse = t.inverse[k/block*size:][:size]
		d := t.weights[k:][:block]
		w.down(0, d[0], d[1], d[2], d[3])
	}
}

func (w *walk) down(i int32, d0, d1, d2, d3 float64) (s0, s1, s2, s3 float64) {
	nd := &w.nodes[i]
	hot, cold, a := nd.left, nd.right, nd.aLeft
	if !nd.goesLeft(w.row) {
		hot, cold, a = nd.right, nd.left, nd.aRight
	}
	if nd.again >= 0 {
		return w.again(nd, hot, cold, a, d0, d1, d2, d3)
	}
	p0, p1, p2, p3 := w.p[0], w.p[1], w.p[2], w.p[3]
	if hot < 0 && cold < 0 {
		h, c := w.leaves[^hot].share, w.leaves[^cold].share
		t := a*h - c
		w.phi[nd.feature] += t * ((d0 + d1) + (d2 + d3))
		h += c
		return h + p0*t, h + p1*t, h + p2*t, h + p3*t
	}
	var h0, h1, h2, h3, c0, c1, c2, c3 float64
	if hot < 0 {
		h0 = w.leaves[^hot].share
		h1, h2, h3 = h0, h0, h0
	} else {
		h0, h1, h2, h3 = w.down(hot, d0+d0*p0*a, d1+d1*p1*a, d2+d2*p2*a, d3+d3*p3*a)
	}
	if cold < 0 {
		c0 = w.leaves[^cold].share
		c1, c2, c3 = c0, c0, c0
	} else {
		w.left[nd.feature] = true
		c0, c1, c2, c3 = w.down(cold, d0-d0*w.p[0], d1-d1*w.p[1], d2-d2*w.p[2], d3-d3*w.p[3])
		w.left[nd.feature] = false
	}
	t0, t1, t2, t3 := a*h0-c0, a*h1-c1, a*h2-c2, a*h3-c3
	w.phi[nd.feature] += (d0*t0 + d1*t1) + (d2*t2 + d3*t3)
	return h0 + c0 + w.p[0]*t0, h1 + c1 + w.p[1]*t1, h2 + c2 + w.p[2]*t2, h3 + c3 + w.p[3]*t3
}

// again is down for a split on a feature that the path has met before. If the
// row has left it there, the split changes nothing. Otherwise the factor q of
// the edge further up gives way to the new one: D and S are divided by it, and
// what that edge will add for these leaves, aBefore·S, is taken off here.
func (w *walk) again(nd *node, hot, cold int32, a, d0, d1, d2, d3 float64) (s0, s1, s2, s3 float64) {
	if w.left[nd.feature] {
		h0, h1, h2, h3 := w.child(hot, d0, d1, d2, d3)
		c0, c1, c2, c3 := w.child(cold, d0, d1, d2, d3)
		return h0 + c0, h1 + c1, h2 + c2, h3 + c3
	}
	q := (*[block]float64)(w.inverse[int(nd.again)*block:])
	p := w.p
	d0, d1, d2, d3 = d0*q[0], d1*q[1], d2*q[2], d3*q[3]
	h0, h1, h2, h3 := w.child(hot, d0+d0*p[0]*a, d1+d1*p[1]*a, d2+d2*p[2]*a, d3+d3*p[3]*a)
	w.left[nd.feature] = true
	c0, c1, c2, c3 := w.child(cold, d0-d0*p[0], d1-d1*p[1], d2-d2*p[2], d3-d3*p[3])
	w.left[nd.feature] = false
	t0, t1, t2, t3 := a*h0-c0, a*h1-c1, a*h2-c2, a*h3-c3
	s0, s1, s2, s3 = (h0+c0+p[0]*t0)*q[0], (h1+c1+p[1]*t1)*q[1], (h2+c2+p[2]*t2)*q[2], (h3+c3+p[3]*t3)*q[3]
	b := nd.aBefore
	w.phi[nd.feature] += (d0*(t0-b*s0) + d1*(t1-b*s1)) + (d2*(t2-b*s2) + d3*(t3-b*s3))
	return s0, s1, s2, s3
}

func (w *walk) child(i int32, d0, d1, d2, d3 float64) (s0, s1, s2, s3 float64) {
	if i < 0 {
		v := w.leaves[^i].share
		return v, v, v, v
	}
	return w.down(i, d0, d1, d2, d3)
}

// goesLeft decides for a row. The commonest kinds are settled here: a NaN
// compares false.
func (nd *node) goesLeft(row []float64) bool {
	x := row[nd.feature]
	switch nd.kind {
	case lessEqualNaN:
		return x <= nd.threshold
	case less32:
		return float64(float32(x)) < nd.threshold
	case lessEqualNaN | defaultLeft:
		return !(x > nd.threshold)
	}
	return goesLeft(x, nd.threshold, nd.kind, nd.cats)
}
