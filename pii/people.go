package pii

// people finds names of persons, places and organisations.
func (sc *scan) people() {}

// places finds postal addresses.
func (sc *scan) places() {}
