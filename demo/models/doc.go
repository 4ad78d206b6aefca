// Package models carries the demo's two lead scorers, their card and the data
// dictionary that puts their inputs into words. They are made by
// demo/train/train.py from the calls of a real campaign (UCI Bank Marketing,
// Moro et al. 2011); MODEL_CARD.md says what they are good for and what not.
package models
