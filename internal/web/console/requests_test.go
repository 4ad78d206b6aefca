package console

import "testing"

func TestThePagesOfRequestsNameNoFieldThatTheirStructsLack(t *testing.T) {
	c := testConsole(t)
	for _, err := range []error{c.t.requests.Check(), c.t.request.Check()} {
		if err != nil {
			t.Error(err)
		}
	}
}
