// Package onnx finds people, places and organisations with a token-classification
// network that the caller brings: a directory as model hubs lay it out, with
// model.onnx, tokenizer.json and config.json (id2label).
//
// The network is run by GoMLX's interpreter in Go; there is no C library and no
// other process. What this package adds is what that library leaves open: a
// tokeniser whose pieces know their bytes in the text, windows over long texts,
// and the step from labels of pieces to names.
package onnx
