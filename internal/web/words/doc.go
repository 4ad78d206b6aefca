// Package words puts the console's pages into another language. A message file
// maps the English text of a page, as a person reads it, to another language's:
//
//	"Of {}, AI may be used for {}": "Bei {} davon darf KI eingesetzt werden ({})"
//
// {} stands for what changes: a name, a number, a date. The whole page is
// translated once it is rendered, whoever wrote a text: a template, a handler or
// the module whose reason it is. So there is one place for words, templates stay
// readable, and a text without a translation shows in English, marked
// lang="en" for readers and screen readers (WCAG 3.1.2), never as a bare key.
//
// What people wrote themselves is never touched: templates mark it with HTML's
// own translate="no".
package words
