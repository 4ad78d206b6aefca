// Package register knows the company's AI systems and who owns what they were
// made of.
//
// Systems, significance assessments and literacy attestations say how a system
// may be used; parties, assets, edges and rights say whether it may be used at
// all. Check is a pure function of (graph, use, date): it walks every chain
// from the use's tool to its roots and names the weakest path in words. What
// isn't known is a gap, and a gap blocks.
package register
