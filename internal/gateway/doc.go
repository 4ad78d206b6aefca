// Package gateway is the governed path for text: the interfaces of OpenAI and
// Anthropic under /openai/v1/ and /anthropic/v1/, so that a team changes one
// base address and keeps its software.
//
// A request is read strictly; its text is scanned and personal data replaced by
// aliases of this one request; consent, law and ownership are asked; the opening
// is on record before the first byte leaves; the answer is restored piece by
// piece; the use of AI is disclosed before the answer's first byte; and the
// closing is on record before the answer's last. Every other byte passes as it
// came. What isn't known here is refused, never passed through.
package gateway
