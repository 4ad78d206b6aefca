// Package statement writes the section on AI of a company's privacy policy from
// its register, in plain words and in every language that there are words for.
// It is pure: facts in, text out, the same for the same facts.
//
// A published statement is named by the hash of its facts and its texts. It is
// out of date the moment a system that it describes changes; a person publishes
// the next one (GDPR Art. 13 and 14 ask for it to be so: the information is given
// at the time, and before the data are used for something else).
package statement
