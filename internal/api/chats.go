package api

import (
	"net/http"

	"fairtouch/touch"
)

// newChat makes a person's link to a conversation of their own.
func (c *call) newChat() error {
	var in struct {
		ExternalID string `json:"external_id"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if c.s.cfg.Chats == nil {
		return touch.Errorf(touch.Unsupported, "no chat is offered here")
	}
	url, err := c.s.cfg.Chats(c.r.Context(), c.ws(), in.ExternalID)
	if err != nil {
		return err
	}
	c.send(http.StatusCreated, map[string]string{"url": url})
	return nil
}
