// Package explain turns a model's answer into what a person can read: at most
// four plain sentences about what counted, one sentence on what would have
// changed it, and what is held but was not put in.
//
// Attributions are exact Shapley values of the model that ran (package
// treeshap). Features are grouped into concepts by a data dictionary before
// they are ranked, since the split among correlated columns is arbitrary and
// sums of Shapley values are legitimate. A sensitive feature among the inputs
// raises an alarm; it is not hidden.
package explain
