// Package treeshap loads LightGBM and XGBoost tree ensembles, predicts with
// them, and explains each prediction exactly.
//
// Explanations are path-dependent Shapley values (Lundberg et al. 2020),
// computed by quadrature: the Shapley value of a feature in one tree is an
// integral over [0, 1] of a polynomial, and n Gauss-Legendre points integrate
// a polynomial of degree 2n-1 exactly (Quadrature-TreeSHAP, arXiv 2605.04497).
// A tree whose longest path meets u distinct features gets ceil(u/2) points,
// so the result is exact up to rounding at any depth. Everything is float64.
//
// A Model is immutable once loaded and may be shared between goroutines. What
// can't be explained exactly is refused by a named error when it is loaded.
package treeshap
