// Package connectors carries requests out in other companies' systems: HubSpot,
// Salesforce Marketing Cloud, Braze, Klaviyo, Customer.io, Mailchimp, listmonk,
// and anything that takes a webhook. Each implements rights.Connector.
//
// What a connector may do in the network is its client's to say: the client is
// passed in, follows no redirect, and refuses private addresses. No address, id
// or text of another system gets into an error: they may name a person.
//
// A system's way of working is described where its operations are; what was
// taken from its public documentation was not tried on a live account, but
// against fakes that fail in the ways such systems do.
package connectors
