// Package names finds people, places, organisations and addresses by name: a
// lexicon says what a word can be, its neighbours say what it is. The judge is
// an averaged perceptron over sparse features; there is no neural net and no
// other process. The committed lexicon and model are read once.
package names
