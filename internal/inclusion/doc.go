// Package inclusion asks, before a launch, whom a segment, an offer or a text
// leaves out: who is reached of those there are, how a text speaks of people,
// how hard it is to read, and whether everybody can use an e-mail. It reports
// and suggests; a reviewer decides, and nothing is rewritten by itself.
//
// It is pure: no clock, no disk, no network.
package inclusion
