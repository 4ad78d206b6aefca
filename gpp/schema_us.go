package gpp

import "strings"

// usPrivacy is section 6, the US privacy string: "1" and three of Y, N and -.
// It has characters instead of bits; usp.go reads it.
var usPrivacy = layout{id: 6, name: "uspv1", segments: []segmentLayout{{name: SegmentCore, fields: []field{
	fixed("Version", 6, 1), {name: "Notice", kind: kindChar}, {name: "OptOutSale", kind: kindChar}, {name: "LspaCovered", kind: kindChar},
}}}}

// usNames are the letters of usTable. Every one is a number of two bits but m.
var usNames = map[byte]string{
	'N': "SharingNotice", 'R': "ProcessingNotice",
	'S': "SaleOptOutNotice", 'H': "SharingOptOutNotice", 'T': "TargetedAdvertisingOptOutNotice",
	'D': "SensitiveDataProcessingOptOutNotice", 'd': "SensitiveDataOptOutNotice", 'L': "SensitiveDataLimitUseNotice",
	's': "SaleOptOut", 'h': "SharingOptOut", 't': "TargetedAdvertisingOptOut",
	'X': "SensitiveDataProcessing", 'K': "KnownChildSensitiveDataConsents",
	'P': "PersonalDataConsents", 'A': "AdditionalDataProcessingConsent",
	'M': "MspaCoveredTransaction", 'm': "MspaMode", 'O': "MspaOptOutOptionMode", 'V': "MspaServiceProviderMode",
}

// usTable has the core segments: a letter a field, a number behind it where it
// is a list. "+G" adds the GPC segment, "+X" the optional one of sensitive data.
// Cores that don't begin with M begin with Version, the others with MspaVersion.
// Source: the GPP section specifications of the national and the state sections.
const usTable = `
7  usnat NSHTDLshtX16K3PMOV+G
8  usca  SHLshX9K2PMOV+G
9  usva  NSTstX8KMOV
10 usco  NSTstX7KMOV+G
11 usut  NSTDstX8KMOV
12 usct  NSTstX8K3MOV+G
13 usfl  RSTstX8K3AMOV
14 usmt  NSTstX8K3AMOV+G
15 usor  RSTstX11K3AMOV+G
16 ustx  RSTstX8KAMOV+G
17 usde  RSTstX9K5AMOV+G
18 usia  RSTdstX8KMOV+G
19 usne  RSTstX8KAMOV+G
20 usnh  RSTstX8K3AMOV+G
21 usnj  RSTstX10K5AMOV+G
22 ustn  RSTstX8KAMOV+G
23 usmn  RSTstX8KAMOV+G
24 usmd  MmRSTstA+G
25 usin  MmRSTstKA+X
26 usky  MmRSTstKA+X
27 usri  MmRSTstKA+X`

// usnatV1 is the national core as version 1 had it.
const usnatV1 = "NSHTDLshtX12K2PMOV"

func usLayouts() []layout {
	var out []layout
	for line := range strings.Lines(strings.TrimSpace(usTable)) {
		col := strings.Fields(line)
		core, more, _ := strings.Cut(col[2], "+")
		l := layout{id: atoi(col[0]), name: col[1], segments: []segmentLayout{usCore(core)}}
		switch more {
		case "G":
			l.segments = append(l.segments, segmentLayout{name: SegmentGPC, flag: "GpcSegmentIncluded", kind: 1,
				fields: []field{fixed("GpcSegmentType", 2, 1), flag("Gpc")}})
		case "X":
			l.segments = append(l.segments, segmentLayout{name: SegmentSensitive, flag: "SensitiveDataConsentSegmentIncluded",
				fields: []field{usField('X', 8)}})
		}
		if l.name == "usnat" {
			l.segments[0].fields[0].limit = 2
			l.segments[0].fields[0].initial = 2
			old := usCore(usnatV1)
			old.fields[0].limit = 2
			l.legacy = &old
		}
		out = append(out, l)
	}
	return out
}

func usCore(letters string) segmentLayout {
	s := segmentLayout{name: SegmentCore, fields: []field{fixed("Version", 6, 1)}}
	if letters[0] == 'M' {
		s.fields[0] = fixed("MspaVersion", 6, 1)
	}
	for i := 0; i < len(letters); {
		letter, from := letters[i], i+1
		for i++; i < len(letters) && letters[i] <= '9'; i++ {
		}
		s.fields = append(s.fields, usField(letter, atoi(letters[from:i])))
	}
	return s
}

// usField makes a field of two bits, or a list of them. 3 is no value anywhere,
// and whether a transaction is covered can't be "not applicable".
func usField(letter byte, count int) field {
	f := field{name: usNames[letter], kind: kindInt, width: 2, limit: 2}
	if count > 0 {
		f.kind, f.count = kindInts, count
	}
	if letter == 'M' {
		f.least, f.initial = 1, 1
	}
	return f
}

// atoi reads the table's own numbers; nothing reads as 0.
func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
