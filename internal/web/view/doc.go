// Package view holds what the console and the customers' pages share: templates
// checked against their structs, assets by content hash, the headers of every
// answer, forms that lose nothing, and error pages that say nothing of our
// insides.
//
// It knows no page and no store. No template may construct unchecked HTML; the
// only template.HTML values come from package chart, which escapes its text.
package view
