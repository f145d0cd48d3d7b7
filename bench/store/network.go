// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// What the server sees of both sides of a comparison.
type counters struct {
	mutex           sync.Mutex
	requests        map[string]int64
	bodyIn, bodyOut atomic.Int64
	wireIn, wireOut atomic.Int64
	connections     atomic.Int64
	first           atomic.Int64
	cpuAtZero       time.Duration
}

type figures struct {
	Requests    map[string]int64 `json:"requests"`
	Total       int64            `json:"total"`
	BodyIn      int64            `json:"bodyIn"`
	BodyOut     int64            `json:"bodyOut"`
	WireIn      int64            `json:"wireIn"`
	WireOut     int64            `json:"wireOut"`
	Connections int64            `json:"connections"`
	// Of the first request, in nanoseconds since 1970; 0 without one.
	First int64 `json:"first"`
	// Of the server itself, in seconds.
	Cpu float64 `json:"cpu"`
}

func (c *counters) request(kind string) {
	c.first.CompareAndSwap(0, time.Now().UnixNano())
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.requests == nil {
		c.requests = map[string]int64{}
	}
	c.requests[kind]++
}

func (c *counters) received(bytes int64) { c.bodyIn.Add(bytes) }
func (c *counters) sent(bytes int64)     { c.bodyOut.Add(bytes) }

func (c *counters) now() figures {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	made := figures{
		Requests: map[string]int64{}, BodyIn: c.bodyIn.Load(), BodyOut: c.bodyOut.Load(),
		WireIn: c.wireIn.Load(), WireOut: c.wireOut.Load(), Connections: c.connections.Load(),
		First: c.first.Load(), Cpu: (cpu() - c.cpuAtZero).Seconds(),
	}
	for kind, count := range c.requests {
		made.Requests[kind] = count
		made.Total += count
	}
	return made
}

func (c *counters) zero() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.requests = nil
	for _, counter := range []*atomic.Int64{&c.bodyIn, &c.bodyOut, &c.wireIn, &c.wireOut, &c.connections, &c.first} {
		counter.Store(0)
	}
	c.cpuAtZero = cpu()
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

type counted struct {
	net.Listener
	counters *counters
}

func (l counted) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.counters.connections.Add(1)
	return &countedConnection{connection, l.counters}, nil
}

type countedConnection struct {
	net.Conn
	counters *counters
}

func (c *countedConnection) Read(into []byte) (int, error) {
	count, err := c.Conn.Read(into)
	c.counters.wireIn.Add(int64(count))
	return count, err
}

func (c *countedConnection) Write(from []byte) (int, error) {
	count, err := c.Conn.Write(from)
	c.counters.wireOut.Add(int64(count))
	return count, err
}

// A long way to the server: half the round trip each way, a rate per connection, and one for all together.
type link struct {
	half   time.Duration
	rate   int64
	shared [2]pace
}

func newLink(roundTrip time.Duration, rate, shared int64) *link {
	made := &link{half: roundTrip / 2, rate: rate}
	for way := range made.shared {
		made.shared[way].rate = shared
	}
	return made
}

// When bytes that are ready now have passed, one behind the other.
type pace struct {
	mutex sync.Mutex
	rate  int64
	free  time.Time
}

func (p *pace) passed(bytes int) time.Time {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	now := time.Now()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(time.Duration(int64(bytes) * int64(time.Second) / p.rate))
	return p.free
}

type distant struct {
	net.Listener
	link *link
}

const (
	// What one segment of the way carries, and how many are on the way at most: enough for rate and round trip.
	segment  = 64 << 10
	segments = 256
)

func (l distant) Accept() (net.Conn, error) {
	outer, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	near, far := net.Pipe()
	go l.link.carry(outer, near, 0)
	go l.link.carry(near, outer, 1)
	return &distantConnection{far, outer}, nil
}

type distantConnection struct {
	net.Conn
	outer net.Conn
}

func (c *distantConnection) RemoteAddr() net.Addr { return c.outer.RemoteAddr() }

type flying struct {
	bytes   []byte
	arrives time.Time
}

// Carries bytes one way until either side ends.
func (l *link) carry(from, to net.Conn, way int) {
	own := pace{rate: l.rate}
	on := make(chan flying, segments)
	go func() {
		defer to.Close()
		for next := range on {
			time.Sleep(time.Until(next.arrives))
			if _, err := to.Write(next.bytes); err != nil {
				_ = from.Close()
				for range on {
				}
				return
			}
		}
	}()
	defer close(on)
	for {
		bytes := make([]byte, segment)
		count, err := from.Read(bytes)
		if count > 0 {
			passed := own.passed(count)
			if shared := l.shared[way].passed(count); shared.After(passed) {
				passed = shared
			}
			on <- flying{bytes[:count], passed.Add(l.half)}
		}
		if err != nil {
			return
		}
	}
}
