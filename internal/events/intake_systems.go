package events

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// defaultText is why a default is no yes.
const defaultText = "this is a default there, and no act of the person"

// segment reads Segment's stamp, context.consent.categoryPreferences. Every
// event carries the banner's state, so that true says nothing of an act: only
// the event with which a banner tells a choice does.
func segment(r *reader, o item) {
	prefs := o.sub("context", "consent", "categoryPreferences")
	act := o.text("type") == "track" && o.text("event") == "Segment Consent Preference Updated"
	at := when(o.text("timestamp", "originalTimestamp"))
	who := o.text("userId")
	for _, topic := range slices.Sorted(maps.Keys(prefs)) {
		is, ok := truth(prefs[topic])
		switch {
		case !ok:
			r.say(who, topic, silent, at, consent.Any, "neither true nor false")
		case !is:
			r.say(who, topic, no, at, consent.Any, "")
		case !act:
			r.say(who, topic, silent, at, consent.Any, defaultText)
		default:
			r.say(who, topic, yes, at, consent.Any, "")
		}
	}
}

// hubspot reads subscription statuses (both versions of the interface) and
// contacts. SUBSCRIBED alone is what an import or an internal setting makes;
// only CONSENT_WITH_NOTICE on the subscription itself is a person's yes.
func hubspot(r *reader, o item) {
	props := o.sub("properties")
	who := o.text("recipient", "subscriberIdString", "email")
	if who == "" {
		who = props.text("email")
	}
	if v, there := props["hs_email_optout"]; there {
		if is, ok := truth(v); ok && is {
			r.say(who, "", no, when(props.text("hs_email_optout_date", "lastmodifieddate")), touch.Email, "")
		} else { // blank or false: the person never opted out, and never opted in
			r.say(who, "", silent, time.Time{}, touch.Email, defaultText)
		}
	}
	statuses := o.list("subscriptionStatuses")
	if o.text("subscriptionId") != "" {
		statuses = append(statuses, o)
	}
	for _, s := range statuses {
		topic, at := s.text("subscriptionId", "id"), when(s.text("timestamp", "occurredAt"))
		switch s.text("status") {
		case "UNSUBSCRIBED", "NOT_SUBSCRIBED": // NOT_SUBSCRIBED is v3's word for it
			r.say(who, topic, no, at, touch.Email, "")
		case "SUBSCRIBED":
			src := s.text("sourceOfStatus")
			switch {
			case s.text("legalBasis") != "CONSENT_WITH_NOTICE":
				r.say(who, topic, silent, at, touch.Email, "subscribed without a recorded consent")
			case src != "" && src != "SUBSCRIPTION_STATUS":
				r.say(who, topic, silent, at, touch.Email, "subscribed by a setting of the account")
			default:
				r.say(who, topic, yes, at, touch.Email, "")
			}
		default:
			r.say(who, topic, silent, at, touch.Email, defaultText)
		}
	}
}

// braze reads users and Currents' changes of state. "subscribed" is what every
// new user is; "opted_in" is an act.
func braze(r *reader, o item) {
	props := o.sub("properties")
	who := o.text("external_id", "external_user_id")
	if who == "" {
		who = props.text("external_user_id")
	}
	if who == "" {
		who = o.text("email")
	}
	for _, ch := range []struct {
		topic   string
		channel touch.Channel
	}{{"email", touch.Email}, {"push", touch.Push}, {"sms", touch.SMS}} {
		if _, there := o[ch.topic+"_subscribe"]; there {
			state := o.text(ch.topic + "_subscribe")
			r.brazeState(who, ch.topic, state, when(o.text(ch.topic+"_opted_in_at")), when(o.text(ch.topic+"_unsubscribed_at")), ch.channel)
		}
	}
	if s := props.text("state", "subscription_status"); s != "" {
		at := when(o.text("time"))
		ch := touch.Channel(props.text("channel"))
		if ch == "" {
			ch = touch.Email
		}
		r.brazeState(who, string(ch), s, at, at, ch)
	}
}

func (r *reader) brazeState(who, topic, state string, in, out time.Time, ch touch.Channel) {
	switch strings.ToLower(strings.ReplaceAll(state, " ", "_")) {
	case "unsubscribed":
		r.say(who, topic, no, out, ch, "")
	case "opted_in":
		r.say(who, topic, yes, in, ch, "")
	default: // subscribed, and whatever comes
		r.say(who, topic, silent, in, ch, defaultText)
	}
}

// klaviyo reads profiles. can_receive_email_marketing is true also for whoever
// never subscribed; consent SUBSCRIBED is a yes where the person did it, not an
// import or the staff. A suppression is a no whatever consent says.
func klaviyo(r *reader, o item) {
	attrs := o.sub("attributes")
	if attrs == nil {
		if attrs = o.sub("data", "attributes"); attrs == nil {
			attrs = o
		}
	}
	who := attrs.text("external_id", "email", "phone_number")
	for _, ch := range []struct {
		topic   string
		channel touch.Channel
	}{{"email", touch.Email}, {"sms", touch.SMS}} {
		m := attrs.sub("subscriptions", ch.topic, "marketing")
		if m == nil {
			continue
		}
		at := when(m.text("consent_timestamp", "timestamp"))
		for _, s := range append(m.list("suppression"), m.list("suppressions")...) {
			r.say(who, ch.topic, no, when(s.text("timestamp")), ch.channel, "")
		}
		switch m.text("consent") {
		case "UNSUBSCRIBED":
			r.say(who, ch.topic, no, at, ch.channel, "")
		case "SUBSCRIBED":
			if !klaviyoAct(m) {
				r.say(who, ch.topic, silent, at, ch.channel, "subscribed by an import or by the staff")
				continue
			}
			if is, ok := truth(m["double_optin"]); ok && is {
				r.twice = at
			}
			r.say(who, ch.topic, yes, at, ch.channel, "")
			r.twice = time.Time{}
		default: // NEVER_SUBSCRIBED, whatever may be sent technically
			r.say(who, ch.topic, silent, at, ch.channel, defaultText)
		}
	}
}

// klaviyoAct reports whether the way of subscribing was the person's own.
func klaviyoAct(m item) bool {
	if is, ok := truth(m["double_optin"]); ok && is {
		return true
	}
	switch strings.ToUpper(strings.ReplaceAll(m.text("method"), " ", "_")) {
	case "FORM", "PREFERENCE_PAGE", "SUBSCRIBE_PAGE", "CHECKOUT", "INBOUND_MESSAGE", "MESSAGING_APP", "SPIN_TO_WIN", "TEXT_TO_JOIN":
		return true
	}
	return false
}

// customerio reads reporting webhooks and customers. unsubscribed false or
// missing is what everybody begins with, and a preference centre tells every
// topic's state, touched or not: on is an act only for a topic that is off
// until somebody turns it on, which the mapping says.
func customerio(r *reader, o item) {
	data := o.sub("data")
	if data == nil {
		data = o
	}
	attrs := data.sub("attributes")
	if attrs == nil {
		attrs = data.sub("customer", "attributes")
	}
	who := data.text("customer_id", "id")
	for _, from := range []item{data.sub("identifiers"), data.sub("customer"), attrs} {
		if who == "" {
			who = from.text("id", "email")
		}
	}
	at := when(o.text("timestamp"))
	switch kind := o.text("event_type", "metric"); kind {
	case "customer_unsubscribed", "unsubscribed":
		r.say(who, "", no, at, touch.Email, "")
	case "customer_subscribed", "subscribed":
		r.say(who, "", silent, at, touch.Email, defaultText)
	}
	if v, there := attrs["unsubscribed"]; there {
		if is, ok := truth(v); ok && is {
			r.say(who, "", no, at, touch.Email, "")
		} else {
			r.say(who, "", silent, at, touch.Email, defaultText)
		}
	}
	for _, raw := range []any{data["content"], attrs["cio_subscription_preferences"]} {
		r.cioTopics(who, raw, at)
	}
}

func (r *reader) cioTopics(who string, raw any, at time.Time) {
	var prefs item
	switch x := raw.(type) {
	case string: // JSON within JSON
		if json.Unmarshal([]byte(x), &prefs) != nil {
			return
		}
	case map[string]any:
		prefs = x
	}
	topics := prefs.sub("topics")
	for _, t := range slices.Sorted(maps.Keys(topics)) {
		is, ok := truth(topics[t])
		switch {
		case !ok:
			r.say(who, t, silent, at, touch.Email, "neither true nor false")
		case !is:
			r.say(who, t, no, at, touch.Email, "")
		case !r.m.Topics[t].OptIn:
			r.say(who, t, silent, at, touch.Email, defaultText)
		default:
			r.say(who, t, yes, at, touch.Email, "")
		}
	}
}
