package api

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"fairtouch/touch"
)

// meter counts requests and decisions: nothing of persons, keys or workspaces.
type meter struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	decisions *prometheus.CounterVec
}

func newMeter() *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairtouch_http_requests_total",
			Help: "Requests answered, by route and status."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fairtouch_http_request_duration_seconds",
			Help:    "Time from the first header to the last byte, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"method", "route"}),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairtouch_decisions_total",
			Help: "Decisions returned by the API, by verdict."}, []string{"verdict"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.decisions, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *meter) decided(v touch.Verdict) {
	switch v {
	case touch.Allow, touch.Deny, touch.Gap, touch.Human:
		m.decisions.WithLabelValues(string(v)).Inc()
	}
}

// gauge is a route's own measures, looked up once.
type gauge struct {
	ok       prometheus.Counter // status 200, the usual one
	requests *prometheus.CounterVec
	seconds  prometheus.Observer
}

func (m *meter) gauge(rt *route) gauge {
	labels := prometheus.Labels{"method": rt.method, "route": rt.path}
	return gauge{requests: m.requests.MustCurryWith(labels), seconds: m.seconds.With(labels),
		ok: m.requests.WithLabelValues(rt.method, rt.path, "200")}
}

func (g *gauge) done(status int, took time.Duration) {
	g.seconds.Observe(took.Seconds())
	if status == 200 {
		g.ok.Inc()
		return
	}
	g.requests.WithLabelValues(strconv.Itoa(status)).Inc()
}

func (c *call) metrics() error {
	promhttp.HandlerFor(c.s.meter.registry, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP(c.w, c.r)
	c.sent = 200
	return nil
}

func (c *call) healthy() error {
	c.send(200, map[string]string{"status": "ok"})
	return nil
}

func (c *call) ready() error {
	if err := c.s.cfg.Ready(c.r.Context()); err != nil {
		return touch.Wrap(touch.Unavailable, err, "not ready to decide; try again")
	}
	c.send(200, map[string]string{"status": "ready"})
	return nil
}
