// Package chart draws the pages' charts on the server, as SVG that keeps to the
// content security policy: presentation attributes and classes, no style and no
// script. Each chart has a title that states its finding, and the same data as
// a table. Text is escaped here; nothing else on our pages makes template.HTML.
package chart
